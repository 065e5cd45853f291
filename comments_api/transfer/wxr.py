"""Reading WordPress eXtended RSS, the file that WordPress exports, in its versions 1.0 to 1.2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from comments_api.errors import UnreadableExport
from comments_api.models import CommentKind, Status
from comments_api.transfer.elements import Element, stream
from comments_api.transfer.foreign import Export, Foreign, Page

VERSIONS = ("1.0", "1.1", "1.2")
STATUSES = {
    "1": Status.APPROVED,
    "approved": Status.APPROVED,
    "approve": Status.APPROVED,
    "0": Status.PENDING,
    "hold": Status.PENDING,
    "spam": Status.SPAM,
    "trash": Status.TRASH,
    "post-trashed": Status.TRASH,
}
# Every other type is a note of the staff, an order of the shop, or something we cannot know.
KINDS = {
    "": CommentKind.COMMENT,
    "comment": CommentKind.COMMENT,
    "pingback": CommentKind.MENTION,
    "trackback": CommentKind.MENTION,
}
_WORDPRESS = re.compile(r"https?://wordpress\.org/export/[^/]+/")
_ITEM, _COMMENT = "rss/channel/item", "rss/channel/item/wp:comment"
_WANTED = {
    "rss": frozenset[str](),
    "rss/channel": frozenset(
        {
            *("wp:wxr_version", "!wp:wxr_version", "wp:base_blog_url", "!wp:base_blog_url"),
            *("wp:base_site_url", "!wp:base_site_url", "link", "!link", "pubDate"),
        }
    ),
    _ITEM: frozenset(
        {
            *("title", "link", "guid", "pubDate", "wp:post_id", "wp:post_name", "wp:status"),
            *("wp:post_type", "wp:post_password", "wp:post_date", "wp:post_date_gmt"),
        }
    ),
    _COMMENT: frozenset(
        f"wp:comment_{name}"
        for name in (
            *("id", "author", "author_email", "author_url", "author_IP", "date", "date_gmt"),
            *("content", "approved", "type", "parent"),
        )
    ),
}


def read(path: Path, max_bytes: int, zone: ZoneInfo | None = None) -> Export:
    """Return the comments of a WordPress export.

    :param zone: the blog's, for comments whose time in GMT the file does not know.
    """
    export = Export("wordpress")
    export.comments = _comments(export, stream(path, _WANTED, _short, max_bytes), zone)
    return export


def _short(namespace: str, local: str) -> str:
    if _WORDPRESS.fullmatch(namespace):
        return f"wp:{local}"
    return local if not namespace else f"other:{local}"


def _comments(
    export: Export, elements: Iterator[Element], zone: ZoneInfo | None
) -> Iterator[Foreign]:
    version, waiting, seen = "", list[Element](), False
    for element in elements:
        seen = seen or element.name.startswith("rss")
        if element.name == "rss/channel/wp:wxr_version":
            version = _version(element)
        elif element.name.startswith("rss/channel/") and element.name not in {_ITEM, _COMMENT}:
            export.site = _site(element)
        elif element.name == _COMMENT:
            waiting.append(element)
        elif element.name == _ITEM:
            if not version:
                raise UnreadableExport(f"line {element.line}: {_NO_WORDPRESS}")
            yield from _of_item(export, element, waiting, zone)
            waiting = []
    if not version:
        raise UnreadableExport("line 1: " + (_NO_WORDPRESS if seen else _NO_RSS))


_NO_WORDPRESS = "it is a feed, but no WordPress export: wp:wxr_version is missing"
_NO_RSS = "it is XML, but no WordPress export: that begins with <rss>"


def _version(element: Element) -> str:
    version = element.get("wp:wxr_version")
    if version not in VERSIONS:
        raise UnreadableExport(
            f"line {element.line}: its version is {version or 'empty'}, "
            f"and only {', '.join(VERSIONS)} can be read"
        )
    return version


def _site(channel: Element) -> str:
    """Return the blog's address, the same whether it was reached by http or https."""
    for name in ("wp:base_blog_url", "wp:base_site_url", "link"):
        if address := channel.get(name):
            parts = urlsplit(address)
            return (parts.netloc.lower().removeprefix("www.") + parts.path).rstrip("/")
    return ""


def _of_item(
    export: Export, item: Element, comments: list[Element], zone: ZoneInfo | None
) -> Iterator[Foreign]:
    page = _page(item, comments)
    offset = _offset(item, zone)
    for comment in comments:
        kind = KINDS.get(comment.get("wp:comment_type").lower())
        if kind is None:
            export.skipped[comment.get("wp:comment_type")] += 1
        else:
            yield _comment(comment, kind, page, zone or offset)


def _page(item: Element, comments: list[Element]) -> Page:
    number = item.get("wp:post_id")
    if comments and not re.fullmatch("[0-9]{1,18}", number):
        raise UnreadableExport(f"line {item.line}: a post with comments has no wp:post_id")
    return Page(
        id=number,
        title=unescape(item.get("title")),
        addresses=_addresses(item),
        hidden=_hidden(item),
        slug=item.get("wp:post_name"),
        date=_utc(item.get("wp:post_date_gmt")) or _pub_date(item.get("pubDate")),
    )


def _addresses(item: Element) -> tuple[str, ...]:
    number = item.get("wp:post_id")
    numbered = f"/?page_id={number}" if item.get("wp:post_type") == "page" else f"/?p={number}"
    given = (item.get("link"), item.get("guid"), numbered)
    return tuple(dict.fromkeys(address for address in given if address))


def _hidden(item: Element) -> str:
    """Return why the public could not read a post; what is not certainly public was not."""
    if item.get("wp:post_password"):
        return "password"
    status = item.get("wp:status").lower()
    return "" if status == "publish" else status or "unknown"


def _comment(
    comment: Element, kind: CommentKind, page: Page, zone: ZoneInfo | int | None
) -> Foreign:
    number, parent = comment.get("wp:comment_id"), comment.get("wp:comment_parent")
    if not re.fullmatch("[0-9]{1,18}", number):
        raise UnreadableExport(f"line {comment.line}: a comment has no wp:comment_id")
    return Foreign(
        id=number,
        parent=parent if parent.strip("0") else None,
        page=page,
        text=comment.texts.get("wp:comment_content", ""),
        date=_utc(comment.get("wp:comment_date_gmt")) or _local(comment, zone),
        status=STATUSES.get(comment.get("wp:comment_approved").lower(), Status.PENDING),
        # WordPress keeps these as they stand in HTML.
        author_name=unescape(comment.get("wp:comment_author")),
        author_email=comment.get("wp:comment_author_email"),
        author_url=unescape(comment.get("wp:comment_author_url")),
        address=comment.get("wp:comment_author_IP"),
        kind=kind,
        line=comment.line,
    )


# -- times ----------------------------------------------------------------------------------------


def _stamp(value: str) -> datetime | None:
    """Return a time without a zone; None of zeros and of what is no time."""
    try:
        return datetime.strptime(value, "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None


def _utc(value: str) -> datetime | None:
    found = _stamp(value)
    return found.replace(tzinfo=UTC) if found else None


def _local(comment: Element, zone: ZoneInfo | int | None) -> datetime | None:
    """Return the time in UTC of a comment that has only the blog's own."""
    found = _stamp(comment.get("wp:comment_date"))
    if found is None or zone is None:
        return None
    try:
        if isinstance(zone, int):
            return datetime.fromtimestamp(found.replace(tzinfo=UTC).timestamp() - zone, UTC)
        return found.replace(tzinfo=zone).astimezone(UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _offset(item: Element, zone: ZoneInfo | None) -> int | None:
    """Return how many seconds the blog's clock was before GMT when the post was written."""
    here, gmt = _stamp(item.get("wp:post_date")), _stamp(item.get("wp:post_date_gmt"))
    if zone is not None or here is None or gmt is None:
        return None
    return int((here - gmt).total_seconds())


def _pub_date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
        return found.astimezone(UTC) if found.tzinfo and found.year > 1000 else None
    except (ValueError, TypeError, OverflowError):
        return None
