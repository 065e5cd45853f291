"""Whom an event concerns: it becomes a mail for each person, at her own pace and only one.

An event that is no longer true when its time comes, because somebody undid it, tells nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.authorship import is_by
from comments_api.mail import pacing, truth
from comments_api.mail.outbox import SECOND_THOUGHTS, Kind
from comments_api.manifest import Manifest
from comments_api.models import (
    MODERATING,
    Comment,
    Decision,
    Identity,
    Moderator,
    Outbox,
    Pace,
    Scope,
    Status,
    Subscription,
    Thread,
)
from comments_api.retention import SENT_MAIL


class Why(StrEnum):
    """Why somebody is told; whom several concern is told for the first that fits."""

    OWN = "own"  # her own comment appeared
    REPLY = "reply"
    AUTHOR = "author"
    THREAD = "thread"
    POSTS = "posts"
    MODERATOR = "moderator"


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who is told of something.

    :ivar bundle: what goes to her in one mail.
    """

    email: str
    why: Why
    lang: str
    pace: str
    bundle: str
    subscription_id: int | None = None


def expand(
    session: orm.Session, event: Outbox, manifest: Manifest, now: datetime, digest_hour: int
) -> None:
    """Make a mail of an event for everybody whom it concerns, or none if it is not true any more.

    An event that told somebody is kept for a while, so that nobody is told of a comment twice.
    """
    if not truth.holds(session, event, manifest) or _told_before(session, event):
        session.delete(event)
        return
    people = _people(session, event, manifest)
    digest = pacing.next_digest(now, manifest.site["timezone"], digest_hour)
    dues = pacing.dues(session, [(one.bundle, one.pace) for one in people], now, digest=digest)
    if people:
        mails = [_mail(event, one, due, now) for one, due in zip(people, dues, strict=True)]
        session.execute(sa.insert(Outbox), mails)
    event.sent, event.payload, event.leased = now, {}, None


def _mail(event: Outbox, one: Told, due: datetime, now: datetime) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "comment_id": event.comment_id,
        "subscription_id": one.subscription_id,
        "recipient": one.email,
        "lang": one.lang,
        "bundle": one.bundle,
        "payload": {**event.payload, "why": one.why.value},
        "due": due,
        "created": now,
    }


def _told_before(session: orm.Session, event: Outbox) -> bool:
    """Say whether readers were told of a comment that was taken away and published again."""
    if event.kind != Kind.PUBLISHED:
        return False
    statement = sa.select(Outbox.id).where(
        Outbox.kind == event.kind,
        Outbox.comment_id == event.comment_id,
        Outbox.bundle.is_(None),  # an event, not one of its mails
        Outbox.sent.is_not(None),
    )
    noted = session.scalars(statement.limit(1)).first() is not None
    return noted or _was_public_long_ago(session, event)


def _was_public_long_ago(session: orm.Session, event: Outbox) -> bool:
    """Say whether a comment stood on its page when what was sent of it is no longer kept."""
    statement = (
        sa.select(Decision.created, Decision.to_status)
        .where(Decision.comment_id == event.comment_id, Decision.created < event.created)
        .order_by(Decision.id)
    )
    since: datetime | None = None
    for moment, status in session.execute(statement):
        if status == Status.APPROVED:
            since = since or moment
            continue
        if since and since < event.created - SENT_MAIL and moment - since >= SECOND_THOUGHTS:
            return True
        since = None
    return False


def _people(session: orm.Session, event: Outbox, manifest: Manifest) -> list[Told]:
    if event.kind == Kind.NEW_PAGE:
        found = _subscribers(session, {Scope.POSTS: Why.POSTS}, Subscription.scope == Scope.POSTS)
    elif event.kind == Kind.PUBLISHED:
        found = _concerned(session, event, manifest)
    else:
        found = _moderators(session, manifest.site["lang"])
    return [one for one in _once(found) if one.pace != Pace.NEVER]


def _once(people: Iterable[Told]) -> list[Told]:
    """Return everybody once, by the first reason that fits."""
    first: dict[str, Told] = {}
    for one in sorted(people, key=lambda one: list(Why).index(one.why)):
        first.setdefault(one.email.lower(), one)
    return list(first.values())


# -- moderators and authors -------------------------------------------------------------------


def _moderators(session: orm.Session, lang: str) -> list[Told]:
    return [
        _told(person, Why.MODERATOR, lang)
        for person in _staff(session)
        if person.role in MODERATING
    ]


def _staff(session: orm.Session) -> Iterable[Moderator]:
    return session.scalars(sa.select(Moderator).where(Moderator.active).order_by(Moderator.id))


def _told(person: Moderator, why: Why, lang: str) -> Told:
    return Told(person.email, why, lang, person.mail, f"{truth.STAFF}{person.id}")


def _authors(session: orm.Session, comment: Comment, manifest: Manifest, key: str) -> list[Told]:
    """Return who wrote the page, unless she wrote the comment or decided on it."""
    info = manifest.threads[key]
    decided = set(
        session.scalars(sa.select(Decision.moderator_id).where(Decision.comment_id == comment.id))
    )
    return [
        _told(person, Why.AUTHOR, info.lang)
        for person in _staff(session)
        if is_by(info, person.name) and person.id not in {*decided, comment.moderator_id}
    ]


# -- readers ----------------------------------------------------------------------------------


def _concerned(session: orm.Session, event: Outbox, manifest: Manifest) -> list[Told]:
    """Return whom a comment concerns that was published; never who wrote it, but by her wish."""
    comment = session.get_one(Comment, event.comment_id)
    key = session.scalars(sa.select(Thread.key).where(Thread.id == comment.thread_id)).one()
    hers = _addresses(session, comment)
    found = _authors(session, comment, manifest, key) + _subscribers(
        session,
        {Scope.REPLIES: Why.REPLY, Scope.THREAD: Why.THREAD},
        ((Subscription.scope == Scope.REPLIES) & (Subscription.comment_id == comment.parent_id))
        | ((Subscription.scope == Scope.THREAD) & (Subscription.thread_key == key)),
    )
    others = [one for one in found if one.email.lower() not in hers]
    return _own(session, comment) + others


def _own(session: orm.Session, comment: Comment) -> list[Told]:
    """Return who wrote the comment, if she wants to know and could not see it appear at once."""
    held = sa.select(Decision.id).where(
        Decision.comment_id == comment.id, Decision.to_status == Status.PENDING.value
    )
    if session.scalars(held.limit(1)).first() is None:
        return []
    mine = (Subscription.scope == Scope.REPLIES) & (Subscription.comment_id == comment.id)
    return _subscribers(session, {Scope.REPLIES: Why.OWN}, mine)


def _addresses(session: orm.Session, comment: Comment) -> set[str]:
    """Return the addresses of whoever wrote a comment, as far as they are known."""
    identity = session.get(Identity, comment.identity_id) if comment.identity_id else None
    moderator = session.get(Moderator, comment.moderator_id) if comment.moderator_id else None
    known = [comment.author_email, *(one.email for one in (identity, moderator) if one)]
    return {email.lower() for email in known if email}


def _subscribers(
    session: orm.Session, reasons: Mapping[Scope, Why], wanted: sa.ColumnElement[bool]
) -> list[Told]:
    """Return who wants to hear of it and showed that the address is hers."""
    other = orm.aliased(Subscription)
    # Names whatever goes to one address without holding it.
    first = sa.select(sa.func.min(other.id)).where(other.email == Subscription.email)
    statement = sa.select(Subscription, first.scalar_subquery()).where(
        wanted, Subscription.confirmed.is_not(None)
    )
    return [
        Told(one.email, reasons[Scope(one.scope)], one.lang, one.pace, f"reader:{person}", one.id)
        for one, person in session.execute(statement.order_by(Subscription.id))
    ]
