"""The worker's part: leasing what is due, delivering it, and noting what became of it.

Any number of workers share an outbox. A mail is leased to one of them, and only that one; it is
noted as sent right after the server took it, so whoever is killed in the middle leaves one mail of
which nobody knows, and that one keeps its Message-ID.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.db import Database
from comments_api.mail import audience, composing, waiting
from comments_api.mail.delivery import Line, NoConnection, Undelivered
from comments_api.mail.headers import BadAddress, encoded, plain_address
from comments_api.mail.office import Office
from comments_api.mail.outbox import Kind
from comments_api.manifest import Manifest
from comments_api.models import Outbox

log = logging.getLogger(__name__)
BATCH = 50  # mails over one connection
LEASE = timedelta(minutes=5)  # much longer than any mail can take; see delivery.LONGEST
REST = timedelta(seconds=30)  # when the server cannot be reached, no other mail need try
_HOURS = timedelta(hours=4)
# Until a mail is tried again, by the number of attempts: soon, then for three days.
BACK_OFF = (*(timedelta(minutes=number) for number in (1, 5, 15, 60)), *(_HOURS,) * 17)

Clock = Callable[[], datetime]


class Postman:
    """Delivers mail, for one process.

    :param line: makes a connection; by default one to the office's server.
    """

    def __init__(
        self, database: Database, office: Office, line: Callable[[], Line] | None = None
    ) -> None:
        self._database = database
        self._office = office
        self._line = line or self._usual_line
        self._rests_until: datetime | None = None

    def _usual_line(self) -> Line:
        return Line(self._office.server, urlsplit(self._office.site_url).hostname or "localhost")

    def round(
        self, manifest: Manifest, clock: Clock, enough: Callable[[], bool] = lambda: False
    ) -> None:
        """Make mails of what happened, and deliver a batch of what is due.

        :param enough: says whether to end after the mail that is under way.
        """
        with self._database.reading() as session:  # a look keeps nobody from writing
            if not waiting.is_anything_due(session, clock()):
                return
        self._expand(manifest, clock())
        if self._rests_until is not None and clock() < self._rests_until:
            return
        with self._line() as line:
            # Somebody sits there and waits for a link: it overtakes mails to thousands.
            urgent = True
            for _ in range(BATCH):
                rows = [] if enough() else self._lease(clock(), urgent=urgent)
                if not rows and urgent and not enough():
                    urgent = False
                    rows = self._lease(clock(), urgent=False)
                if not rows or not self._deliver(line, rows, manifest, clock):
                    return

    # -- events -------------------------------------------------------------------------------

    def _expand(self, manifest: Manifest, now: datetime) -> None:
        """Make mails of the events that are due, each in a transaction of its own."""
        for _ in range(BATCH):
            with self._database.session() as session:
                event = session.scalars(_EVENTS, {"now": now}).first()
                if event is None:
                    return
                try:
                    with session.begin_nested():
                        audience.expand(session, event, manifest, now, self._office.digest_hour)
                except sa.exc.SQLAlchemyError:  # the database's trouble, not this event's
                    raise
                except Exception as error:  # a damaged row must not keep all others waiting
                    log.exception("event %s", event.id)
                    _put_off([event], type(error).__name__, now)

    # -- mails --------------------------------------------------------------------------------

    def _lease(self, now: datetime, *, urgent: bool) -> Sequence[Outbox]:
        """Return the rows of the mail that is due first, which no other worker takes meanwhile."""
        with self._database.session() as session:
            head = session.scalars(_URGENT if urgent else _HEADS, {"now": now}).first()
            if head is None:
                return []
            rows = [head, *_companions(session, head, now)]
            for row in rows:
                row.leased = now + LEASE
        return rows

    def _deliver(
        self, line: Line, rows: Sequence[Outbox], manifest: Manifest, clock: Clock
    ) -> bool:
        """Deliver one mail, and say whether it makes sense to go on with others."""
        try:
            if not self._given(line, rows, manifest, clock()):
                self._settle(rows, _drop)
                return True
        except NoConnection as error:
            log.error("the mail server cannot be reached: %s", error)
            self._rests_until = clock() + REST
            why = f"{waiting.NO_CONNECTION}{error}"
            self._settle(rows, lambda mine: _put_off(mine, why, clock()))
            return False
        except (Undelivered, BadAddress) as error:
            trouble = error
            self._settle(rows, lambda mine: _refused(mine, trouble, clock()))
            return True
        except sa.exc.SQLAlchemyError:
            raise
        except Exception as error:  # a damaged row must not keep all others waiting
            log.exception("mail %s", rows[0].id)
            why = type(error).__name__
            self._settle(rows, lambda mine: _put_off(mine, why, clock()))
            return True
        self._note_sent(rows, clock())
        return True

    def _given(self, line: Line, rows: Sequence[Outbox], manifest: Manifest, now: datetime) -> bool:
        """Give a mail to the server; say no if nothing of it is worth telling any more."""
        with self._database.reading() as session:
            message = composing.compose(session, rows, self._office, manifest, now)
        if message is None:
            return False
        content = encoded(message, self._office.sender, now)
        line.deliver(self._office.sender.address, plain_address(message.recipient), content)
        return True

    def _note_sent(self, rows: Sequence[Outbox], now: datetime) -> None:
        """Note that a mail was sent, whoever has the lease by now, and forget to whom."""
        forgotten: dict[str, Any] = {"recipient": "", "payload": {}, "leased": None, "error": None}
        these = sa.update(Outbox).where(Outbox.id.in_([row.id for row in rows]))
        with self._database.session() as session:
            session.execute(these.values(sent=now, **forgotten))

    def _settle(self, rows: Sequence[Outbox], change: Callable[[Sequence[Outbox]], None]) -> None:
        """Change what became of a mail, unless the lease is over and another worker has it."""
        with self._database.session() as session:
            statement = sa.select(Outbox).where(
                Outbox.id.in_([row.id for row in rows]),
                Outbox.leased == rows[0].leased,
                Outbox.sent.is_(None),
            )
            if mine := session.scalars(statement.with_for_update()).all():
                change(mine)


# -- which rows -------------------------------------------------------------------------------

_other = orm.aliased(Outbox)
_now = sa.bindparam("now", type_=Outbox.due.type)
_due = (Outbox.due <= _now) & Outbox.sent.is_(None) & Outbox.dead.is_(None)
_free = Outbox.leased.is_(None) | (Outbox.leased <= _now)
# Rows of a bundle belong together if the same lease, or none, holds them: what was once under way
# together stays together, since the server may have taken it, and what came later is another mail.
_led = (
    sa.exists()
    .where(
        _other.bundle == Outbox.bundle,
        _other.leased.is_not_distinct_from(Outbox.leased),
        _other.id < Outbox.id,
        _other.due <= _now,
        _other.sent.is_(None),
        _other.dead.is_(None),
    )
    .correlate(Outbox)
)
_next = (
    sa.select(Outbox)
    .where(_due, _free)
    .order_by(Outbox.due, Outbox.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_EVENTS = _next.where(Outbox.recipient == "")
_HEADS = _next.where(Outbox.recipient != "", ~_led)
_URGENT = _HEADS.where(Outbox.kind.in_([Kind.CONFIRM, Kind.FORGOTTEN, Kind.INVITED]))


def _companions(session: orm.Session, head: Outbox, now: datetime) -> Sequence[Outbox]:
    """Return the rows that go out with one, which is the first of them."""
    if head.bundle is None:
        return []
    statement = (
        sa.select(Outbox)
        .where(
            _due,
            Outbox.bundle == head.bundle,
            Outbox.recipient == head.recipient,
            Outbox.leased.is_not_distinct_from(head.leased),
            Outbox.id != head.id,
        )
        .order_by(Outbox.id)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(statement, {"now": now}).all()


# -- what becomes of them ---------------------------------------------------------------------


def _drop(rows: Sequence[Outbox]) -> None:
    for row in rows:
        orm.object_session(row).delete(row)  # type: ignore[union-attr]


def _refused(rows: Sequence[Outbox], error: Exception, now: datetime) -> None:
    """Note that a mail was not taken: for ever, for now, or so that nobody knows."""
    why = waiting.without_address(str(error), rows[0].recipient)
    if isinstance(error, BadAddress) or (isinstance(error, Undelivered) and error.lasting):
        _give_up(rows, why, now)
        return
    _put_off(rows, why, now)
    if isinstance(error, Undelivered) and error.unsure:
        for row in rows:
            row.leased = row.due  # they stay together, and keep their Message-ID; see _led


def _put_off(rows: Sequence[Outbox], why: str, now: datetime) -> None:
    """Have rows tried again later and later, or give them up after the last time."""
    tried = max(row.attempts for row in rows)
    for row in rows:
        row.attempts += 1
        row.error, row.leased = why, None
        row.due = now + BACK_OFF[min(tried, len(BACK_OFF) - 1)]
    if over := [row for row in rows if row.attempts > len(BACK_OFF)]:
        _give_up(over, why, now)


def _give_up(rows: Sequence[Outbox], why: str, now: datetime) -> None:
    log.warning("mail %s is given up: %s", rows[0].id, why)
    for row in rows:
        row.dead, row.error, row.leased = now, why, None
