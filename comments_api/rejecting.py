"""Rejecting a comment for a reason, and telling its author why if an address of hers is known.

The caller gives a session and commits it; publishing the pages comes after, in publishing.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import text
from comments_api.decisions import decide
from comments_api.drafts import wrong_text
from comments_api.errors import InvalidDraft
from comments_api.locking import locked, refuse_stale
from comments_api.mail import outbox
from comments_api.models import Comment, Identity, Scope, Subscription
from comments_api.rules.reasons import REJECTIONS
from comments_api.translation import translations

ACTION = "reject"
REASONS = tuple(REJECTIONS)
LONGEST = 1_000  # characters of what the moderator writes to her
_CODE = "rejected:"  # begins the reason in the record


class _Reader(NamedTuple):
    """Who is told, and how."""

    email: str
    lang: str
    subscription_id: int | None = None


def reject(
    session: orm.Session,
    comment_id: int,
    version: int,
    reason: str,
    moderator_id: int,
    now: datetime,
    *,
    sentence: str = "",
    mails: bool = True,
    lang: str = "en",
    batch: str | None = None,
) -> Comment:
    """Put a comment into trash for a reason, and return it.

    :param sentence: for its author; mailed after some minutes, unless the rejection is undone.
    :param mails: whether the site sends mail at all.
    :raise InvalidDraft: if the reason is unknown, or the sentence too long or for nobody.
    :raise UnknownComment, StaleDecision, ImpossibleDecision: as `decide` does.
    """
    comment = locked(session, comment_id)
    refuse_stale(session, comment, version)
    writes = mails and not text.is_blank(sentence)
    reader = _readers(session, [comment]).get(comment_id) if writes else None
    if errors := _wrong(reason, sentence, lang, known=reader is not None):
        raise InvalidDraft(errors)
    codes = [code(reason)]
    decide(session, comment_id, ACTION, version, moderator_id, now, codes=codes, batch=batch)
    if reader is not None:
        _tell(session, comment, reader, reason, text.normal(sentence).strip(), now)
    return comment


def who_can_be_told(session: orm.Session, found: Sequence[Comment]) -> set[int]:
    """Return the numbers of those comments whose authors have shown that an address is theirs."""
    return set(_readers(session, found))


def code(reason: str) -> str:
    """Return how a reason stands in the record."""
    return f"{_CODE}{reason}"


def words(lang: str) -> dict[str, str]:
    """Return all reasons in words, in the order in which they are offered."""
    return {one: translations(lang).gettext(sentence) for one, sentence in REJECTIONS.items()}


def _wrong(reason: str, sentence: str, lang: str, *, known: bool) -> dict[str, str]:
    _ = translations(lang).gettext
    errors: dict[str, str] = {}
    if reason not in REASONS:
        errors["reason"] = _("Please choose why it is rejected.")
    if wrong := wrong_text(sentence, LONGEST, lang):
        errors["sentence"] = wrong
    elif not known and not text.is_blank(sentence):
        errors["sentence"] = _("Nobody would read this: no address of its author is known to us.")
    return errors


def _readers(session: orm.Session, found: Sequence[Comment]) -> dict[int, _Reader]:
    """Return who wrote these comments, as far as an address is certainly hers."""
    by_readers = {one.id: one for one in found if one.moderator_id is None}
    people = {one.identity_id for one in by_readers.values()} - {None}
    known = sa.select(Identity.id, Identity.email).where(Identity.id.in_(people))
    emails = {number: email for number, email in session.execute(known) if email}
    readers = {
        one.id: _Reader(emails[one.identity_id], one.lang or "en")
        for one in by_readers.values()
        if one.identity_id in emails
    }
    followed = sa.select(Subscription).where(
        Subscription.comment_id.in_(by_readers),
        Subscription.scope == Scope.REPLIES,
        Subscription.confirmed.is_not(None),
    )
    for one in session.scalars(followed.order_by(Subscription.id)):
        if one.comment_id is not None:
            readers[one.comment_id] = _Reader(one.email, one.lang, one.id)
    return readers


def _tell(
    session: orm.Session,
    comment: Comment,
    reader: _Reader,
    reason: str,
    sentence: str,
    now: datetime,
) -> None:
    outbox.put(
        session,
        outbox.Kind.REJECTED,
        now,
        comment_id=comment.id,
        recipient=reader.email,
        lang=reader.lang,
        payload={"reason": reason, "sentence": sentence, "version": comment.version},
        wait=outbox.SECOND_THOUGHTS,
        subscription_id=reader.subscription_id,
    )
