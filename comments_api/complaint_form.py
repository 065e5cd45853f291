"""The page on which a reader asks the moderators to look at a comment, and what it sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from comments_api import bodies, complaints, identity, rows, text
from comments_api.application import handbill
from comments_api.errors import InvalidDraft, NotOnPage, TooMany
from comments_api.limits import Limit
from comments_api.models import Status
from comments_api.one_comment import Found, find, own_page
from comments_api.responses import json_answer, language, problem, see_other, unkept, wants_html
from comments_api.security import CrossSite, demand_same_site
from comments_api.translation import translations

bp = Blueprint("complaint_form", __name__, url_prefix="/api/comments/<comment>/report")

FIELDS = frozenset({"reason", "words", "email"})
# After these somebody can mend what she typed, so she gets her form back.
MENDABLE = (CrossSite, InvalidDraft, TooMany, bodies.Unreadable)


@bp.get("")
def form(comment: str) -> Response:
    """Answer the page on which a comment is reported, or the thanks for it.

    :raise 404: if it is not on the page.
    """
    found = find(comment)
    if "sent" in request.args:
        title = translations(language()).gettext("Thank you")
        return own_page("comments/report_thanks.html", title, found)
    return _form_page(found, {})


@bp.post("")
def save(comment: str) -> Response:
    """Store what somebody says against a comment: 201 for a program, 303 to thanks for a form.

    :raise 403: if another site sent the form.
    :raise 404: if the comment is not on the page.
    :raise 422: if a field is wrong; the form comes back filled in.
    :raise 429: if too many reports came from this network.
    """
    found = find(comment)
    values: dict[str, Any] = {}
    try:
        values = bodies.fields(request, FIELDS)
        demand_same_site()
        _store(found, complaints.check(values, language()))
    except MENDABLE as error:
        if not wants_html():
            raise
        return _form_again(found, values or bodies.salvage(request), error)
    if wants_html():
        return see_other(f"/api/comments/{found.id}/report?lang={language()}&sent=1")
    _ = translations(language()).gettext
    return json_answer({"message": _("Thank you. A moderator looks at this comment.")}, 201)


def _store(found: Found, said: complaints.Said) -> None:
    shared = handbill()
    times = shared.settings.complaint_limit_block_hour
    with shared.database.session() as session:
        limits = [Limit(f"complain:block:{identity.network()}", times, 3_600)]
        complaints.complain(session, found.id, said, limits, shared.now())


def _form_again(found: Found, values: Mapping[str, Any], error: Exception) -> Response:
    wrong = problem(error)
    answer = _form_page(found, values, wrong.status, problem=wrong.sentence, errors=wrong.errors)
    return unkept(answer, wrong.wait)


def _form_page(
    found: Found, values: Mapping[str, Any], status: int = 200, **state: Any
) -> Response:
    if found.place.comment.status != Status.APPROVED:
        raise NotOnPage(found.id)
    lang = language()
    filled = {name: text.showable(str(values.get(name) or "")) for name in FIELDS}
    reasons = {reason: complaints.words(reason, lang) for reason in complaints.REASONS}
    return own_page(
        "comments/report_page.html",
        translations(lang).gettext("Report a comment"),
        found,
        status,
        comment=rows.row_of(found.place.comment),
        reasons=reasons,
        form={"values": filled, "errors": {}, "problem": None, "preview": None, **state},
    )
