"""What everybody who works on the site sets for herself: password, sessions, mail, keys."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from comments_api import (
    bodies,
    desk,
    entering,
    identity,
    moderators,
    passwords,
    preferences,
    proving,
)
from comments_api import sessions as verbs
from comments_api.application import handbill
from comments_api.errors import InvalidDraft
from comments_api.models import Moderator
from comments_api.problems import Problem
from comments_api.responses import language, problem, see_other
from comments_api.sessions import SignedIn
from comments_api.staff import authors_too, manifest, page, person

bp = Blueprint("account_page", __name__, url_prefix="/moderate")

DONE = frozenset({"password", "pace", "keys", "session", "sessions", "factor-off"})


@bp.get("/me")
@authors_too
def show() -> Response:
    """Answer all that somebody sets for herself."""
    return _page()


@bp.get("/password")
@authors_too
def password() -> Response:
    """Answer the same page: mails and managers of passwords know this address."""
    return _page()


@bp.post("/password")
@authors_too
def password_submit() -> Response:
    """Set one's password, and end one's other sessions.

    Whoever has one gives it too, unless she has just done so or came by a link.

    :raise 403: if the present password is wrong.
    :raise 422: if the new one is too short, too long or easy to guess.
    :raise 429: if it was tried too often.
    """
    values = bodies.fields(request, frozenset())
    new = str(values.get("password", ""))
    try:
        passwords.check(new, _known_of(person()), language())
        _prove_if_old(str(values.get("current", "")))
        _store(new)
    except InvalidDraft as error:
        return _page(422, problem(error), error.errors)
    except proving.DENIED as error:
        wrong = problem(error)
        return _page(wrong.status, wrong, {"current": wrong.sentence})
    return see_other("/moderate/me?did=password")


def _known_of(who: SignedIn) -> list[str]:
    """Return what everybody can know of her, and of the site."""
    return [who.name, who.email, str(manifest().site.get("name", "")), handbill().settings.site_url]


def _prove_if_old(current: str) -> None:
    """Check the present password, unless she has just given it or has none."""
    if not person().has_proved(handbill().now()) and proving.has_password():
        proving.prove(current)


def _store(new: str) -> None:
    """Store a password; its hash is made before the transaction, since it takes its time."""
    shared, who = handbill(), person()
    made = passwords.new_hash(new)
    with shared.database.session() as session:
        entering.store_password(session, who.id, made, shared.now(), keep=who.token_hash)


@bp.post("/pace")
@authors_too
def pace() -> Response:
    """Set how often one gets mail oneself.

    :raise 422: if it is no pace.
    """
    values = bodies.fields(request, frozenset())
    with handbill().database.session() as session:
        moderators.set_pace(session, person().id, str(values.get("pace", "")))
    return see_other("/moderate/me?did=pace")


@bp.post("/keys")
@authors_too
def keys() -> Response:
    """Switch the single letters on or off that decide on comments."""
    values = bodies.fields(request, frozenset())
    with handbill().database.session() as session:
        preferences.set_keys(session, person().id, on=values.get("keys") == "on")
    if values.get("list"):  # from the sheet of a list
        return desk.back(desk.came_from(values), did="keys")
    return see_other("/moderate/me?did=keys")


@bp.post("/me/sessions/<name>/end")
@authors_too
def end_session(name: str) -> Response:
    """End one of one's own sessions.

    :raise 404: if one has none of this name (any more).
    """
    with handbill().database.session() as session:
        verbs.end_one(session, person().id, name)
    return see_other("/moderate/me?did=session")


@bp.post("/me/sessions/end-others")
@authors_too
def end_others() -> Response:
    """End all of one's sessions but this one."""
    who = person()
    with handbill().database.session() as session:
        verbs.end_all(session, who.id, keep=who.token_hash)
    return see_other("/moderate/me?did=sessions")


def _page(
    status: int = 200, wrong: Problem | None = None, errors: dict[str, str] | None = None
) -> Response:
    shared, who = handbill(), person()
    with shared.database.reading() as session:
        own = session.get_one(Moderator, who.id)
        found = verbs.of(session, who.id, shared.now(), *identity.session_life())
        rows = [(verbs.name_of(one), one, one.token_hash == who.token_hash) for one in found]
        values: dict[str, Any] = {
            "pace": own.mail,
            "keys": preferences.of(own).keys,
            "factor": own.totp_secret is not None,
            "codes_left": len(own.recovery),
            "has_password": own.password_hash is not None,
            "sessions": rows,
        }
    did = request.args.get("did", "")
    return page(
        "me.html",
        status,
        did=did if did in DONE else "",
        problem=wrong,
        errors=errors or {},
        mails=shared.settings.mails,
        must_prove=values["has_password"] and not who.has_proved(shared.now()),
        shortest=passwords.LENGTH[0],
        **values,
    )
