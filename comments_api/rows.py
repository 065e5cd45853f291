"""What the database holds for a region, in a few flat queries. Nothing is drawn here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy import orm

from comments_api.manifest import ThreadInfo
from comments_api.models import Clock, Comment, Status, Thread
from comments_api.outline import Row

PUBLIC = (Status.APPROVED.value, Status.WITHDRAWN.value)

# Written once: building a statement costs more than running it.
_COLUMNS = (
    Comment.id,
    Comment.parent_id,
    Comment.status,
    Comment.author_name,
    Comment.author_url,
    Comment.moderator_id,
    Comment.created,
    Comment.changed,
    Comment.rendered,
    Thread.key,
)
_OF_THREAD = (
    sa.select(*_COLUMNS)
    .join(Thread, Thread.id == Comment.thread_id)
    .where(Thread.key == sa.bindparam("key"), Comment.status.in_(PUBLIC))
    .order_by(Comment.id)
)
# What a public comment answers, if that is public too: a feed must not speak of a hidden one.
_ABOVE = orm.aliased(Comment)
_ANSWERED = (
    sa.select(_ABOVE.id)
    .where(_ABOVE.id == Comment.parent_id, _ABOVE.status.in_(PUBLIC))
    .scalar_subquery()
    .label("answered")
)
_NEWEST = (
    sa.select(*_COLUMNS, _ANSWERED)
    .join(Thread, Thread.id == Comment.thread_id)
    .where(Comment.status == Status.APPROVED.value)
    .order_by(Comment.id.desc())
)
_COUNT = (
    sa.select(sa.func.count())
    .select_from(Comment)
    .join(Thread, Thread.id == Comment.thread_id)
    .where(Thread.key == sa.bindparam("key"), Comment.status == Status.APPROVED.value)
)
_PARENTS = sa.select(Comment.id, Comment.parent_id).where(
    Comment.id.in_(sa.bindparam("ids", expanding=True))
)
_STATE = sa.select(
    sa.select(Clock.as_of).where(Clock.id == 1).scalar_subquery(),
    sa.select(Thread.version).where(Thread.key == sa.bindparam("key")).scalar_subquery(),
)
_AS_OF = sa.select(Clock.as_of).where(Clock.id == 1)


def as_of(connection: sa.Connection) -> datetime | None:
    """Return the minute as of which regions are drawn, or None before the first site went live."""
    return connection.execute(_AS_OF).scalar()


def state_of(connection: sa.Connection, key: str) -> tuple[datetime | None, int]:
    """Return the clock and the thread's version: all that a thread's region depends on."""
    moment, version = connection.execute(_STATE, {"key": key}).one()
    return moment, version or 0


def count_of(connection: sa.Connection, key: str) -> int:
    """Return how many comments of a thread are approved."""
    return connection.execute(_COUNT, {"key": key}).scalar_one()


def of_thread(connection: sa.Connection, key: str) -> list[Row]:
    """Return the public comments of a thread, oldest first."""
    found = connection.execute(_OF_THREAD, {"key": key}).all()
    public = {row.id for row in found}
    above = _hidden_parents(connection, {row.parent_id for row in found if row.parent_id} - public)
    return [_row(row, _nearest(row.parent_id, public, above)) for row in found]


def newest(
    connection: sa.Connection, threads: Mapping[str, ThreadInfo], lang: str, limit: int
) -> list[Row]:
    """Return the newest approved comments of threads that have a page, newest first."""
    found: list[Row] = []
    with connection.execution_options(yield_per=max(limit, 1)).execute(_NEWEST) as result:
        for row in result:
            thread = threads.get(row.key)
            if thread is not None:
                url, title = thread.page(lang)
                found.append(_row(row, row.answered, thread.key, title, f"{url}#comment-{row.id}"))
            if len(found) == limit:
                break
    return found


def newest_of_thread(connection: sa.Connection, key: str, limit: int) -> list[Row]:
    """Return the newest approved comments of one thread, newest first."""
    statement = _NEWEST.where(Thread.key == key).limit(limit)
    return [_row(row, row.answered, row.key) for row in connection.execute(statement)]


def _row(
    row: Any, parent: int | None, thread: str = "", thread_title: str = "", url: str = ""
) -> Row:
    withdrawn = row.status == Status.WITHDRAWN
    return Row(
        id=row.id,
        parent=parent,
        withdrawn=withdrawn,
        author_name="" if withdrawn else row.author_name,
        author_url="" if withdrawn else row.author_url,
        campaign=row.moderator_id is not None and not withdrawn,
        date=row.created,
        changed=row.changed,
        # Stored by markup.render, the only function that writes this column.
        html=Markup("") if withdrawn else Markup(row.rendered),
        thread=thread,
        thread_title=thread_title,
        url=url,
    )


def row_of(comment: Comment) -> Row:
    """Return a comment of any status as it is drawn, for its author's or a moderator's eyes."""
    return Row(
        id=comment.id,
        parent=comment.parent_id,
        withdrawn=comment.status == Status.WITHDRAWN,
        author_name=comment.author_name,
        author_url=comment.author_url,
        campaign=comment.moderator_id is not None,
        date=comment.created,
        changed=comment.changed,
        html=Markup(comment.rendered),
    )


def _hidden_parents(connection: sa.Connection, wanted: Iterable[int]) -> dict[int, int | None]:
    """Return the parents of comments that are not public, and of theirs, up to the top.

    A reply to a comment that was removed later keeps its place below the nearest public one.
    """
    above: dict[int, int | None] = {}
    ids = set(wanted)
    while ids:
        for key, parent in connection.execute(_PARENTS, {"ids": sorted(ids)}):
            above[key] = parent
        ids = {parent for key in ids if (parent := above.get(key)) is not None} - above.keys()
    return above


def _nearest(parent: int | None, public: set[int], above: Mapping[int, int | None]) -> int | None:
    seen: set[int] = set()
    while parent is not None and parent not in public and parent not in seen:
        seen.add(parent)
        parent = above.get(parent)
    return parent if parent in public else None
