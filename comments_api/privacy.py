"""A person's right to her data: finding all that is kept of her, for her to see.

Having it erased: erasure.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    Confirmation,
    Decision,
    Edit,
    Identity,
    Memento,
    Note,
    Outbox,
    Reply,
    Revision,
    Subscription,
)
from comments_api.rules import blocks
from comments_api.rules.blocks import Sender
from comments_api.rules.fields import fields


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
    # What a moderator writes is the campaign's word, whatever browser it came from.
    hers = (_leads_to(session, whose), Comment.moderator_id.is_(None))
    statement = sa.select(Comment).where(*hers).order_by(Comment.id)
    return session.scalars(statement.options(orm.joinedload(Comment.thread))).all()


def of_the_campaign(session: orm.Session, whose: Whose) -> Sequence[Comment]:
    """Return what leads to a person, but is the campaign's word: she works on the site, too."""
    theirs = (_leads_to(session, whose), Comment.moderator_id.is_not(None))
    return session.scalars(sa.select(Comment).where(*theirs).order_by(Comment.id)).all()


def export_of(session: orm.Session, whose: Whose, now: datetime) -> dict[str, Any]:
    """Return what a person gave, and what became of it, as plain JSON that she can read."""
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


def _leads_to(session: orm.Session, whose: Whose) -> sa.ColumnElement[bool]:
    found: list[sa.ColumnElement[bool]] = []
    if whose.address:
        found.append(sa.func.lower(Comment.author_email) == whose.address)
    if identities := [identity.id for identity in identities_of(session, whose)]:
        found.append(Comment.identity_id.in_(identities))
    if whose.readers:
        found.append(Comment.reader.in_(whose.readers))
    return sa.or_(sa.false(), *found)


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


# -- for the operator ---------------------------------------------------------------------------


def all_of(session: orm.Session, whose: Whose, now: datetime) -> dict[str, Any]:
    """Return what `export_of` does, and all that the rules and the moderators noted of a person.

    What others said of her is not in it, nor who noted or decided something; docs/privacy.md has
    the list. Notes are as they were typed, and can name anybody.
    """
    comments = comments_of(session, whose)
    emails = addresses_of(session, whose)
    found = export_of(session, whose, now)
    return found | {
        "comments": [
            shown | _noted(session, comment)
            for shown, comment in zip(found["comments"], comments, strict=True)
        ],
        "blocks": _blocks(session, comments, identities_of(session, whose), emails),
        "confirmations": [
            {"created": iso(one.created), "expires": iso(one.expires), "used": _moment(one.used)}
            for one in session.scalars(by_email(Confirmation, Confirmation.email, emails))
        ],
        "mails": [
            {"kind": one.kind, "created": iso(one.created), "given_up": _moment(one.dead)}
            for one in session.scalars(by_email(Outbox, Outbox.recipient, emails))
        ],
    }


def _noted(session: orm.Session, comment: Comment) -> dict[str, Any]:
    """Return what rules and moderators noted of a comment."""
    waiting = session.get(Edit, comment.id)
    reply, memento = session.get(Reply, comment.id), session.get(Memento, comment.id)
    notes = sa.select(Note).where(Note.comment_id == comment.id).order_by(Note.id)
    lines = sa.select(Decision).where(Decision.comment_id == comment.id).order_by(Decision.id)
    return {
        "held_for": [*comment.reasons, *(waiting.reasons if waiting else ())],
        "notes": [
            {"text": one.text, "created": iso(one.created)} for one in session.scalars(notes)
        ],
        "decisions": [_decision(line) for line in session.scalars(lines)],
        "before_last_decision": _without_others(memento.before) if memento else None,
        "marked_as_answer": _answer(reply) if reply else None,
    }


def _decision(line: Decision) -> dict[str, Any]:
    return {
        "action": line.action,
        "from": line.from_status,
        "to": line.to_status,
        "reasons": line.reasons,
        "created": iso(line.created),
    }


def _without_others(before: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in before.items() if name != "complaints"}


def _answer(reply: Reply) -> dict[str, Any]:
    names = ("letter", "target", "outcome", "permission", "text")
    return {name: getattr(reply, name) for name in names} | {"day": reply.day.isoformat()}


def _blocks(
    session: orm.Session,
    comments: Sequence[Comment],
    identities: Sequence[Identity],
    emails: Sequence[str],
) -> list[dict[str, Any]]:
    """Return the blocks that she falls under, by whatever she is known."""
    ready = blocks.ready(session)
    met = {
        (block.field, block.value)
        for sender in _senders(comments, identities, emails)
        for block in ready.find(sender)
    }
    return [
        {
            "field": one.field,
            "value": one.value,
            "outcome": one.outcome,
            "until": _moment(one.until),
            "note": one.note,
            "created": iso(one.created),
        }
        for one in blocks.every(session)
        if (one.field, one.value) in met
    ]


def _senders(
    comments: Sequence[Comment], identities: Sequence[Identity], emails: Sequence[str]
) -> Iterator[Sender]:
    for one in comments:
        texts = (one.author_name, one.author_email, one.author_url, one.source, one.rendered)
        yield Sender(fields(*texts, one.address_block), one.identity_id)
    for person in identities:
        yield Sender(fields(person.name, person.email, "", "", "", None), person.id)
    for email in emails:
        yield Sender(fields("", email, "", "", "", None), None)
