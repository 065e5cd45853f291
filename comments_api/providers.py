"""Signing in with a provider: a browser is sent there, and comes back."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, request

from comments_api import bodies, identities, identity, senders, sign_ins, tokens
from comments_api.application import handbill
from comments_api.drawing import draw
from comments_api.errors import SignInFailed
from comments_api.oidc_claims import Person
from comments_api.responses import language, message, page, problem, see_other, unkept
from comments_api.sign_ins import HOME, Returned
from comments_api.translation import translations

bp = Blueprint("providers", __name__, url_prefix="/api/sign-in/<provider>")
log = logging.getLogger(__name__)


@bp.post("")
def begin(provider: str) -> Response:
    """Answer a page with a link to the provider: from a form, browsers would follow none there.

    :raise 400: if the provider cannot be asked.
    :raise 404: if the settings name no such provider.
    :raise 429: if too many sign-ins were begun from this network.
    """
    shared = handbill()
    found = shared.providers.find(provider)
    values = bodies.fields(request, frozenset({"back", "stay"}))
    back = sign_ins.own_path(str(values.get("back") or HOME))
    sensitive = not values.get("stay")
    token = identity.reader_token(sensitive=sensitive)
    cookie = token or tokens.new_token()
    reader = senders.reader_hash(shared.secret, cookie)
    with shared.database.session() as session:
        errand = sign_ins.begin(
            session,
            provider,
            _callback(provider),
            reader,
            back,
            shared.now(),
            network=identity.network(),
        )
    try:
        url = shared.providers.way(provider, errand, shared.now())
    except SignInFailed as error:
        return _failed(error, back, sensitive=sensitive)
    answer = _go_on(found.name, url, back, sensitive=sensitive)
    if not token:
        identity.remember_reader(answer, cookie, sensitive=sensitive)
    return answer


@bp.get("/back")
def back(provider: str) -> Response:
    """Know the browser that comes back from a provider, and send it to the page it came from.

    :raise 400: if it is not the one that was sent, or the provider does not vouch for anybody.
    :raise 404: if the settings name no such provider.
    """
    handbill().providers.find(provider)
    if request.method == "HEAD":  # who only looks uses nothing up
        return Response()
    page_before = HOME
    try:
        returned = _returned(provider)
        page_before = returned.back
        person = _person(provider, returned)
    except SignInFailed as error:
        return _failed(error, page_before, sensitive=identity.cookies().passing is not None)
    return _know(provider, person, returned)


def _returned(provider: str) -> Returned:
    shared = handbill()
    with shared.database.session() as session:
        return sign_ins.end(
            session,
            provider,
            _callback(provider),
            request.args.get("state", ""),
            identity.cookies().all,
            shared.now(),
        )


def _person(provider: str, returned: Returned) -> Person:
    shared = handbill()
    code = request.args.get("code", "")
    # A provider that says its name must say the right one: two of them could be mixed up.
    issuer = shared.providers.find(provider).issuer
    if request.args.get("iss", issuer) != issuer:
        raise SignInFailed(f"{provider}: another provider answers")
    if not code:
        raise SignInFailed(f"{provider}: {request.args.get('error', 'no code')[:80]!r}")
    return shared.providers.person(provider, returned.errand, code, shared.now())


def _know(provider: str, person: Person, returned: Returned) -> Response:
    shared = handbill()
    sensitive = returned.reader == identity.reader(sensitive=True)
    cookie = tokens.new_token()
    reader = senders.reader_hash(shared.secret, cookie)
    with shared.database.session() as session:
        identities.renew(session, returned.reader, reader)
        identities.introduce(
            session, reader, provider, person.subject, person.email, person.name, shared.now()
        )
    answer = see_other(returned.back)
    identity.remember_reader(answer, cookie, sensitive=sensitive)
    return unkept(answer)


def _callback(provider: str) -> str:
    return f"{handbill().settings.site_url}/api/sign-in/{provider}/back"


def _go_on(name: str, url: str, back: str, *, sensitive: bool) -> Response:
    lang = language()
    _ = translations(lang).gettext
    body = draw("me/go_on.html", lang, name=name, url=url, back=back)
    title = _("Sign in with %(name)s") % {"name": name}
    return unkept(page(title, body, lang=lang, sensitive=sensitive))


def _failed(error: SignInFailed, back: str, *, sensitive: bool) -> Response:
    """Say the same, whatever went wrong; the log knows more."""
    log.warning("sign-in: %s", error)
    _ = translations(language()).gettext
    wrong, link = problem(error), (back, _("Go back to the page"))
    heading = _("That did not work")
    return unkept(message(heading, wrong.sentence, link, wrong.status, sensitive=sensitive))
