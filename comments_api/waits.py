"""How long comments wait for a moderator, as measured: what readers are told of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import undoing
from comments_api.db import Database
from comments_api.models import Comment, Decision, Status
from comments_api.translation import translations

LOOK_BACK = timedelta(days=30)
_NEWEST = 200  # decisions that say what is usual at the moment
_FEW = 5  # of fewer comments nobody can say what is usual
_USUAL = 0.8  # of ten comments, so many were answered within the time that is named
_KEPT = timedelta(minutes=10)
_HOUR = timedelta(hours=1)


def of_decided(session: orm.Session, now: datetime, most: int) -> Sequence[timedelta]:
    """Return how long the last comments waited for their first decision by a moderator."""
    arrival = orm.aliased(Decision)
    statement = (
        sa.select(Decision.comment_id, arrival.created, Decision.created)
        .join(arrival, (arrival.comment_id == Decision.comment_id) & (arrival.action == "arrive"))
        .where(decided(), Decision.created > now - LOOK_BACK)
        .order_by(Decision.created.desc())
        .limit(most)
    )
    # Who was held again was decided on twice: the older line, which comes later here, is the first.
    return list({row[0]: row[2] - row[1] for row in session.execute(statement)}.values())


def decided() -> sa.ColumnElement[bool]:
    """Say of a line of the record that a moderator decided on what waited."""
    return sa.and_(
        Decision.moderator_id.is_not(None),
        Decision.from_status == Status.PENDING.value,
        Decision.to_status != Status.PENDING.value,
        Decision.action != undoing.ACTION,
    )


def usual(session: orm.Session, now: datetime) -> int | None:
    """Return within how many hours comments are usually answered; None if nobody can say.

    What has been waiting longer than that counts too: else a queue that nobody reads looks fast.
    """
    known = sorted(of_decided(session, now, _NEWEST))
    if len(known) < _FEW:
        return None
    # What was imported never arrived here: nobody who wrote it waits for us.
    late = (
        sa.select(Comment.created)
        .join(Decision, (Decision.comment_id == Comment.id) & (Decision.action == "arrive"))
        .where(Comment.status == Status.PENDING.value, Comment.created < now - _within(known))
    )
    waiting = session.scalars(late.order_by(Comment.created.desc()).limit(_NEWEST))
    return max(1, math.ceil(_within(sorted([*known, *(now - one for one in waiting)])) / _HOUR))


def _within(known: Sequence[timedelta]) -> timedelta:
    return known[math.ceil(len(known) * _USUAL) - 1]


def words(hours: int | None, lang: str) -> str:
    """Return what a reader is told of how long it takes; nothing if nobody can say."""
    _ = translations(lang)
    if hours is None:
        return ""
    if hours <= 48:
        said = _.ngettext(
            "Usually answered within %(num)d hour.",
            "Usually answered within %(num)d hours.",
            hours,
        )
        return said % {"num": hours}
    days = math.ceil(hours / 24)
    said = _.ngettext(
        "Usually answered within %(num)d day.", "Usually answered within %(num)d days.", days
    )
    return said % {"num": days}


class UsualWait:
    """What is usual at the moment, counted anew every ten minutes in each process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: tuple[datetime, int | None] | None = None

    def words(self, lang: str, now: datetime) -> str:
        """Return what a reader is told of how long it takes."""
        return words(self.hours(now), lang)

    def hours(self, now: datetime) -> int | None:
        """Return within how many hours comments are usually answered; None if nobody can say."""
        if self._known is None or not timedelta() <= now - self._known[0] < _KEPT:
            with self._database.reading() as session:
                self._known = now, usual(session, now)
        return self._known[1]
