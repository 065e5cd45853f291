"""What a comment must be to pass the filters of a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import searching
from comments_api.manifest import Manifest
from comments_api.models import Comment, CommentKind, Edit, Thread
from comments_api.wanted import Wanted

Condition = sa.ColumnElement[bool]


def conditions(
    connection: sa.Connection, manifest: Manifest, wanted: Wanted
) -> Iterator[Condition]:
    """Yield what a comment must be to be wanted, whatever its tab.

    :param manifest: knows the titles of pages, and in which time zone days begin and end.
    """
    yield from _whatever_it_says(manifest, wanted)
    if wanted.reason:
        yield _held_for(Comment.reasons, wanted.reason)
    if wanted.q:
        yield searching.quickest(connection, wanted.q)


def conditions_of_edited(
    connection: sa.Connection, manifest: Manifest, wanted: Wanted
) -> Iterator[Condition]:
    """Yield the same for a comment whose new text waits: why that one does, and what it says."""
    edits = sa.select(Edit.comment_id)
    if wanted.reason:
        edits = edits.where(_held_for(Edit.reasons, wanted.reason))
    yield Comment.id.in_(edits)
    yield from _whatever_it_says(manifest, wanted)
    if wanted.q:
        yield Comment.id.in_(searching.edited(connection, wanted.q))


def _whatever_it_says(manifest: Manifest, wanted: Wanted) -> Iterator[Condition]:
    """Yield where, when and by whom a comment must have been sent."""
    if wanted.thread:
        yield _of_threads(manifest.threads_called(wanted.thread) or [wanted.thread])
    if wanted.author:
        yield Comment.author_name == wanted.author
    if wanted.email:  # as it was typed, or as it is mostly typed
        yield Comment.author_email.in_({wanted.email, wanted.email.lower()})
    if wanted.block:
        yield Comment.address_block == wanted.block
    if wanted.kind:
        yield from _of_kind(wanted.kind)
    zone = ZoneInfo(manifest.site["timezone"])
    if wanted.since:
        yield Comment.created >= _midnight(wanted.since, zone)
    if wanted.until:
        yield Comment.created < _midnight(wanted.until + timedelta(days=1), zone)


def _of_threads(keys: Sequence[str]) -> Condition:
    """Return that a comment belongs to one of these; of a single one an index has the order too."""
    if len(keys) == 1:
        thread = sa.select(Thread.id).where(Thread.key == keys[0])
        return Comment.thread_id == thread.scalar_subquery()
    return Comment.thread_id.in_(sa.select(Thread.id).where(Thread.key.in_(keys)))


def _of_kind(kind: str) -> Iterator[Condition]:
    """Yield the kind, so that the index of what is rare can be seen to hold it."""
    yield Comment.kind == sa.literal(kind, literal_execute=True)
    if kind != CommentKind.COMMENT:
        yield Comment.kind != sa.literal(CommentKind.COMMENT.value, literal_execute=True)


def _held_for(column: orm.Mapped[list[str]], code: str) -> Condition:
    """Return that a code is one of the reasons, alone or with a detail after it."""
    reasons = sa.cast(column, sa.Text)
    # No detail can hold these: a quote within one has a sign before it.
    begins = [f'{before}"{code}{after}%' for before in ("[", "%, ") for after in ('"', ":")]
    return sa.or_(*(reasons.like(pattern) for pattern in begins))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
