"""Where the links of a moderator's mail lead: a page that shows, and a button that decides."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from sqlalchemy import orm

from comments_api import batches, decisions, locking, publisher, queue
from comments_api.application import handbill
from comments_api.cards import Card
from comments_api.errors import BadLink, ImpossibleDecision, StaleDecision, UnknownComment
from comments_api.mail import decision_links
from comments_api.mail.decision_links import Link
from comments_api.models import MODERATING, Comment, Moderator
from comments_api.responses import problem, see_other
from comments_api.staff import manifest, page

bp = Blueprint("mail_decisions", __name__, url_prefix="/moderate/decide/<token>")


@bp.get("")
def show(token: str) -> Response:
    """Answer what the link would do; looking changes nothing, and scanners open links too.

    :raise 404: if the comment is gone.
    :raise 410: if the link is not ours, is too old, or its moderator left.
    """
    return _page(decision_links.read(handbill().secret, token))


@bp.post("")
def act(token: str) -> Response:
    """Decide as the link says, once, publish, and say what is true now.

    :raise 404: if the comment is gone.
    :raise 409: if it was decided meanwhile; says by whom and when.
    :raise 410: if the link is not ours, is too old, or its moderator left.
    """
    shared = handbill()
    link = decision_links.read(shared.secret, token)
    if _is_over(link) or _is_careful(link):
        return _page(link)
    try:
        with shared.database.session() as session:
            who = _moderator(session, link).id
            decisions.decide(session, link.comment_id, link.action, link.version, who, shared.now())
    except (StaleDecision, ImpossibleDecision) as error:
        if not _did_it(link):  # pressed twice
            return _page(link, error)
    publisher.publish_now(shared)
    return see_other(f"/moderate/decide/{token}")


def _is_over(link: Link) -> bool:
    return link.ends <= handbill().now()


def _is_careful(link: Link) -> bool:
    """Say whether the comment stands on a page about people in danger: nobody else may read it."""
    with handbill().database.reading() as session:
        comment = session.get(Comment, link.comment_id, options=[orm.joinedload(Comment.thread)])
        return comment is not None and manifest().is_sensitive(comment.thread.key)


def _did_it(link: Link) -> bool:
    """Say whether what stands is what this very link did."""
    what = (link.comment_id, link.version, link.action, link.moderator_id)
    with handbill().database.reading() as session:
        return batches.repeated(session, *what) is not None


def _moderator(session: orm.Session, link: Link) -> Moderator:
    """Return whose mail it was.

    :raise BadLink: if she may decide no more.
    """
    found = session.get(Moderator, link.moderator_id)
    if found is None or not found.active or found.role not in MODERATING:
        raise BadLink
    return found


def _page(link: Link, error: Exception | None = None) -> Response:
    """Return the comment with a button, or why there is none."""
    with handbill().database.reading() as session:
        who = _moderator(session, link)
        card = queue.card(session, manifest(), link.comment_id)
        if card is None:
            raise UnknownComment(link.comment_id)
        stale = _stale(session, card, link)
    state, status = _state(link, stale, error)
    return page(
        "mail_decision.html",
        status,
        link=link,
        who=who.name,
        state=state,
        stale=stale,
        card=card,
        problem=problem(error) if error else None,
    )


def _stale(session: orm.Session, card: Card, link: Link) -> StaleDecision | None:
    try:
        locking.refuse_stale(session, card.comment, link.version)
    except StaleDecision as error:
        return error
    return None


def _state(link: Link, stale: StaleDecision | None, error: Any) -> tuple[str, int]:
    """Return what the page shows, and the status of the answer."""
    if stale is not None:
        return "decided", 409 if error else 200
    if error is not None:
        return "impossible", 409
    if _is_over(link):
        return "over", 410
    return ("careful", 403) if _is_careful(link) else ("open", 200)
