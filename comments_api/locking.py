"""Comments for whoever decides on them: kept from others meanwhile, and only as she saw them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.errors import StaleDecision, UnknownComment
from comments_api.models import Comment, Decision, Thread

BY_AUTHOR = frozenset({"edit", "withdraw"})  # in the record, where no moderator is named


def locked(session: orm.Session, comment_id: int) -> Comment:
    """Return a comment with its thread as they are now, and keep other decisions from it meanwhile.

    :raise UnknownComment: if there is no such comment.
    """
    session.flush()  # what the caller has changed is not read over
    comment = session.get(
        Comment,
        comment_id,
        options=[orm.joinedload(Comment.thread, innerjoin=True)],
        populate_existing=True,  # read before, it may have been decided until the lock was ours
        with_for_update={"key_share": True},
    )
    if comment is None:
        raise UnknownComment(comment_id)
    return comment


def locked_all(session: orm.Session, ids: Iterable[int]) -> dict[int, Comment]:
    """Return comments with their threads, and keep other decisions from them meanwhile.

    Everybody takes comments first, then threads, each by their numbers: so nobody waits for
    somebody who waits for her.
    """
    these = sa.select(Comment).where(Comment.id.in_(sorted(ids))).order_by(Comment.id)
    these = these.options(orm.joinedload(Comment.thread, innerjoin=True))
    these = these.with_for_update(key_share=True, of=Comment)
    fresh = {"populate_existing": True}
    found = {one.id: one for one in session.scalars(these, execution_options=fresh)}
    threads = sa.select(Thread).where(Thread.id.in_({one.thread_id for one in found.values()}))
    threads = threads.order_by(Thread.id).with_for_update(key_share=True)
    session.scalars(threads, execution_options=fresh).all()
    return found


def refuse_stale(session: orm.Session, comment: Comment, version: int) -> None:
    """Go on only if the comment is as the moderator saw it.

    :raise StaleDecision: if it was changed since; says by whom and when.
    """
    if comment.version != version:
        raise staleness(session, [comment])[comment.id]


def staleness(session: orm.Session, found: Sequence[Comment]) -> dict[int, StaleDecision]:
    """Return by whom and when comments became what they are."""
    ids = [comment.id for comment in found]
    this_version = (Comment.id == Decision.comment_id) & (Comment.version == Decision.version)
    statement = (
        sa.select(Decision)
        .join(Comment, this_version)
        .where(Decision.comment_id.in_(ids))
        .order_by(Decision.id.desc())  # of several, the first made this version
        .options(orm.joinedload(Decision.moderator))
    )
    lines = {line.comment_id: line for line in session.scalars(statement)}
    return {comment.id: stale(comment, lines.get(comment.id)) for comment in found}


def stale(comment: Comment, line: Decision | None) -> StaleDecision:
    """Return what is said to somebody who saw a comment as it was before a line of the record."""
    if line is None:
        return StaleDecision(comment.status, None, None)
    who = line.moderator.name if line.moderator else None
    return StaleDecision(comment.status, who, line.created, by_author=line.action in BY_AUTHOR)
