"""Reading the XML that Disqus exports: its threads are pages, its posts are comments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from comments_api.errors import UnreadableExport
from comments_api.models import Status
from comments_api.transfer.elements import Element, stream
from comments_api.transfer.foreign import Export, Foreign, Page

_NAMESPACE = "http://disqus.com"
_WANTED = {
    "disqus/category": frozenset({"forum"}),
    "disqus/thread": frozenset({"id", "forum", "link", "title", "createdAt", "isDeleted"}),
    "disqus/post": frozenset(
        {
            *("message", "createdAt", "isDeleted", "isSpam", "isApproved", "ipAddress"),
            *("author/name", "author/email", "author/username", "author/link", "thread", "parent"),
        }
    ),
}


def read(path: Path, max_bytes: int) -> Export:
    """Return the comments of a Disqus export."""
    export = Export("disqus")
    export.comments = _comments(export, stream(path, _WANTED, _short, max_bytes))
    return export


def _short(namespace: str, local: str) -> str:
    return local if namespace == _NAMESPACE else f"other:{local}"


def _comments(export: Export, elements: Iterator[Element]) -> Iterator[Foreign]:
    pages: dict[str, Page] = {}
    seen = False
    for element in elements:
        seen = True
        export.site = export.site or element.get("forum")
        if element.name == "disqus/thread":
            pages[element.get("@id")] = _page(element)
        elif element.name == "disqus/post":
            yield _comment(element, pages)
    if not seen:
        raise UnreadableExport("line 1: it is XML, but no Disqus export: that begins with <disqus>")


def _page(thread: Element) -> Page:
    number = thread.get("@id")
    if not number:
        raise UnreadableExport(f"line {thread.line}: a thread has no dsq:id")
    return Page(
        id=number,
        title=thread.get("title"),
        addresses=tuple(address for address in (thread.get("link"), thread.get("id")) if address),
        hidden="deleted" if _yes(thread, "isDeleted") else "",
        date=_moment(thread.get("createdAt")),
    )


def _comment(post: Element, pages: dict[str, Page]) -> Foreign:
    number = post.get("@id")
    if not number:
        raise UnreadableExport(f"line {post.line}: a post has no dsq:id")
    of = post.get("thread@id")
    return Foreign(
        id=number,
        parent=post.get("parent@id") or None,
        page=pages.get(of) or Page(id=of or "none", hidden="unknown"),
        text=post.texts.get("message", ""),
        date=_moment(post.get("createdAt")),
        status=_status(post),
        author_name=post.get("author/name") or post.get("author/username"),
        author_email=post.get("author/email"),
        author_url=post.get("author/link"),
        address=post.get("ipAddress"),
        line=post.line,
    )


def _status(post: Element) -> Status:
    if _yes(post, "isSpam"):
        return Status.SPAM
    if _yes(post, "isDeleted"):
        return Status.TRASH
    return Status.PENDING if post.get("isApproved").lower() == "false" else Status.APPROVED


def _yes(element: Element, name: str) -> bool:
    """Say whether something is so; what is neither yes nor no is not public."""
    return element.get(name).lower() not in {"", "false", "0"}


def _moment(value: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
