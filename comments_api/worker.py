"""What happens without anybody asking: retries, the clock, forgetting what must not stay."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from comments_api import clock, comments, dates, limits, publishing, reports
from comments_api.db import Database
from comments_api.errors import SiteTrouble
from comments_api.models import Comment, DirtyRegion, IdempotencyKey, Session, SignInLink
from comments_api.sites import FolderSite

log = logging.getLogger(__name__)
PAUSE = 1.0  # seconds between two looks at the database
HOUSEKEEPING = timedelta(hours=1)
SESSION_LIFE = timedelta(days=30)  # long after any setting ended it
ADDRESS_LIFE = timedelta(days=30)


class Worker:
    """The loop beside the server; any number may run, since the site's lock lets one write."""

    def __init__(self, database: Database, site: FolderSite) -> None:
        self.database = database
        self.site = site
        self.stopping = threading.Event()
        self._cleaned: datetime | None = None
        self._ticked: tuple[object, ...] = ()

    def run(self, now: Callable[[], datetime]) -> None:
        """Work until `stop` is called; trouble is logged and tried again.

        :param now: a function that tells the time.
        """
        while not self.stopping.is_set():
            try:
                self.step(now())
            except (sa.exc.DBAPIError, SiteTrouble, OSError) as error:
                log.error("%s", error)
            except Exception:  # one bad page must not end the retries of all others
                log.exception("unexpected")
            self.stopping.wait(PAUSE)

    def stop(self, *_: object) -> None:
        """End after the step that is under way."""
        self.stopping.set()

    def step(self, now: datetime) -> None:
        """Do all that is due now.

        :raise SiteTrouble: if no site is live, or another process keeps it locked.
        """
        build = self.site.live()
        if self._ticked != (build.folder, dates.minute(now)):
            with self.site.lock():  # a build that goes live meanwhile must see the same time
                clock.tick(self.database, self.site.live().manifest, now)
            self._ticked = (build.folder, dates.minute(now))
        if self._anything_due(now):
            publishing.publish(self.database, self.site, now)
        if self._time_to_forget(now):
            forget(self.database, now)
            self._cleaned = now

    def _time_to_forget(self, now: datetime) -> bool:
        """Say yes every hour, and as soon as a day is over: its salt must not outlive it."""
        last = self._cleaned
        return last is None or now - last >= HOUSEKEEPING or now.date() != last.date()

    def _anything_due(self, now: datetime) -> bool:
        ready = (DirtyRegion.attempts == 0) | (DirtyRegion.due <= now)
        statement = sa.select(DirtyRegion.id).where(ready).limit(1)
        with self.database.snapshot() as connection:
            return connection.execute(statement).first() is not None


def forget(database: Database, now: datetime) -> None:
    """Remove what must not be kept: address blocks after 30 days, used links, full buckets.

    Of reports, all that could tell yesterday's networks apart.
    """
    with database.session() as session:
        session.execute(
            sa.update(Comment)
            .where(Comment.created < now - ADDRESS_LIFE, Comment.address_block.is_not(None))
            .values(address_block=None)
        )
        session.execute(sa.delete(SignInLink).where(SignInLink.expires < now))
        session.execute(sa.delete(Session).where(Session.created < now - SESSION_LIFE))
        session.execute(
            sa.delete(IdempotencyKey).where(IdempotencyKey.created < now - comments.KEY_LIFE)
        )
        reports.forget(session, now)
        limits.forget(session, now)
    database.settle()
