"""What a build tells of its posts and letters, so that followers of the site hear of new ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from comments_api import dates
from plugins.threads import is_sensitive, kind_of
from plugins.words import rooted


def news(contents: Sequence[Any]) -> dict[str, dict[str, Any]]:
    """Return all posts and letters that are published, each once with its pages by language."""
    found: dict[str, dict[str, Any]] = {}
    for content in contents:
        kind = kind_of(content)
        one = found.setdefault(
            f"{kind}:{content.slug}",
            {
                "kind": kind,
                "lang": content.lang,
                "pages": {},
                "dated": dates.iso(content.date),
                "sensitive": False,
            },
        )
        one["pages"].setdefault(content.lang, (rooted(content), str(content.title)))
        one["sensitive"] |= is_sensitive(content)
    return found
