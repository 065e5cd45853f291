"""What we keep of whoever uses this browser: seeing it, taking it along, having it erased."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from comments_api import (
    bodies,
    confirmations,
    drafts,
    erasure,
    identities,
    identity,
    kept,
    own,
    publisher,
)
from comments_api.application import handbill
from comments_api.drawing import draw
from comments_api.errors import MailOff, UnknownComment
from comments_api.kept_words import known, wished, written
from comments_api.models import Comment
from comments_api.responses import json_answer, language, page, see_other, unkept
from comments_api.translation import translations

bp = Blueprint("me", __name__, url_prefix="/api/me")

SHOWN = 50  # comments; all of them are in the download
COMMENT = "/comments/<comment>/erase"
DONE = frozenset(
    {"asked", "confirmed", "declined", "ended", "erased", "erased-all", "forgotten", "signed-in"}
)


@bp.get("")
def show() -> Response:
    """Answer what this browser's cookies lead to."""
    return _page()


@bp.post("/confirm")
def confirm() -> Response:
    """Send a link to an address; the answer is the same whether mail can go there or not.

    :raise 403: if this site sends no mail.
    :raise 422: if it is no address; the form comes back filled in.
    :raise 429: if too many links were sent for this network.
    """
    shared = handbill()
    email = str(bodies.fields(request, frozenset({"email"})).get("email") or "").strip()
    if not shared.settings.mails:
        raise MailOff
    if not drafts.is_email(email):
        _ = translations(language()).gettext
        sentence = _("This is not an e-mail address like name@example.org.")
        return _page(422, email=email, error=sentence)
    with shared.database.session() as session:
        confirmations.ask(session, email, language(), shared.now(), network=identity.network())
    return _back("asked")


@bp.get("/export")
def export() -> Response:
    """Answer all of it as a file."""
    shared = handbill()
    with shared.database.reading() as session:
        found = kept.export(session, shared.site.live().manifest, identity.cookies(), shared.now())
    answer = json_answer(found)
    answer.headers["Content-Disposition"] = 'attachment; filename="what-we-keep-of-you.json"'
    return unkept(answer)


@bp.post("/subscriptions/<subscription>/end")
def end_subscription(subscription: str) -> Response:
    """End mail that she asked for."""
    shared = handbill()
    manifest = shared.site.live().manifest
    with shared.database.session() as session:
        kept.end_subscription(session, manifest, identity.cookies(), subscription)
    return _back("ended")


@bp.post("/forget")
def forget() -> Response:
    """No longer know this browser, on the server and in the browser."""
    with handbill().database.session() as session:
        for reader in identity.cookies().all:
            identities.forget_browser(session, reader)
    return identity.forget_reader(_back("forgotten"))


# -- erasing ----------------------------------------------------------------------------------


@bp.get(COMMENT)
def erase_page(comment: str) -> Response:
    """Answer what erasing one comment does, and ask again.

    :raise 404: if she has no such comment.
    """
    shared = handbill()
    manifest = shared.site.live().manifest
    with shared.database.reading() as session:
        found = kept.of_browser(session, manifest, identity.cookies())
    hers = next((one for one in found.comments if str(one.id) == comment), None)
    if hers is None:
        raise UnknownComment(comment)
    return _ask_again(written(hers, manifest, language()), sensitive=found.sensitive)


@bp.post(COMMENT)
def erase(comment: str) -> Response:
    """Take her off one comment, for ever.

    :raise 404: if she has no such comment.
    """
    shared = handbill()
    manifest = shared.site.live().manifest
    with_text = _with_text()
    with shared.database.session() as session:
        hers = kept.comment_of(session, manifest, identity.cookies(), comment)
        erasure.erase_comment(session, hers, shared.now(), with_text=with_text)
    publisher.publish_now(shared)
    return _back("erased")


@bp.get("/erase")
def erase_all_page() -> Response:
    """Answer what erasing everything does, and ask again."""
    shared = handbill()
    with shared.database.reading() as session:
        found = kept.of_browser(session, shared.site.live().manifest, identity.cookies())
    return _ask_again(None, sensitive=found.sensitive)


@bp.post("/erase")
def erase_all() -> Response:
    """Erase her from everything, for ever, and forget this browser."""
    shared = handbill()
    with_text = _with_text()
    with shared.database.session() as session:
        kept.erase_all(
            session, identity.cookies(), shared.now(), with_text=with_text, secret=shared.secret
        )
    publisher.publish_now(shared)
    return identity.forget_reader(_back("erased-all"))


def _with_text() -> bool:
    return bool(bodies.fields(request, frozenset({"with_text"})).get("with_text"))


def _ask_again(comment: Any, *, sensitive: bool) -> Response:
    return _drawn("me/erase.html", 200, sensitive=sensitive, comment=comment)


# -- the page ---------------------------------------------------------------------------------


def _page(status: int = 200, **state: str) -> Response:
    shared = handbill()
    manifest = shared.site.live().manifest
    lang = language()
    with shared.database.reading() as session:
        found = kept.of_browser(session, manifest, identity.cookies())
    did = request.args.get("did", "")
    thread = request.args.get("thread", "")
    return _drawn(
        "me/me.html",
        status,
        sensitive=found.sensitive or manifest.is_sensitive(thread),
        known=known(found.person, shared.providers.names()),
        passing=found.passing,
        comments=[written(one, manifest, lang, _until(one)) for one in found.comments[:SHOWN]],
        more=max(len(found.comments) - SHOWN, 0),
        mails=[wished(one, manifest, lang) for one in found.subscriptions],
        providers=shared.providers.names(),
        mail=shared.settings.mails,
        trust=shared.settings.trust_after,
        did=did if did in DONE else "",
        way_on=manifest.page(thread, lang),
        email=state.get("email", ""),
        error=state.get("error", ""),
    )


def _until(comment: Comment) -> datetime | None:
    """Return until when this browser can edit and withdraw a comment, if it can."""
    shared = handbill()
    until = comment.created + shared.settings.edit_window
    mine = comment.reader in identity.cookies().all and comment.status in own.CHANGEABLE
    return until if mine and shared.now() < until else None


def _drawn(template: str, status: int, *, sensitive: bool, **values: Any) -> Response:
    lang = language()
    site: Mapping[str, Any] = handbill().site.live().manifest.site
    context = {"timezone": site["timezone"], "policy_url": site["policy_url"]}
    body = draw(template, lang, context=context, **values)
    title = translations(lang).gettext("What we keep of you")
    return unkept(page(title, body, status, lang, sensitive=sensitive))


def _back(did: str) -> Response:
    return see_other(f"/api/me?did={did}&lang={language()}")
