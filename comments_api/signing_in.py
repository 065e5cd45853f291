"""Moderators signing in and out: by password, by a one-time link; setting the password."""

from __future__ import annotations

from flask import Blueprint, Response, request

from comments_api import bodies, identity, moderators
from comments_api.application import handbill
from comments_api.errors import InvalidDraft, TooMany, WrongPassword
from comments_api.limits import take
from comments_api.models import Moderator
from comments_api.problems import Problem
from comments_api.responses import language, see_other
from comments_api.staff import page, person, problem, signed_in

bp = Blueprint("signing_in", __name__, url_prefix="/moderate")


@bp.get("/sign-in")
def sign_in() -> Response:
    """Answer the sign-in form."""
    return page("sign_in.html", email="", problem=None)


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
        with shared.database.reading() as session:
            known = moderators.password_of(session, email)
        found = moderators.check_password(known, str(values.get("password", "")))
        with shared.database.session() as session:
            token = moderators.begin(session, found, shared.now())
    except (WrongPassword, TooMany) as error:
        wrong = problem(error)
        return page("sign_in.html", wrong.status, email=email, problem=wrong)
    return identity.begin_session(see_other("/moderate/"), token)


@bp.get("/enter/<token>")
def enter(token: str) -> Response:
    """Answer a page with one button: scanners open links, so opening one changes nothing."""
    return page("enter.html")


@bp.post("/enter/<token>")
def enter_submit(token: str) -> Response:
    """Sign a moderator in by a one-time link.

    :raise 410: if it is wrong, used or too old.
    """
    shared = handbill()
    with shared.database.session() as session:
        made = moderators.enter(session, token, shared.now())
    return identity.begin_session(see_other("/moderate/"), made)


@bp.post("/sign-out")
def sign_out() -> Response:
    """End the session."""
    return identity.end_session(see_other("/moderate/sign-in"))


@bp.get("/password")
@signed_in
def password() -> Response:
    """Answer the forms to set one's password, and how often one gets mail."""
    return _own_page(200, None)


@bp.post("/password")
@signed_in
def password_submit() -> Response:
    """Set one's password, and end one's other sessions.

    :raise 422: if it is too short.
    """
    who = person()
    values = bodies.fields(request, frozenset())
    try:
        with handbill().database.session() as session:
            new = str(values.get("password", ""))
            moderators.set_password(session, who.id, new, keep=who.token_hash, lang=language())
    except InvalidDraft as error:
        return _own_page(422, problem(error))
    return see_other("/moderate/?did=password")


def _own_page(status: int, wrong: Problem | None) -> Response:
    shared = handbill()
    with shared.database.reading() as session:
        pace = session.get_one(Moderator, person().id).mail
    return page("password.html", status, problem=wrong, pace=pace, mails=shared.settings.mails)
