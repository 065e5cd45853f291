"""What an author may do: read and answer the public comments on her own posts and letters."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.errors import UnknownComment
from comments_api.manifest import Manifest, ThreadInfo
from comments_api.models import Comment, Status, Thread

PAGE = 50


def is_by(info: ThreadInfo, name: str) -> bool:
    """Say whether somebody of this name wrote the page of a thread, whatever its capitals."""
    return name.casefold() in {one.casefold() for one in info.context.get("authors", ())}


def threads_of(manifest: Manifest, name: str) -> list[str]:
    """Return the threads of what somebody wrote under this name."""
    return sorted(key for key, info in manifest.threads.items() if is_by(info, name))


def comments(
    session: orm.Session, threads: Sequence[str], start: int | None
) -> tuple[Sequence[Comment], int | None]:
    """Return the newest public comments of these threads, and where to go on."""
    own = sa.select(Thread.id).where(Thread.key.in_(threads))
    statement = (
        sa.select(Comment)
        .where(Comment.thread_id.in_(own), Comment.status == Status.APPROVED.value)
        .options(
            orm.joinedload(Comment.thread, innerjoin=True),
            orm.joinedload(Comment.parent),
            orm.joinedload(Comment.moderator),
        )
        .order_by(Comment.id.desc())
        .limit(PAGE + 1)
    )
    if start is not None:
        statement = statement.where(Comment.id <= start)
    found = session.scalars(statement).all()
    return found[:PAGE], found[PAGE].id if len(found) > PAGE else None


def find(session: orm.Session, threads: Sequence[str], comment_id: int) -> Comment:
    """Return a public comment on what an author wrote.

    :raise UnknownComment: if there is none of this number: of others she learns nothing.
    """
    comment = session.get(
        Comment, comment_id, options=[orm.joinedload(Comment.thread, innerjoin=True)]
    )
    if comment is None or comment.status != Status.APPROVED or comment.thread.key not in threads:
        raise UnknownComment(comment_id)
    return comment
