"""What moderators look at: comments by tab and filter, and how many there are.

Statements of a list ask for numbers alone: an index answers them, in the list's own order, until a
page is full. What a card shows is read afterwards, for that page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import complaints
from comments_api.cards import Card, filled, selected
from comments_api.manifest import Manifest
from comments_api.models import Comment, Complaint, Edit, Moment, Status
from comments_api.narrowing import Condition, conditions, conditions_of_edited
from comments_api.preferences import MINE, OLDEST, REPORTED
from comments_api.wanted import Wanted, cursor_of

STATUSES = (Status.PENDING, Status.APPROVED, Status.SPAM, Status.TRASH)  # those with a tab
PAGE = 50
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Place = tuple[int, int, int]  # of a comment in a list: two numbers that order it, and its own


@dataclass(frozen=True, slots=True)
class Slice:
    """One screen of a tab.

    :ivar more: the cursor to go on from, or None at the end.
    """

    cards: Sequence[Card]
    more: str | None


# -- a list -----------------------------------------------------------------------------------


def find(
    session: orm.Session,
    manifest: Manifest,
    wanted: Wanted,
    person_id: int,
    *,
    most: int = PAGE,
) -> Slice:
    """Return a screen of the comments that a moderator wants to see.

    :param most: cards on it.
    """
    connection = session.connection()
    filters = list(conditions(connection, manifest, wanted))
    if wanted.tab == REPORTED:
        found = _reported(session, wanted, filters, most + 1)
    else:  # each part has an index: as one they would read all comments
        parts = [[_of_tab(wanted.tab, person_id), *filters]]
        if wanted.tab == Status.PENDING:
            parts.append(list(conditions_of_edited(connection, manifest, wanted)))
        found = _listed(session, wanted, parts, most + 1)
    shown = found[:most]
    more = cursor_of(*shown[-1][:2]) if len(found) > most else None
    return Slice(cards(session, manifest, [place[2] for place in shown]), more)


def cards(session: orm.Session, manifest: Manifest, ids: Sequence[int]) -> list[Card]:
    """Return these comments as a moderator sees them, without those that are gone."""
    found = session.scalars(selected().where(Comment.id.in_(ids))) if ids else ()
    there = {comment.id: comment for comment in found}
    return filled(session, manifest, [there[key] for key in ids if key in there]) if there else []


def card(session: orm.Session, manifest: Manifest, comment_id: int) -> Card | None:
    """Return one comment as a moderator sees it, or None if there is no such comment."""
    return next(iter(cards(session, manifest, [comment_id])), None)


def _of_tab(tab: str, person_id: int | None) -> Condition:
    """Return what is in a tab, beside the new texts that wait."""
    if tab == MINE:
        return Comment.moderator_id == (person_id or 0)
    return Comment.status == tab


def _listed(
    session: orm.Session, wanted: Wanted, parts: Iterable[Sequence[Condition]], most: int
) -> list[Place]:
    """Return the next places of a list that is ordered by time."""
    found = {
        (_micros(created), number, number)
        for part in parts
        for created, number in session.execute(_in_time(wanted, part, most))
    }
    return sorted(found, reverse=wanted.order != OLDEST)[:most]


def _in_time(
    wanted: Wanted, conditions: Sequence[Condition], most: int
) -> sa.Select[datetime, int]:
    rising = wanted.order == OLDEST
    keys = (Comment.created, Comment.id)
    order = [key if rising else key.desc() for key in keys]
    statement = sa.select(*keys).where(*conditions).order_by(*order).limit(most)
    if wanted.after is None:
        return statement
    micros, number = wanted.after
    there = sa.tuple_(sa.literal(_moment(micros), Moment), sa.literal(number, sa.BigInteger))
    here = sa.tuple_(*keys)
    return statement.where(here > there if rising else here < there)


def _reported(
    session: orm.Session, wanted: Wanted, filters: Sequence[Condition], most: int
) -> list[Place]:
    """Return the next places of what is reported: notices under the law come before all others."""
    rank = sa.case((Complaint.reason == complaints.LEGAL, 0), else_=1)
    first = Complaint.id if wanted.order == OLDEST else -Complaint.id
    opened = (
        sa.select(Complaint.comment_id, sa.func.min(rank).label("rank"))
        .add_columns(sa.func.min(first).label("first"))
        .where(Complaint.settled.is_(None))
        .group_by(Complaint.comment_id)
        .subquery()
    )
    keys = (opened.c.rank, opened.c.first)
    statement = (
        sa.select(*keys, Comment.id)
        .join(opened, opened.c.comment_id == Comment.id)
        .where(*filters)
        .order_by(*keys)
        .limit(most)
    )
    if wanted.after is not None:
        there = (sa.literal(number, sa.BigInteger) for number in wanted.after)
        statement = statement.where(sa.tuple_(*keys) > sa.tuple_(*there))
    return [(a, b, number) for a, b, number in session.execute(statement)]


def _micros(moment: datetime) -> int:
    return (moment - _BEGINNING) // _MICROSECOND


def _moment(micros: int) -> datetime:
    return _BEGINNING + micros * _MICROSECOND


# -- numbers ----------------------------------------------------------------------------------


def counts(session: orm.Session, person_id: int | None = None) -> dict[str, int]:
    """Return how many comments each tab holds.

    :param person_id: whose tab "mine" is; without it, there is none.
    """
    by_status = sa.select(Comment.status, sa.func.count()).group_by(Comment.status)
    found = dict(session.execute(by_status).all())
    known = {status.value: found.get(status.value, 0) for status in STATUSES}
    known[Status.PENDING.value] += _count(session, sa.select(Edit.comment_id))
    if person_id is not None:
        mine = sa.select(Comment.id).where(Comment.moderator_id == person_id)
        known[MINE] = _count(session, mine)
    return {**known, REPORTED: _count(session, _complained().distinct())}


def newest(session: orm.Session, tab: str, person_id: int | None = None) -> int:
    """Return the highest number of what came into a tab, 0 of an empty one: more is new.

    Of what is reported it is the number of a complaint: one can come against an old comment.
    """
    if tab == REPORTED:
        highest = [sa.select(sa.func.max(Complaint.id)).where(Complaint.settled.is_(None))]
    else:
        highest = [sa.select(sa.func.max(Comment.id)).where(_of_tab(tab, person_id))]
        if tab == Status.PENDING:
            highest.append(sa.select(sa.func.max(Edit.comment_id)))
    return max(session.scalars(one).one() or 0 for one in highest)


def _complained() -> sa.Select[int]:
    return sa.select(Complaint.comment_id).where(Complaint.settled.is_(None))


def _count(session: orm.Session, ids: sa.Select[int]) -> int:
    return session.scalars(sa.select(sa.func.count()).select_from(ids.subquery())).one()
