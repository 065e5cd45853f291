"""The moderators' page about mail: what waits, and what was given up."""

from __future__ import annotations

from flask import Blueprint, Response

from comments_api.application import handbill
from comments_api.mail import waiting
from comments_api.responses import see_other
from comments_api.staff import page, signed_in

bp = Blueprint("mailroom", __name__, url_prefix="/moderate")

MAIL = f"/mail/<int(max={2**63 - 1}):mail_id>"


@bp.get("/mail")
@signed_in
def show() -> Response:
    """Answer what waits in the outbox and what was given up."""
    shared = handbill()
    with shared.database.reading() as session:
        state = waiting.state(session)
    return page("mail.html", outbox=state, on=shared.settings.mails)


@bp.post("/mail/again")
@signed_in
def again_all() -> Response:
    """Have all mails sent after all that were given up."""
    shared = handbill()
    with shared.database.session() as session:
        waiting.try_again(session, shared.now())
    return see_other("/moderate/mail")


@bp.post(f"{MAIL}/again")
@signed_in
def again(mail_id: int) -> Response:
    """Have a mail sent after all that was given up.

    :raise 404: if there is no such mail any more.
    """
    shared = handbill()
    with shared.database.session() as session:
        waiting.try_again(session, shared.now(), mail_id)
    return see_other("/moderate/mail")


@bp.post(f"{MAIL}/give-up")
@signed_in
def give_up(mail_id: int) -> Response:
    """Delete a mail that was given up.

    :raise 404: if there is no such mail any more.
    """
    with handbill().database.session() as session:
        waiting.give_up(session, mail_id)
    return see_other("/moderate/mail")
