"""Where a comment stands, for the address that always leads somewhere."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import outline, revisions, rows
from comments_api.models import Comment, Status


@dataclass(frozen=True, slots=True)
class Place:
    """A comment of any status, and what others may know of it.

    :ivar shown: it stands on its page, if only as a tombstone.
    :ivar known: it did once, so that to name the page gives nothing away.
    """

    comment: Comment
    shown: bool
    known: bool

    def is_of(self, reader: str | None) -> bool:
        """Say whether this browser sent it."""
        return reader is not None and self.comment.reader == reader


def place_of(session: orm.Session, comment_id: int) -> Place | None:
    """Return the place of a comment, or None if there is no such comment."""
    statement = sa.select(Comment).where(Comment.id == comment_id)
    comment = session.scalars(statement.options(orm.joinedload(Comment.thread))).first()
    if comment is None:
        return None
    shown = comment.status == Status.APPROVED or _is_tombstone(session, comment)
    return Place(comment, shown, shown or revisions.was_public(session, comment))


def _is_tombstone(session: orm.Session, comment: Comment) -> bool:
    """Say whether a withdrawn comment is still seen, because of the replies below it."""
    if comment.status != Status.WITHDRAWN:
        return False
    found = outline.arrange(rows.of_thread(session.connection(), comment.thread.key))
    return any(entry.row.id == comment.id for entry in found)
