"""A thread as the API answers it: its region's bytes and its JSON, each drawn once per change."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson
import sqlalchemy as sa

from comments_api import regions, rows
from comments_api.dates import iso
from comments_api.db import Database
from comments_api.errors import SiteTrouble, UnknownThread
from comments_api.manifest import Region, ThreadInfo
from comments_api.outline import Row
from comments_api.rows import Reader
from comments_api.sites import Build

KEPT = 128  # representations in the memory of one process


@dataclass(frozen=True, slots=True)
class Representation:
    """The bytes of a thread in one form, and the strong validator of exactly these bytes."""

    body: bytes
    etag: str


Place = tuple[Any, ...]  # build, thread, language, form


class Threads:
    """The threads of the live build; what did not change since it was drawn is not drawn again."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: OrderedDict[Place, tuple[object, Representation]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, build: Build, info: ThreadInfo, lang: str, *, html: bool) -> Representation:
        """Return a thread as the database has it now."""
        place = (build.folder, info.key, lang, html)
        state = self._database.peek(rows.STATE, {"key": info.key})
        kept = self._kept.get(place)
        if kept is not None and kept[0] == state:
            return kept[1]
        with self._database.snapshot() as connection:
            state = rows.state_of(connection, info.key)
            made = _represent(connection, build, info, lang, html=html)
        self._keep(place, state, made)
        return made

    def _keep(self, place: Place, state: object, made: Representation) -> None:
        with self._lock:
            self._kept[place] = (state, made)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


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
    as_of = reader.as_of()
    if as_of is None:
        raise SiteTrouble("the clock of the database never started")
    if html:
        text = regions.drawn(reader, region, as_of)
        return Representation(text.encode(), f'"{regions.version_in(text)}"')
    found = reader.thread(info.key)
    count = sum(not row.withdrawn for row in found)
    content = {
        "thread": info.key,
        "title": region.context["title"],
        "link": region.context["site_url"] + region.context["url"],
        "count": count,
        "state": regions.state_of_thread(region.context, count, as_of),
        "comments": [public(row, region.context) for row in found],
    }
    body = orjson.dumps(content)
    return Representation(body, f'"{blake2b(body, digest_size=12).hexdigest()}"')


def public(row: Row, context: Mapping[str, Any], status: str = "approved") -> dict[str, Any]:
    """Return what anybody may know of a comment, under WordPress's names where there are any."""
    return {
        "id": row.id,
        "parent": row.parent or 0,
        "author_name": row.author_name,
        "author_url": row.author_url,
        "date_gmt": iso(row.date)[:-1],
        "content": {"rendered": str(row.html)},
        "link": f"{context['site_url']}{context['url']}#comment-{row.id}",
        "status": "withdrawn" if row.withdrawn else status,
        "campaign": row.campaign,
    }
