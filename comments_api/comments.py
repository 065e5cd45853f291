"""The verbs on comments: submit, decide, reply. One verb, one transaction, one line in the record.

The caller gives a session and commits it; publishing the pages comes after, in publishing.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy import orm

from comments_api import markup, rules
from comments_api.db import insert_missing
from comments_api.drafts import Draft, check_text
from comments_api.errors import (
    ImpossibleDecision,
    SaidAlready,
    StaleDecision,
    ThreadClosed,
    UnknownComment,
    UnknownParent,
)
from comments_api.limits import Limit, take
from comments_api.manifest import ThreadInfo
from comments_api.models import Comment, Decision, IdempotencyKey, Moderator, Status, Thread
from comments_api.publishing import mark_dirty
from comments_api.regions import state_of_thread
from comments_api.rows import PUBLIC

KEY_LIFE = timedelta(hours=24)

# What each action makes of a comment, and from which states it can be taken.
ACTIONS: dict[str, tuple[frozenset[Status], Status | None]] = {
    "approve": (frozenset({Status.PENDING, Status.SPAM, Status.TRASH}), Status.APPROVED),
    "hold": (frozenset({Status.APPROVED, Status.SPAM, Status.TRASH}), Status.PENDING),
    "spam": (frozenset({Status.PENDING, Status.APPROVED, Status.TRASH}), Status.SPAM),
    "trash": (frozenset({Status.PENDING, Status.APPROVED, Status.SPAM}), Status.TRASH),
    "restore": (frozenset({Status.SPAM, Status.TRASH}), None),  # to what it was before
}


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
    _refuse_repetition(session, comment)
    take(session, list(arrival.limits), now)
    session.add(comment)
    session.flush()
    _record(session, comment, "arrive", None, arrival.moderator_id, now)
    if arrival.key_hash:
        session.add(IdempotencyKey(key_hash=arrival.key_hash, comment_id=comment.id, created=now))
    if comment.status == Status.APPROVED:
        _show(session, thread, now)
    return comment


def decide(
    session: orm.Session,
    comment_id: int,
    action: str,
    version: int,
    moderator_id: int,
    now: datetime,
) -> Comment:
    """Carry out a moderator's decision on the comment as she saw it, and return it.

    :param version: of the comment that was shown to her.
    :raise UnknownComment: if there is no such comment.
    :raise StaleDecision: if it was changed since; says by whom and when.
    :raise ImpossibleDecision: if a comment of its status cannot be decided so.
    """
    comment = _locked(session, comment_id)
    _refuse_stale(session, comment, version)
    possible, status = ACTIONS[action]
    if comment.status not in possible:
        raise ImpossibleDecision(f"{action} is not possible for a comment that is {comment.status}")
    before = comment.status
    comment.status = status or _status_before(session, comment)
    comment.version += 1
    comment.changed = now
    _record(session, comment, action, before, moderator_id, now)
    if PUBLIC[0] in {before, comment.status}:
        _show(session, comment.thread, now)
    return comment


def reply(
    session: orm.Session,
    comment_id: int,
    version: int,
    author: Moderator,
    content: str,
    now: datetime,
    *,
    lang: str = "en",
) -> Comment:
    """Store a moderator's answer, approving what it answers in the same step, and return it.

    :raise InvalidDraft: if the text is empty, too long or too deeply nested.
    :raise ImpossibleDecision: if the comment is spam, trash or withdrawn.
    """
    content, rendered = check_text(content, lang)
    comment = _locked(session, comment_id)
    _refuse_stale(session, comment, version)
    if comment.status == Status.PENDING:
        decide(session, comment_id, "approve", version, author.id, now)
    elif comment.status != Status.APPROVED:
        raise ImpossibleDecision(f"a comment that is {comment.status} cannot be answered")
    answer = _answer(comment, author, content, rendered, now)
    _refuse_repetition(session, answer)
    session.add(answer)
    session.flush()
    _record(session, answer, "reply", None, author.id, now)
    _show(session, comment.thread, now)
    return answer


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
        fingerprint=_fingerprint(thread.id, draft.parent, draft.author_name, draft.content),
        created=now,
        changed=now,
    )


def _answer(
    comment: Comment, author: Moderator, content: str, rendered: Markup, now: datetime
) -> Comment:
    return Comment(
        thread_id=comment.thread_id,
        parent_id=comment.id,
        status=Status.APPROVED.value,
        author_name=author.name,
        moderator_id=author.id,
        source=content,
        rendered=str(rendered),
        renderer=markup.RENDERER,
        reasons=[],
        lang=comment.lang,
        fingerprint=_fingerprint(comment.thread_id, comment.id, author.name, content),
        created=now,
        changed=now,
    )


def _fingerprint(thread: int, parent: int | None, name: str, content: str) -> str:
    """Name what makes two comments the same; white space and capitals do not count."""
    said = "\0".join(
        [str(thread), str(parent), name.casefold(), " ".join(content.casefold().split())]
    )
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def _refuse_repetition(session: orm.Session, comment: Comment) -> None:
    statement = sa.select(Comment.id).where(
        Comment.fingerprint == comment.fingerprint, Comment.status != Status.TRASH
    )
    if session.scalars(statement.limit(1)).first() is not None:
        raise SaidAlready


def _locked(session: orm.Session, comment_id: int) -> Comment:
    comment = session.get(
        Comment,
        comment_id,
        options=[orm.joinedload(Comment.thread, innerjoin=True)],
        with_for_update={"key_share": True},
    )
    if comment is None:
        raise UnknownComment(comment_id)
    return comment


def _refuse_stale(session: orm.Session, comment: Comment, version: int) -> None:
    if comment.version == version:
        return
    statement = (
        sa.select(Decision)
        .where(Decision.comment_id == comment.id)
        .order_by(Decision.id.desc())
        .options(orm.joinedload(Decision.moderator))
    )
    last = session.scalars(statement.limit(1)).first()
    who = last.moderator.name if last and last.moderator else None
    raise StaleDecision(comment.status, who, last.created if last else None)


def _status_before(session: orm.Session, comment: Comment) -> str:
    """Return the status that a comment had before it went to spam or trash."""
    statement = (
        sa.select(Decision.from_status)
        .where(
            Decision.comment_id == comment.id,
            Decision.to_status.in_([Status.SPAM, Status.TRASH]),
            Decision.from_status.in_([Status.PENDING, Status.APPROVED]),
        )
        .order_by(Decision.id.desc())
    )
    return session.scalars(statement.limit(1)).first() or Status.PENDING.value


def _record(
    session: orm.Session,
    comment: Comment,
    action: str,
    before: str | None,
    moderator_id: int | None,
    now: datetime,
) -> None:
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


def _show(session: orm.Session, thread: Thread, now: datetime) -> None:
    """Note that readers must see a change of the thread."""
    thread.version += 1
    mark_dirty(session, thread.key, now)
