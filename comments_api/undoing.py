"""Undoing what was decided in one request: each comment becomes what it was, by a new decision.

That one has a memento and a batch itself, so it can be undone too. The caller gives a session and
commits it; publishing the pages comes after, in publishing.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import decisions, locking, mementos, revisions
from comments_api.errors import ImpossibleDecision
from comments_api.mementos import Before, Kept
from comments_api.models import Comment, Decision

ACTION = mementos.UNDO


def undo(
    session: orm.Session,
    batch: str,
    moderator_id: int,
    now: datetime,
    *,
    new_batch: str | None = None,
) -> list[Comment]:
    """Make all comments of a batch what they were before it, or none; return them.

    :param new_batch: names the undoing itself.
    :raise StaleDecision: if something else was decided of one since; says by whom and when.
    :raise ImpossibleDecision: if nothing was decided so, or it is not kept any more.
    """
    decided = _decided(session, batch)
    found = list(locking.locked_all(session, decided).values())
    if not decided or len(found) < len(decided):
        raise ImpossibleDecision("there is nothing to undo, or not any more")
    kept = mementos.kept(session, decided)
    for comment in found:
        _refuse(session, comment, decided[comment.id], kept.get(comment.id))
    was = mementos.before_all(session, found)
    for comment in found:
        _put_back(session, comment, kept[comment.id].before, moderator_id, now)
    name = new_batch or decisions.new_batch()
    decisions.conclude(session, found, ACTION, was, moderator_id, now, batch=name)
    return found


def repeated(session: orm.Session, batch: str, moderator_id: int) -> str | None:
    """Return the batch in which a moderator undid this one, last of all: she pressed twice."""
    since = _since(session, batch)
    names = {line.batch for line in since}
    hers = all(line.action == ACTION and line.moderator_id == moderator_id for line in since)
    all_of_it = len(since) == len(_decided(session, batch))  # in a batch, one line for each
    return names.pop() if hers and all_of_it and len(names) == 1 else None


def in_the_way(session: orm.Session, batch: str) -> list[int]:
    """Return the comments of a batch that were decided since, or that are gone."""
    return sorted({line.comment_id for line in _since(session, batch)})


def undoable(session: orm.Session, ids: Iterable[int]) -> dict[int, str]:
    """Return the batches of the last decisions on these comments that can still be undone."""
    kept = mementos.kept(session, ids)
    statement = (
        sa.select(Comment.id, Decision.batch)
        .join(Decision, Decision.comment_id == Comment.id)
        .where(
            Decision.id.in_([one.decision_id for one in kept.values()]),
            Decision.version == Comment.version,
            Decision.batch.is_not(None),
        )
    )
    return {comment_id: str(batch) for comment_id, batch in session.execute(statement)}


def _decided(session: orm.Session, batch: str) -> dict[int, int]:
    """Return the comments of a batch with its last decision on each."""
    statement = sa.select(Decision.comment_id, sa.func.max(Decision.id))
    found = session.execute(statement.where(Decision.batch == batch).group_by(Decision.comment_id))
    return dict(found.all())


def _since(session: orm.Session, batch: str) -> list[Decision]:
    """Return what was decided of the comments of a batch after it."""
    decided = _decided(session, batch)
    later = Decision.id > min(decided.values(), default=0)
    statement = sa.select(Decision).where(Decision.comment_id.in_(decided), later)
    return [line for line in session.scalars(statement) if line.id > decided[line.comment_id]]


def _refuse(session: orm.Session, comment: Comment, decision_id: int, memento: Kept | None) -> None:
    """Go on only if nothing was decided of a comment since."""
    if (
        memento is not None
        and memento.decision_id == decision_id
        and memento.version == comment.version
    ):
        return
    statement = (
        sa.select(Decision)
        .where(Decision.comment_id == comment.id)
        .order_by(Decision.id.desc())
        .options(orm.joinedload(Decision.moderator))
    )
    last = session.scalars(statement.limit(1)).first()
    if last is not None and last.id == decision_id:
        raise ImpossibleDecision("what it was before is not kept any more")
    raise locking.stale(comment, last)


def _put_back(
    session: orm.Session, comment: Comment, was: Before, moderator_id: int, now: datetime
) -> None:
    text = (was["comment"]["source"], was["comment"]["author_name"])
    changes = text != (comment.source, comment.author_name)
    if changes and revisions.was_public(session, comment):
        revisions.keep_text(session, comment, now, moderator_id)
    mementos.put_back(session, comment, was)
    if changes:
        revisions.hash_text(comment)
    comment.version += 1
    comment.changed = now
