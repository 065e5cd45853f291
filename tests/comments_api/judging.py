"""A rulebook at work in tests: people we know, and what becomes of what they send."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import orm

from comments_api import identities
from comments_api.manifest import ThreadInfo
from comments_api.models import Comment, Status
from comments_api.rules import Case, Numbers, Rulebook, Verdict
from tests.factories import make_comment, make_draft, make_thread

OPEN = make_thread(mode="open")
_OF_THE_CASE = {field.name for field in fields(Case)} - {"thread"}


def trusting(**numbers: int) -> Rulebook:
    """Return a rulebook that trusts everybody, so that one other rule can be looked at."""
    return Rulebook(Numbers(**{"trust_after": 0, **numbers}))


def judge(
    session: orm.Session,
    now: datetime,
    book: Rulebook | None = None,
    *,
    thread: ThreadInfo = OPEN,
    **given: Any,
) -> Verdict:
    """Return what becomes of what Bob sends to an open thread, where everybody is trusted."""
    session.flush()
    known = {name: given.pop(name) for name in _OF_THE_CASE & given.keys()}
    case = Case(thread=thread, thread_id=1, draft=make_draft(**given), now=now, **known)
    return (book or trusting()).judge(session, case)


def reasons(*args: Any, **given: Any) -> list[str]:
    """Return why it is held, or called spam; nothing if it passes."""
    return list(judge(*args, **given).reasons)


def make_identity(session: orm.Session, now: datetime) -> int:
    """Return the id of Bob, who opened a link in a mail."""
    email = "bob@example.org"
    return identities.introduce(session, "Bob's browser", "email", email, email, "Bob", now).id


def sent(
    session: orm.Session, when: datetime, status: Status = Status.APPROVED, **known: Any
) -> Comment:
    """Return a comment that was decided so, of whoever is named."""
    content = known.pop("content", None)
    comment = make_comment(session, when, status, **({"content": content} if content else {}))
    for name, value in known.items():
        setattr(comment, name, value)
    session.flush()
    return comment
