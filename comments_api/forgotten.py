"""A forgotten password: a link by mail, and the same answer whether somebody works here or not."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, Response, request

from comments_api import bodies, entering, identity, tokens
from comments_api.application import handbill
from comments_api.errors import MailOff, TooMany
from comments_api.limits import Limit, take
from comments_api.mail import outbox
from comments_api.responses import language, problem
from comments_api.staff import page

bp = Blueprint("forgotten", __name__, url_prefix="/moderate")

BLOCK_AN_HOUR = 10  # mails that one address block can cause
ONE_AN_HOUR = 3  # mails that one person can get


@bp.get("/forgotten")
def form() -> Response:
    """Answer the form that asks for a link by mail.

    :raise 403: if this site sends no mail.
    """
    _demand_mail()
    return page("forgotten.html", sent=False, problem=None)


@bp.post("/forgotten")
def submit() -> Response:
    """Send a link to somebody who works here; the answer is the same for everybody else.

    :raise 403: if this site sends no mail.
    :raise 429: if it was asked for too often.
    """
    _demand_mail()
    shared = handbill()
    email = str(bodies.fields(request, frozenset()).get("email", ""))[:254]
    try:
        with shared.database.session() as session:
            network = Limit(f"forgotten:{identity.network()}", BLOCK_AN_HOUR, 3_600)
            take(session, [network], shared.now())
    except TooMany as error:
        return page("forgotten.html", 429, sent=False, problem=problem(error))
    with suppress(TooMany):  # said to nobody: it would tell that she is known
        _send_link(email)
    return page("forgotten.html", sent=True, problem=None)


def _send_link(email: str) -> None:
    """Send a link to whoever works here and has this address.

    :raise TooMany: if she was sent enough of them.
    """
    shared = handbill()
    account = tokens.hash_of(email.strip().casefold())[:24]
    with shared.database.session() as session:
        take(session, [Limit(f"forgotten:{account}", ONE_AN_HOUR, 3_600)], shared.now())
        found = entering.forgotten(session, email, shared.now())
        if found is not None:
            kind, when = outbox.Kind.FORGOTTEN, shared.now()
            outbox.put_link(session, kind, *found, language(), when)


def _demand_mail() -> None:
    if not handbill().settings.mails:
        raise MailOff
