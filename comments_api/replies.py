"""A comment brings an answer from a letter's target: a moderator marks it, or takes that back.

What she lets be shown of it then stands in the ledger of the letter and in the thread; the comment
keeps what was typed. The caller gives a session and commits it; publishing comes after.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup
from sqlalchemy import orm

from comments_api import dates, markup, mementos, text
from comments_api.comments import record
from comments_api.decisions import decide, new_batch
from comments_api.drafts import check_text
from comments_api.errors import ImpossibleDecision, InvalidDraft
from comments_api.ledger import first_day
from comments_api.locking import locked, refuse_stale
from comments_api.manifest import Manifest, Region
from comments_api.models import Comment, CommentKind, Edit, Outcome, Permission, Reply, Status
from comments_api.publishing import mark_dirty
from comments_api.translation import translations

FIELDS = ("target", "day", "outcome", "permission", "text")
# That nothing came back is no comment; authors note it in the letter's header.
OUTCOMES = tuple(outcome.value for outcome in Outcome if outcome != Outcome.NONE)
PERMISSIONS = tuple(permission.value for permission in Permission)
MARKABLE = frozenset({Status.PENDING, Status.APPROVED})
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as a moderator describes it, checked.

    :ivar rendered: the safe HTML of its text.
    """

    letter: str
    target: str
    day: date
    outcome: str
    permission: str
    text: str
    rendered: Markup


def mark(
    session: orm.Session,
    manifest: Manifest,
    comment_id: int,
    version: int,
    fields: Mapping[str, object],
    moderator_id: int,
    now: datetime,
    *,
    lang: str = "en",
    batch: str | None = None,
) -> Comment:
    """Make a comment an entry of a letter's ledger, approving it in the same step; return it.

    One that is marked already is described anew.

    :raise UnknownComment: if there is no such comment.
    :raise StaleDecision: if it was changed since the moderator saw it.
    :raise ImpossibleDecision: if its thread belongs to no letter, or it is spam, trash or
        withdrawn.
    :raise InvalidDraft: if a field is wrong; with a sentence for each.
    """
    comment = locked(session, comment_id)
    refuse_stale(session, comment, version)
    letters = manifest.letters_of(comment.thread.key, lang)
    if not letters or comment.status not in MARKABLE:
        raise ImpossibleDecision(f"a comment that is {comment.status} cannot be marked as a reply")
    if session.get(Edit, comment_id) is not None:
        raise ImpossibleDecision("which text is the answer is not clear while an edit waits")
    answer = check(fields, letters, now, lang)
    was = mementos.before(session, comment)
    batch = batch or new_batch()
    if comment.status == Status.PENDING:
        decide(session, comment_id, "approve", version, moderator_id, now, batch=batch)
    comment.kind = CommentKind.REPLY.value
    _show(comment, answer.rendered, now)
    session.merge(_row(comment, answer, moderator_id, now))
    status = comment.status
    number = record(session, comment, "mark-reply", status, moderator_id, now, batch=batch)
    mementos.keep(session, comment, was, number, now)
    mark_dirty(session, comment.thread, now)
    return comment


def unmark(
    session: orm.Session,
    comment_id: int,
    version: int,
    moderator_id: int,
    now: datetime,
    *,
    batch: str | None = None,
) -> Comment:
    """Take a comment out of the ledger and hold it, since what was typed was not meant to be seen.

    :raise UnknownComment: if there is no such comment.
    :raise StaleDecision: if it was changed since the moderator saw it.
    :raise ImpossibleDecision: if it is not marked.
    """
    comment = locked(session, comment_id)
    refuse_stale(session, comment, version)
    reply = session.get(Reply, comment_id)
    if reply is None or comment.status not in MARKABLE:
        raise ImpossibleDecision(f"a comment that is {comment.status} is no reply to take back")
    before, was = comment.status, mementos.before(session, comment)
    session.delete(reply)
    comment.kind = CommentKind.COMMENT.value
    comment.status = Status.PENDING.value
    _show(comment, markup.render(comment.source), now)
    batch = batch or new_batch()
    number = record(session, comment, "unmark-reply", before, moderator_id, now, batch=batch)
    mementos.keep(session, comment, was, number, now)
    mark_dirty(session, comment.thread, now)
    return comment


def _show(comment: Comment, rendered: Markup, now: datetime) -> None:
    comment.rendered = str(rendered)
    comment.renderer = markup.RENDERER
    comment.version += 1
    comment.changed = now


def _row(comment: Comment, answer: Answer, moderator_id: int, now: datetime) -> Reply:
    return Reply(
        comment_id=comment.id,
        letter=answer.letter,
        target=answer.target,
        day=answer.day,
        outcome=answer.outcome,
        permission=answer.permission,
        text=answer.text,
        rendered=str(answer.rendered),
        moderator_id=moderator_id,
        created=now,
    )


def described(comment: Comment, reply: Reply | None, letters: Sequence[Region]) -> dict[str, str]:
    """Return the form that marks a comment as nobody has touched it yet."""
    if reply is not None:
        return {
            "target": name_of(reply.letter, reply.target),
            "day": reply.day.isoformat(),
            "outcome": reply.outcome,
            "permission": reply.permission,
            "text": reply.text,
        }
    targets = [
        name_of(letter.key, t["id"]) for letter in letters for t in letter.context["targets"]
    ]
    zone = letters[0].context["timezone"] if letters else "UTC"
    return {
        "target": targets[0] if len(targets) == 1 else "",
        "day": dates.local(comment.created, zone).date().isoformat(),
        "outcome": "",
        "permission": "",
        "text": comment.source,
    }


def check(
    fields: Mapping[str, object], letters: Sequence[Region], now: datetime, lang: str
) -> Answer:
    """Return the answer that the fields describe, to one of the letters.

    :raise InvalidDraft: with a sentence for each field that is wrong.
    """
    values = {name: str(fields.get(name) or "") for name in FIELDS}
    letter, target = _target(values["target"], letters)
    errors = dict(_wrong(values, letter, letters, now, lang))
    source, rendered = "", Markup()
    try:
        source, rendered = _checked_text(values["text"], lang)
    except InvalidDraft as error:
        errors["text"] = error.errors["content"]
    if errors or letter is None:
        raise InvalidDraft(errors)
    return Answer(
        letter=letter.key,
        target=target,
        day=date.fromisoformat(values["day"]),
        outcome=values["outcome"],
        permission=values["permission"],
        text=source,
        rendered=rendered,
    )


def name_of(letter: str, target: str) -> str:
    """Return what names a target of a letter in the form."""
    return f"{letter}/{target}"


def _target(value: str, letters: Sequence[Region]) -> tuple[Region | None, str]:
    for letter in letters:
        for target in letter.context["targets"]:
            if value == name_of(letter.key, target["id"]):
                return letter, target["id"]
    return None, ""


def _wrong(
    values: Mapping[str, str],
    letter: Region | None,
    letters: Sequence[Region],
    now: datetime,
    lang: str,
) -> Iterator[tuple[str, str]]:
    _ = translations(lang).gettext
    if letter is None:
        yield "target", _("Please choose who answered.")
    if wrong := _wrong_day(values["day"], letter or letters[0], now, lang):
        yield "day", wrong
    if values["outcome"] not in OUTCOMES:
        yield "outcome", _("Please choose what kind of answer it is.")
    if values["permission"] not in PERMISSIONS:
        yield "permission", _("Please choose how much of it may be shown.")


def _wrong_day(value: str, letter: Region, now: datetime, lang: str) -> str | None:
    _ = translations(lang).gettext
    try:
        day = date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:  # the 31st of a short month
        day = None
    if day is None:
        return _("Please give the day on which it came, like 2026-11-20.")
    if day > dates.local(now, letter.context["timezone"]).date():
        return _("This day has not come yet.")
    first = first_day(letter.context)
    if day < first:
        return _("The letter came out on %(day)s: no answer can be older.") % {
            "day": dates.day(first, lang)
        }
    return None


def _checked_text(value: str, lang: str) -> tuple[str, Markup]:
    if text.is_blank(value):
        sentence = translations(lang).gettext("Please write what may be shown of the answer.")
        raise InvalidDraft({"content": sentence})
    return check_text(value, lang)
