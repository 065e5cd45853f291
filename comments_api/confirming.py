"""The page of a link in a mail that asks whether an address is hers; looking changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, request

from comments_api import bodies, claims, confirmations, identities, identity, senders, tokens
from comments_api.application import handbill
from comments_api.drawing import draw
from comments_api.kept_words import wished, written
from comments_api.responses import language, page, see_other
from comments_api.translation import translations

bp = Blueprint("confirming", __name__, url_prefix="/api/confirm/<token>")


@bp.get("")
def show(token: str) -> Response:
    """Answer a page that says what the link would do; scanners open links too.

    :raise 410: if the link is wrong, used or too old.
    """
    return _page(token)


@bp.post("")
def answer(token: str) -> Response:
    """Do what she decided, once, and go to the page that says what is true now.

    :raise 410: if the link is wrong, used or too old.
    """
    values = bodies.fields(request, frozenset())
    if values.get("do") == "yes":
        return _accept(token, values)
    if values.get("do") == "no":
        return _decline(token)
    return _page(token, 422)


def _accept(token: str, values: Mapping[str, Any]) -> Response:
    shared = handbill()
    sensitive = "stay" not in values
    cookie = tokens.new_token()
    reader = senders.reader_hash(shared.secret, cookie)
    with shared.database.session() as session:
        identities.renew(session, identity.reader(sensitive=sensitive), reader)
        link = claims.accept(
            session,
            token,
            reader,
            shared.now(),
            shown=_numbers("shown", values),
            mine=_numbers("mine", values),
        )
        confirmations.said_yes(session, link.email)
    done = _to_me("confirmed", link.thread_key)
    identity.remember_reader(done, cookie, sensitive=sensitive)
    return done


def _decline(token: str) -> Response:
    shared = handbill()
    with shared.database.session() as session:
        link = claims.decline(session, token, shared.now())
    return _to_me("declined", link.thread_key)


def _to_me(did: str, thread_key: str) -> Response:
    """Go to her own page, with the way back, unless its name must stay in no history."""
    manifest = handbill().site.live().manifest
    plain = thread_key in manifest.threads and not manifest.is_sensitive(thread_key)
    return see_other(
        f"/api/me?did={did}&lang={language()}{f'&thread={thread_key}' if plain else ''}"
    )


def _numbers(name: str, values: Iterable[str]) -> set[int]:
    """Return the comments that a form names in fields like `mine-12`."""
    found = (re.fullmatch(rf"{name}-([0-9]{{1,18}})", key) for key in values)
    return {int(one[1]) for one in found if one}


def _page(token: str, status: int = 200) -> Response:
    shared = handbill()
    manifest = shared.site.live().manifest
    with shared.database.reading() as session:
        link = confirmations.find(session, token, shared.now())
        comments = claims.unclaimed(session, link.email, shared.now())
        mails = claims.waiting(session, link.email)
    lang = language()
    keys = {link.thread_key, *(one.thread.key for one in comments), *(m.thread_key for m in mails)}
    careful = any(map(manifest.is_sensitive, keys))
    body = draw(
        "me/confirm.html",
        lang,
        email=link.email,
        comments=[written(one, manifest, lang) for one in comments],
        mails=[wished(one, manifest, lang) for one in mails],
        careful=careful,
        context={"timezone": manifest.site["timezone"]},
    )
    title = translations(lang).gettext("Is this your address?")
    return page(title, body, status, lang, sensitive=careful)
