"""A moderator closes one thread, whatever its page says, and opens it again.

The caller gives a session and commits it, and knows that a page has the thread; publishing the
pages comes after, in publishing.py.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.db import insert_missing
from comments_api.models import Thread
from comments_api.publishing import mark_dirty
from comments_api.rules import changes


def close(session: orm.Session, key: str, moderator_id: int, now: datetime) -> None:
    """Take no more comments in a thread; nothing happens if it is closed already."""
    thread = _locked(session, key, now)
    if thread.closed is None:
        thread.closed = now
        _note(session, thread, "close-thread", moderator_id, now)


def reopen(session: orm.Session, key: str, moderator_id: int, now: datetime) -> None:
    """Take comments in a thread again, as far as its page does."""
    thread = _locked(session, key, now)
    if thread.closed is not None:
        thread.closed = None
        _note(session, thread, "open-thread", moderator_id, now)


def _locked(session: orm.Session, key: str, now: datetime) -> Thread:
    """Return the thread, made if nobody has written in it yet."""
    insert_missing(session.connection(), Thread, [{"key": key, "version": 0, "created": now}])
    statement = sa.select(Thread).where(Thread.key == key).with_for_update(key_share=True)
    return session.scalars(statement, execution_options={"populate_existing": True}).one()


def _note(
    session: orm.Session, thread: Thread, what: str, moderator_id: int, now: datetime
) -> None:
    changes.note(session, f"{what}:{thread.key}", moderator_id, now)
    mark_dirty(session, thread, now)
