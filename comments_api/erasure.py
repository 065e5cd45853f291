"""Erasing a person, or one comment of hers, from everything.

It takes the name, the addresses and all that leads to a person off her comments; the text too, if
she wants that. What is left in the record is numbers, states and dates. The caller gives a session
and commits it; publishing the pages comes after, in publishing.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import locking, senders
from comments_api.comments import record
from comments_api.db import insert_missing
from comments_api.models import (
    Block,
    BlockedField,
    Comment,
    CommentKind,
    Complaint,
    Confirmation,
    Edit,
    ErasedComment,
    ErasedPerson,
    IdempotencyKey,
    Identity,
    Memento,
    Note,
    Outbox,
    Reply,
    Revision,
    Status,
    Subscription,
    Thread,
)
from comments_api.privacy import (
    Whose,
    addresses_of,
    by_email,
    comments_of,
    identities_of,
    of_the_campaign,
)
from comments_api.publishing import mark_dirty
from comments_api.rows import PUBLIC
from comments_api.rules import blocks
from comments_api.translation import translations

_MARK = "erased "  # begins the fingerprint of a comment that was erased


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased: so many comments, subscriptions, mails that waited and complaints."""

    comments: int
    subscriptions: int
    mails: int
    complaints: int


def erase_person(
    session: orm.Session, whose: Whose, now: datetime, *, with_text: bool, secret: str
) -> Erased:
    """Erase a person from everything, and remember it, so that no import brings her back.

    :param with_text: her words go too; otherwise they stay, under no name.
    :param secret: of the application, for the hash by which she is known again.
    """
    hers = {comment.id for comment in comments_of(session, whose)}
    beside = {comment.id for comment in of_the_campaign(session, whose)}
    found = locking.locked_all(session, hers | beside)
    comments = [comment for comment in found.values() if comment.id in hers]
    emails = addresses_of(session, whose)
    done = Erased(
        comments=len(comments),
        subscriptions=_delete_by_email(session, Subscription, Subscription.email, emails),
        mails=_delete_by_email(session, Outbox, Outbox.recipient, emails),
        complaints=_forget_complaints(session, emails),
    )
    _delete_by_email(session, Confirmation, Confirmation.email, emails)
    for comment in comments:
        erase_comment(session, comment, now, with_text=with_text)
    for number in found.keys() - hers:
        _unlink(found[number])
    for identity in identities_of(session, whose):
        _unblock(session, identity, now)
        session.delete(identity)  # the browsers that it knew go with it
    for email in emails:
        _remember_person(session, senders.erased_hash(secret, email), now, with_text=with_text)
    session.flush()
    return done


def erase_comment(
    session: orm.Session,
    comment: Comment,
    now: datetime,
    *,
    with_text: bool,
    action: str = "erase",
) -> None:
    """Take a person off one comment; with its text, only a tombstone is left of it.

    :param action: what the record calls it.
    """
    before = comment.status
    _take_off(comment)
    _empty_history(session, comment)
    if with_text:
        _take_text(session, comment)
    comment.version += 1
    comment.changed = now
    record(session, comment, action, before, None, now)
    _remember_comment(session, comment, now, with_text=with_text)
    if before in PUBLIC or with_text:  # a tombstone can appear above replies to what was held
        mark_dirty(session, session.get_one(Thread, comment.thread_id), now)


def _take_off(comment: Comment) -> None:
    """Leave nothing of a comment that leads to a person, but her text."""
    comment.author_name = translations(comment.lang or "en").gettext("Anonymous")
    comment.author_url = ""
    _unlink(comment)
    # Of a reason, only the code: the rest can be her own words.
    comment.reasons = [reason.partition(":")[0] for reason in comment.reasons]


def _unlink(comment: Comment) -> None:
    """Leave nothing of a comment that leads to her address, her browser or her network.

    Of what she wrote for the campaign that is all: its words stay, under the name they have.
    """
    comment.author_email = ""
    comment.identity_id = comment.reader = comment.address_block = None
    comment.fingerprint = f"{_MARK}{comment.id}"  # it was a hash of name and address


def _empty_history(session: orm.Session, comment: Comment) -> None:
    for model in (Subscription, IdempotencyKey, Edit, Memento, Note):
        session.execute(sa.delete(model).where(model.comment_id == comment.id))
    session.execute(
        sa.delete(Outbox).where(Outbox.comment_id == comment.id, Outbox.recipient != "")
    )
    session.execute(
        sa.update(Revision)
        .where(Revision.comment_id == comment.id)
        .values(author_name="", source="", rendered="")
    )


def _take_text(session: orm.Session, comment: Comment) -> None:
    comment.status = Status.WITHDRAWN.value
    comment.kind = CommentKind.COMMENT.value
    comment.author_name = comment.source = comment.rendered = ""
    comment.said = None
    comment.pinned = comment.highlighted = False
    for model in (Reply, Complaint):
        session.execute(sa.delete(model).where(model.comment_id == comment.id))


def _delete_by_email(session: orm.Session, model: Any, column: Any, emails: Sequence[str]) -> int:
    found = session.scalars(by_email(model, column, emails)).all()
    for row in found:
        session.delete(row)
    return len(found)


def _unblock(session: orm.Session, identity: Identity, now: datetime) -> None:
    """Take back the block of an identity that is to go: nobody will ever be known by it again."""
    hers = (Block.field == BlockedField.IDENTITY.value, Block.value == str(identity.id))
    for number in session.scalars(sa.select(Block.id).where(*hers)).all():
        blocks.remove(session, number, None, now)


def _forget_complaints(session: orm.Session, emails: Sequence[str]) -> int:
    """Take a person off her complaints; that somebody complained stays, until it is settled."""
    found = session.scalars(by_email(Complaint, Complaint.email, emails)).all()
    for complaint in found:
        complaint.email = complaint.words = ""
    return len(found)


# -- what must not come back ------------------------------------------------------------------


def apply_erasures(session: orm.Session, now: datetime, secret: str) -> int:
    """Erase again whom an import brought back, and say how many comments."""
    found = {comment.id: (comment, text) for comment, text in _erased_comments(session)}
    found |= {comment.id: (comment, text) for comment, text in _of_erased(session, secret)}
    for comment, with_text in found.values():
        erase_comment(session, comment, now, with_text=with_text)
    return len(found)


def _erased_comments(session: orm.Session) -> Iterable[tuple[Comment, bool]]:
    """Return the comments that were erased once and have a person again."""
    statement = (
        sa.select(Comment, ErasedComment.with_text)
        .join(ErasedComment, ErasedComment.comment_id == Comment.id)
        .where(Comment.fingerprint.not_like(f"{_MARK}%"))
    )
    return [(comment, with_text) for comment, with_text in session.execute(statement)]


def _of_erased(session: orm.Session, secret: str) -> Iterable[tuple[Comment, bool]]:
    people = {one.email_hash: one for one in session.scalars(sa.select(ErasedPerson))}
    if not people:
        return
    written = sa.select(Comment.author_email).where(Comment.author_email != "").distinct()
    for email in session.scalars(written).all():
        person = people.get(senders.erased_hash(secret, email))
        if person is None:
            continue
        statement = sa.select(Comment).where(
            Comment.author_email == email,
            Comment.created <= person.created,  # what she wrote later, she wants to be there
            Comment.moderator_id.is_(None),
        )
        for comment in session.scalars(statement).all():
            yield comment, person.with_text


def _remember_comment(
    session: orm.Session, comment: Comment, now: datetime, *, with_text: bool
) -> None:
    new = {"comment_id": comment.id, "with_text": with_text, "created": now}
    insert_missing(session.connection(), ErasedComment, [new])
    if with_text:
        session.get_one(ErasedComment, comment.id).with_text = True


def _remember_person(
    session: orm.Session, email_hash: str, now: datetime, *, with_text: bool
) -> None:
    new = {"email_hash": email_hash, "with_text": with_text, "created": now}
    insert_missing(session.connection(), ErasedPerson, [new])
    known = session.get_one(ErasedPerson, email_hash)
    known.created = now  # she may have asked before, and written since
    known.with_text = known.with_text or with_text
