"""Making the pages show what the database says: after a decision, and all of them from nothing.

Everything is drawn inside the lock and from a snapshot taken after it, so that of several
publishers the last one knows the most. Publishing is idempotent.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import clock, pages, regions
from comments_api.db import Database
from comments_api.errors import PageDamaged, SiteTrouble
from comments_api.mail import announcing
from comments_api.manifest import Manifest, Region
from comments_api.models import DirtyRegion, Moment, Thread
from comments_api.rows import Reader
from comments_api.sites import Build, FolderSite

log = logging.getLogger(__name__)

_MARK = sa.insert(DirtyRegion)
_DONE = sa.delete(DirtyRegion).where(DirtyRegion.id.in_(sa.bindparam("ids", expanding=True)))
# A new mark is due at once, whatever became of the clock since.
_IS_DUE = (DirtyRegion.attempts == 0) | (DirtyRegion.due <= sa.bindparam("now", type_=Moment))
_DUE = sa.select(DirtyRegion.id, DirtyRegion.kind, DirtyRegion.key, DirtyRegion.attempts).where(
    _IS_DUE
)
_ANY_DUE = sa.select(DirtyRegion.id).where(_IS_DUE).limit(1)

# Seconds until a page that could not be written is tried again, by the number of attempts.
BACK_OFF = (5, 15, 60, 300)
LATE = timedelta(minutes=5)  # pages that wait for longer: no worker is there


@dataclass(slots=True)
class Report:
    """What a run of publishing did.

    :ivar written: the files that changed.
    :ivar failed: the files that could not be written, with the reason.
    """

    written: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def is_anything_due(database: Database, now: datetime) -> bool:
    """Say whether a page is to be written now."""
    with database.snapshot() as connection:
        return connection.execute(_ANY_DUE, {"now": now}).first() is not None


def lag(session: orm.Session) -> tuple[int, datetime | None]:
    """Return how many regions wait to be published, and since when."""
    statement = sa.select(sa.func.count(), sa.func.min(DirtyRegion.since))
    count, since = session.execute(statement).one()
    return count, since


def publish(database: Database, site: FolderSite, now: datetime, patience: float = 60.0) -> Report:
    """Write the pages of all dirty regions that are due, and note what failed.

    :param patience: seconds to wait for another process that is writing pages.
    :raise SiteTrouble: if no site is live, or that process takes longer.
    """
    with site.lock(patience):
        build = site.live()
        with database.snapshot() as connection:
            # In the same snapshot as the comments: what is dirty in it is also in it.
            dirty = connection.execute(_DUE, {"now": now}).all()
            report = _write(connection, build, _found(build.manifest, dirty))
        if dirty:
            _settle(database, build, dirty, report, now)
    return report


def _found(manifest: Manifest, dirty: Iterable[Any]) -> dict[str, Region]:
    names = {(row.kind, row.key) for row in dirty}
    return {region.id: region for name in sorted(names) for region in manifest.named(*name)}


def _settle(
    database: Database, build: Build, dirty: Sequence[Any], report: Report, now: datetime
) -> None:
    """Forget the rows that are on the page now, and note why the others are not.

    Only the rows of the snapshot are touched: a younger one means a younger change.
    """
    trouble = _trouble_by_region(build.manifest, report)
    done = [row.id for row in dirty if (row.kind, row.key) not in trouble]
    with database.session() as session:
        for start in range(0, len(done), 1000):  # a statement holds only so many values
            session.connection().execute(_DONE, {"ids": done[start : start + 1000]})
        for row in dirty:
            if (row.kind, row.key) in trouble:
                wait = BACK_OFF[min(row.attempts, len(BACK_OFF) - 1)]
                session.execute(
                    sa.update(DirtyRegion)
                    .where(DirtyRegion.id == row.id)
                    .values(
                        attempts=row.attempts + 1,
                        due=now + timedelta(seconds=wait),
                        error=trouble[row.kind, row.key],
                    )
                )


def _trouble_by_region(manifest: Manifest, report: Report) -> dict[tuple[str, str], str]:
    trouble: dict[tuple[str, str], str] = {}
    for path, reason in report.failed.items():
        for region_id in manifest.files[path]:
            region = manifest.regions[region_id]
            for key in region.marks:
                trouble[region.kind, key] = f"{path}: {reason}"
    return trouble


def publish_all(database: Database, build: Build) -> Report:
    """Write every live region of a build anew. The caller holds the lock, if the build is live."""
    with database.snapshot() as connection:
        return _write(connection, build, build.manifest.regions)


def go_live(database: Database, site: FolderSite, folder: Path, now: datetime) -> Report:
    """Make a build the live site, with every decision that was ever made on its pages.

    The lock is held from the drawing to the swap: a decision made meanwhile waits, and is then
    published to the new build. What is new in it is announced to those who follow the site.

    :raise SiteTrouble: if the folder is no build or one of its pages could not be written;
        the live site then stays as it was.
    """
    with site.lock():
        if site.has_live():  # what fell due on the pages that are live now is marked for them
            clock.tick(database, site.live().manifest, now)
        build = site.adopt(folder)
        try:
            report = _complete(database, build, now)
        except BaseException:
            if build.folder.resolve() != folder.resolve():  # a copy of ours; never what was given
                site.discard(build)
            raise
        site.swap(build)
        with database.session() as session:
            announcing.announce(session, build.manifest, now)
    return report


def _complete(database: Database, build: Build, now: datetime) -> Report:
    """Bring a build that is not live yet up to what the database says, all of it or nothing."""
    clock.start(database, now)
    clock.tick(database, build.manifest, now)
    report = publish_all(database, build)
    if report.failed:
        listed = "; ".join(f"{path}: {reason}" for path, reason in report.failed.items())
        raise SiteTrouble(f"{build.folder.name} did not go live: {listed}")
    return report


def verify(database: Database, build: Build) -> dict[str, str]:
    """Return the files that do not show what the database says, with the reason; change nothing."""
    wrong: dict[str, str] = {}
    with database.snapshot() as connection:
        drawn = _Drawn(connection, build.manifest, build.manifest.regions)
        for path in build.manifest.files:
            try:
                page = build.read(path)
                if drawn.applied(path, page) != page:
                    wrong[path] = "it does not show what the database says"
            except (OSError, PageDamaged, SiteTrouble) as error:
                wrong[path] = _sentence(error)
    return wrong


def _write(connection: sa.Connection, build: Build, wanted: Mapping[str, Region]) -> Report:
    """Write all files that hold a wanted region; one that fails does not stop the others."""
    report = Report()
    holders = build.manifest.holders
    drawn = _Drawn(connection, build.manifest, wanted)
    for path in dict.fromkeys(path for region_id in wanted for path in holders.get(region_id, ())):
        try:
            page = build.read(path)
            made = drawn.applied(path, page)
            if made != page:
                build.replace(path, made)
                report.written.append(path)
        except (OSError, PageDamaged, SiteTrouble) as error:
            report.failed[path] = _sentence(error)
            log.error("page not written: %s: %s", path, report.failed[path])
        except sa.exc.SQLAlchemyError:  # not this page's trouble: no other can be drawn either
            raise
        except Exception as error:  # a damaged row may spoil its own page, never the others
            report.failed[path] = f"it could not be drawn ({type(error).__name__})"
            log.exception("page not drawn: %s", path)
    return report


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    return str(error)


class _Drawn:
    """Wanted regions by one snapshot, each drawn once, when the first file needs it."""

    def __init__(
        self, connection: sa.Connection, manifest: Manifest, wanted: Mapping[str, Region]
    ) -> None:
        self._reader = Reader(connection, manifest.threads)
        self._manifest = manifest
        self._wanted = wanted
        self._done: dict[str, bytes] = {}
        self._as_of = clock.as_of(connection) if wanted else None

    def applied(self, path: str, page: bytes) -> bytes:
        """Return the file as it should be."""
        expected = self._manifest.files[path]
        drawn = {key: self._bytes(key) for key in expected if key in self._wanted}
        if self._fills(expected):
            return drawn[expected[0]]
        return pages.splice(page, expected, drawn)

    def _fills(self, expected: Sequence[str]) -> bool:
        return any(regions.KINDS[self._manifest.regions[key].kind].whole_file for key in expected)

    def _bytes(self, region_id: str) -> bytes:
        if region_id not in self._done:
            assert self._as_of is not None  # nothing is wanted otherwise
            region = self._wanted[region_id]
            self._done[region_id] = regions.drawn(self._reader, region, self._as_of).encode()
        return self._done[region_id]


def mark_dirty(session: orm.Session, thread: Thread, now: datetime) -> None:
    """Note, within the verb's transaction, that readers must see a change of the thread."""
    thread.version += 1
    _mark(session, regions.touched(thread.key), now)


def mark_all_dirty(session: orm.Session, threads: Iterable[Thread], now: datetime) -> None:
    """Note what mark_dirty notes, for many threads and each region once."""
    names: dict[tuple[str, str], None] = {}
    for thread in threads:
        thread.version += 1
        names |= dict.fromkeys(regions.touched(thread.key))
    if names:
        _mark(session, names, now)


def mark_reported(session: orm.Session, letter: str, now: datetime) -> None:
    """Note, within the verb's transaction, that readers must see who sent a letter."""
    _mark(session, regions.touched_by_report(letter), now)


def mark_switched(session: orm.Session, now: datetime) -> None:
    """Note, within the verb's transaction, that readers must see a switch on every thread."""
    _mark(session, [regions.EVERY_THREAD], now)


def _mark(session: orm.Session, names: Iterable[tuple[str, str]], now: datetime) -> None:
    marks = [
        {"kind": kind, "key": key, "since": now, "due": now, "attempts": 0} for kind, key in names
    ]
    session.connection().execute(_MARK, marks)
