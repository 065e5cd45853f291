"""The record, newest first: what was decided of comments and what was set.

Decisions and changes of settings are two tables; here they are one list. Neither holds a reader's
words or name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import dates
from comments_api.locking import BY_AUTHOR
from comments_api.models import Change, Comment, Decision, Memento, Moderator
from comments_api.record_filter import (
    AUTHORS,
    RULES,
    SETTINGS,
    Cursor,
    Filter,
)
from comments_api.text import whole

PAGE = 50
_MANY = 1000  # lines of an export that are read at once
# Of two lines of one moment, the decision stands above the change of settings.
_DECISION, _CHANGE = 1, 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the record.

    :ivar setting: what was changed, of a change of settings: a code with a detail.
    :ivar comment_id: of a decision.
    :ivar batch: what it was decided together with.
    """

    id: int
    created: datetime
    who: str | None
    action: str
    comment_id: int | None = None
    before: str | None = None
    after: str | None = None
    reasons: Sequence[str] = ()
    batch: str | None = None
    setting: str = ""

    @property
    def cursor(self) -> Cursor:
        """Where it stands in the list."""
        return self.created, _CHANGE if self.setting else _DECISION, self.id


def find(
    session: orm.Session, wanted: Filter, zone: str, most: int = PAGE
) -> tuple[Sequence[Line], Cursor | None]:
    """Return the newest lines, and where to go on.

    :param zone: in which the days begin.
    """
    found = [*_decisions(session, wanted, zone, most), *_changes(session, wanted, zone, most)]
    found.sort(key=lambda line: line.cursor, reverse=True)
    return found[:most], found[most - 1].cursor if len(found) > most else None


def every(session: orm.Session, wanted: Filter, zone: str) -> Iterator[Line]:
    """Yield all lines, however many there are."""
    lines, cursor = find(session, wanted, zone, _MANY)
    yield from lines
    while cursor is not None:
        lines, cursor = find(session, replace(wanted, cursor=cursor), zone, _MANY)
        yield from lines


def _decisions(session: orm.Session, wanted: Filter, zone: str, most: int) -> Iterator[Line]:
    if wanted.action == SETTINGS:
        return
    statement = sa.select(Decision, Moderator.name).outerjoin(Decision.moderator)
    if wanted.action:
        statement = statement.where(Decision.action == wanted.action)
    if wanted.comment is not None:
        statement = statement.where(Decision.comment_id == wanted.comment)
    if wanted.person in {AUTHORS, RULES}:
        by_author = Decision.action.in_(sorted(BY_AUTHOR))
        mine = by_author if wanted.person == AUTHORS else ~by_author
        statement = statement.where(Decision.moderator_id.is_(None), mine)
    statement = _cut(statement, Decision, _DECISION, wanted, zone).limit(most + 1)
    for one, who in session.execute(statement):
        status = (one.from_status, one.to_status)
        yield Line(
            one.id, one.created, who, one.action, one.comment_id, *status, one.reasons, one.batch
        )


def _changes(session: orm.Session, wanted: Filter, zone: str, most: int) -> Iterator[Line]:
    if wanted.comment is not None or wanted.person == AUTHORS:
        return
    if wanted.action not in {"", SETTINGS}:
        return
    statement = sa.select(Change, Moderator.name)
    statement = statement.outerjoin(Moderator, Moderator.id == Change.moderator_id)
    if wanted.person == RULES:
        statement = statement.where(Change.moderator_id.is_(None))
    statement = _cut(statement, Change, _CHANGE, wanted, zone).limit(most + 1)
    for one, who in session.execute(statement):
        yield Line(one.id, one.created, who, SETTINGS, setting=one.what)


def _cut(statement: Any, table: Any, rank: int, wanted: Filter, zone: str) -> Any:
    """Keep what both tables can be asked for, newest first."""
    if whole(wanted.person) is not None:
        statement = statement.where(table.moderator_id == int(wanted.person))
    if wanted.since:
        statement = statement.where(table.created >= dates.start_of(wanted.since, zone))
    if wanted.until:
        end = dates.start_of(wanted.until + timedelta(days=1), zone)
        statement = statement.where(table.created < end)
    if wanted.cursor:
        statement = statement.where(_older(table, rank, wanted.cursor))
    return statement.order_by(table.created.desc(), table.id.desc())


def _older(table: Any, rank: int, cursor: Cursor) -> sa.ColumnElement[bool]:
    """Return what comes after a place in the list."""
    moment, its_rank, number = cursor
    older: sa.ColumnElement[bool] = table.created < moment
    until: sa.ColumnElement[bool] = table.created <= moment
    lower: sa.ColumnElement[bool] = table.id < number
    if rank == its_rank:
        return until & (older | lower)  # an index understands the first part
    return until if rank < its_rank else older


def possible(session: orm.Session, batches: Collection[str]) -> set[str]:
    """Return those of these batches that can still be undone: nothing came after any part of it."""
    last = (
        sa.select(Decision.batch, Decision.comment_id, sa.func.max(Decision.id).label("id"))
        .where(Decision.batch.in_(batches))
        .group_by(Decision.batch, Decision.comment_id)
        .subquery()
    )
    kept = (Memento.comment_id == last.c.comment_id) & (Memento.decision_id == last.c.id)
    as_left = (Comment.id == Memento.comment_id) & (Comment.version == Memento.version)
    statement = (
        sa.select(last.c.batch)
        .outerjoin_from(last, Memento, kept)
        .outerjoin(Comment, as_left)
        .group_by(last.c.batch)
        .having(sa.func.count() == sa.func.count(Comment.id))
    )
    return set(session.scalars(statement)) if batches else set()
