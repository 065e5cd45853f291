"""What a moderator does with one comment, by plain forms; the script sends the same ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import orm

from comments_api import (
    batches,
    bodies,
    complaints,
    decisions,
    marks,
    notes,
    publisher,
    rejecting,
    replies,
    told,
)
from comments_api.application import handbill
from comments_api.errors import (
    ImpossibleDecision,
    InvalidDraft,
    SaidAlready,
    StaleDecision,
    UnknownComment,
)
from comments_api.models import Moderator
from comments_api.responses import language
from comments_api.staff import manifest, person, signed_in
from comments_api.text import whole

COMMENT = f"/moderate/comments/<int(max={2**63 - 1}):comment_id>"
bp = Blueprint("deciding", __name__, url_prefix=COMMENT)

REFUSED = (StaleDecision, ImpossibleDecision, InvalidDraft, SaidAlready, UnknownComment)
Values = Mapping[str, Any]
Verb = Callable[[orm.Session, Values, str], object]  # with the name of its batch


@bp.post("/<any(approve, hold, spam, trash, restore):action>")
@signed_in
def decide(comment_id: int, action: str) -> Response:
    """Carry out a decision, publish its pages and go back to the list.

    :raise 404: if there is no such comment.
    :raise 409: if it was decided meanwhile; the card is shown as it is now.
    """

    def verb(session: orm.Session, values: Values, batch: str) -> None:
        decisions.decide(session, comment_id, action, *_who_when(values), batch=batch)

    return _carry_out(comment_id, action, verb)


@bp.post('/<any("accept-edit", "reject-edit"):action>')
@signed_in
def decide_edit(comment_id: int, action: str) -> Response:
    """Show the new text of a comment that waits, or drop it; publish and go back to the list.

    :raise 404: if there is no such comment.
    :raise 409: if it was changed meanwhile, or no edit waits; the card is shown as it is now.
    """

    def verb(session: orm.Session, values: Values, batch: str) -> None:
        decisions.decide_edit(session, comment_id, action, *_who_when(values), batch=batch)

    return _carry_out(comment_id, action, verb)


@bp.post("/<any(pin, unpin, highlight, unhighlight):action>")
@signed_in
def mark(comment_id: int, action: str) -> Response:
    """Let a public comment stand out on its page, or not any more, and publish.

    :raise 404: if there is no such comment.
    :raise 409: if it was decided meanwhile, or is not public.
    """

    def verb(session: orm.Session, values: Values, batch: str) -> None:
        marks.mark(session, comment_id, *_version_what(values, action), batch=batch)

    return _carry_out(comment_id, action, verb)


@bp.post("/reject")
@signed_in
def reject(comment_id: int) -> Response:
    """Move a comment to the trash with a reason, and tell its author if she can be told.

    :raise 404: if there is no such comment.
    :raise 409: if it was decided meanwhile.
    :raise 422: if no reason was chosen, or the sentence is too long.
    """

    def verb(session: orm.Session, values: Values, batch: str) -> None:
        rejecting.reject(
            session,
            comment_id,
            *_version_what(values, str(values.get("reason", ""))),
            sentence=str(values.get("sentence", "")),
            mails=handbill().settings.mails,
            lang=language(),
            batch=batch,
        )

    return _carry_out(comment_id, "reject", verb)


@bp.post("/reply")
@signed_in
def reply(comment_id: int) -> Response:
    """Store an answer, approving what it answers in the same step, and publish both.

    :raise 404: if there is no such comment.
    :raise 409: if it was decided meanwhile; the typed answer is kept.
    :raise 422: if the answer is empty or too long; it is kept.
    """

    def verb(session: orm.Session, values: Values, batch: str) -> None:
        author = session.get_one(Moderator, person().id)
        content = str(values.get("content", ""))
        about = (comment_id, version(values), author, content, handbill().now())
        decisions.reply(session, *about, lang=language(), batch=batch)

    return _carry_out(comment_id, "reply", verb)


@bp.post("/mark-reply")
@signed_in
def mark_reply(comment_id: int) -> Response:
    """Make a comment an entry of a letter's ledger, approving it in the same step, and publish.

    :raise 404: if there is no such comment.
    :raise 409: if it was decided meanwhile; what was typed is kept.
    :raise 422: if a field is wrong; all of them are kept.
    """

    def verb(session: orm.Session, values: Values, batch: str) -> None:
        about = (comment_id, version(values), values, person().id, handbill().now())
        replies.mark(session, manifest(), *about, lang=language(), batch=batch)

    return _carry_out(comment_id, "mark-reply", verb)


@bp.post("/unmark-reply")
@signed_in
def unmark_reply(comment_id: int) -> Response:
    """Take a comment out of the ledger, hold it, and publish.

    :raise 404: if there is no such comment.
    :raise 409: if it was decided meanwhile, or is not marked.
    """

    def verb(session: orm.Session, values: Values, batch: str) -> None:
        replies.unmark(session, comment_id, *_who_when(values), batch=batch)

    return _carry_out(comment_id, "unmark-reply", verb)


@bp.post("/settle")
@signed_in
def settle(comment_id: int) -> Response:
    """Note that the moderator looked at what readers say against a comment.

    :raise 404: if there is no such comment.
    :raise 409: if nothing is open against it.
    """

    def verb(session: orm.Session, values: Values, batch: str) -> None:
        seen = whole(str(values.get("seen", ""))) or 0
        about = (comment_id, seen, person().id, handbill().now())
        complaints.settle(session, *about, batch=batch)

    return _carry_out(comment_id, "settle", verb)


@bp.post("/note")
@signed_in
def note(comment_id: int) -> Response:
    """Keep what a moderator tells her colleagues about a comment.

    :raise 404: if there is no such comment.
    :raise 422: if it is empty or too long.
    """
    values = bodies.fields(request, frozenset())
    text, now = str(values.get("text", "")), handbill().now()
    try:
        with handbill().database.session() as session:
            notes.add(session, comment_id, text, person().id, now, lang=language())
    except (InvalidDraft, UnknownComment) as error:
        return told.refused(comment_id, "note", error, values)
    return told.done(values, "note", comment_id)


def version(values: Values) -> int:
    """Return which version of a comment she saw; none that there is, if the form does not say."""
    return whole(str(values.get("version", ""))) or -1


def _who_when(values: Values) -> tuple[int, int, Any]:
    return version(values), person().id, handbill().now()


def _version_what(values: Values, what: str) -> tuple[int, str, int, Any]:
    return version(values), what, person().id, handbill().now()


def _carry_out(comment_id: int, did: str, verb: Verb) -> Response:
    """Do something with a comment, publish, and go back; or show why it was not done."""
    shared = handbill()
    values = bodies.fields(request, frozenset())
    batch = decisions.new_batch()
    try:
        with shared.database.session() as session:
            verb(session, values, batch)
    except REFUSED as error:
        again = _pressed_twice(comment_id, did, values) if did != "reply" else None
        if again is None:
            return told.refused(comment_id, did, error, values)
        batch = again
    publisher.publish_now(shared)
    return told.done(values, did, comment_id, batch)


def _pressed_twice(comment_id: int, did: str, values: Values) -> str | None:
    with handbill().database.reading() as session:
        return batches.repeated(session, comment_id, version(values), did, person().id)
