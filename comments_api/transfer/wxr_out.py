"""Comments as WordPress takes them: a WXR file of all that is public or waits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

import sqlalchemy as sa

from comments_api.db import Database
from comments_api.manifest import Manifest, ThreadInfo
from comments_api.models import Comment, CommentKind, Status, Thread

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STATUSES = {Status.APPROVED.value: "1", Status.PENDING.value: "0"}
_TYPES = {CommentKind.MENTION.value: "pingback"}
_COLUMNS = (
    *(Comment.id, Comment.parent_id, Comment.status, Comment.kind, Comment.created),
    *(Comment.author_name, Comment.author_email, Comment.author_url, Comment.rendered),
)


def lines(database: Database, manifest: Manifest, now: datetime) -> Iterator[str]:
    """Yield the lines of a WXR file, from one snapshot of the database."""
    yield from _head(manifest, now)
    with database.snapshot() as connection:
        above = _above(connection)
        threads = connection.execute(sa.select(Thread.id, Thread.key).order_by(Thread.id)).all()
        for number, key in threads:
            comments = list(_comments(connection, number, above))
            if comments:
                yield from _item(manifest, number, key, comments)
    yield "</channel>"
    yield "</rss>"


def _head(manifest: Manifest, now: datetime) -> Iterator[str]:
    site = manifest.site
    yield '<?xml version="1.0" encoding="UTF-8" ?>'
    yield (
        '<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">'
    )
    yield "<channel>"
    yield _plain("title", site["name"])
    yield _plain("link", site["site_url"])
    yield _plain("description", "")
    yield _plain("pubDate", format_datetime(now))
    yield _plain("language", site["lang"])
    yield _plain("wp:wxr_version", "1.2")
    yield _plain("wp:base_site_url", site["site_url"])
    yield _plain("wp:base_blog_url", site["site_url"])


def _above(connection: sa.Connection) -> Mapping[int, tuple[int | None, bool]]:
    """Return what each comment answers, and whether the comment itself is exported."""
    found = connection.execute(sa.select(Comment.id, Comment.parent_id, Comment.status))
    return {id_: (parent, status in _STATUSES) for id_, parent, status in found}


def _comments(
    connection: sa.Connection, thread: int, above: Mapping[int, tuple[int | None, bool]]
) -> Iterator[str]:
    statement = (
        sa.select(*_COLUMNS)
        .where(Comment.thread_id == thread, Comment.status.in_(_STATUSES))
        .order_by(Comment.id)
    )
    for row in connection.execute(statement):
        yield "\n".join(_comment(row, _nearest(row.parent_id, above)))


def _nearest(parent: int | None, above: Mapping[int, tuple[int | None, bool]]) -> int:
    """Return the nearest comment above that is exported too, or 0."""
    seen: set[int] = set()
    while parent is not None and parent in above and parent not in seen:
        seen.add(parent)
        further, exported = above[parent]
        if exported:
            return parent
        parent = further
    return 0


def _comment(row: Any, parent: int) -> Iterator[str]:
    # WordPress has no time zone to offer; its own time is then the same as GMT.
    stamp = row.created.strftime("%Y-%m-%d %H:%M:%S")
    yield "<wp:comment>"
    yield _plain("wp:comment_id", row.id)
    yield _cdata("wp:comment_author", escape(row.author_name))
    yield _cdata("wp:comment_author_email", row.author_email)
    yield _plain("wp:comment_author_url", row.author_url)
    yield _cdata("wp:comment_author_IP", "")
    yield _cdata("wp:comment_date", stamp)
    yield _cdata("wp:comment_date_gmt", stamp)
    yield _cdata("wp:comment_content", row.rendered)
    yield _cdata("wp:comment_approved", _STATUSES[row.status])
    yield _cdata("wp:comment_type", _TYPES.get(row.kind, "comment"))
    yield _plain("wp:comment_parent", parent)
    yield _plain("wp:comment_user_id", 0)
    yield "</wp:comment>"


def _item(manifest: Manifest, number: int, key: str, comments: Iterable[str]) -> Iterator[str]:
    info = manifest.threads.get(key)
    url, title = info.page(info.lang) if info else ("", key)
    stamp = _stamp(info)
    yield "<item>"
    yield _plain("title", title)
    yield _plain("link", f"{manifest.site['site_url']}{url}" if info else "")
    yield _cdata("dc:creator", "")
    yield _cdata("content:encoded", "")
    yield _cdata("excerpt:encoded", "")
    yield _plain("wp:post_id", number)
    yield _cdata("wp:post_date", stamp)
    yield _cdata("wp:post_date_gmt", stamp)
    yield _cdata("wp:comment_status", "open")
    yield _cdata("wp:ping_status", "closed")
    yield _cdata("wp:post_name", url.strip("/").rpartition("/")[2] or key)
    # A page that is gone is nobody's to read.
    yield _cdata("wp:status", "publish" if info else "draft")
    yield _plain("wp:post_parent", 0)
    yield _plain("wp:menu_order", 0)
    yield _cdata("wp:post_type", "post")
    yield _cdata("wp:post_password", "")
    yield _plain("wp:is_sticky", 0)
    yield from comments
    yield "</item>"


def _stamp(info: ThreadInfo | None) -> str:
    if info is None:
        return "0000-00-00 00:00:00"
    return datetime.fromisoformat(info.context["dated"]).strftime("%Y-%m-%d %H:%M:%S")


def _plain(name: str, value: object) -> str:
    return f"<{name}>{escape(_NO_XML.sub('', str(value)))}</{name}>"


def _cdata(name: str, value: str) -> str:
    whole = _NO_XML.sub("", value).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{whole}]]></{name}>"
