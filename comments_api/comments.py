"""A comment arrives: checked against its thread, judged by the rules, stored, recorded.

The caller gives a session and commits it; publishing the pages comes after, in publishing.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import markup, rules
from comments_api.db import insert_missing
from comments_api.drafts import Draft
from comments_api.errors import (
    SaidAlready,
    ThreadClosed,
    UnknownParent,
)
from comments_api.limits import Limit, take
from comments_api.manifest import ThreadInfo
from comments_api.models import Comment, Decision, IdempotencyKey, Status, Thread
from comments_api.publishing import mark_dirty
from comments_api.regions import state_of_thread

KEY_LIFE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A comment as it arrives, with what is known of its sender.

    :ivar reader: keyed hash of the reader's cookie.
    :ivar address_block: the sender's address, shortened already.
    :ivar moderator_id: set if a signed-in moderator writes.
    :ivar key_hash: of the Idempotency-Key, if one was sent.
    """

    thread: ThreadInfo
    draft: Draft
    lang: str
    reader: str | None = None
    address_block: str | None = None
    moderator_id: int | None = None
    key_hash: str | None = None
    limits: Sequence[Limit] = ()


def submit(session: orm.Session, arrival: Arrival, now: datetime) -> Comment:
    """Store a comment as the rules say, and return it.

    Sent again with the same Idempotency-Key, it answers what the first time made.

    :raise ThreadClosed: if the thread takes no comments (any more).
    :raise UnknownParent: if it replies to what is not public in this thread.
    :raise SaidAlready: if the same person sent the same text to the same place before.
    :raise TooMany: if a limit is used up.
    """
    thread = _thread(session, arrival.thread.key, now)
    if earlier := _first_result(session, arrival):
        return earlier
    _refuse_closed(session, arrival, thread, now)
    _refuse_unknown_parent(session, thread, arrival.draft.parent)
    comment = _new(arrival, thread, now)
    refuse_repetition(session, comment)
    take(session, list(arrival.limits), now)
    session.add(comment)
    session.flush()
    record(session, comment, "arrive", None, arrival.moderator_id, now)
    if arrival.key_hash:
        session.add(IdempotencyKey(key_hash=arrival.key_hash, comment_id=comment.id, created=now))
    if comment.status == Status.APPROVED:
        mark_dirty(session, thread, now)
    return comment


def held_of_reader(session: orm.Session, thread_key: str, reader: str) -> Sequence[Comment]:
    """Return the comments of one browser in a thread that wait for a moderator, oldest first."""
    statement = (
        sa.select(Comment)
        .join(Thread, Thread.id == Comment.thread_id)
        .where(Thread.key == thread_key, Comment.reader == reader, Comment.status == Status.PENDING)
        .order_by(Comment.id)
    )
    return session.scalars(statement).all()


def _thread(session: orm.Session, key: str, now: datetime) -> Thread:
    """Return the thread's row, made at its first comment, and keep others from it meanwhile."""
    statement = sa.select(Thread).where(Thread.key == key).with_for_update()
    found = session.scalars(statement).first()
    if found is None:
        new = {"key": key, "version": 0, "created": now}
        insert_missing(session.connection(), Thread, [new])
        found = session.scalars(statement).one()
    return found


def _first_result(session: orm.Session, arrival: Arrival) -> Comment | None:
    earlier = session.get(IdempotencyKey, arrival.key_hash) if arrival.key_hash else None
    comment = session.get(Comment, earlier.comment_id) if earlier else None
    if comment is not None and arrival.reader is not None:
        comment.reader = arrival.reader  # the first answer was lost, and its cookie with it
    return comment


def _refuse_closed(session: orm.Session, arrival: Arrival, thread: Thread, now: datetime) -> None:
    statement = sa.select(sa.func.count()).where(
        Comment.thread_id == thread.id, Comment.status == Status.APPROVED
    )
    count = session.scalars(statement).one()
    state = state_of_thread(arrival.thread.context, count, now)
    if state in {"closed", "full"}:
        raise ThreadClosed(state)


def _refuse_unknown_parent(session: orm.Session, thread: Thread, parent: int | None) -> None:
    """Refuse a held parent with the same words as a missing one, so that nothing leaks."""
    if parent is None:
        return
    found = session.get(Comment, parent)
    if found is None or found.thread_id != thread.id or found.status != Status.APPROVED:
        raise UnknownParent(parent)


def _new(arrival: Arrival, thread: Thread, now: datetime) -> Comment:
    draft = arrival.draft
    verdict = rules.judge(rules.Facts(by_moderator=arrival.moderator_id is not None))
    return Comment(
        thread_id=thread.id,
        parent_id=draft.parent,
        status=verdict.status.value,
        author_name=draft.author_name,
        author_email=draft.author_email,
        author_url=draft.author_url,
        moderator_id=arrival.moderator_id,
        source=draft.content,
        rendered=str(draft.rendered),
        renderer=markup.RENDERER,
        reasons=list(verdict.reasons),
        lang=arrival.lang,
        reader=arrival.reader,
        address_block=arrival.address_block,
        fingerprint=fingerprint(
            thread.id,
            draft.parent,
            f"{draft.author_name}\0{draft.author_email}\0{arrival.address_block}",
            draft.content,
        ),
        created=now,
        changed=now,
    )


def fingerprint(thread: int, parent: int | None, name: str, content: str) -> str:
    """Name what makes two comments the same; white space and capitals do not count."""
    said = "\0".join(
        [str(thread), str(parent), name.casefold(), " ".join(content.casefold().split())]
    )
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def refuse_repetition(session: orm.Session, comment: Comment) -> None:
    """Refuse what the same person said before, at the same place.

    :raise SaidAlready: if it is there already.
    """
    statement = sa.select(Comment.id).where(
        Comment.fingerprint == comment.fingerprint, Comment.status != Status.TRASH
    )
    if session.scalars(statement.limit(1)).first() is not None:
        raise SaidAlready


def record(
    session: orm.Session,
    comment: Comment,
    action: str,
    before: str | None,
    moderator_id: int | None,
    now: datetime,
) -> None:
    """Write one line of the record, in the verb's transaction."""
    session.add(
        Decision(
            comment_id=comment.id,
            moderator_id=moderator_id,
            action=action,
            from_status=before,
            to_status=str(comment.status),
            version=comment.version,
            reasons=comment.reasons if action == "arrive" else [],
            created=now,
        )
    )
