"""The page on which a moderator edits somebody's comment, and what it sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from comments_api import bodies, decisions, desk, publisher, queue, rewriting, told
from comments_api.application import handbill
from comments_api.cards import Card
from comments_api.deciding import COMMENT, version
from comments_api.errors import ImpossibleDecision, InvalidDraft, StaleDecision, UnknownComment
from comments_api.responses import language
from comments_api.staff import manifest, page, person, signed_in

bp = Blueprint("rewrite_form", __name__, url_prefix=f"{COMMENT}/edit")


@bp.get("")
@signed_in
def form(comment_id: int) -> Response:
    """Answer the page on which a comment is edited.

    :raise 404: if there is no such comment.
    """
    card = _card(comment_id)
    return _page(card, desk.came_from(request.args), _as_it_is(card))


@bp.post("")
@signed_in
def save(comment_id: int) -> Response:
    """Give a comment another text, publish and go back to the list.

    :raise 404: if there is no such comment.
    :raise 409: if it was changed meanwhile, or cannot be edited; what was typed is kept.
    :raise 422: if a field is wrong; all of them are kept.
    """
    shared, values = handbill(), bodies.fields(request, frozenset())
    batch, reason = decisions.new_batch(), str(values.get("reason", ""))
    typed = {name: str(values.get(name, "")) for name in rewriting.FIELDS}
    about = (comment_id, version(values), typed, reason, person().id, shared.now())
    try:
        with shared.database.session() as session:
            rewriting.rewrite(session, *about, lang=language(), batch=batch)
    except UnknownComment as error:
        return told.refused(comment_id, rewriting.ACTION, error, values)
    except (StaleDecision, ImpossibleDecision, InvalidDraft) as error:
        trouble = told.trouble(error, rewriting.ACTION, values)
        stands = {**typed, "reason": reason}
        return _page(_card(comment_id), desk.came_from(values), stands, trouble)
    publisher.publish_now(shared)
    return told.done(values, rewriting.ACTION, comment_id, batch)


def _card(comment_id: int) -> Card:
    with handbill().database.reading() as session:
        found = queue.card(session, manifest(), comment_id)
    if found is None:
        raise UnknownComment(comment_id)
    return found


def _as_it_is(card: Card) -> dict[str, str]:
    it = card.comment
    of_author = {"author_name": it.author_name, "author_url": it.author_url}
    return {**of_author, "content": it.source, "reason": ""}


def _page(
    card: Card, wanted: Any, stands: Mapping[str, str], trouble: told.Trouble | None = None
) -> Response:
    shown = trouble.shown if trouble else desk.NO_TROUBLE
    return page(
        "edit.html",
        trouble.problem.status if trouble else 200,
        card=card,
        wanted=wanted,
        form=stands,
        reasons_of_edit=rewriting.words(language()),
        errors=trouble.problem.errors if trouble else {},
        **shown,
    )
