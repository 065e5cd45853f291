"""What happens without anybody asking: retries, the clock, forgetting what must not stay."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from comments_api import (
    clock,
    comments,
    confirmations,
    dates,
    identities,
    limits,
    publishing,
    reports,
    retention,
    sign_ins,
    signs,
)
from comments_api.db import Database
from comments_api.errors import SiteTrouble
from comments_api.mail import subscriptions, waiting
from comments_api.mail.sending import Postman
from comments_api.manifest import Manifest
from comments_api.models import IdempotencyKey, Session, SignInLink
from comments_api.settings import Settings
from comments_api.sites import FolderSite

log = logging.getLogger(__name__)
PAUSE = 1.0  # seconds between two looks at the database
HOUSEKEEPING = timedelta(hours=1)
GOODBYE = 15.0  # seconds for the mail that is under way when the worker is told to end
SESSION_LIFE = timedelta(days=30)  # long after any setting ended it


class Worker:
    """The loop beside the server; any number may run, since the site's lock lets one write."""

    def __init__(
        self,
        database: Database,
        site: FolderSite,
        settings: Settings | None = None,
        postman: Postman | None = None,
    ) -> None:
        self.database = database
        self.site = site
        self.settings = settings or Settings()
        self.postman = postman
        self.stopping = threading.Event()
        self._cleaned: datetime | None = None
        self._said_off = False
        self._ticked: tuple[object, ...] = ()
        self._seen: datetime | None = None

    def run(self, now: Callable[[], datetime]) -> None:
        """Work until `stop` is called; trouble is logged and tried again.

        Mail has a thread of its own, so that a slow server keeps no page waiting.

        :param now: a function that tells the time.
        """
        if self.postman is None:
            self._repeat(lambda: self.step(now()))
            return
        mail = threading.Thread(target=self._repeat, args=[lambda: self.deliver(now)], daemon=True)
        mail.start()
        self._repeat(lambda: self.step(now()))
        mail.join(GOODBYE)

    def _repeat(self, step: Callable[[], None]) -> None:
        while not self.stopping.is_set():
            try:
                step()
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
        self._say_alive(dates.minute(now))
        build = self.site.live()
        if self._ticked != (build.folder, dates.minute(now)):
            with self.site.lock():  # a build that goes live meanwhile must see the same time
                clock.tick(self.database, self.site.live().manifest, now)
            self._ticked = (build.folder, dates.minute(now))
        if publishing.is_anything_due(self.database, now):
            publishing.publish(self.database, self.site, now)
        if self.postman is None:
            self._drop_mail(now)
        # Where much must go, the next step goes on, and pages need not wait for all of it.
        if self._time_to_forget(now) and forget(self.database, now, self.settings, build.manifest):
            self._cleaned = now

    def _say_alive(self, minute: datetime) -> None:
        """Note once a minute that somebody works here; doctor.py looks for it."""
        if self._seen != minute:
            with self.database.session() as session:
                signs.note(session, signs.WORKER, minute)
            self._seen = minute

    def deliver(self, now: Callable[[], datetime]) -> None:
        """Send a batch of the mail that is due.

        :raise SiteTrouble: if no site is live: mails name its pages.
        """
        if self.postman is not None:
            self.postman.round(self.site.live().manifest, now, self.stopping.is_set)

    def _drop_mail(self, now: datetime) -> None:
        """Let nothing pile up where no mail is sent."""
        with self.database.reading() as session:
            if not waiting.is_anything_due(session, now):
                return
        with self.database.session() as session:
            waiting.drop(session, now)
        if not self._said_off:
            log.info("COMMENTS_SMTP_URL is empty, so nobody gets the mail that there would be")
            self._said_off = True

    def _time_to_forget(self, now: datetime) -> bool:
        """Say yes every hour, and as soon as a day is over: its salt must not outlive it."""
        last = self._cleaned
        return last is None or now - last >= HOUSEKEEPING or now.date() != last.date()


def forget(
    database: Database,
    now: datetime,
    settings: Settings | None = None,
    manifest: Manifest | None = None,
) -> bool:
    """Remove what must not be kept, and say whether that was all: what is left, call it again.

    That is what retention.py says, used links, full buckets; of reports, all that could tell
    yesterday's networks apart.

    :param manifest: of the live build, which knows the pages about people in danger.
    """
    threads = manifest.threads.values() if manifest else ()
    sensitive = [thread.key for thread in threads if thread.context["sensitive"]]
    with database.session() as session:
        done = retention.forget(session, settings or Settings(), now, sensitive)
        session.execute(sa.delete(SignInLink).where(SignInLink.expires < now))
        session.execute(sa.delete(Session).where(Session.created < now - SESSION_LIFE))
        session.execute(
            sa.delete(IdempotencyKey).where(IdempotencyKey.created < now - comments.KEY_LIFE)
        )
        reports.forget(session, now)
        for links in (confirmations, sign_ins, identities):
            links.forget(session, now)
        for mail in (subscriptions, waiting):
            mail.forget(session, now)
        limits.forget(session, now)
    database.settle()
    return done
