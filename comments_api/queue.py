"""What moderators look at: comments by tab, and the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import complaints
from comments_api.cards import Card, filled, selected
from comments_api.manifest import Manifest
from comments_api.models import Comment, Complaint, Decision, DirtyRegion, Edit, Status

TABS = (Status.PENDING, Status.APPROVED, Status.SPAM, Status.TRASH)
REPORTED = "reported"  # the tab of comments that readers complained about, whatever their status
PAGE = 50


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
    edits = session.scalars(sa.select(sa.func.count()).select_from(Edit)).one()
    known = {status.value: found.get(status.value, 0) for status in TABS}
    known[Status.PENDING.value] += edits
    return {**known, REPORTED: complaints.count(session)}


def tab(session: orm.Session, manifest: Manifest, status: Status, start: int | None) -> Slice:
    """Return a screen of a tab: what waits longest first, everything else newest first."""
    statement = selected().where(Comment.status == status.value)
    if status == Status.PENDING:
        return _waiting_longest(session, manifest, statement, start or 0)
    statement = statement.order_by(Comment.id.desc()).limit(PAGE + 1)
    if start is not None:
        statement = statement.where(Comment.id <= start)
    return _slice(session, manifest, session.scalars(statement).all())


def _waiting_longest(
    session: orm.Session, manifest: Manifest, pending: sa.Select[Comment], start: int
) -> Slice:
    # Each has an index of its own; as one statement they would read all comments.
    edited = selected().where(Comment.id.in_(sa.select(Edit.comment_id)))
    found = {
        comment.id: comment
        for statement in (pending, edited)
        for comment in session.scalars(
            statement.where(Comment.id >= start).order_by(Comment.id).limit(PAGE + 1)
        )
    }
    return _slice(session, manifest, [found[key] for key in sorted(found)])


def _slice(session: orm.Session, manifest: Manifest, found: Sequence[Comment]) -> Slice:
    more = found[PAGE].id if len(found) > PAGE else None
    return Slice(filled(session, manifest, found[:PAGE]), more)


def reported(session: orm.Session, manifest: Manifest) -> Slice:
    """Return the comments that readers complained about: notices under the law, then the oldest.

    Others come as soon as these are settled.
    """
    statement = (
        sa.select(Complaint.comment_id)
        .where(Complaint.settled.is_(None))
        .group_by(Complaint.comment_id)
        .order_by(
            sa.func.max(sa.case((Complaint.reason == complaints.LEGAL, 1), else_=0)).desc(),
            sa.func.min(Complaint.id),
        )
        .limit(PAGE)
    )
    ids = session.scalars(statement).all()
    found = {one.id: one for one in session.scalars(selected().where(Comment.id.in_(ids)))}
    return Slice(filled(session, manifest, [found[key] for key in ids]), None)


def card(session: orm.Session, manifest: Manifest, comment_id: int) -> Card | None:
    """Return one comment as a moderator sees it, or None if there is no such comment."""
    found = session.scalars(selected().where(Comment.id == comment_id)).all()
    return next(iter(filled(session, manifest, found)), None)


def record(session: orm.Session, start: int | None) -> tuple[Sequence[Decision], int | None]:
    """Return the newest decisions, and where to go on."""
    statement = sa.select(Decision).order_by(Decision.id.desc()).limit(PAGE + 1)
    statement = statement.options(orm.joinedload(Decision.moderator))
    if start is not None:
        statement = statement.where(Decision.id <= start)
    found = session.scalars(statement).all()
    return found[:PAGE], found[PAGE].id if len(found) > PAGE else None


def lag(session: orm.Session) -> tuple[int, datetime | None]:
    """Return how many regions wait to be published, and since when."""
    statement = sa.select(sa.func.count(), sa.func.min(DirtyRegion.since))
    count, since = session.execute(statement).one()
    return count, since
