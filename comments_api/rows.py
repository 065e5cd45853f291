"""What the database holds for a region, in a few flat queries. Nothing is drawn here."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from itertools import islice
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy import orm

from comments_api.ledger import Marked, Noted
from comments_api.manifest import ThreadInfo
from comments_api.models import Clock, Comment, Reply, Report, Status, Switches, Thread
from comments_api.openness import UNTOUCHED, Switched
from comments_api.outline import Row

MOST = 50  # of the newest comments that any list or feed shows
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
    Comment.kind,
    Comment.edited,
    Comment.edited_by_staff,
    Comment.pinned,
    Comment.highlighted,
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
    .execution_options(yield_per=MOST)
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
_SENT = sa.select(sa.func.coalesce(sa.func.sum(Report.count), 0)).where(
    Report.letter == sa.bindparam("letter")
)
_REPLIES = (
    sa.select(
        Reply.comment_id,
        Reply.target,
        Reply.day,
        Reply.outcome,
        Reply.permission,
        Reply.rendered,
        Reply.created,
    )
    .join(Comment, Comment.id == Reply.comment_id)
    .join(Thread, Thread.id == Comment.thread_id)
    .where(
        Reply.letter == sa.bindparam("letter"),
        # Of a thread that the letter had before, nobody would tell its ledger what is decided.
        Thread.key == sa.bindparam("thread"),
        Comment.status == Status.APPROVED.value,
    )
    .order_by(Reply.day, Reply.comment_id)
)
# As text, so that whoever reads it, and by whatever way, gets the same.
_SHOWN = (
    sa.select(sa.cast(Clock.as_of, sa.Text)).where(Clock.id == 1).scalar_subquery(),
    sa.select(Thread.version).where(Thread.key == sa.bindparam("key")).scalar_subquery(),
)
_REVISION = sa.select(Switches.revision).where(Switches.id == 1).scalar_subquery()
STATE = sa.select(*_SHOWN, _REVISION)
STATE_OF_LETTER = sa.select(*_SHOWN, sa.cast(_SENT.scalar_subquery(), sa.Integer))
_SWITCHED = sa.select(Switches.hold_all, Switches.close_all, Switches.close_at)
_CLOSED = sa.select(Thread.closed).where(Thread.key == sa.bindparam("key"))
_AS_OF = sa.select(Clock.as_of).where(Clock.id == 1)


def as_of(connection: sa.Connection) -> datetime | None:
    """Return the minute as of which regions are drawn, or None before the first site went live."""
    return connection.execute(_AS_OF).scalar()


def switched(connection: sa.Connection, key: str | None = None) -> Switched:
    """Return what moderators did to the whole site, and to a thread if one is named."""
    row = connection.execute(_SWITCHED).first()
    found = UNTOUCHED if row is None else Switched(*row)
    if key is None:
        return found
    return found._replace(closed=connection.execute(_CLOSED, {"key": key}).scalar())


def sent(connection: sa.Connection, letter: str) -> int:
    """Return how many readers told us that they sent a letter."""
    return int(connection.execute(_SENT, {"letter": letter}).scalar_one())


def replies_to(connection: sa.Connection, letter: str, thread: str) -> list[Marked]:
    """Return the answers that approved comments of the letter's thread brought, oldest first."""
    found = connection.execute(_REPLIES, {"letter": letter, "thread": thread})
    # Stored by markup.render, the only function that writes this column.
    return [
        Marked(id_, target, day, outcome, permission, Markup(rendered), created)
        for id_, target, day, outcome, permission, rendered, created in found
    ]


def noted(connection: sa.Connection, letter: str, thread: str) -> Noted:
    """Return what the database holds for a letter's ledger."""
    return Noted(sent(connection, letter), replies_to(connection, letter, thread))


def count_of(connection: sa.Connection, key: str) -> int:
    """Return how many comments of a thread are approved."""
    return connection.execute(_COUNT, {"key": key}).scalar_one()


def of_thread(connection: sa.Connection, key: str) -> list[Row]:
    """Return the public comments of a thread, oldest first."""
    found = connection.execute(_OF_THREAD, {"key": key}).all()
    public = {row[0] for row in found}
    above = _hidden_parents(connection, {row[1] for row in found if row[1]} - public)
    return [_row(row, _nearest(row[1], public, above)) for row in found]


def newest(connection: sa.Connection, keys: Container[str], limit: int) -> list[Row]:
    """Return the newest approved comments of some threads, newest first."""
    found: list[Row] = []
    with connection.execute(_NEWEST) as result:
        for row in result:
            if row.key in keys:
                found.append(_row(row, row.answered))
            if len(found) == limit:
                break
    return found


class Reader:
    """Reads what regions show from one snapshot, each thing once."""

    def __init__(self, connection: sa.Connection, threads: Mapping[str, ThreadInfo]) -> None:
        self._connection = connection
        self._threads = threads
        self._of_thread = lru_cache(maxsize=8)(partial(of_thread, connection))
        self._newest = lru_cache(maxsize=1)(partial(newest, connection, threads, MOST))
        self._noted = lru_cache(maxsize=8)(partial(noted, connection))
        self._switched = lru_cache(maxsize=8)(partial(switched, connection))

    def as_of(self) -> datetime | None:
        """Return the minute as of which regions are drawn, or None if no site ever went live."""
        return as_of(self._connection)

    def thread(self, key: str) -> list[Row]:
        """Return the public comments of a thread, oldest first."""
        return self._of_thread(key)

    def switched(self, key: str) -> Switched:
        """Return what moderators did to the whole site and to a thread."""
        return self._switched(key)

    def count(self, key: str) -> int:
        """Return how many comments of a thread are approved."""
        return count_of(self._connection, key)

    def noted(self, letter: str, thread: str) -> Noted:
        """Return what a letter's ledger and feed show."""
        return self._noted(letter, thread)

    def newest_of_thread(self, key: str, limit: int) -> list[Row]:
        """Return the newest approved comments of a thread, newest first."""
        shown = (row for row in reversed(self.thread(key)) if not row.withdrawn)
        return list(islice(shown, limit))

    def newest(self, lang: str, limit: int) -> list[Row]:
        """Return the newest approved comments of all threads, with their pages in a language."""
        return [self._placed(row, lang) for row in self._newest()[:limit]]

    def _placed(self, row: Row, lang: str) -> Row:
        url, title = self._threads[row.thread].page(lang)
        return row._replace(thread_title=title, url=f"{url}#comment-{row.id}")


def _row(values: Sequence[Any], parent: int | None) -> Row:
    """Return a row of the statements above; a withdrawn comment says nothing of its author."""
    id_, _, status, name, website, moderator, created, changed, rendered, thread, *more = values
    if status == Status.WITHDRAWN:
        return Row(id_, parent, True, "", "", False, created, changed, Markup(), thread)
    # Stored by markup.render, the only function that writes this column.
    html = Markup(rendered)
    campaign = moderator is not None
    said = (name, website, campaign, created, changed, html, thread)
    return Row(
        *(id_, parent, False, *said),
        kind=more[0],
        edited=more[1],
        edited_by_staff=more[2],
        pinned=more[3],
        highlighted=more[4],
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
        kind=comment.kind,
        edited=comment.edited,
        edited_by_staff=comment.edited_by_staff,
        pinned=comment.pinned,
        highlighted=comment.highlighted,
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
