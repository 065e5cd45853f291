"""The moderators' pages: signing in, the tabs, the decisions, the record; all by plain forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec

from flask import Blueprint, Response, redirect, request
from werkzeug.exceptions import NotFound

from comments_api import bodies, comments, identity, moderators, publisher, queue, rules
from comments_api.application import handbill
from comments_api.drawing import draw
from comments_api.errors import (
    ImpossibleDecision,
    InvalidDraft,
    SaidAlready,
    SiteTrouble,
    StaleDecision,
    TooMany,
    UnknownComment,
    WrongPassword,
)
from comments_api.limits import take
from comments_api.manifest import Manifest
from comments_api.models import Moderator, Status
from comments_api.moderators import SignedIn
from comments_api.problems import Problem, problem_of
from comments_api.responses import language

bp = Blueprint("moderation", __name__, url_prefix="/moderate")

P = ParamSpec("P")
COMMENT = f"/comments/<int(max={2**63 - 1}):comment_id>"
NOTHING = Manifest(site={"timezone": "UTC"}, threads={}, regions={}, files={}, assets={})
# What a moderator may do here; an author answers on her own posts only (a later version).
MAY_MODERATE = frozenset({"owner", "moderator"})


def signed_in(view: Callable[P, Response]) -> Callable[P, Response]:
    """Let only moderators use a view; others are asked to sign in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
        person = identity.moderator()
        if person is None or person.role not in MAY_MODERATE:
            return _see_other("/moderate/sign-in")
        return view(*args, **kwargs)

    return guarded


# -- signing in -------------------------------------------------------------------------------


@bp.get("/sign-in")
def sign_in() -> Response:
    """Answer the sign-in form."""
    return _page("sign_in.html", email="", problem=None)


@bp.post("/sign-in")
def sign_in_submit() -> Response:
    """Sign a moderator in by password.

    :raise 403: if e-mail and password do not fit.
    :raise 429: if it was tried too often.
    """
    shared = handbill()
    values = bodies.fields(request, frozenset())
    email = str(values.get("email", ""))[:254]
    try:
        with shared.database.session() as session:  # counted even if the password is wrong
            block = identity.address_block() or ""
            take(session, moderators.sign_in_limits(email, block), shared.now())
        with shared.database.session() as session:
            password = str(values.get("password", ""))
            token = moderators.sign_in(session, email, password, shared.now())
    except (WrongPassword, TooMany) as error:
        problem = _problem(error)
        return _page("sign_in.html", problem.status, email=email, problem=problem)
    return identity.begin_session(_see_other("/moderate/"), token)


@bp.get("/enter/<token>")
def enter(token: str) -> Response:
    """Answer a page with one button: scanners open links, so opening one changes nothing."""
    return _page("enter.html")


@bp.post("/enter/<token>")
def enter_submit(token: str) -> Response:
    """Sign a moderator in by a one-time link.

    :raise 410: if it is wrong, used or too old.
    """
    shared = handbill()
    with shared.database.session() as session:
        made = moderators.enter(session, token, shared.now())
    return identity.begin_session(_see_other("/moderate/"), made)


@bp.post("/sign-out")
def sign_out() -> Response:
    """End the session."""
    return identity.end_session(_see_other("/moderate/sign-in"))


@bp.get("/password")
@signed_in
def password() -> Response:
    """Answer the form to set one's password."""
    return _page("password.html", problem=None)


@bp.post("/password")
@signed_in
def password_submit() -> Response:
    """Set one's password, and end one's other sessions.

    :raise 422: if it is too short.
    """
    person = _person()
    values = bodies.fields(request, frozenset())
    try:
        with handbill().database.session() as session:
            new = str(values.get("password", ""))
            moderators.set_password(
                session, person.id, new, keep=person.token_hash, lang=language()
            )
    except InvalidDraft as error:
        return _page("password.html", 422, problem=_problem(error))
    return _see_other("/moderate/?did=password")


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
    with handbill().database.session() as session:
        start = _number("from")
        found = queue.tab(session, _manifest(), Status(status), start)
        notice = _notice(session)
    return _page("queue.html", status=status, slice=found, notice=notice)


@bp.get("/record")
@signed_in
def record() -> Response:
    """Answer who decided what, newest first."""
    with handbill().database.session() as session:
        found, more = queue.record(session, _number("from"))
    return _page("record.html", decisions=found, more=more)


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
            comments.decide(
                session, comment_id, action, _version(values), _person().id, shared.now()
            )
    except (StaleDecision, ImpossibleDecision) as error:
        return _card_again(comment_id, error, values)
    publisher.publish_now(shared)
    return _back(values, action, comment_id)


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
            author = session.get_one(Moderator, _person().id)
            comments.reply(
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


def _version(values: Mapping[str, Any]) -> int:
    return _whole(str(values.get("version", ""))) or -1


def _number(name: str) -> int | None:
    return _whole(request.args.get(name, ""))


def _whole(value: str) -> int | None:
    """Return a number that a database can hold, or None for anything else."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 18 else None


def _tab(values: Mapping[str, Any]) -> str:
    """Return the tab that a decision was made in."""
    known = {status.value for status in queue.TABS}
    return str(values.get("tab")) if values.get("tab") in known else Status.PENDING.value


def _back(values: Mapping[str, Any], did: str, comment_id: int) -> Response:
    return _see_other(f"/moderate/{_tab(values)}?did={did}&comment={comment_id}")


def _card_again(comment_id: int, error: Exception, values: Mapping[str, Any]) -> Response:
    """Return the comment as it is now, with what went wrong and what was typed."""
    problem = _problem(error)
    with handbill().database.session() as session:
        card = queue.card(session, _manifest(), comment_id)
    if card is None:
        raise UnknownComment(comment_id)
    return _page(
        "card.html",
        problem.status,
        card=card,
        problem=problem,
        content=str(values.get("content", "")),
        stale=error if isinstance(error, StaleDecision) else None,
        tab=_tab(values),
    )


def _notice(session: Any) -> dict[str, Any] | None:
    """Return what was just done, for the line above the list."""
    did = request.args.get("did", "")
    if did == "password":
        return {"did": did, "card": None}
    if did not in {*comments.ACTIONS, "reply"}:
        return None
    comment_id = _number("comment")
    card = queue.card(session, _manifest(), comment_id) if comment_id else None
    return {"did": did, "card": card} if card else None


# -- shared -----------------------------------------------------------------------------------


def _person() -> SignedIn:
    person = identity.moderator()
    if person is None:
        raise NotFound
    return person


def _manifest() -> Manifest:
    """Return what the live site is made of; moderators can work before there is one."""
    try:
        return handbill().site.live().manifest
    except SiteTrouble:
        return NOTHING


def _problem(error: Exception) -> Problem:
    problem = problem_of(error, language())
    if problem is None:
        raise error
    return problem


def _page(template: str, status_code: int = 200, **values: Any) -> Response:
    manifest = _manifest()
    person = identity.moderator()
    lang = language()
    counts = {}
    if person is not None:
        with handbill().database.session() as session:
            counts = queue.counts(session)
    text = draw(
        f"moderation/{template}",
        lang,
        context={"timezone": manifest.site["timezone"], "help_url": "", "policy_url": ""},
        assets=manifest.assets,
        site_name=manifest.site.get("name", "Handbill"),
        person=person,
        counts=counts,
        now=handbill().now(),
        reason_words=lambda reason: rules.words(reason, lang),
        **values,
    )
    answer = Response(text, status_code, mimetype="text/html")
    if "problem" in values and values["problem"] and values["problem"].wait:
        answer.headers["Retry-After"] = str(values["problem"].wait)
    return answer


def _see_other(target: str) -> Response:
    answer = redirect(target, code=303)
    assert isinstance(answer, Response)
    return answer
