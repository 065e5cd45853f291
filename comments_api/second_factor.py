"""The second factor: asked for at the door, and set up, renewed and taken off by whom it guards."""

from __future__ import annotations

from flask import Blueprint, Response, request

from comments_api import bodies, codes, identity, sessions
from comments_api.application import handbill
from comments_api.errors import ImpossibleDecision, TooMany, WrongCode
from comments_api.limits import take
from comments_api.models import Moderator
from comments_api.problems import Problem
from comments_api.proving import proved
from comments_api.responses import problem, see_other
from comments_api.signing_in import tell_of_device, welcome
from comments_api.staff import authors_too, manifest, own_page, page, person

bp = Blueprint("second_factor", __name__, url_prefix="/moderate")

OWN = "/moderate/me"

# -- at the door ------------------------------------------------------------------------------


@bp.get("/code")
def ask() -> Response:
    """Answer the form that asks for the code of the second factor."""
    if _awaiting() is None:
        return see_other("/moderate/sign-in")
    return page("code.html", back=own_page(request.args.get("next", "")), problem=None)


@bp.post("/code")
def submit() -> Response:
    """Take the code of the second factor, and sign her in.

    :raise 403: if it is wrong or was used.
    :raise 429: if it was tried too often.
    """
    shared = handbill()
    who = _awaiting()
    if who is None:
        return see_other("/moderate/sign-in")
    values = bodies.fields(request, frozenset())
    back = own_page(str(values.get("next", "")))
    try:
        with shared.database.session() as session:  # counted even if the code is wrong
            take(session, codes.limits(who.id), shared.now())
        with shared.database.session() as session:
            codes.use(session, who.id, str(values.get("code", "")), shared.now())
            token = sessions.begin(session, who.id, shared.now(), device=identity.device_words())
    except (WrongCode, TooMany) as error:
        wrong = problem(error)
        return page("code.html", wrong.status, back=back, problem=wrong)
    tell_of_device(who.id, who.email)
    return welcome(who.email, token, back)


def _awaiting() -> Moderator | None:
    """Return whose session only lacks the code."""
    shared = handbill()
    with shared.database.reading() as session:
        found = sessions.awaiting(session, identity.session_token(), shared.now())
        return found.moderator if found else None


# -- one's own --------------------------------------------------------------------------------


@bp.post("/me/second-factor")
@authors_too
@proved
def begin() -> Response:
    """Answer a secret for her authenticator; it counts when she has shown a code of it."""
    return _page(codes.new_secret())


@bp.post("/me/second-factor/on")
@authors_too
@proved
def turn_on() -> Response:
    """Ask for codes from now on, and show the recovery codes, once.

    :raise 403: if the code is not one of the secret; the same one is shown again.
    :raise 429: if it was tried too often.
    """
    shared, who = handbill(), person()
    values = bodies.fields(request, frozenset())
    secret, code = str(values.get("secret", "")), str(values.get("code", ""))
    try:
        with shared.database.session() as session:
            take(session, codes.limits(who.id), shared.now())
        with shared.database.session() as session:
            made = codes.turn_on(session, who.id, secret, code, shared.now(), keep=who.token_hash)
    except (WrongCode, TooMany) as error:
        return _page(secret if codes.is_secret(secret) else codes.new_secret(), problem(error))
    except ImpossibleDecision:  # the button was pressed twice
        return see_other(OWN)
    return page("recovery.html", codes=made, first=True)


@bp.post("/me/second-factor/off")
@authors_too
@proved
def turn_off() -> Response:
    """Ask for no codes any more."""
    shared, who = handbill(), person()
    with shared.database.session() as session:
        codes.turn_off(session, who.id, who.id, shared.now())
    return see_other(f"{OWN}?did=factor-off")


@bp.post("/me/second-factor/recovery")
@authors_too
@proved
def recovery() -> Response:
    """Answer new recovery codes, once; the old ones end."""
    shared, who = handbill(), person()
    try:
        with shared.database.session() as session:
            made = codes.renew_recovery(session, who.id, shared.now())
    except ImpossibleDecision:
        return see_other(OWN)
    return page("recovery.html", codes=made, first=False)


def _page(secret: str, wrong: Problem | None = None) -> Response:
    """Return the page with the secret as a picture, as a link and as text."""
    site = manifest().site.get("name", "Handbill")
    link = codes.uri(secret, person().email, site)
    side, path = codes.picture(link)
    return page(
        "second_factor.html",
        wrong.status if wrong else 200,
        secret=secret,
        link=link,
        side=side,
        path=path,
        problem=wrong,
    )
