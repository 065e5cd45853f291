"""Which threads posts and letters declare in their headers, and what each thread must know."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from comments_api import dates
from comments_api.manifest import ThreadInfo
from plugins import former
from plugins.letters.values import BadValue, end_of_day
from plugins.words import rooted

MODES = ("open", "held", "closed")
NEVER = "never"  # as `comments_close:`, where the site closes comments after some days
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,190}")


class BadThread(ValueError):
    """Raised if a post or letter declares its thread in a way that cannot be; names the file."""


def thread_key(content: Any) -> str:
    """Return the key of a post's or letter's thread; a letter shares the thread of its post.

    :raise BadThread: if the header gives one that cannot stand in an address.
    """
    post = getattr(content, "related_post", None)
    if post is not None and not content.metadata.get("thread"):
        return thread_key(post)
    key = str(content.metadata.get("thread") or f"{kind_of(content)}-{content.slug}")
    return checked(content, key, "thread")


def kind_of(content: Any) -> str:
    """Return whether it is a `post` or a `letter`."""
    return "letter" if type(content).__name__ == "LetterPage" else "post"


def checked(content: Any, key: str, name: str) -> str:
    """Return a key that can stand in an address and in a marker.

    :raise BadThread: if it cannot.
    """
    if not _KEY.fullmatch(key):
        source = content.relative_source_path
        raise BadThread(f'{source}: {name}: "{key}" may hold only a-z, 0-9 and hyphens')
    return key


def declared_threads(contents: Sequence[Any], common: Mapping[str, Any]) -> dict[str, ThreadInfo]:
    """Return the threads that posts and letters declare; the first page is a thread's permalink."""
    pages_of: dict[str, dict[str, tuple[str, str]]] = {}
    first: dict[str, Any] = {}
    formerly: dict[str, dict[str, None]] = {}
    sensitive: set[str] = set()
    for content in contents:
        key = thread_key(content)
        first.setdefault(key, content)
        formerly.setdefault(key, {}).update(dict.fromkeys(former.addresses(content)))
        if is_sensitive(content):  # of several pages that share it, one is enough
            sensitive.add(key)
        pages_of.setdefault(key, {}).setdefault(content.lang, (rooted(content), str(content.title)))
    return {
        key: ThreadInfo(
            key,
            content.lang,
            pages_of[key],
            thread_context(content, key, common) | {"sensitive": key in sensitive},
            tuple(formerly[key]),
        )
        for key, content in first.items()
    }


def thread_context(content: Any, key: str, common: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a thread's region must know, but for title and address, which have a language.

    :raise BadThread: if `comments:` or `comments_close:` make no sense.
    """
    mode = str(content.metadata.get("comments", common["mode"])).strip().lower()
    if mode not in MODES:
        raise BadThread(
            f'{content.relative_source_path}: comments: "{mode}" is not {", ".join(MODES)}'
        )
    return {
        "site_url": common["site_url"],
        "timezone": common["timezone"],
        "mode": mode,
        "closes": _closes(content, common["timezone"], common["close_after"]),
        "sensitive": False,  # see declared_threads
        "api": f"/api/threads/{key}",
        "policy_url": common["policy_url"],
        "help_url": common["help_url"],
        "limit": common["limit"],
        "sign_in": common["sign_in"],
        "dated": dates.iso(content.date),
        "authors": [str(author) for author in getattr(content, "authors", ())],
        "mail": common["mail"],
    }


def _closes(content: Any, zone: str, after: int) -> str | None:
    """Return when its comments close: as the header says, else so many days after it came out."""
    value = str(content.metadata.get("comments_close") or "").strip()
    if value.lower() == NEVER or not (value or after):
        return None
    last = dates.local(content.date, zone).date() + timedelta(days=after)
    try:
        return dates.iso(end_of_day(value or last.isoformat(), zone))
    except BadValue as error:
        raise BadThread(f"{content.relative_source_path}: comments_close: {error}") from None


def is_sensitive(content: Any) -> bool:
    """Say whether a page is about people in danger, as the compiler read it."""
    return bool(content.sensitive)
