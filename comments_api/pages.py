"""The markers of live regions in a built page: writing, finding, replacing between them.

Pure functions over bytes. Which regions a page should hold is the manifest's business.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from comments_api.errors import PageDamaged

# Nobody who comments can type a marker: the sanitiser drops HTML comments and names are escaped.
_BEGIN = b"<!--live "
_END = b"<!--/live-->"
_MARKER = re.compile(rb"<!--live ([a-z-]+:[a-z0-9-]*:[A-Za-z0-9-]+)-->")

Span = tuple[str, int, int]  # a region's id, and where what it holds begins and ends


def mark(region_id: str, html: str) -> str:
    """Return the region's HTML between its markers."""
    return f"{_BEGIN.decode()}{region_id}-->{html}{_END.decode()}"


def regions_of(page: bytes) -> list[str]:
    """Return the ids of the regions of a page, in order, as often as they occur.

    :raise PageDamaged: if a marker has no partner.
    """
    return [region_id for region_id, _begin, _end in _spans(page)]


def contents_of(page: bytes) -> list[tuple[str, bytes]]:
    """Return what each region of a page holds, in order."""
    return [(region_id, page[begin:end]) for region_id, begin, end in _spans(page)]


def _spans(page: bytes) -> list[Span]:
    spans: list[Span] = []
    position = 0
    while marker := _MARKER.search(page, position):
        end = page.find(_END, marker.end())
        if end < 0:
            break  # the counts below differ then, or the two stand the wrong way round
        spans.append((marker[1].decode(), marker.end(), end))
        position = end + len(_END)
    if not len(spans) == page.count(_BEGIN) == page.count(_END):
        raise PageDamaged("a marker of a live region has no partner")
    return spans


def splice(page: bytes, expected: Sequence[str], drawn: Mapping[str, bytes]) -> bytes:
    """Return the page with the drawn regions replaced and every other byte as it was.

    :param expected: the ids of all regions that the page should hold, in order.
    :raise PageDamaged: if the page was changed by hand, so that its regions are no longer certain.
    """
    spans = _spans(page)
    if [region_id for region_id, _begin, _end in spans] != list(expected):
        raise PageDamaged("its markers are not those that the build wrote")
    _refuse_foreign_text(page)
    parts: list[bytes] = []
    position = 0
    for region_id, begin, end in spans:
        if region_id in drawn:
            parts += [page[position:begin], drawn[region_id]]
            position = end
    parts.append(page[position:])
    return b"".join(parts)


def _refuse_foreign_text(page: bytes) -> None:
    if b"\r\n" in page:
        raise PageDamaged("its line endings were changed")
    try:
        page.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PageDamaged("it is no longer in UTF-8") from error
