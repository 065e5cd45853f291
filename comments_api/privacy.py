"""A person's right to her data: finding all that is kept of her, for her to see.

Having it erased: erasure.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.dates import iso
from comments_api.models import (
    Block,
    BlockedField,
    Comment,
    Complaint,
    Edit,
    Identity,
    Revision,
    Subscription,
)


@dataclass(frozen=True, slots=True)
class Whose:
    """By what a person's data is found: any of these is enough.

    :ivar email: in whatever capitals.
    :ivar readers: keyed hashes of the cookies of her browsers.
    """

    email: str = ""
    identity_id: int | None = None
    readers: Sequence[str] = ()

    @property
    def address(self) -> str:
        """The e-mail address as it is compared; nobody's are equal only because both are empty."""
        return self.email.strip().lower()


def comments_of(session: orm.Session, whose: Whose) -> Sequence[Comment]:
    """Return everything that a person wrote, oldest first."""
    statement = sa.select(Comment).where(_is_by(session, whose)).order_by(Comment.id)
    return session.scalars(statement.options(orm.joinedload(Comment.thread))).all()


def export_of(session: orm.Session, whose: Whose, now: datetime) -> dict[str, Any]:
    """Return all that is kept of a person, as plain JSON in words that she can read."""
    comments = comments_of(session, whose)
    emails = addresses_of(session, whose)
    return {
        "made": iso(now),
        "identities": [_identity(one) for one in identities_of(session, whose)],
        "comments": [_comment(session, comment) for comment in comments],
        "subscriptions": [
            {
                "scope": one.scope,
                "thread": one.thread_key,
                "pace": one.pace,
                "confirmed": _moment(one.confirmed),
                "created": iso(one.created),
            }
            for one in session.scalars(by_email(Subscription, Subscription.email, emails))
        ],
        "complaints": [
            {"comment": one.comment_id, "reason": one.reason, "words": one.words}
            for one in session.scalars(by_email(Complaint, Complaint.email, emails))
        ],
        "blocks": [
            {"email": one.value, "outcome": one.outcome, "until": _moment(one.until)}
            for one in session.scalars(by_email(Block, Block.value, emails))
            if one.field == BlockedField.EMAIL
        ],
    }


def _identity(identity: Identity) -> dict[str, Any]:
    return {
        "known_by": identity.issuer,
        "email": identity.email,
        "name": identity.name,
        "created": iso(identity.created),
        "seen": iso(identity.seen),
    }


def _comment(session: orm.Session, comment: Comment) -> dict[str, Any]:
    earlier = sa.select(Revision).where(Revision.comment_id == comment.id).order_by(Revision.number)
    waiting = session.get(Edit, comment.id)
    return {
        "id": comment.id,
        "thread": comment.thread.key,
        "status": comment.status,
        "author_name": comment.author_name,
        "author_email": comment.author_email,
        "author_url": comment.author_url,
        "content": comment.source,
        "waiting_content": waiting.source if waiting else None,
        "earlier_contents": [revision.source for revision in session.scalars(earlier)],
        "address_block": comment.address_block,
        "created": iso(comment.created),
        "changed": iso(comment.changed),
    }


def _moment(value: datetime | None) -> str | None:
    return None if value is None else iso(value)


def _is_by(session: orm.Session, whose: Whose) -> sa.ColumnElement[bool]:
    found: list[sa.ColumnElement[bool]] = []
    if whose.address:
        found.append(sa.func.lower(Comment.author_email) == whose.address)
    if identities := [identity.id for identity in identities_of(session, whose)]:
        found.append(Comment.identity_id.in_(identities))
    if whose.readers:
        found.append(Comment.reader.in_(whose.readers))
    # What a moderator writes is the campaign's word, whatever browser it came from.
    return sa.and_(sa.or_(sa.false(), *found), Comment.moderator_id.is_(None))


def identities_of(session: orm.Session, whose: Whose) -> Sequence[Identity]:
    """Return as whom she is known."""
    found: list[sa.ColumnElement[bool]] = []
    if whose.address:
        found.append(sa.func.lower(Identity.email) == whose.address)
    if whose.identity_id is not None:
        found.append(Identity.id == whose.identity_id)
    statement = sa.select(Identity).where(sa.or_(sa.false(), *found)).order_by(Identity.id)
    return session.scalars(statement).all()


def addresses_of(session: orm.Session, whose: Whose) -> list[str]:
    """Return the e-mail addresses that are certainly hers, in small letters."""
    shown = {identity.email.lower() for identity in identities_of(session, whose)}
    return sorted({whose.address, *shown} - {""})


def by_email(model: Any, column: Any, emails: Sequence[str]) -> sa.Select[Any]:
    """Return the rows of a table that carry one of these addresses."""
    return sa.select(model).where(sa.func.lower(column).in_(emails)).order_by(model.created)
