"""Where posts, letters and pages were before, as `formerly:` in their headers says it.

A value is an old slug, an old address of this site, or an address of another one; commas or lines
part several.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from plugins.letters.problems import Notes, Problems
from plugins.letters.source import Source

_KINDS = {"LetterPage": "LETTER", "Article": "ARTICLE", "Page": "PAGE"}
_SLUG = re.compile(r"[^\s/?#:\\]+")


def listed(value: object) -> list[str]:
    """Return the single values of a header, which Pelican gives as a text or a list."""
    texts = value if isinstance(value, list) else [value or ""]
    return [part for text in texts for part in re.split(r"[,\s]+", str(text)) if part]


def wrong(value: str) -> str:
    """Return what is wrong with a value, or nothing."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return "is no address"
    if parts.fragment:
        return "has a #: write the address of the page"
    if parts.scheme or value.startswith("//"):
        plain = parts.scheme in {"http", "https"} and parts.hostname
        return "" if plain else "is no address like https://example.org/old/"
    if ".." in unquote(parts.path).split("/") or "\\" in value:
        return "leads out of the site"
    if value.startswith("/"):
        return "is the first page, which stays" if value == "/" else ""
    return "" if _SLUG.fullmatch(value) else "is no slug: an address begins with /"


def addresses(content: Any) -> list[str]:
    """Return where a page was: paths of this site, and whole addresses of others."""
    found = (_address(content, value) for value in listed(content.metadata.get("formerly")))
    return list(dict.fromkeys(found))


def _address(content: Any, value: str) -> str:
    if value.startswith("/"):
        return value
    parts = urlsplit(value)
    if parts.scheme:
        here = urlsplit(content.settings["SITEURL"]).hostname or ""
        if (parts.hostname or "").removeprefix("www.") != here.removeprefix("www."):
            return value
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kind = _KINDS[type(content).__name__] + ("" if content.in_default_lang else "_LANG")
    pattern = str(content.settings[f"{kind}_URL"])
    return "/" + pattern.format(**{**content.url_format, "slug": value})


def check(sources: Iterable[Source], problems: Problems) -> None:
    """Note values that cannot be, and old addresses that two files claim."""
    claimed: dict[str, str] = {}
    for source in sources:
        notes = Notes(problems, source.path)
        for line, value in _values(source):
            if said := wrong(value):
                notes.error(line, "formerly", f'"{value}" {said}')
            elif value == source.get("slug"):
                notes.error(line, "formerly", f'"{value}" is its slug now')
            elif "/" in value and claimed.setdefault(_plain(value), source.path) != source.path:
                other = claimed[_plain(value)]
                notes.error(line, "formerly", f'"{value}" is claimed by {other} already')


def _values(source: Source) -> Iterator[tuple[int, str]]:
    for entry in source.all("formerly"):
        for number, text in enumerate(entry.value.split("\n"), entry.line):
            yield from ((number, value) for value in listed(text))


def _plain(address: str) -> str:
    return unquote(address).rstrip("/")
