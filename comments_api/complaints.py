"""A reader asks the moderators to look at a public comment, and they say when they have.

The caller gives a session and commits it. Nothing is kept of who asks but what she types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import mementos, text
from comments_api.comments import record
from comments_api.decisions import new_batch
from comments_api.drafts import LONGEST, is_email, wrong_text
from comments_api.errors import ImpossibleDecision, InvalidDraft, NotOnPage
from comments_api.limits import Limit, take
from comments_api.locking import locked
from comments_api.mail import outbox
from comments_api.models import Comment, Complaint, Status
from comments_api.translation import translations

LEGAL = "legal"  # a notice under the law: it needs words and an address, and a person answers it
REASONS = ("spam", "abuse", "private", "danger", "off-topic", LEGAL)
LONGEST_WORDS = 5_000


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says against a comment, checked."""

    reason: str
    words: str
    email: str


def check(fields: Mapping[str, object], lang: str) -> Said:
    """Return what the fields say; missing ones are empty.

    :raise InvalidDraft: with a sentence for each field that is wrong.
    """
    values = {name: fields.get(name) for name in ("reason", "words", "email")}
    given = {name: "" if value is None else value for name, value in values.items()}
    legal = given["reason"] == LEGAL
    wrong = {
        "reason": _wrong_reason(given["reason"], lang),
        "words": _wrong_words(given["words"], lang, needed=legal),
        "email": _wrong_email(given["email"], lang, needed=legal),
    }
    if errors := {name: sentence for name, sentence in wrong.items() if sentence}:
        raise InvalidDraft(errors)
    return Said(**{name: text.normal(str(value)).strip() for name, value in given.items()})


def complain(
    session: orm.Session, comment_id: int, said: Said, limits: Sequence[Limit], now: datetime
) -> Complaint:
    """Store what somebody says against a public comment, and have the moderators told.

    :raise NotOnPage: if the comment is not public.
    :raise TooMany: if a limit is used up.
    """
    status = session.scalars(sa.select(Comment.status).where(Comment.id == comment_id)).first()
    if status != Status.APPROVED:
        raise NotOnPage(comment_id)
    take(session, limits, now)
    complaint = Complaint(
        comment_id=comment_id,
        reason=said.reason,
        words=said.words,
        email=said.email,
        created=now,
    )
    session.add(complaint)
    session.flush()
    payload = {"complaint": complaint.id, "legal": said.reason == LEGAL}
    outbox.put(session, outbox.Kind.COMPLAINED, now, comment_id=comment_id, payload=payload)
    return complaint


def settle(
    session: orm.Session,
    comment_id: int,
    seen: int,
    moderator_id: int,
    now: datetime,
    *,
    batch: str | None = None,
) -> Comment:
    """Note that a moderator looked at a comment and at what was said against it.

    :param seen: the newest complaint that was shown to her; what came later stays open.
    :raise UnknownComment: if there is no such comment.
    :raise ImpossibleDecision: if nothing is open.
    """
    comment = locked(session, comment_id)
    shown = [one for one in of_comments(session, [comment_id])[comment_id] if one.id <= seen]
    if not shown:
        raise ImpossibleDecision("nothing is open against this comment")
    was = mementos.before(session, comment)
    for complaint in shown:
        complaint.settled, complaint.moderator_id = now, moderator_id
    batch = batch or new_batch()
    number = record(session, comment, "settle", comment.status, moderator_id, now, batch=batch)
    mementos.keep(session, comment, was, number, now)
    return comment


def of_comments(session: orm.Session, ids: Sequence[int]) -> dict[int, list[Complaint]]:
    """Return what is open against each of these comments: legal notices first, then the oldest."""
    statement = (
        sa.select(Complaint)
        .where(Complaint.comment_id.in_(ids), Complaint.settled.is_(None))
        .order_by(Complaint.reason != LEGAL, Complaint.id)
    )
    found: dict[int, list[Complaint]] = {comment_id: [] for comment_id in ids}
    for complaint in session.scalars(statement):
        found[complaint.comment_id].append(complaint)
    return found


def words(reason: str, lang: str) -> str:
    """Return a reason in words, as the form and the moderators' page have it."""
    _ = translations(lang).gettext
    known = {
        "spam": _("It is spam or advertising"),
        "abuse": _("It insults or threatens somebody"),
        "private": _("It shows private details of somebody"),
        "danger": _("It could put somebody in danger"),
        "off-topic": _("It is not about this page"),
        LEGAL: _("It breaks the law"),
    }
    return known.get(reason, reason)


def _wrong_reason(value: object, lang: str) -> str | None:
    if value in REASONS:
        return None
    return translations(lang).gettext("Please choose what is wrong with it.")


def _wrong_words(value: object, lang: str, *, needed: bool) -> str | None:
    if wrong := wrong_text(value, LONGEST_WORDS, lang):
        return wrong
    if needed and text.is_blank(str(value)):
        return translations(lang).gettext("Please write which words break the law, and why.")
    return None


def _wrong_email(value: object, lang: str, *, needed: bool) -> str | None:
    _ = translations(lang).gettext
    if wrong := wrong_text(value, LONGEST["author_email"], lang):
        return wrong
    address = text.normal(str(value)).strip()
    if needed and not address:
        return _("Please give your e-mail address: a person answers you there.")
    if address and not is_email(address):
        return _("This is not an e-mail address like name@example.org.")
    return None
