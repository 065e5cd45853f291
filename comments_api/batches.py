"""What was decided in one request, looked up by its name; undoing it: undoing.py."""

from __future__ import annotations

import re

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.models import Comment, Decision

_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")


def is_name(value: str) -> bool:
    """Say whether a batch can be called so."""
    return _NAME.fullmatch(value) is not None


def of(session: orm.Session, batch: str, moderator_id: int) -> list[int]:
    """Return the comments that a moderator decided on in one request; none, if it was not hers."""
    statement = (
        sa.select(Decision.comment_id)
        .where(Decision.batch == batch, Decision.moderator_id == moderator_id)
        .distinct()
        .order_by(Decision.comment_id)
    )
    return list(session.scalars(statement))


def repeated(
    session: orm.Session, comment_id: int, version: int, action: str, moderator_id: int
) -> str | None:
    """Return the batch in which a moderator did the very same a moment ago: she pressed twice.

    :param version: of the comment that she saw both times.
    """
    statement = (
        sa.select(Decision.batch)
        .join(Comment, (Comment.id == Decision.comment_id) & (Comment.version == Decision.version))
        .where(
            Decision.comment_id == comment_id,
            Decision.version == version + 1,
            Decision.action == action,
            Decision.moderator_id == moderator_id,
        )
    )
    return session.scalars(statement.limit(1)).first()
