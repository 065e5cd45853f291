"""What can do great harm asks for the password again: whoever finds an open browser has it not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec
from urllib.parse import parse_qsl

from flask import Blueprint, Response, after_this_request, g, request

from comments_api import bodies, desk, entering, identity, sessions
from comments_api.application import handbill
from comments_api.errors import TooMany, UnknownPerson, WrongPassword
from comments_api.limits import take
from comments_api.models import Moderator
from comments_api.problems import Problem
from comments_api.responses import problem, see_other
from comments_api.staff import authors_too, own_page, page, person

bp = Blueprint("proving", __name__, url_prefix="/moderate")

P = ParamSpec("P")
FIELD = "proof"  # of a form that is sent again, with the password
NOT_AGAIN = frozenset({FIELD, "part"})  # the script asked for a part; the form wants a page
DENIED = (WrongPassword, TooMany, UnknownPerson)


def proved(view: Callable[P, Response]) -> Callable[P, Response]:
    """Let a view be used only within a quarter of an hour after she gave her password.

    Belongs below `signed_in` and its like. A form is not lost: it is sent again with the password.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
        if person().has_proved(handbill().now()):
            return view(*args, **kwargs)
        if request.method != "POST":
            return _asked(request.full_path.removesuffix("?"))
        values = bodies.many_and_fields(request, "comment", desk.MOST)
        if FIELD not in values:
            return _asked_of_form()
        try:
            prove(str(values[FIELD]))
        except DENIED as error:
            return _asked_of_form(problem(error))
        return view(*args, **kwargs)

    return guarded


@bp.post("/prove")
@authors_too
def submit() -> Response:
    """Take the password of somebody who wants to see a page, and send her there.

    :raise 403: if it is wrong.
    :raise 429: if it was tried too often.
    """
    values = bodies.fields(request, frozenset())
    asked = own_page(str(values.get("next", "")))
    try:
        prove(str(values.get(FIELD, "")))
    except DENIED as error:
        return _asked(asked, problem(error))
    return see_other(asked)


def prove(password: str) -> None:
    """Check the password of who is signed in, and renew her session, whatever is answered then.

    :raise WrongPassword: if it is wrong, or she has none.
    :raise TooMany: if it was tried too often.
    :raise UnknownPerson: if her session ended meanwhile.
    """
    shared, who = handbill(), person()
    with shared.database.session() as session:  # counted even if the password is wrong
        take(session, entering.proof_limits(who.id), shared.now())
    with shared.database.reading() as session:
        known = entering.known(session, who.email)
    entering.check_password(known, password)
    with shared.database.session() as session:
        token = sessions.renew(session, identity.session_token(), shared.now())
    with shared.database.session() as session:
        g.moderator = sessions.who(session, token, shared.now(), *identity.session_life())

    @after_this_request
    def renew(answer: Response) -> Response:
        return identity.renew_session(answer, token)


def has_password() -> bool:
    """Say whether who is signed in has set a password."""
    with handbill().database.reading() as session:
        return session.get_one(Moderator, person().id).password_hash is not None


def _asked(asked: str, wrong: Problem | None = None) -> Response:
    """Return the page that asks for the password, and leads to another page then."""
    fields = [("next", own_page(asked))]
    return _page("/moderate/prove", fields, wrong, wrong.status if wrong else 200)


def _asked_of_form(wrong: Problem | None = None) -> Response:
    """Return the page that asks for the password, and holds what the form held."""
    pairs = parse_qsl(request.get_data().decode("ascii"), keep_blank_values=True)
    fields = [(name, value) for name, value in pairs if name not in NOT_AGAIN]
    return _page(request.full_path.removesuffix("?"), fields, wrong, wrong.status if wrong else 403)


def _page(
    action: str, fields: list[tuple[str, str]], wrong: Problem | None, status: int
) -> Response:
    can = has_password()
    return page("prove.html", status, action=action, fields=fields, problem=wrong, has_password=can)
