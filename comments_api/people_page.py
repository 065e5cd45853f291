"""The owners' page of people: invite, change what somebody may do, remove, send a new link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import orm

from comments_api import bodies, moderators, people
from comments_api.application import handbill
from comments_api.errors import InvalidDraft, LastOwner
from comments_api.mail import outbox
from comments_api.models import Moderator, Role
from comments_api.proving import proved
from comments_api.responses import language, problem, see_other
from comments_api.staff import owners_only, page, person

bp = Blueprint("people_page", __name__, url_prefix="/moderate/people")

PERSON = f"/<int(max={2**63 - 1}):person_id>"
FIELDS = ("name", "email", "role")
DONE = frozenset({"role", "removed", "factor-off"})


@bp.get("")
@owners_only
@proved
def show() -> Response:
    """Answer who works on the site, and as what."""
    return _page()


@bp.post("/invite")
@owners_only
@proved
def invite() -> Response:
    """Invite somebody; her link is shown once, and mailed if this site sends mail.

    :raise 422: if a field is wrong; all of them are kept.
    """
    shared = handbill()
    values = bodies.fields(request, frozenset())
    typed = {name: str(values.get(name, "")) for name in FIELDS}
    try:
        with shared.database.session() as session:
            who, token = people.invite(session, typed, person().id, shared.now(), language())
            _mail(session, who, token)
    except InvalidDraft as error:
        return _page(422, problem=problem(error), errors=error.errors, typed=typed)
    return _shown(who, token)


@bp.post(f"{PERSON}/role")
@owners_only
@proved
def change_role(person_id: int) -> Response:
    """Change what somebody may do; she has to sign in again.

    :raise 404: if there is nobody of this number.
    :raise 409: if nobody else is an owner.
    :raise 422: if there is no such role.
    """
    role = str(bodies.fields(request, frozenset()).get("role", ""))
    return _done("role", lambda s: people.change_role(s, person_id, role, *_by()))


@bp.post(f"{PERSON}/remove")
@owners_only
@proved
def remove(person_id: int) -> Response:
    """Take somebody's rights and sessions at once.

    :raise 404: if there is nobody of this number.
    :raise 409: if nobody else is an owner.
    """
    return _done("removed", lambda s: people.remove(s, person_id, *_by()))


@bp.post(f"{PERSON}/second-factor-off")
@owners_only
@proved
def take_off_factor(person_id: int) -> Response:
    """Ask no code any more of somebody who lost telephone and recovery codes.

    :raise 404: if there is nobody of this number.
    """
    return _done("factor-off", lambda s: people.take_off_factor(s, person_id, *_by()))


@bp.post(f"{PERSON}/link")
@owners_only
@proved
def new_link(person_id: int) -> Response:
    """Show a new link for somebody, once, and mail it if this site sends mail.

    :raise 404: if there is nobody of this number.
    """
    with handbill().database.session() as session:
        who, token = people.new_link(session, person_id, *_by())
        _mail(session, who, token)
    return _shown(who, token)


def _by() -> tuple[int, Any]:
    return person().id, handbill().now()


def _done(did: str, verb: Callable[[orm.Session], object]) -> Response:
    """Carry out a verb and go back to the page; who changed herself may not see it any more."""
    try:
        with handbill().database.session() as session:
            verb(session)
    except (InvalidDraft, LastOwner) as error:
        wrong = problem(error)
        return _page(wrong.status, problem=wrong)
    return see_other(f"/moderate/people?did={did}")


def _mail(session: orm.Session, who: Moderator, token: str) -> None:
    shared = handbill()
    if shared.settings.mails:
        outbox.put_link(session, outbox.Kind.INVITED, who, token, language(), shared.now())


def _shown(who: Moderator, token: str) -> Response:
    url = f"{handbill().settings.site_url}/moderate/enter/{token}"
    return _page(link=url, invited=who)


def _page(status: int = 200, **state: Any) -> Response:
    shared = handbill()
    with shared.database.reading() as session:
        everybody = moderators.every(session)
    did = request.args.get("did", "")
    values = {
        "did": did if did in DONE else "",
        "problem": None,
        "errors": {},
        "typed": dict.fromkeys(FIELDS, "") | {"role": Role.MODERATOR.value},
        "link": "",
        "invited": None,
        **state,
    }
    return page(
        "people.html",
        status,
        team=[one for one in everybody if one.active],
        gone=[one for one in everybody if not one.active],
        roles=[role.value for role in Role],
        mails=shared.settings.mails,
        **values,
    )
