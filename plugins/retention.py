"""The table of what is kept of people, and how long, wherever a page says `[[retention]]`."""

from __future__ import annotations

from typing import Any

from pelican import contents, signals

from comments_api import retention
from comments_api.drawing import draw

_PLACE = "<p>[[retention]]</p>"


def fill(content: Any) -> None:
    """Put the table into a page, in the language of the page."""
    found: str | None = getattr(content, "_content", None)
    if isinstance(content, contents.Page) and found and _PLACE in found:
        rows = retention.table(content.settings["RUN_BY"], content.lang)
        content._content = found.replace(_PLACE, draw("_retention.html", content.lang, rows=rows))


def register() -> None:
    """Connect to Pelican."""
    signals.content_object_init.connect(fill)
