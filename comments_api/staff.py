"""What all moderators' pages share: who may see them, how they are drawn. No views here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec
from urllib.parse import quote

from flask import Response, request
from werkzeug.exceptions import NotFound

from comments_api import bodies, complaints, identity, queue, rules
from comments_api.application import handbill
from comments_api.drawing import draw
from comments_api.errors import NotAllowed, SiteTrouble
from comments_api.kept_words import known
from comments_api.manifest import Manifest
from comments_api.models import MODERATING, Role
from comments_api.problems import Problem
from comments_api.responses import language, see_other
from comments_api.sessions import SignedIn

P = ParamSpec("P")
NOTHING = Manifest(site={"timezone": "UTC"}, threads={}, regions={}, files={}, assets={})


OWNERS = frozenset({Role.OWNER.value})
ALL = frozenset(role.value for role in Role)
HOME = "/moderate/"
WRITTEN = ("content", "text", "sentence")  # fields that take a while to type
OWN_POSTS = "/moderate/own-posts"  # what authors see
_OWN_PAGE = re.compile(r"/moderate/[a-z0-9-]+(?:[/.][A-Za-z0-9-]+)*(?:\?[A-Za-z0-9=&%+._~-]*)?")


def signed_in(view: Callable[P, Response]) -> Callable[P, Response]:
    """Let only owners and moderators use a view; who is nobody yet is asked to sign in."""
    return _guarded(view, MODERATING)


def owners_only(view: Callable[P, Response]) -> Callable[P, Response]:
    """Let only owners use a view; who is nobody yet is asked to sign in."""
    return _guarded(view, OWNERS)


def authors_too(view: Callable[P, Response]) -> Callable[P, Response]:
    """Let everybody use a view who is signed in, authors too."""
    return _guarded(view, ALL)


def _guarded(view: Callable[P, Response], roles: frozenset[str]) -> Callable[P, Response]:
    """Let only some roles use a view.

    What others get does not depend on what they asked for: it says nothing of what there is.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
        found = identity.moderator()
        if found is None:
            return _ended() or see_other(f"/moderate/sign-in{_way_back()}")
        if found.role in roles:
            return view(*args, **kwargs)
        if request.method == "GET" and request.path == HOME:
            return see_other(OWN_POSTS)
        raise NotAllowed

    return guarded


def _ended() -> Response | None:
    """Return a page with what somebody wrote, if her session ended meanwhile."""
    if request.method != "POST" or not bodies.is_form(request):
        return None
    return given_back(bodies.salvage(request))


def given_back(values: Mapping[str, Any], wrong: Problem | None = None) -> Response | None:
    """Return a page with what somebody wrote, to be copied; None if nothing took her a while.

    Only of fields that hold such words: no password and no code ever stands in a page.

    :param wrong: why it cannot be sent again; without it, her session ended.
    """
    texts = [str(values[name]) for name in WRITTEN if str(values.get(name, "")).strip()]
    if not texts or values.get("part"):  # the script keeps what was typed
        return None
    return page("signed_out.html", wrong.status if wrong else 403, texts=texts, problem=wrong)


def _way_back() -> str:
    """Return what leads her, once she signed in, to the page that she asked for."""
    asked = request.full_path.removesuffix("?")
    if request.method != "GET" or own_page(asked) == HOME:
        return ""
    return f"?next={quote(asked)}"


def own_page(asked: str) -> str:
    """Return the page that was asked for if it is one of ours, else the first one.

    It begins and ends in a browser: nothing that could lead to another site is taken.
    """
    return asked if _OWN_PAGE.fullmatch(asked) and len(asked) <= 500 else HOME


def person() -> SignedIn:
    """Return who is signed in; only for views that let nobody else in."""
    found = identity.moderator()
    if found is None:
        raise NotFound
    return found


def manifest() -> Manifest:
    """Return what the live site is made of; moderators can work before there is one."""
    try:
        return handbill().site.live().manifest
    except SiteTrouble:
        return NOTHING


def page(template: str, status_code: int = 200, **values: Any) -> Response:
    """Return a page of the moderators' side."""
    site = manifest()
    signed = identity.moderator()
    lang = language()
    counts = {}
    if signed is not None and signed.role in MODERATING:
        with handbill().database.reading() as session:
            counts = queue.counts(session, signed.id)
    text = draw(
        f"moderation/{template}",
        lang,
        context={"timezone": site.site["timezone"], "help_url": "", "policy_url": ""},
        assets=site.assets,
        site_name=site.site.get("name", "Handbill"),
        person=signed,
        counts=counts,
        now=handbill().now(),
        reason_words=lambda reason: rules.words(reason, lang),
        complaint_words=lambda reason: complaints.words(reason, lang),
        known=lambda identity: known(identity, handbill().providers.names()),
        **values,
    )
    answer = Response(text, status_code, mimetype="text/html")
    if "problem" in values and values["problem"] and values["problem"].wait:
        answer.headers["Retry-After"] = str(values["problem"].wait)
    return answer
