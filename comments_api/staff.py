"""What all moderators' pages share: who may see them, how they are drawn. No views here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import Response
from werkzeug.exceptions import NotFound

from comments_api import complaints, identity, queue, rules
from comments_api.application import handbill
from comments_api.drawing import draw
from comments_api.errors import SiteTrouble
from comments_api.kept_words import known
from comments_api.manifest import Manifest
from comments_api.moderators import SignedIn
from comments_api.problems import Problem, problem_of
from comments_api.responses import language, see_other

P = ParamSpec("P")
NOTHING = Manifest(site={"timezone": "UTC"}, threads={}, regions={}, files={}, assets={})


def signed_in(view: Callable[P, Response]) -> Callable[P, Response]:
    """Let only moderators use a view; others are asked to sign in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
        if identity.may_moderate() is None:
            return see_other("/moderate/sign-in")
        return view(*args, **kwargs)

    return guarded


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


def problem(error: Exception) -> Problem:
    """Return what to say of an error that a view expects."""
    found = problem_of(error, language())
    if found is None:
        raise error
    return found


def page(template: str, status_code: int = 200, **values: Any) -> Response:
    """Return a page of the moderators' side."""
    site = manifest()
    signed = identity.moderator()
    lang = language()
    counts = {}
    if signed is not None:
        with handbill().database.reading() as session:
            counts = queue.counts(session)
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
