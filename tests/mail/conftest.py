"""A post office with a real server, and a site about which there is something to tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.db import Database
from comments_api.mail import outbox, subscriptions
from comments_api.mail.delivery import Line
from comments_api.mail.headers import Mailbox
from comments_api.mail.office import Office
from comments_api.mail.outbox import Kind
from comments_api.mail.sending import Postman
from comments_api.mail.subscriptions import Wish
from comments_api.manifest import Manifest
from comments_api.models import Comment, Outbox, Scope, Status, Subscription
from tests.factories import THREAD, make_comment, make_manifest, make_thread
from tests.http.conftest import SECRET, Watch, watch
from tests.mail.smtp import Running, running

__all__ = ["watch"]  # a fixture

SITE = "https://example.org"
SENDER = Mailbox("The campaign", "news@example.org")
POST, LETTER = "post:the-vote", "letter:write-to-the-mayor"


@pytest.fixture
def server() -> Iterator[Running]:
    """A mail server of this machine."""
    with running() as found:
        yield found


@pytest.fixture
def office(server: Running) -> Office:
    """The campaign's post office."""
    return Office(server.known_as(), SENDER, SITE, SECRET, 8)


@pytest.fixture
def manifest() -> Manifest:
    """A site with a post, which Carol wrote, and a letter."""
    return make_site()


def make_site(**context: Any) -> Manifest:
    """Return what a build tells of a site; what is given changes its thread."""
    plain = make_manifest()
    threads = {THREAD: make_thread(authors=["Carol"], **context)}
    news = {
        POST: _page("post", "The vote", "/2026/11/the-vote/"),
        LETTER: _page("letter", "Write to the mayor", "/letters/write-to-the-mayor/"),
    }
    return replace(plain, site={**plain.site, "news": news}, threads=threads)


def _page(kind: str, title: str, address: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "lang": "en",
        "pages": {"en": (address, title), "fr": (f"/fr{address}", f"{title} (fr)")},
        "dated": "2026-11-20T09:00:00Z",
        "sensitive": False,
        **more,
    }


@dataclass
class Desk:
    """What a test puts into the outbox, takes out of it and looks at."""

    database: Database
    office: Office
    manifest: Manifest
    watch: Watch

    def postman(self, **more: Any) -> Postman:
        """Return somebody who delivers; `more` changes his patience."""
        line = {"patience": 5.0, "longest": 20.0, **more}
        return Postman(
            self.database, self.office, lambda: Line(self.office.server, "localhost", **line)
        )

    def deliver(self, **more: Any) -> None:
        """Deliver what is due."""
        self.postman(**more).round(self.manifest, lambda: self.watch.now)

    def mail(self, to: str = "bob@example.org", **more: Any) -> int:
        """Note a mail about a new comment, and return its number."""
        with self.database.session() as session:
            comment = self._comment(session)
            payload = {"why": "author"}
            outbox.put(
                session,
                Kind.PUBLISHED,
                self.watch.now,
                comment_id=comment.id,
                recipient=to,
                lang="en",
                payload=payload,
                **more,
            )
            session.flush()
            return int(session.scalars(sa.select(sa.func.max(Outbox.id))).one())

    def mails(self, number: int) -> list[str]:
        """Note so many mails to as many people, and return their addresses."""
        people = [f"bob{one}@example.org" for one in range(number)]
        with self.database.session() as session:
            comment = self._comment(session)
            for one in people:
                outbox.put(
                    session,
                    Kind.PUBLISHED,
                    self.watch.now,
                    comment_id=comment.id,
                    recipient=one,
                    lang="en",
                    payload={"why": "author"},
                )
        return people

    def follow(self, email: str = "bob@example.org", *, confirmed: bool = True, **wish: Any) -> int:
        """Note that somebody follows the thread, or what is wished; return the number of it."""
        given = {"scope": Scope.THREAD, "lang": "en", "thread_key": THREAD, **wish}
        with self.database.session() as session:
            subscriptions.subscribe(session, Wish(email, **given), self.watch.now, proven=confirmed)
            return int(session.scalars(sa.select(sa.func.max(Subscription.id))).one())

    def event(self, kind: Kind, **more: Any) -> None:
        """Note that something happened."""
        with self.database.session() as session:
            outbox.put(session, kind, self.watch.now, **more)

    def comment(self, status: Status = Status.APPROVED, **fields: Any) -> int:
        """Store a comment, and return its number."""
        with self.database.session() as session:
            return self._comment(session, status, **fields).id

    def _comment(
        self, session: orm.Session, status: Status = Status.APPROVED, **fields: Any
    ) -> Comment:
        """Store a comment of which nobody is told: what storing it says is another test's."""
        found = make_comment(session, self.watch.now, status, **fields)
        session.execute(sa.delete(Outbox).where(Outbox.comment_id == found.id))
        return found

    def rows(self) -> list[Outbox]:
        """Return what the outbox holds, oldest first."""
        with self.database.session() as session:
            return list(session.scalars(sa.select(Outbox).order_by(Outbox.id)))

    def row(self, number: int) -> Outbox:
        """Return one row."""
        return next(row for row in self.rows() if row.id == number)


@pytest.fixture
def desk(database: Database, office: Office, manifest: Manifest, watch: Watch) -> Desk:
    """The outbox, with people who follow and people who deliver."""
    return Desk(database, office, manifest, watch)
