"""Makes people and comments for tests, by the real verbs.

Alice moderates, Bob writes, Mallory attacks.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import comments, decisions, drafts
from comments_api.comments import Arrival
from comments_api.db import Database
from comments_api.decisions import ACTIONS
from comments_api.drafts import Draft
from comments_api.limits import Limit
from comments_api.manifest import ThreadInfo
from comments_api.models import Comment, Moderator, Status

THREAD = "post-the-vote"
_ACTION_TO = {status: action for action, (_, status) in ACTIONS.items() if status}


def make_thread(key: str = THREAD, **context: Any) -> ThreadInfo:
    """Return a thread as a build declares it."""
    common = {
        "site_url": "https://example.org",
        "timezone": "Europe/London",
        "mode": "held",
        "closes": None,
        "sensitive": False,
        "api": f"/api/threads/{key}",
        "policy_url": "/comment-policy/",
        "help_url": "/help-and-safety/",
        "limit": 2000,
        "dated": "2026-11-01T09:00:00Z",
    }
    return ThreadInfo(key, "en", {"en": (f"/{key}/", "The vote")}, {**common, **context})


def make_draft(**fields: Any) -> Draft:
    """Return what Bob wrote, checked."""
    return drafts.check({"author_name": "Bob", "content": "I wrote to them.", **fields}, "en")


def make_arrival(
    thread: ThreadInfo | None = None,
    *,
    moderator: Moderator | None = None,
    reader: str | None = None,
    key_hash: str | None = None,
    limits: tuple[Limit, ...] = (),
    **fields: Any,
) -> Arrival:
    """Return a comment of Bob's as it arrives, or a moderator's if one is given."""
    return Arrival(
        thread=thread or make_thread(),
        draft=make_draft(**fields),
        lang="en",
        reader=reader,
        moderator_id=moderator.id if moderator else None,
        key_hash=key_hash,
        limits=limits,
    )


def make_moderator(session: orm.Session, now: datetime, name: str = "Alice") -> Moderator:
    """Return a moderator of this name, stored at her first use."""
    email = f"{name.lower()}@example.org"
    found = session.scalars(sa.select(Moderator).where(Moderator.email == email)).first()
    if found is None:
        found = Moderator(name=name, email=email, created=now)
        session.add(found)
        session.flush()
    return found


def make_comment(
    session: orm.Session,
    now: datetime,
    status: Status = Status.APPROVED,
    thread: ThreadInfo | None = None,
    **fields: Any,
) -> Comment:
    """Return a comment of Bob's, decided by Alice; its text differs from that of all others."""
    number = session.scalars(sa.select(sa.func.count()).select_from(Comment)).one() + 1
    fields.setdefault("content", f"I wrote to them, attempt {number}.")
    comment = comments.submit(session, make_arrival(thread, **fields), now)
    if status == Status.WITHDRAWN:
        comment.status = status.value  # there is no verb for it yet
    elif status != Status.PENDING:
        alice = make_moderator(session, now)
        decisions.decide(session, comment.id, _ACTION_TO[status], comment.version, alice.id, now)
    session.flush()
    return comment


def approve(database: Database, comment_id: int, now: datetime, who: str = "Alice") -> None:
    """Approve a comment in a transaction of its own, whatever its version."""
    with database.session() as session:
        alice = make_moderator(session, now, who)
        version = session.get_one(Comment, comment_id).version
        decisions.decide(session, comment_id, "approve", version, alice.id, now)
