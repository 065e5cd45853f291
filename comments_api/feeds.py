"""Comment feeds: Atom with threading (RFC 4685), as live regions that fill a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from markupsafe import Markup

from comments_api.drawing import draw, kept, macro
from comments_api.manifest import Region
from comments_api.outline import Row
from comments_api.translation import translations

# XML cannot hold these at all. Nothing that is typed has them; a damaged row could.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def thread_feed(region: Region, found: Iterable[Row], as_of: datetime) -> str:
    """Draw the feed of one thread."""
    title, url = region.context["title"], region.context["url"]
    placed = [row._replace(thread_title=title, url=f"{url}#comment-{row.id}") for row in found]
    return comments_feed(region, placed, as_of)


def comments_feed(region: Region, found: Sequence[Row], as_of: datetime) -> str:
    """Draw a feed, dated by its newest comment; without any by its post, never by a clock."""
    context = region.context
    site = context["site_url"]
    gettext = translations(region.lang).gettext
    feed = draw(
        "comments/feed.xml",
        region.lang,
        region=region,
        title=gettext("Comments on %(title)s") % {"title": context["title"]},
        page=site + context["url"],
        address=site + context["feed"],
        updated=max(
            [row.changed for row in found], default=datetime.fromisoformat(context["dated"])
        ),
        entries=[_entry(row, site, region.lang) for row in found],
    )
    return possible(feed)


def possible(feed: str) -> str:
    """Return a feed without the characters that XML cannot hold."""
    return _IMPOSSIBLE.sub("", feed)


# An approval adds one entry to each feed: the others are drawn already.
@kept(1024)
def _entry(row: Row, site: str, lang: str) -> Markup:
    gettext = translations(lang).gettext
    page = site + row.url.partition("#")[0]
    entry = {
        "title": gettext("%(name)s on %(title)s")
        % {"name": row.author_name, "title": row.thread_title},
        "link": site + row.url,
        "id": name_of(site, row.id),
        "author": row.author_name,
        "published": row.date,
        "updated": row.changed,
        "ref": page if row.parent is None else name_of(site, row.parent),
        "href": page if row.parent is None else f"{page}#comment-{row.parent}",
        "html": row.html,
    }
    return macro("comments/_feed.xml", "entry", lang, "UTC")(entry)


def name_of(site: str, comment: int) -> str:
    """Return the lasting name of a comment's entry; it stays when the post moves."""
    return f"{site}/comments/#comment-{comment}"
