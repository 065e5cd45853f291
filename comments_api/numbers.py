"""The moderators' numbers: what waits, how long it waits, what came and went, why and by whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

import orjson
import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import dates, rejecting, waits
from comments_api.models import Comment, Decision, Edit, Moderator, Moment, Status

DAYS = 30
_MANY = 1000  # decisions from which the median wait is taken
# Actions that are a decision of their own kind; all others are counted together.
_KINDS = {
    "approve": "approved",
    "spam": "spam",
    "trash": "removed",
    rejecting.ACTION: "removed",
    "reply": "replies",
}


@dataclass(frozen=True, slots=True)
class Day:
    """What one day was.

    :ivar came: comments that readers sent.
    :ivar held: those of them that had to wait for a moderator.
    :ivar decided: comments that waited and were decided on, whenever they came.
    """

    day: date
    came: int = 0
    held: int = 0
    decided: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """What came of the comments that a rule held.

    :ivar gone: spam, in the trash, or deleted since.
    """

    code: str
    held: int = 0
    approved: int = 0
    gone: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """What one moderator decided."""

    name: str
    approved: int = 0
    removed: int = 0
    spam: int = 0
    replies: int = 0
    other: int = 0

    @property
    def all(self) -> int:
        """Return how much it was together."""
        return self.approved + self.removed + self.spam + self.replies + self.other


@dataclass(frozen=True, slots=True)
class Numbers:
    """All that the page shows, of the last 30 days.

    :ivar waiting: comments, and new texts of public ones, that wait now.
    :ivar oldest: since when the one waits that waits longest.
    :ivar median: how long half of them waited at most; None if nothing was decided.
    :ivar rejections: how often comments were rejected, by the code of the reason.
    """

    waiting: int
    oldest: datetime | None
    median: timedelta | None
    usual: int | None
    days: Sequence[Day]
    reasons: Sequence[Reason]
    rejections: Sequence[tuple[str, int]]
    people: Sequence[Person]


def of(session: orm.Session, zone: str, now: datetime) -> Numbers:
    """Return the numbers of the last 30 days; days begin as the clocks of a zone say."""
    since = dates.start_of(_first_day(zone, now), zone)
    waiting, oldest = _waiting(session)
    known = waits.of_decided(session, now, _MANY)
    return Numbers(
        waiting=waiting,
        oldest=oldest,
        median=_middle(known),
        usual=waits.usual(session, now),
        days=_days(session, zone, now),
        reasons=_reasons(session, since),
        rejections=_rejections(session, since),
        people=_people(session, since),
    )


def _middle(known: Sequence[timedelta]) -> timedelta | None:
    if not known:
        return None
    return timedelta(seconds=median(one.total_seconds() for one in known))


def _first_day(zone: str, now: datetime) -> date:
    return dates.local(now, zone).date() - timedelta(days=DAYS - 1)


def _waiting(session: orm.Session) -> tuple[int, datetime | None]:
    pending = sa.select(sa.func.count(), sa.func.min(Comment.created)).where(
        Comment.status == Status.PENDING.value
    )
    edits = sa.select(sa.func.count(), sa.func.min(Edit.created))
    found = [session.execute(statement).one() for statement in (pending, edits)]
    since: list[datetime | None] = [moment for _count, moment in found]
    known = [moment for moment in since if moment is not None]
    return sum(count for count, _moment in found), min(known, default=None)


def _days(session: orm.Session, zone: str, now: datetime) -> list[Day]:
    first = _first_day(zone, now)
    days = [first + timedelta(days=number) for number in range(DAYS)]
    spans = _spans(days, zone)
    came = (Decision.action == "arrive") & Decision.moderator_id.is_(None)
    held = came & (Decision.to_status == Status.PENDING.value)
    statement = (
        sa.select(spans.c.number, _count(came), _count(held), _count(waits.decided()))
        .join_from(
            spans,
            Decision,
            (Decision.created >= spans.c.begins) & (Decision.created < spans.c.ends),
        )
        .group_by(spans.c.number)
    )
    found = {row[0]: tuple(row[1:]) for row in session.execute(statement)}
    return [Day(day, *found.get(number, ())) for number, day in enumerate(days)]


def _spans(days: Sequence[date], zone: str) -> sa.Subquery:
    """Return a table of days with when they begin and end: a day may have 23 hours."""
    begins = [dates.start_of(day, zone) for day in [*days, days[-1] + timedelta(days=1)]]
    rows = [
        sa.select(
            sa.literal(number, sa.Integer).label("number"),
            sa.literal(begins[number], Moment).label("begins"),
            sa.literal(begins[number + 1], Moment).label("ends"),
        )
        for number in range(len(days))
    ]
    return sa.union_all(*rows).subquery("days")


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _reasons(session: orm.Session, since: datetime) -> list[Reason]:
    """Return what came of what each rule held or made spam, the most frequent one first."""
    codes = sa.cast(Decision.reasons, sa.Text)
    statement = (
        sa.select(codes, Comment.status, sa.func.count())
        .outerjoin_from(Decision, Comment, Comment.id == Decision.comment_id)
        .where(
            Decision.created >= since,
            Decision.action == "arrive",
            Decision.to_status != Status.APPROVED.value,
        )
        .group_by(codes, Comment.status)
    )
    found: dict[str, Counter[str]] = {}
    for listed, status, count in session.execute(statement):
        for code in orjson.loads(listed):
            found.setdefault(code, Counter())[_fate(status)] += count
    made = [Reason(code, sum(counts.values()), **counts) for code, counts in found.items()]
    return sorted(made, key=lambda one: (-one.held, one.code))


def _fate(status: str | None) -> str:
    if status == Status.APPROVED:
        return "approved"
    return "waiting" if status == Status.PENDING else "gone"


def _rejections(session: orm.Session, since: datetime) -> list[tuple[str, int]]:
    """Return how often moderators gave which reason for a rejection, the most frequent first."""
    codes = sa.cast(Decision.reasons, sa.Text)
    statement = (
        sa.select(codes, sa.func.count())
        .where(Decision.created >= since, Decision.action == rejecting.ACTION)
        .group_by(codes)
    )
    found: Counter[str] = Counter()
    for listed, count in session.execute(statement):
        found.update(dict.fromkeys(orjson.loads(listed), count))
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def _people(session: orm.Session, since: datetime) -> list[Person]:
    """Return what each moderator decided, by name."""
    statement = (
        sa.select(Moderator.id, Moderator.name, Decision.action, sa.func.count())
        .join(Decision, Decision.moderator_id == Moderator.id)
        .where(Decision.created >= since, Decision.action != "arrive")
        .group_by(Moderator.id, Moderator.name, Decision.action)
    )
    found: dict[tuple[str, int], Counter[str]] = {}
    for number, name, action, count in session.execute(statement):
        found.setdefault((name, number), Counter())[_KINDS.get(action, "other")] += count
    return [Person(name, **counts) for (name, _number), counts in sorted(found.items())]
