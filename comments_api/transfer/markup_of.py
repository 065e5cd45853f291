"""From the HTML of other systems to our markup, so that every word stays and nothing else shows.

A browser's parser (nh3) puts the HTML in order; what is written of it is rendered again and read.
If that says other words than the HTML, a plainer form is written instead, and the plainest always
holds.
"""

from __future__ import annotations

from functools import lru_cache
from html.parser import HTMLParser

import nh3

from comments_api import markup
from comments_api.transfer.tags import KEPT, KNOWN, PARTED
from comments_api.transfer.writer import Writer

_UNQUOTED = str.maketrans("", "", "\u201c\u201d")


def to_markup(html: str) -> str:
    """Return what somebody would have typed here to show the same; words are never lost.

    Line breaks count as WordPress shows them: one is a line break, two begin a paragraph.
    """
    clean = nh3.clean(
        html,
        tags=KNOWN,
        attributes=KEPT,
        clean_content_tags={"script", "style"},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    said = _words(clean)
    for emphasis in (True, False):
        written = Writer(clean, emphasis=emphasis).markup
        if _says(written, said):
            return written
    return Writer(clean, emphasis=False, blocks=False).markup


@lru_cache(maxsize=4)
def rendered(source: str) -> str:
    """Return what markup.render makes, and remember it: what was just read is stored next."""
    return str(markup.render(source))


def _says(written: str, said: list[str]) -> bool:
    try:
        return _words(rendered(written)) == said
    except markup.TooDeep:
        return False


def _words(html: str) -> list[str]:
    return _Words(html).words


class _Words(HTMLParser):
    """Reads what a person reads: words, parted where a line ends."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self._parts: list[str] = []
        self.feed(html)
        self.close()

    @property
    def words(self) -> list[str]:
        # Of <q> a browser makes quotation marks: they are no words, and may be added.
        return "".join(self._parts).translate(_UNQUOTED).split()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        self._part(tag)

    def _part(self, tag: str) -> None:
        if tag in PARTED:
            self._parts.append(" ")

    def handle_data(self, data: str) -> None:
        self._parts.append(data)
