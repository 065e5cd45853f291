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
_REGION = re.compile(rb"<!--live ([a-z-]+:[a-z0-9-]*:[A-Za-z0-9-]+)-->(.*?)<!--/live-->", re.DOTALL)


def mark(region_id: str, html: str) -> str:
    """Return the region's HTML between its markers."""
    return f"{_BEGIN.decode()}{region_id}-->{html}{_END.decode()}"


def regions_of(page: bytes) -> list[str]:
    """Return the ids of the regions of a page, in order, as often as they occur.

    :raise PageDamaged: if a marker has no partner.
    """
    found = [match[1].decode() for match in _REGION.finditer(page)]
    if not len(found) == page.count(_BEGIN) == page.count(_END):
        raise PageDamaged("a marker of a live region has no partner")
    return found


def contents_of(page: bytes) -> list[tuple[str, bytes]]:
    """Return what each region of a page holds, in order."""
    return [(match[1].decode(), match[2]) for match in _REGION.finditer(page)]


def splice(page: bytes, expected: Sequence[str], drawn: Mapping[str, bytes]) -> bytes:
    """Return the page with the drawn regions replaced and every other byte as it was.

    :param expected: the ids of all regions that the page should hold, in order.
    :raise PageDamaged: if the page was changed by hand, so that its regions are no longer certain.
    """
    if regions_of(page) != list(expected):
        raise PageDamaged("its markers are not those that the build wrote")
    _refuse_foreign_text(page)
    parts: list[bytes] = []
    position = 0
    for match in _REGION.finditer(page):
        replacement = drawn.get(match[1].decode())
        if replacement is not None:
            parts += [page[position : match.start(2)], replacement]
            position = match.end(2)
    parts.append(page[position:])
    return b"".join(parts)


def _refuse_foreign_text(page: bytes) -> None:
    if b"\r\n" in page:
        raise PageDamaged("its line endings were changed")
    try:
        page.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PageDamaged("it is no longer in UTF-8") from error
