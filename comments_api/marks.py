"""What moderators point readers to: a pinned comment stands first, a highlighted one has a label.

The caller gives a session and commits it; publishing the pages comes after, in publishing.py.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import orm

from comments_api import mementos
from comments_api.decisions import conclude, new_batch
from comments_api.errors import ImpossibleDecision
from comments_api.locking import locked, refuse_stale
from comments_api.models import Comment, Status

# Which column each action sets, and to what.
ACTIONS = {
    "pin": ("pinned", True),
    "unpin": ("pinned", False),
    "highlight": ("highlighted", True),
    "unhighlight": ("highlighted", False),
}


def mark(
    session: orm.Session,
    comment_id: int,
    version: int,
    action: str,
    moderator_id: int,
    now: datetime,
    *,
    batch: str | None = None,
) -> Comment:
    """Pin or highlight a public comment, or take that back; return the comment.

    :param action: one of `ACTIONS`.
    :raise UnknownComment: if there is no such comment.
    :raise StaleDecision: if it was changed since the moderator saw it.
    :raise ImpossibleDecision: if it is not public, is so already, or is to stand first and
        answers another one.
    """
    comment = locked(session, comment_id)
    refuse_stale(session, comment, version)
    column, value = ACTIONS[action]
    _refuse(comment, action, column, value=value)
    was = {comment.id: mementos.before(session, comment)}
    setattr(comment, column, value)
    comment.version += 1
    conclude(session, [comment], action, was, moderator_id, now, batch=batch or new_batch())
    return comment


def _refuse(comment: Comment, action: str, column: str, *, value: bool) -> None:
    if comment.status != Status.APPROVED:
        raise ImpossibleDecision(f"{action} is not possible for a comment that is {comment.status}")
    if getattr(comment, column) == value:
        raise ImpossibleDecision(f"{action} changes nothing")
    if action == "pin" and comment.parent_id is not None:
        raise ImpossibleDecision("a reply stands below what it answers")
