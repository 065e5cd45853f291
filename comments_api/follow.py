"""Readers ask for mail about a thread or about what is new, and end it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import orm
from werkzeug.exceptions import HTTPException

from comments_api import bodies, confirmations, identity, text
from comments_api.application import handbill
from comments_api.drawing import draw
from comments_api.errors import InvalidDraft, MailOff, TooMany
from comments_api.kept_words import wished
from comments_api.limits import Limit, take
from comments_api.mail import links, subscriptions, wishes
from comments_api.mail.subscriptions import Wish
from comments_api.manifest import ThreadInfo
from comments_api.models import Comment, Pace, Subscription
from comments_api.problems import Problem
from comments_api.responses import json_answer, language, message, page, problem, unkept, wants_html
from comments_api.translation import translations

bp = Blueprint("follow", __name__, url_prefix="/api/follow")

AN_HOUR = 30  # wishes from one network
# After these a person can mend what she typed, so she gets her form back.
MENDABLE = (InvalidDraft, TooMany, bodies.Unreadable)


@bp.get("")
def form() -> Response:
    """Answer the page with the form: of a thread, or of new posts and letters.

    :raise 403: if this site sends no mail.
    """
    _demand_mail()
    thread = request.args.get("thread", "")
    return _form_page({"thread": thread if _is_known(thread) else ""})


@bp.post("")
def ask() -> Response:
    """Note what somebody wants to hear of, and send a link to her address.

    The answer is the same whether the address is known or not; only a browser that showed that
    the address is hers needs no link.

    :raise 403: if this site sends no mail.
    :raise 404: if no page has the thread.
    :raise 422: if a field is wrong; the form comes back filled in.
    :raise 429: if a network asked too often.
    """
    values: dict[str, Any] = {}
    try:
        values = bodies.fields(request, wishes.FIELDS)
        _demand_mail()
        wish = wishes.check(values, handbill().site.live().manifest, language())
        begun = _note(wish)
    except MENDABLE as error:
        if not wants_html():
            raise
        return _form_again(values or bodies.salvage(request), error)
    return _said(wish, begun=begun)


@bp.get("/end/<token>")
def end_page(token: str) -> Response:
    """Answer what a link in a mail would end; looking changes nothing.

    :raise 410: if we did not write the link.
    """
    shared = handbill()
    ids = links.subscriptions_in(shared.secret, token)
    with shared.database.reading() as session:
        found = subscriptions.some(session, ids)
    return _end_page(found)


@bp.post("/end/<token>")
def end(token: str) -> Response:
    """End what a link in a mail is about; mail programs press it too, and may do so again.

    :raise 410: if we did not write the link.
    """
    shared = handbill()
    ids = links.subscriptions_in(shared.secret, token)
    with shared.database.session() as session:
        found = subscriptions.some(session, ids)
        if _wants_all():
            subscriptions.end_all(session, ids)
        subscriptions.end(session, ids)
    if not wants_html():
        return json_answer({"ended": True})
    return _ended(found)


def _demand_mail() -> None:
    if not handbill().settings.mails:
        raise MailOff


def _is_known(thread: object) -> bool:
    return thread in handbill().site.live().manifest.threads


def _is_careful(threads: Sequence[object]) -> bool:
    """Say whether one of these threads is about people in danger."""
    return any(map(handbill().site.live().manifest.is_sensitive, map(str, threads)))


def _note(wish: Wish) -> bool:
    shared = handbill()
    careful = _is_careful([wish.thread_key])
    network = identity.network()
    with shared.database.session() as session:
        take(session, [Limit(f"follow:{network}", AN_HOUR, 3_600)], shared.now())
        person = identity.known(session, sensitive=careful)
        return subscriptions.follow(session, [wish], person, network, shared.now())


def _wants_all() -> bool:
    """Say whether she pressed the other button of our page; whatever else comes is one click."""
    if not bodies.is_form(request):
        return False
    try:
        return bodies.fields(request, frozenset()).get("do") == "all"
    except (bodies.Unreadable, HTTPException):
        return False


# -- beside a comment -------------------------------------------------------------------------


def beside(session: orm.Session, info: ThreadInfo, comment: Comment, choice: str) -> str:
    """Note, with a comment, what its author wants to hear of; say what comes of it: see `words`.

    A comment is never lost because too many links were asked for.
    """
    if not choice:
        return ""
    wanted = wishes.of_choice(choice, comment.author_email, language(), info.key, comment.id)
    person = identity.known(session, sensitive=info.context["sensitive"])
    try:
        with session.begin_nested():
            begun = subscriptions.follow(
                session, wanted, person, identity.network(), handbill().now()
            )
    except TooMany:
        return "later"
    return "on" if begun else "asked"


def words(state: str, lang: str) -> str:
    """Return what came of a wish beside a comment."""
    _ = translations(lang).gettext
    return {
        "on": _("You get mail about what follows."),
        "asked": _("We have sent you a mail: press the link in it to hear of what follows."),
        "later": _(
            "We could not send you a link: too many were asked for from your network today. "
            "You can follow the page by e-mail tomorrow, from the link below its comments."
        ),
    }.get(state, "")


# -- pages ------------------------------------------------------------------------------------


def _said(wish: Wish, *, begun: bool) -> Response:
    _ = translations(wish.lang).gettext
    if begun:
        heading, sentence = _("You follow this now"), _("You get mail from now on.")
    else:
        heading = _("Look into your mailbox")
        sentence = _(
            "We have sent a mail to %(email)s: press the link in it. It may lie where your spam "
            "goes. If you asked before, it is there already: we send one a day at most, "
            "%(most)s in %(days)s days to an address that does not answer, and none for as long to "
            "one that said no."
        ) % {
            "email": wish.email,
            "most": confirmations.UNANSWERED,
            "days": confirmations.QUIET.days,
        }
    if not wants_html():
        content = {"state": "following" if begun else "asked", "message": sentence}
        return json_answer(content, 202)
    return _message(heading, sentence, wish.lang, [wish.thread_key])


def _message(heading: str, sentence: str, lang: str, threads: Sequence[str]) -> Response:
    link, careful = _way_back(threads, lang), _is_careful(threads)
    return unkept(message(heading, sentence, link, lang=lang, sensitive=careful))


def _way_back(threads: Sequence[str], lang: str) -> tuple[str, str]:
    _ = translations(lang).gettext
    known = handbill().site.live().manifest.threads
    key = next((key for key in threads if key in known), None)
    return (known[key].page(lang)[0], _("Go to the page")) if key else ("/", _("Go to the site"))


def _form_again(values: Mapping[str, Any], error: Exception) -> Response:
    wrong = problem(error)
    return unkept(_form_page(values, wrong), wrong.wait)


def _form_page(values: Mapping[str, Any], wrong: Problem | None = None) -> Response:
    lang = language()
    manifest = handbill().site.live().manifest
    key = str(values.get("thread") or "")
    thread, careful = manifest.threads.get(key), manifest.is_sensitive(key)
    body = draw(
        "comments/follow.html",
        lang,
        thread=thread,
        place=thread.page(lang) if thread else None,
        email=text.showable(str(values.get("email") or "")),
        pace=values.get("pace") or Pace.IMMEDIATE.value,
        errors=wrong.errors if wrong else {},
        problem=wrong.sentence if wrong else "",
        careful=careful,
    )
    title = translations(lang).gettext("Follow by e-mail")
    return unkept(page(title, body, wrong.status if wrong else 200, lang, sensitive=careful))


def _end_page(found: Sequence[Subscription]) -> Response:
    lang = language()
    manifest = handbill().site.live().manifest
    body = draw(
        "comments/follow_end.html",
        lang,
        mails=[wished(one, manifest, lang) for one in found],
    )
    title = translations(lang).gettext("End this mail")
    careful = _is_careful([one.thread_key for one in found])
    return page(title, body, lang=lang, sensitive=careful)


def _ended(found: Sequence[Subscription]) -> Response:
    lang = language()
    _ = translations(lang).gettext
    keys = [one.thread_key for one in found]
    return _message(_("It has ended"), _("You get no more of this mail."), lang, keys)
