"""The texts of a comment: the one that is shown, those before it, and one that waits."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import markup
from comments_api.comments import fingerprint_of
from comments_api.models import Comment, Decision, Edit, Revision, Status
from comments_api.rules.case import said


def replace_text(
    session: orm.Session, comment: Comment, source: str, rendered: str, now: datetime
) -> None:
    """Give a comment a new text, keeping the old one if anybody else could have read it."""
    if was_public(session, comment):
        keep_text(session, comment, now)
        comment.edited, comment.edited_by_staff = now, False
    put_text(comment, source, rendered, now)


def put_text(comment: Comment, source: str, rendered: str, now: datetime) -> None:
    """Give a comment a text, with all that is made of it."""
    comment.source = source
    comment.rendered = rendered
    comment.renderer = markup.RENDERER
    hash_text(comment)
    comment.changed = now


def hash_text(comment: Comment) -> None:
    """Let a comment be found by the text that it has now."""
    comment.fingerprint, comment.said = fingerprint_of(comment), said(comment.source)


def take_waiting(session: orm.Session, comment: Comment) -> Edit | None:
    """Take the new text of a comment that waits for a moderator away from it, and return it."""
    waiting = session.get(Edit, comment.id)
    if waiting is not None:
        session.delete(waiting)
    return waiting


def was_public(session: orm.Session, comment: Comment) -> bool:
    """Say whether a comment stands on its page, or ever did."""
    if comment.status == Status.APPROVED:
        return True
    statement = sa.select(Decision.id).where(
        Decision.comment_id == comment.id, Decision.to_status == Status.APPROVED
    )
    return session.scalars(statement.limit(1)).first() is not None


def keep_text(
    session: orm.Session, comment: Comment, now: datetime, moderator_id: int | None = None
) -> None:
    """Keep the text that a comment has, before it gets another one.

    :param moderator_id: of who gives it that one, if not its author does.
    """
    statement = sa.select(sa.func.coalesce(sa.func.max(Revision.number), 0))
    newest = session.scalars(statement.where(Revision.comment_id == comment.id)).one()
    session.add(
        Revision(
            comment_id=comment.id,
            number=newest + 1,
            author_name=comment.author_name,
            source=comment.source,
            rendered=comment.rendered,
            moderator_id=moderator_id,
            created=now,
        )
    )
