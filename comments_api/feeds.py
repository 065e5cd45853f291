"""Comment feeds: Atom with threading (RFC 4685), as live regions that fill a file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from comments_api.drawing import draw
from comments_api.manifest import Region
from comments_api.outline import Row
from comments_api.translation import translations

# XML cannot hold these at all. Nothing that is typed has them; a damaged row could.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def thread_feed(region: Region, found: Iterable[Row], as_of: datetime) -> str:
    """Draw the feed of one thread."""
    title, url = region.context["title"], region.context["url"]
    return _drawn(region, [_entry(region, row, title, url) for row in found])


def comments_feed(region: Region, found: Iterable[Row], as_of: datetime) -> str:
    """Draw the feed of all comments of the site."""
    return _drawn(
        region,
        [_entry(region, row, row.thread_title, row.url.partition("#")[0]) for row in found],
    )


def _drawn(region: Region, entries: list[dict[str, Any]]) -> str:
    """Draw a feed, dated by its newest entry; without entries by its post, and never by a clock."""
    context = region.context
    gettext = translations(region.lang).gettext
    feed = draw(
        "comments/feed.xml",
        region.lang,
        region=region,
        title=gettext("Comments on %(title)s") % {"title": context["title"]},
        page=context["site_url"] + context["url"],
        address=context["site_url"] + context["feed"],
        updated=max(
            [entry["updated"] for entry in entries],
            default=datetime.fromisoformat(context["dated"]),
        ),
        entries=entries,
    )
    return _IMPOSSIBLE.sub("", feed)


def _entry(region: Region, row: Row, title: str, url: str) -> dict[str, Any]:
    site = region.context["site_url"]
    page = site + url
    gettext = translations(region.lang).gettext
    return {
        "title": gettext("%(name)s on %(title)s") % {"name": row.author_name, "title": title},
        "link": f"{page}#comment-{row.id}",
        "id": name_of(site, row.id),
        "author": row.author_name,
        "published": row.date,
        "updated": row.changed,
        "ref": page if row.parent is None else name_of(site, row.parent),
        "href": page if row.parent is None else f"{page}#comment-{row.parent}",
        "html": row.html,
    }


def name_of(site: str, comment: int) -> str:
    """Return the lasting name of a comment's entry; it stays when the post moves."""
    return f"{site}/comments/#comment-{comment}"
