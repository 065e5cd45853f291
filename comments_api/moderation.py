"""The moderators' tabs, their decisions and the record; all by plain forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from comments_api import bodies, complaints, decisions, publisher, queue, replies
from comments_api.application import handbill
from comments_api.errors import (
    ImpossibleDecision,
    InvalidDraft,
    SaidAlready,
    StaleDecision,
    UnknownComment,
)
from comments_api.models import Moderator, Status
from comments_api.responses import language, see_other
from comments_api.staff import manifest, page, person, problem, signed_in

bp = Blueprint("moderation", __name__, url_prefix="/moderate")

DONE = frozenset(
    {*decisions.ACTIONS, *decisions.ON_EDITS, "reply", "mark-reply", "unmark-reply", "settle"}
)
COMMENT = f"/comments/<int(max={2**63 - 1}):comment_id>"

# -- the tabs ---------------------------------------------------------------------------------


@bp.get("/")
@signed_in
def home() -> Response:
    """Answer what waits for a decision."""
    return tab(Status.PENDING.value)


@bp.get("/<any(pending, approved, spam, trash):status>")
@signed_in
def tab(status: str) -> Response:
    """Answer the comments of a status."""
    with handbill().database.reading() as session:
        start = _number("from")
        found = queue.tab(session, manifest(), Status(status), start)
        notice = _notice(session)
    return page("queue.html", status=status, slice=found, notice=notice)


@bp.get("/reported")
@signed_in
def reported() -> Response:
    """Answer the comments that readers complained about and nobody looked at yet."""
    with handbill().database.reading() as session:
        found = queue.reported(session, manifest())
        notice = _notice(session)
    return page("queue.html", status=queue.REPORTED, slice=found, notice=notice)


@bp.get("/record")
@signed_in
def record() -> Response:
    """Answer who decided what, newest first."""
    with handbill().database.reading() as session:
        found, more = queue.record(session, _number("from"))
    return page("record.html", decisions=found, more=more)


# -- decisions --------------------------------------------------------------------------------


@bp.post(f"{COMMENT}/<any(approve, hold, spam, trash, restore):action>")
@signed_in
def decide(comment_id: int, action: str) -> Response:
    """Carry out a decision, publish its pages and go back to the tab.

    :raise 404: if there is no such comment.
    :raise 409: if it was decided meanwhile; the card is shown as it is now.
    """
    shared = handbill()
    values = bodies.fields(request, frozenset())
    try:
        with shared.database.session() as session:
            decisions.decide(
                session, comment_id, action, _version(values), person().id, shared.now()
            )
    except (StaleDecision, ImpossibleDecision) as error:
        return _card_again(comment_id, error, values)
    publisher.publish_now(shared)
    return _back(values, action, comment_id)


@bp.post(f'{COMMENT}/<any("accept-edit", "reject-edit"):action>')
@signed_in
def decide_edit(comment_id: int, action: str) -> Response:
    """Show the new text of a comment that waits, or drop it; publish and go back to the tab.

    :raise 404: if there is no such comment.
    :raise 409: if it was changed meanwhile, or no edit waits; the card is shown as it is now.
    """
    shared = handbill()
    values = bodies.fields(request, frozenset())
    try:
        with shared.database.session() as session:
            decisions.decide_edit(
                session, comment_id, action, _version(values), person().id, shared.now()
            )
    except (StaleDecision, ImpossibleDecision) as error:
        return _card_again(comment_id, error, values)
    publisher.publish_now(shared)
    return _back(values, action, comment_id)


@bp.post(f"{COMMENT}/settle")
@signed_in
def settle(comment_id: int) -> Response:
    """Note that the moderator looked at what readers say against a comment.

    :raise 404: if there is no such comment.
    :raise 409: if nothing is open against it.
    """
    shared = handbill()
    values = bodies.fields(request, frozenset())
    seen = _whole(str(values.get("seen", ""))) or 0
    try:
        with shared.database.session() as session:
            complaints.settle(session, comment_id, seen, person().id, shared.now())
    except ImpossibleDecision as error:
        return _card_again(comment_id, error, values)
    return _back(values, "settle", comment_id)


@bp.post(f"{COMMENT}/reply")
@signed_in
def reply(comment_id: int) -> Response:
    """Store an answer, approving what it answers in the same step, and publish both.

    :raise 404: if there is no such comment.
    :raise 409: if it was decided meanwhile; the typed answer is kept.
    :raise 422: if the answer is empty or too long; it is kept.
    """
    shared = handbill()
    values = bodies.fields(request, frozenset())
    try:
        with shared.database.session() as session:
            author = session.get_one(Moderator, person().id)
            decisions.reply(
                session,
                comment_id,
                _version(values),
                author,
                str(values.get("content", "")),
                shared.now(),
                lang=language(),
            )
    except (StaleDecision, ImpossibleDecision, InvalidDraft, SaidAlready) as error:
        return _card_again(comment_id, error, values)
    publisher.publish_now(shared)
    return _back(values, "reply", comment_id)


@bp.post(f"{COMMENT}/mark-reply")
@signed_in
def mark_reply(comment_id: int) -> Response:
    """Make a comment an entry of a letter's ledger, approving it in the same step, and publish.

    :raise 404: if there is no such comment.
    :raise 409: if it was decided meanwhile; what was typed is kept.
    :raise 422: if a field is wrong; all of them are kept.
    """
    shared = handbill()
    values = bodies.fields(request, frozenset())
    try:
        with shared.database.session() as session:
            replies.mark(
                session,
                manifest(),
                comment_id,
                _version(values),
                values,
                person().id,
                shared.now(),
                lang=language(),
            )
    except (StaleDecision, ImpossibleDecision, InvalidDraft) as error:
        return _card_again(comment_id, error, values, marking=True)
    publisher.publish_now(shared)
    return _back(values, "mark-reply", comment_id)


@bp.post(f"{COMMENT}/unmark-reply")
@signed_in
def unmark_reply(comment_id: int) -> Response:
    """Take a comment out of the ledger, hold it, and publish.

    :raise 404: if there is no such comment.
    :raise 409: if it was decided meanwhile, or is not marked.
    """
    shared = handbill()
    values = bodies.fields(request, frozenset())
    try:
        with shared.database.session() as session:
            replies.unmark(session, comment_id, _version(values), person().id, shared.now())
    except (StaleDecision, ImpossibleDecision) as error:
        return _card_again(comment_id, error, values)
    publisher.publish_now(shared)
    return _back(values, "unmark-reply", comment_id)


def _version(values: Mapping[str, Any]) -> int:
    return _whole(str(values.get("version", ""))) or -1


def _number(name: str) -> int | None:
    return _whole(request.args.get(name, ""))


def _whole(value: str) -> int | None:
    """Return a number that a database can hold, or None for anything else."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 18 else None


def _tab(values: Mapping[str, Any]) -> str:
    """Return the tab that a decision was made in."""
    known = {*(status.value for status in queue.TABS), queue.REPORTED}
    return str(values.get("tab")) if values.get("tab") in known else Status.PENDING.value


def _back(values: Mapping[str, Any], did: str, comment_id: int) -> Response:
    return see_other(f"/moderate/{_tab(values)}?did={did}&comment={comment_id}")


def _card_again(
    comment_id: int, error: Exception, values: Mapping[str, Any], *, marking: bool = False
) -> Response:
    """Return the comment as it is now, with what went wrong and what was typed."""
    wrong = problem(error)
    with handbill().database.reading() as session:
        card = queue.card(session, manifest(), comment_id)
    if card is None:
        raise UnknownComment(comment_id)
    return page(
        "card.html",
        wrong.status,
        card=card,
        problem=wrong,
        content=str(values.get("content", "")),
        typed={name: str(values.get(name, "")) for name in replies.FIELDS} if marking else None,
        stale=error if isinstance(error, StaleDecision) else None,
        tab=_tab(values),
    )


def _notice(session: Any) -> dict[str, Any] | None:
    """Return what was just done, for the line above the list."""
    did = request.args.get("did", "")
    if did in {"password", "pace"}:
        return {"did": did, "card": None}
    if did not in DONE:
        return None
    comment_id = _number("comment")
    card = queue.card(session, manifest(), comment_id) if comment_id else None
    return {"did": did, "card": card} if card else None
