"""The moderators' lists: which comments there are, one of them, and what is new since."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from comments_api import bodies, desk, drawing, list_news, preferences, queue, rules, told
from comments_api.application import handbill
from comments_api.deciding import COMMENT
from comments_api.errors import InvalidDraft, UnknownComment
from comments_api.preferences import TABS
from comments_api.responses import json_answer, language, problem, see_other
from comments_api.staff import manifest, page, person, signed_in
from comments_api.text import whole
from comments_api.wanted import FILTERS, Wanted

bp = Blueprint("moderation", __name__, url_prefix="/moderate")

TAB = f"<any({', '.join(TABS)}):tab>"


@bp.get("/")
@signed_in
def home() -> Response:
    """Answer what waits for a decision."""
    return lists(TABS[0])


@bp.get(f"/{TAB}")
@signed_in
def lists(tab: str) -> Response:
    """Answer the comments of a list, in an order, as far as they are asked for.

    :raise 422: if a filter makes no sense; the list is shown without any, the fields keep theirs.
    """
    if (number := whole(request.args.get("from", ""))) is not None:
        return see_other(f"/moderate/comments/{number}")  # as mails had it before there was search
    liked, error = desk.liked(), None
    try:
        wanted = Wanted.of({**request.args, "tab": tab}, liked, lang=language())
    except InvalidDraft as wrong:
        wanted, error = Wanted(tab, liked=liked), problem(wrong)
    with handbill().database.reading() as session:
        found = queue.find(session, manifest(), wanted, person().id)
        values: dict[str, Any] = {
            "notice": told.noticed(session),
            "newest": queue.newest(session, tab),
            "decided": list_news.last(session),
            **desk.around(session, found.cards),
        }
    return page(
        "queue.html",
        error.status if error else 200,
        wanted=wanted,
        slice=found,
        typed_filters={name: request.args.get(name, "") for name in FILTERS},
        keys=liked.keys,
        reasons=rules.CODES,
        removed_days=handbill().settings.removed_days,
        problem=error,
        single=False,
        **values,
    )


@bp.get(COMMENT.removeprefix("/moderate"))
@signed_in
def one(comment_id: int) -> Response:
    """Answer one comment by itself.

    :raise 404: if there is no such comment.
    """
    with handbill().database.reading() as session:
        card = queue.card(session, manifest(), comment_id)
        if card is None:
            raise UnknownComment(comment_id)
        values = {"notice": told.noticed(session), **desk.around(session, [card])}
    liked = desk.liked()
    tab = card.comment.status if card.comment.status in TABS else TABS[0]
    return page(
        "card.html",
        card=card,
        wanted=Wanted(tab, liked=liked),
        keys=liked.keys,
        single=True,
        **desk.NO_TROUBLE,
        **values,
    )


@bp.get("/counts")
@signed_in
def counts() -> Response:
    """Answer how many comments each list holds, what came since and what colleagues decided."""
    wanted = desk.came_from(request.args)
    seen = list_news.Seen(
        **{name: whole(request.args.get(name, "")) for name in ("newest", "drawn", "decided")}
    )
    with handbill().database.reading() as session:
        news = list_news.news(session, manifest(), wanted, seen, person().id)
    answer = json_answer(list_news.said(news, manifest(), language()))
    answer.set_etag(drawing.version(answer.get_data(as_text=True)))
    answer.make_conditional(request)
    return answer


@bp.post("/order")
@signed_in
def order() -> Response:
    """Keep which comment stands first in a list, and show it so."""
    values = bodies.fields(request, frozenset())
    wanted = desk.came_from(values)
    chosen = str(values.get("order", ""))
    with handbill().database.session() as session:
        preferences.set_order(session, person().id, wanted.tab, chosen, lang=language())
    return see_other(wanted.query(order=""))
