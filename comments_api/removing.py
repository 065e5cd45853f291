"""Deleting spam and trash for ever. It has no undo, so whoever wants it is asked twice.

The caller gives a session and commits it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import retention
from comments_api.bulk import Bulk, Left
from comments_api.db import Database
from comments_api.errors import ImpossibleDecision, StaleDecision, UnknownComment
from comments_api.locking import locked, locked_all, refuse_stale
from comments_api.models import Comment

REMOVABLE = frozenset(retention.REMOVED)


def delete_for_ever(
    session: orm.Session, comment_id: int, version: int, moderator_id: int, now: datetime
) -> None:
    """Delete a comment that is spam or trash; what answered it moves up.

    :raise UnknownComment: if there is no such comment.
    :raise StaleDecision: if it was changed since the moderator saw it.
    :raise ImpossibleDecision: if it is neither spam nor trash.
    """
    comment = locked(session, comment_id)
    refuse_stale(session, comment, version)
    if comment.status not in REMOVABLE:
        raise ImpossibleDecision(f"delete is not possible for a comment that is {comment.status}")
    retention.delete(session, comment, now, moderator_id)


def delete_all(
    session: orm.Session, chosen: Sequence[tuple[int, int]], moderator_id: int, now: datetime
) -> Bulk:
    """Delete all chosen comments that are as they were shown.

    :param chosen: the numbers of comments with the versions that were shown.
    """
    locked_all(session, dict(chosen))  # in the order in which everybody takes them
    bulk = Bulk()
    # Replies before what they reply to, so that none is moved up for nothing.
    for comment_id, version in sorted(dict(chosen).items(), reverse=True):
        try:
            delete_for_ever(session, comment_id, version, moderator_id, now)
            bulk.done.append(comment_id)
        except (UnknownComment, StaleDecision, ImpossibleDecision) as error:
            bulk.left.append(Left(comment_id, error))
    return bulk


def empty(session: orm.Session, status: str, moderator_id: int, now: datetime) -> int:
    """Delete some of what is spam or trash until now, and say how many; none if all is gone.

    It is one step of `empty_all`: so many that nobody waits for it.

    :raise ImpossibleDecision: if the status is another one.
    """
    if status not in REMOVABLE:
        raise ImpossibleDecision(f"what is {status} cannot be emptied")
    statement = (
        sa.select(Comment.id)
        .where(Comment.status == status, Comment.changed <= now)
        .order_by(Comment.id.desc())  # replies before what they reply to
        .limit(retention.AT_ONCE)
    )
    found = locked_all(session, session.scalars(statement))
    still = [found[number] for number in sorted(found, reverse=True)]
    still = [comment for comment in still if comment.status == status]
    for comment in still:
        retention.delete(session, comment, now, moderator_id)
    return len(still)


def empty_all(database: Database, status: str, moderator_id: int, now: datetime) -> int:
    """Delete all that is spam or trash until now, in steps that let others write, and count it.

    :raise ImpossibleDecision: if the status is another one.
    """
    count = 0
    while True:
        with database.session() as session:
            step = empty(session, status, moderator_id, now)
        if not step:
            return count
        count += step
