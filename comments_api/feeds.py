"""Comment feeds: Atom with threading (RFC 4685), as live regions that fill a file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from feedgenerator import Atom1Feed
from feedgenerator.django.utils.xmlutils import SimplerXMLGenerator

from comments_api.manifest import Region
from comments_api.outline import Row
from comments_api.translation import translations

THREADING = "http://purl.org/syndication/thread/1.0"


class CommentFeed(Atom1Feed):  # type: ignore[misc]  # feedgenerator has no types
    """An Atom feed whose entries say what they reply to; dated by its content, not by a clock."""

    def root_attributes(self) -> dict[str, str]:
        """Declare the threading extension."""
        return {**super().root_attributes(), "xmlns:thr": THREADING}

    def latest_post_date(self) -> datetime:
        """Return the newest change, or the date of the post for a feed without entries."""
        moments = [item["updateddate"] for item in self.items]
        latest: datetime = max([*moments, self.feed["dated"]])
        return latest

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Add the reference to what the entry replies to."""
        super().add_item_elements(handler, item)
        handler.addQuickElement("thr:in-reply-to", None, item["reply_to"])


def thread_feed(region: Region, found: Iterable[Row], as_of: datetime) -> str:
    """Draw the feed of one thread."""
    context = region.context
    gettext = translations(region.lang).gettext
    title = gettext("Comments on %(title)s") % {"title": context["title"]}
    feed = _feed(region, title, context["site_url"] + context["url"])
    for row in found:
        _add(feed, region, row, context["title"], context["url"])
    return _written(feed)


def comments_feed(region: Region, found: Iterable[Row], as_of: datetime) -> str:
    """Draw the feed of all comments of the site."""
    context = region.context
    gettext = translations(region.lang).gettext
    title = gettext("Comments on %(title)s") % {"title": context["title"]}
    feed = _feed(region, title, context["site_url"] + context["url"])
    for row in found:
        _add(feed, region, row, row.thread_title, row.url.partition("#")[0])
    return _written(feed)


def _feed(region: Region, title: str, link: str) -> CommentFeed:
    address = region.context["site_url"] + region.context["feed"]
    return CommentFeed(
        title=title,
        link=link,
        description="",
        language=region.lang,
        feed_url=address,
        feed_guid=address,
        dated=datetime.fromisoformat(region.context["dated"]),
    )


def _add(feed: CommentFeed, region: Region, row: Row, title: str, url: str) -> None:
    site = region.context["site_url"]
    gettext = translations(region.lang).gettext
    link = f"{site}{url}#comment-{row.id}"
    words = {"name": row.author_name, "title": title}
    feed.add_item(
        title=gettext("%(name)s on %(title)s") % words,
        link=link,
        description=None,
        content=str(row.html),
        author_name=row.author_name,
        unique_id=name_of(site, row.id),
        pubdate=row.date,
        updateddate=row.changed,
        reply_to=_reply_to(site, url, row),
    )


def _reply_to(site: str, url: str, row: Row) -> dict[str, str]:
    page = site + url
    if row.parent is None:
        return {"ref": page, "href": page, "type": "text/html"}
    return {
        "ref": name_of(site, row.parent),
        "href": f"{page}#comment-{row.parent}",
        "type": "text/html",
    }


def name_of(site: str, comment: int) -> str:
    """Return the lasting name of a comment's entry; it stays when the post moves."""
    return f"{site}/comments/#comment-{comment}"


def _written(feed: CommentFeed) -> str:
    text: str = feed.writeString("utf-8")
    return text
