"""The page on which a reader edits her own comment, and what it sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from comments_api import bodies, drafts, editing, identity, own, publisher, text
from comments_api.application import handbill
from comments_api.arrivals import insists
from comments_api.errors import (
    InvalidDraft,
    NotEditable,
    Nudge,
    SaidAlready,
    ThreadClosed,
    TooLate,
    TooMany,
)
from comments_api.limits import Limit
from comments_api.models import Status
from comments_api.one_comment import Found, find, look, own_page, thanks
from comments_api.own import Own
from comments_api.responses import json_answer, language, problem, see_other, unkept, wants_html
from comments_api.security import CrossSite, demand_same_site
from comments_api.translation import translations

bp = Blueprint("edit_form", __name__, url_prefix="/api/comments/<comment>/edit")

FIELDS = frozenset({"content", "as_it_is"})
# After these she gets her form back, with what she typed.
MENDABLE = (
    *(CrossSite, InvalidDraft, NotEditable, Nudge, SaidAlready, ThreadClosed, TooLate, TooMany),
    bodies.Unreadable,
)


@bp.get("")
def form(comment: str) -> Response:
    """Answer the page on which a comment is edited.

    :raise 403: if it is another's, the time is over or a moderator made an answer of it.
    :raise 404: if it is not on the page and not the reader's own.
    """
    found = find(comment)
    hers = look(found)
    if not hers.editable:
        raise NotEditable(found.id)
    return _form_page(found, hers.source)


@bp.post("")
def save(comment: str) -> Response:
    """Give a comment a new text: 200 for a program; for a form 303, or 200 with a preview.

    :raise 403: if it is another's, the time is over or another site sent the form.
    :raise 404: if it is not on the page and not the reader's own.
    :raise 409: if she said the same in another comment.
    :raise 422: if the text is empty or too long; the form comes back filled in.
    :raise 429: if a limit is used up.
    """
    found = find(comment)
    values: dict[str, Any] = {}
    try:
        values = bodies.fields(request, FIELDS)
        demand_same_site()
        if bodies.is_form(request) and values.get("do") == "preview":
            return _preview(found, values)
        changed = _store(found, values)
    except MENDABLE as error:
        if not wants_html():
            raise
        return _form_again(found, values or bodies.salvage(request), error)
    return _answer(found, changed)


def _store(found: Found, values: Mapping[str, Any]) -> Own:
    shared = handbill()
    times = shared.settings.post_limit_block
    change = editing.Change(
        content=values.get("content", ""),
        reader=found.reader,
        lang=language(),
        address_block=identity.address_block(),
        as_it_is=insists(values),
        site_name=shared.site.live().manifest.site.get("name", ""),
        limits=[Limit(f"post:block:{identity.network()}", times, 60)],
    )
    with shared.database.session() as session:
        window = shared.settings.edit_window
        changed = editing.edit(
            session, found.id, change, shared.rules, found.info, shared.now(), window
        )
    publisher.publish_now(shared)
    return changed


def _answer(found: Found, changed: Own) -> Response:
    if not wants_html():
        return json_answer(own.described(changed, found.context, language()))
    if changed.comment.status == Status.APPROVED and changed.edit is None:
        return see_other(f"{found.url}#comment-{found.id}")
    return see_other(thanks(found))


def _preview(found: Found, values: Mapping[str, Any]) -> Response:
    look(found)
    content = str(values.get("content") or "")
    _source, rendered = drafts.check_text(content, language())
    return _form_page(found, content, preview=rendered)


def _form_again(found: Found, values: Mapping[str, Any], error: Exception) -> Response:
    wrong = problem(error)
    answer = _form_page(
        found,
        str(values.get("content") or ""),
        wrong.status,
        problem=wrong.sentence,
        errors=wrong.errors,
        nudge=isinstance(error, Nudge),
    )
    return unkept(answer, wrong.wait)


def _form_page(found: Found, content: str, status: int = 200, **state: Any) -> Response:
    form = {"content": text.showable(content), "problem": None, "preview": None, "nudge": False}
    return own_page(
        "comments/edit_page.html",
        translations(language()).gettext("Edit your comment"),
        found,
        status,
        until=found.place.comment.created + handbill().settings.edit_window,
        form={**form, "errors": {}, **state},
    )
