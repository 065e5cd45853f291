"""A comment arrives: checked against its thread, judged by the rules, stored, recorded.

The caller gives a session and commits it; publishing the pages comes after, in publishing.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import markup, rules, searching
from comments_api.db import insert_missing
from comments_api.drafts import Draft
from comments_api.errors import (
    Nudge,
    SaidAlready,
    ThreadClosed,
    UnknownParent,
)
from comments_api.limits import Limit, take
from comments_api.mail import outbox
from comments_api.manifest import ThreadInfo
from comments_api.models import (
    Comment,
    CommentKind,
    Decision,
    IdempotencyKey,
    Status,
    Switches,
    Thread,
)
from comments_api.openness import Switched, why_closed
from comments_api.publishing import mark_dirty
from comments_api.rules import Case, Rulebook, Verdict

KEY_LIFE = timedelta(hours=24)

# Written once: building a statement costs more than running it.
_THREAD = sa.select(Thread.id).where(Thread.key == sa.bindparam("key")).with_for_update()
_BY_KEY = sa.select(IdempotencyKey.comment_id).where(
    IdempotencyKey.key_hash == sa.bindparam("key_hash")
)
_SAID_ALREADY = sa.select(Comment.id).where(
    Comment.fingerprint == sa.bindparam("fingerprint"),
    Comment.status != Status.TRASH.value,
    Comment.id != sa.bindparam("comment_id"),
)
_COMMENTS = sa.inspect(Comment).class_manager
_STORE = sa.insert(Comment).returning(Comment.id)
_STORE_KEY = sa.insert(IdempotencyKey)
_RECORD = sa.insert(Decision)
_RECORD_ALL = _RECORD.returning(Decision.comment_id, Decision.id)


def _place() -> sa.Select[Any]:
    """Return the statement that asks all that can refuse a comment at its place."""
    here = Comment.thread_id == sa.bindparam("thread_id")
    public = Comment.status == Status.APPROVED.value
    parent = sa.select(Comment.id).where(Comment.id == sa.bindparam("parent_id"), here, public)
    switches = [
        sa.select(column).where(Switches.id == 1).scalar_subquery()
        for column in (Switches.hold_all, Switches.close_all, Switches.close_at)
    ]
    closed = sa.select(Thread.closed).where(Thread.id == sa.bindparam("thread_id"))
    return sa.select(
        sa.select(sa.func.count()).where(here, public).scalar_subquery(),
        sa.exists(parent),
        sa.exists(_SAID_ALREADY),
        *switches,
        closed.scalar_subquery(),
    )


_PLACE = _place()


@dataclass(frozen=True, slots=True)
class Arrival:
    """A comment as it arrives, with what is known of its sender.

    :ivar reader: keyed hash of the reader's cookie.
    :ivar address_block: the sender's address, shortened already.
    :ivar moderator_id: set if a signed-in moderator writes.
    :ivar key_hash: of the Idempotency-Key, if one was sent.
    :ivar identity_id: of whom the reader showed herself to be.
    :ivar trap: what the field was filled with that nobody sees.
    :ivar seconds: since the form was drawn, if that is known.
    :ivar as_it_is: she was told what would hold it, and wants it sent nevertheless.
    :ivar site_name: nobody may call herself so.
    """

    thread: ThreadInfo
    draft: Draft
    lang: str
    reader: str | None = None
    address_block: str | None = None
    moderator_id: int | None = None
    key_hash: str | None = None
    limits: Sequence[Limit] = ()
    rulebook: Rulebook = field(default_factory=Rulebook)
    identity_id: int | None = None
    trap: str = ""
    seconds: float | None = None
    as_it_is: bool = False
    site_name: str = ""


def submit(session: orm.Session, arrival: Arrival, now: datetime) -> Comment:
    """Store a comment as the rules say, and return it.

    Sent again with the same Idempotency-Key, it answers what the first time made.

    :raise ThreadClosed: if the thread takes no comments (any more).
    :raise UnknownParent: if it replies to what is not public in this thread.
    :raise SaidAlready: if the same person sent the same text to the same place before.
    :raise TooMany: if a limit is used up.
    :raise Nudge: if a rule would hold it for what she could mend, and she was not told.
    """
    session.flush()  # the statements below go past the session: they see what is in the database
    connection = session.connection()
    thread_id = _thread(connection, arrival.thread.key, now)
    if earlier := _first_result(session, arrival):
        return earlier
    comment = _new(arrival, thread_id, now)
    _refuse(connection, arrival, comment, now)
    take(session, arrival.limits, now)
    verdict = _judge(session, arrival, thread_id, now)
    comment["status"], comment["reasons"] = verdict.status.value, list(verdict.reasons)
    stored = _stored(session, comment)
    record(session, stored, "arrive", None, arrival.moderator_id, now, reasons=verdict.reasons)
    if arrival.key_hash:
        key = {"key_hash": arrival.key_hash, "comment_id": stored.id, "created": now}
        connection.execute(_STORE_KEY, key)
    _tell(session, stored, now)
    return stored


def _thread(connection: sa.Connection, key: str, now: datetime) -> int:
    """Return the thread's id, made at its first comment, and keep others from it meanwhile."""
    found: int | None = connection.execute(_THREAD, {"key": key}).scalar()
    if found is None:
        new = {"key": key, "version": 0, "created": now}
        insert_missing(connection, Thread, [new])
        found = connection.execute(_THREAD, {"key": key}).scalar_one()
    return found


def _first_result(session: orm.Session, arrival: Arrival) -> Comment | None:
    if not arrival.key_hash:
        return None
    found = session.connection().execute(_BY_KEY, {"key_hash": arrival.key_hash}).scalar()
    comment = session.get(Comment, found) if found else None
    if comment is not None and arrival.reader is not None:
        comment.reader = arrival.reader  # the first answer was lost, and its cookie with it
    return comment


def _refuse(
    connection: sa.Connection, arrival: Arrival, comment: dict[str, Any], now: datetime
) -> None:
    """Refuse what the place it is sent to does not take.

    A parent that is held is refused with the same words as a missing one, so that nothing leaks.
    """
    parent = arrival.draft.parent
    values = {
        "thread_id": comment["thread_id"],
        "parent_id": parent,
        "fingerprint": comment["fingerprint"],
        "comment_id": 0,
    }
    count, parent_is_public, said, *switches = connection.execute(_PLACE, values).one()
    switched = Switched(bool(switches[0]), bool(switches[1]), *switches[2:])
    if why := why_closed(arrival.thread.context, count, now, switched):
        raise ThreadClosed(why)
    if parent is not None and not parent_is_public:
        raise UnknownParent(parent)
    if said:
        raise SaidAlready


def _judge(session: orm.Session, arrival: Arrival, thread_id: int, now: datetime) -> Verdict:
    case = Case(
        thread=arrival.thread,
        thread_id=thread_id,
        draft=arrival.draft,
        now=now,
        moderator_id=arrival.moderator_id,
        reader=arrival.reader,
        identity_id=arrival.identity_id,
        address_block=arrival.address_block,
        trap=arrival.trap,
        seconds=arrival.seconds,
        site_name=arrival.site_name,
    )
    verdict = arrival.rulebook.judge(session, case)
    if verdict.nudge and not arrival.as_it_is:
        raise Nudge(verdict.reasons)
    return verdict


def _new(arrival: Arrival, thread_id: int, now: datetime) -> dict[str, Any]:
    """Return the columns of a new comment but for what the rules say."""
    draft = arrival.draft
    who = f"{draft.author_name}\0{draft.author_email}\0{arrival.address_block}"
    new = {
        "thread_id": thread_id,
        "parent_id": draft.parent,
        "kind": CommentKind.COMMENT.value,
        "version": 1,
        "author_name": draft.author_name,
        "author_email": draft.author_email,
        "author_url": draft.author_url,
        "moderator_id": arrival.moderator_id,
        "identity_id": arrival.identity_id,
        "source": draft.content,
        "rendered": str(draft.rendered),
        "renderer": markup.RENDERER,
        "lang": arrival.lang,
        "reader": arrival.reader,
        "fingerprint": fingerprint(thread_id, draft.parent, who, draft.content),
        "said": rules.said(draft.content),
        "address_block": arrival.address_block,
        "created": now,
        "changed": now,
        "edited": None,
        "edited_by_staff": False,
        "pinned": False,
        "highlighted": False,
    }
    return {**new, "folded": searching.folded(new)}


def _stored(session: orm.Session, columns: dict[str, Any]) -> Comment:
    """Insert a comment, and return it as if the session had read it: so it costs a quarter."""
    number = session.connection().execute(_STORE, columns).scalar_one()
    comment: Comment = _COMMENTS.new_instance()
    comment.__dict__.update(columns, id=number)  # nothing to be noted as changed
    orm.make_transient_to_detached(comment)
    session.add(comment)
    return comment


def _tell(session: orm.Session, comment: Comment, now: datetime) -> None:
    """Note what pages and people must learn of a comment that was just stored."""
    if comment.status == Status.APPROVED:
        mark_dirty(session, session.get_one(Thread, comment.thread_id), now)
        wait = outbox.SECOND_THOUGHTS
        outbox.put(session, outbox.Kind.PUBLISHED, now, comment_id=comment.id, wait=wait)
    elif comment.status == Status.PENDING:
        outbox.put(session, outbox.Kind.HELD, now, comment_id=comment.id)


def fingerprint_of(comment: Comment) -> str:
    """Name what makes two comments of readers the same."""
    who = f"{comment.author_name}\0{comment.author_email}\0{comment.address_block}"
    return fingerprint(comment.thread_id, comment.parent_id, who, comment.source)


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
    # It is there itself if its text was changed.
    values = {"fingerprint": comment.fingerprint, "comment_id": comment.id or 0}
    if session.connection().execute(_SAID_ALREADY, values).first() is not None:
        raise SaidAlready


def record(
    session: orm.Session,
    comment: Comment,
    action: str,
    before: str | None,
    moderator_id: int | None,
    now: datetime,
    *,
    reasons: Sequence[str] = (),
    batch: str | None = None,
) -> int:
    """Write one line of the record, in the verb's transaction, and return its number.

    :param reasons: their codes are kept, and never their details, which can hold a reader's words.
    :param batch: of what was decided in one request.
    """
    codes = rules.codes_of(reasons)
    line = _line(comment, action, before, moderator_id, now, codes, batch)
    made = session.connection().execute(_RECORD, line).inserted_primary_key
    assert made is not None  # one line, whose number the database gives
    return int(made[0])


def record_all(
    session: orm.Session,
    found: Sequence[tuple[Comment, str]],
    action: str,
    moderator_id: int,
    now: datetime,
    *,
    codes: Sequence[str],
    batch: str,
) -> dict[int, int]:
    """Write a line of the record for each of these comments, and return their numbers by these.

    :param found: with the status that each had before.
    """
    lines = [
        _line(comment, action, before, moderator_id, now, codes, batch) for comment, before in found
    ]
    return dict(session.connection().execute(_RECORD_ALL, lines).all())


def _line(
    comment: Comment,
    action: str,
    before: str | None,
    moderator_id: int | None,
    now: datetime,
    codes: Sequence[str],
    batch: str | None,
) -> dict[str, Any]:
    return {
        "comment_id": comment.id,
        "moderator_id": moderator_id,
        "action": action,
        "from_status": before,
        "to_status": str(comment.status),
        "version": comment.version,
        "reasons": list(codes),
        "batch": batch,
        "created": now,
    }
