"""What moderators look at: comments by status with all that helps to decide, and the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.manifest import Manifest
from comments_api.models import Comment, Decision, DirtyRegion, Status, Thread
from comments_api.outline import Row
from comments_api.rows import row_of

TABS = (Status.PENDING, Status.APPROVED, Status.SPAM, Status.TRASH)
PAGE = 50


@dataclass(frozen=True, slots=True)
class Card:
    """A comment as a moderator sees it.

    :ivar page: address and title of its page, or None if the page is gone.
    :ivar waiting: it is decided, but its pages could not be written yet; says why.
    """

    comment: Comment
    row: Row
    parent: Row | None
    page: tuple[str, str] | None
    decision: Decision | None
    waiting: str | None


@dataclass(frozen=True, slots=True)
class Slice:
    """One screen of a tab.

    :ivar more: the id to go on from, or None at the end.
    """

    cards: Sequence[Card]
    more: int | None


def counts(session: orm.Session) -> dict[str, int]:
    """Return how many comments each tab holds."""
    statement = sa.select(Comment.status, sa.func.count()).group_by(Comment.status)
    found = dict(session.execute(statement).all())
    return {status.value: found.get(status.value, 0) for status in TABS}


def tab(session: orm.Session, manifest: Manifest, status: Status, start: int | None) -> Slice:
    """Return a screen of a tab: what waits longest first, everything else newest first."""
    statement = _cards().where(Comment.status == status.value).limit(PAGE + 1)
    if status == Status.PENDING:
        statement = statement.order_by(Comment.id)
        if start is not None:
            statement = statement.where(Comment.id >= start)
    else:
        statement = statement.order_by(Comment.id.desc())
        if start is not None:
            statement = statement.where(Comment.id <= start)
    found = session.scalars(statement).all()
    more = found[PAGE].id if len(found) > PAGE else None
    return Slice(_filled(session, manifest, found[:PAGE]), more)


def card(session: orm.Session, manifest: Manifest, comment_id: int) -> Card | None:
    """Return one comment as a moderator sees it, or None if there is no such comment."""
    found = session.scalars(_cards().where(Comment.id == comment_id)).all()
    return next(iter(_filled(session, manifest, found)), None)


def record(session: orm.Session, start: int | None) -> tuple[Sequence[Decision], int | None]:
    """Return the newest decisions, and where to go on."""
    statement = sa.select(Decision).order_by(Decision.id.desc()).limit(PAGE + 1)
    statement = statement.options(orm.joinedload(Decision.moderator))
    if start is not None:
        statement = statement.where(Decision.id <= start)
    found = session.scalars(statement).all()
    return found[:PAGE], found[PAGE].id if len(found) > PAGE else None


def _cards() -> sa.Select[Comment]:
    return sa.select(Comment).options(
        orm.joinedload(Comment.thread, innerjoin=True),
        orm.joinedload(Comment.parent),
        orm.joinedload(Comment.moderator),
    )


def _filled(session: orm.Session, manifest: Manifest, found: Sequence[Comment]) -> list[Card]:
    decisions = _last_decisions(session, [comment.id for comment in found])
    waiting = _waiting(session)
    return [
        Card(
            comment=comment,
            row=row_of(comment),
            parent=row_of(comment.parent) if comment.parent else None,
            page=_page(manifest, comment.thread, comment.lang),
            decision=decisions.get(comment.id),
            waiting=waiting.get(comment.thread.key),
        )
        for comment in found
    ]


def _page(manifest: Manifest, thread: Thread, lang: str) -> tuple[str, str] | None:
    info = manifest.threads.get(thread.key)
    return info.page(lang) if info else None


def _last_decisions(session: orm.Session, ids: Sequence[int]) -> dict[int, Decision]:
    """Return the last decision of a moderator on each comment."""
    newest = (
        sa.select(sa.func.max(Decision.id))
        .where(Decision.comment_id.in_(ids), Decision.moderator_id.is_not(None))
        .group_by(Decision.comment_id)
    )
    statement = sa.select(Decision).where(Decision.id.in_(newest))
    found = session.scalars(statement.options(orm.joinedload(Decision.moderator)))
    return {decision.comment_id: decision for decision in found}


def _waiting(session: orm.Session) -> dict[str, str]:
    """Return the threads whose pages could not be written, with the reason."""
    statement = sa.select(DirtyRegion.key, DirtyRegion.error).where(
        DirtyRegion.kind == "thread", DirtyRegion.error.is_not(None)
    )
    return {key: error or "" for key, error in session.execute(statement)}


def lag(session: orm.Session) -> tuple[int, datetime | None]:
    """Return how many regions wait to be published, and since when."""
    statement = sa.select(sa.func.count(), sa.func.min(DirtyRegion.since))
    count, since = session.execute(statement).one()
    return count, since
