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
        session.add(_revision(session, comment, now))
        comment.edited = now
    comment.source = source
    comment.rendered = rendered
    comment.renderer = markup.RENDERER
    comment.fingerprint, comment.said = fingerprint_of(comment), said(source)
    comment.changed = now


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


def _revision(session: orm.Session, comment: Comment, now: datetime) -> Revision:
    statement = sa.select(sa.func.count()).where(Revision.comment_id == comment.id)
    return Revision(
        comment_id=comment.id,
        number=session.scalars(statement).one() + 1,
        author_name=comment.author_name,
        source=comment.source,
        rendered=comment.rendered,
        created=now,
    )
