"""A thread as the API answers it: its region's bytes and its JSON, each drawn once per change."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import sqlalchemy as sa

from comments_api import rows
from comments_api.dates import iso
from comments_api.db import Database
from comments_api.errors import SiteTrouble, UnknownThread
from comments_api.manifest import Region, ThreadInfo
from comments_api.openness import state_of_thread
from comments_api.outline import Row
from comments_api.representations import Representation, Representations, as_of, html_of, of_json
from comments_api.rows import Reader
from comments_api.sites import Build


class Threads(Representations):
    """The threads of the live build."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, rows.STATE)

    def get(self, build: Build, info: ThreadInfo, lang: str, *, html: bool) -> Representation:
        """Return a thread as the database has it now."""
        place = (build.folder, info.key, lang, html)
        make = partial(_represent, build=build, info=info, lang=lang, html=html)
        return self.current(place, {"key": info.key}, make)


def find(build: Build, key: str) -> ThreadInfo:
    """Return a thread that a built page has: threads never exist because somebody asked for one.

    :raise UnknownThread: if no page has it.
    """
    info = build.manifest.threads.get(key)
    if info is None:
        raise UnknownThread(key)
    return info


def region_of(build: Build, info: ThreadInfo, lang: str) -> Region:
    """Return the region of a thread in a language, or in another if it has no page in that one.

    :raise SiteTrouble: if the theme draws the thread nowhere.
    """
    region = build.manifest.region("thread", info.key, lang)
    if region is None:
        raise SiteTrouble(f"no page of the site shows the thread {info.key}")
    return region


def _represent(
    connection: sa.Connection, build: Build, info: ThreadInfo, lang: str, *, html: bool
) -> Representation:
    region = region_of(build, info, lang)
    reader = Reader(connection, build.manifest.threads)
    if html:
        return html_of(reader, region)
    found = reader.thread(info.key)
    count, switched = sum(not row.withdrawn for row in found), reader.switched(info.key)
    return of_json(
        {
            "thread": info.key,
            "title": region.context["title"],
            "link": region.context["site_url"] + region.context["url"],
            "count": count,
            "state": state_of_thread(region.context, count, as_of(reader), switched),
            "comments": [public(row, region.context) for row in found],
        }
    )


def public(row: Row, context: Mapping[str, Any], status: str = "approved") -> dict[str, Any]:
    """Return what anybody may know of a comment, under WordPress's names where there are any."""
    return {
        "id": row.id,
        "parent": row.parent or 0,
        "author_name": row.author_name,
        "author_url": row.author_url,
        "date_gmt": iso(row.date)[:-1],
        "date_edited_gmt": iso(row.edited)[:-1] if row.edited else None,
        "edited_by_moderator": row.edited_by_staff,
        "pinned": row.pinned,
        "highlighted": row.highlighted,
        "content": {"rendered": str(row.html)},
        "link": f"{context['site_url']}{context['url']}#comment-{row.id}",
        "status": "withdrawn" if row.withdrawn else status,
        "type": row.kind,
        "campaign": row.campaign,
    }
