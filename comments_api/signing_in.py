"""How people who work on the site come in and go: by password, by a one-time link."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, request

from comments_api import bodies, entering, identity
from comments_api.application import handbill
from comments_api.entering import Entered
from comments_api.errors import TooMany, WrongPassword
from comments_api.limits import take
from comments_api.mail import outbox
from comments_api.responses import language, problem, see_other
from comments_api.staff import HOME, own_page, page

bp = Blueprint("signing_in", __name__, url_prefix="/moderate")

# -- by password ------------------------------------------------------------------------------


@bp.get("/sign-in")
def sign_in() -> Response:
    """Answer the sign-in form."""
    back = own_page(request.args.get("next", ""))
    return page("sign_in.html", email="", back=back, problem=None, mails=handbill().settings.mails)


@bp.post("/sign-in")
def sign_in_submit() -> Response:
    """Sign somebody in by password, or ask for the code of her second factor.

    :raise 403: if e-mail and password do not fit.
    :raise 429: if it was tried too often.
    """
    values = bodies.fields(request, frozenset())
    email = str(values.get("email", ""))[:254]
    back = own_page(str(values.get("next", "")))
    try:
        entered = _by_password(email, str(values.get("password", "")))
    except (WrongPassword, TooMany) as error:
        wrong, mails = problem(error), handbill().settings.mails
        told = {"email": email, "back": back, "problem": wrong, "mails": mails}
        return page("sign_in.html", wrong.status, **told)
    return _in(entered, back)


def _by_password(email: str, password: str) -> Entered:
    """Begin a session; no transaction is open while the password is checked.

    :raise WrongPassword: if e-mail and password do not fit.
    :raise TooMany: if it was tried too often, even with the right password.
    """
    shared = handbill()
    limits = entering.limits(email, identity.address_block() or "", identity.device_of(email))
    with shared.database.session() as session:  # counted even if the password is wrong
        take(session, limits, shared.now())
    with shared.database.reading() as session:
        known = entering.known(session, email)
    newer = entering.check_password(known, password)
    assert known is not None  # check_password refuses nobody's
    with shared.database.session() as session:
        return entering.by_password(session, known, newer, shared.now(), identity.device_words())


def _in(entered: Entered, back: str) -> Response:
    """Send her where she wanted to go, or to the page that asks for her code."""
    if entered.awaits_code:
        query = "" if back == HOME else f"?next={quote(back)}"
        return identity.begin_session(see_other(f"/moderate/code{query}"), entered.token)
    if entered.is_known:
        tell_of_device(entered.moderator_id, entered.email)
    return welcome(entered.email, entered.token, back)


def welcome(email: str, token: str, back: str) -> Response:
    """Give the browser its session, remember it, and send her where she wanted to go."""
    answer = identity.begin_session(see_other(back), token)
    return identity.remember_device(answer, email)


def tell_of_device(moderator_id: int, email: str) -> None:
    """Write to her if she signed in with a browser that we do not know: perhaps it was not she."""
    shared = handbill()
    if not shared.settings.mails or identity.device_of(email) is not None:
        return
    with shared.database.session() as session:
        outbox.put(
            session,
            outbox.Kind.NEW_DEVICE,
            shared.now(),
            recipient=email,
            lang=language(),
            payload={"device": identity.device_words(), "person": moderator_id},
        )


# -- by link ----------------------------------------------------------------------------------


@bp.get("/enter/<token>")
def enter(token: str) -> Response:
    """Answer a page with one button: scanners open links, so opening one changes nothing."""
    return page("enter.html")


@bp.post("/enter/<token>")
def enter_submit(token: str) -> Response:
    """Sign somebody in by a one-time link, or ask for the code of her second factor.

    :raise 410: if it is wrong, used or too old.
    """
    shared = handbill()
    with shared.database.session() as session:
        entered = entering.by_link(session, token, shared.now(), identity.device_words())
    return _in(entered, own_page(request.args.get("next", "")))


# -- out --------------------------------------------------------------------------------------


@bp.post("/sign-out")
def sign_out() -> Response:
    """End the session."""
    return identity.end_session(see_other("/moderate/sign-in"))
