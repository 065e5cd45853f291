"""What was decided in one request, looked up by its name; undoing it: undoing.py."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

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
    return all_repeated(session, {comment_id: version}, [action], moderator_id).get(comment_id)


def all_repeated(
    session: orm.Session, versions: Mapping[int, int], actions: Collection[str], moderator_id: int
) -> dict[int, str]:
    """Return the batches in which a moderator did so with comments a moment ago.

    :param versions: of the comments that she saw both times.
    :param actions: what is the same to her.
    """
    statement = (
        sa.select(Decision.comment_id, Decision.version, Decision.batch)
        .join(Comment, (Comment.id == Decision.comment_id) & (Comment.version == Decision.version))
        .where(
            Decision.comment_id.in_(versions),
            Decision.action.in_(actions),
            Decision.moderator_id == moderator_id,
            Decision.batch.is_not(None),
        )
    )
    return {
        comment_id: str(batch)
        for comment_id, version, batch in session.execute(statement)
        if version == versions[comment_id] + 1
    }
