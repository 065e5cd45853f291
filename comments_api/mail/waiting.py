"""What waits in the outbox, what was given up, and how long anything stays there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import retention
from comments_api.errors import UnknownMail
from comments_api.models import Outbox

NO_CONNECTION = "no connection: "  # begins what went wrong if it is nothing about the mail itself
LATE = timedelta(hours=1)
_OFTEN = 4  # attempts without a connection: more than an hour of them
PAGE = 50
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")

_WAITS = Outbox.sent.is_(None) & Outbox.dead.is_(None)
_MAIL = Outbox.recipient != ""
_DEAD = Outbox.dead.is_not(None)


@dataclass(frozen=True, slots=True)
class Dead:
    """A mail that was given up, without showing to whom."""

    id: int
    kind: str
    to: str
    error: str
    attempts: int
    dead: datetime


@dataclass(frozen=True, slots=True)
class State:
    """How the outbox stands.

    :ivar waiting: mails that are still to be sent, soon or in a digest.
    :ivar since: when the oldest of them was noted.
    :ivar trouble: what went wrong last with one of them.
    :ivar dead: the newest of those that were given up.
    """

    waiting: int
    since: datetime | None
    trouble: str
    dead: Sequence[Dead]


def state(session: orm.Session) -> State:
    """Return how the outbox stands."""
    statement = sa.select(sa.func.count(), sa.func.min(Outbox.created)).where(_WAITS, _MAIL)
    count, since = session.execute(statement).one()
    failed = sa.select(Outbox.error).where(_WAITS, _MAIL, Outbox.error.is_not(None))
    trouble = session.scalars(failed.order_by(Outbox.due.desc()).limit(1)).first()
    rows = sa.select(Outbox).where(_DEAD).order_by(Outbox.dead.desc(), Outbox.id.desc()).limit(PAGE)
    dead = [
        Dead(one.id, one.kind, masked(one.recipient), one.error or "", one.attempts, one.dead)
        for one in session.scalars(rows)
        if one.dead is not None
    ]
    return State(count, since, trouble or "", dead)


def is_late(session: orm.Session, now: datetime) -> bool:
    """Say whether mail waits that should be gone: no worker looks, or no server takes any.

    One reader's full mailbox is no trouble of the site.
    """
    unseen = Outbox.due < now - LATE
    unheard = (Outbox.attempts >= _OFTEN) & Outbox.error.startswith(NO_CONNECTION)
    statement = sa.select(Outbox.id).where(_WAITS, unseen | unheard).limit(1)
    return session.scalars(statement).first() is not None


def try_again(session: orm.Session, now: datetime, mail_id: int | None = None) -> None:
    """Have a mail that was given up sent after all; without a number, all of them.

    :raise UnknownMail: if there is none, or it was not given up.
    """
    for row in _dead(session, mail_id):
        row.dead = row.error = row.leased = None
        row.attempts, row.due = 0, now


def give_up(session: orm.Session, mail_id: int | None = None) -> None:
    """Delete a mail that was given up; without a number, all of them.

    :raise UnknownMail: if there is none, or it was not given up.
    """
    for row in _dead(session, mail_id):
        session.delete(row)


def _dead(session: orm.Session, mail_id: int | None) -> Sequence[Outbox]:
    statement = sa.select(Outbox).where(_DEAD).order_by(Outbox.id).with_for_update()
    if mail_id is None:
        return session.scalars(statement).all()
    found = session.scalars(statement.where(Outbox.id == mail_id)).all()
    if not found:
        raise UnknownMail(mail_id)
    return found


def is_anything_due(session: orm.Session, now: datetime) -> bool:
    """Say whether something is due."""
    statement = sa.select(Outbox.id).where(_WAITS, Outbox.due <= now)
    return session.scalars(statement.limit(1)).first() is not None


def drop(session: orm.Session, now: datetime) -> None:
    """Delete what is due, where no mail is sent: it would tell old news if that were to change."""
    session.execute(sa.delete(Outbox).where(_WAITS, Outbox.due <= now))


def forget(session: orm.Session, now: datetime) -> None:
    """Delete what was sent or given up long ago."""
    session.execute(sa.delete(Outbox).where(Outbox.sent < now - retention.SENT_MAIL))
    session.execute(sa.delete(Outbox).where(Outbox.dead < now - retention.DEAD_MAIL))


def masked(address: str) -> str:
    """Return an address as far as it helps to see that it is mistyped: b…@example.org."""
    local, _at, host = address.rpartition("@")
    return f"{local[:1]}…@{host}"


def without_address(words: str, address: str) -> str:
    """Return what a server said, without the address that it repeats or any other.

    It says it as it was sent, in other letters, or names the one that mail there goes on to.
    """
    return _ADDRESS.sub(lambda found: masked(found[0]), words.replace(address, masked(address)))
