"""What authors see: the public comments on what they wrote, to be answered."""

from __future__ import annotations

from flask import Blueprint, Response, request

from comments_api import authorship, bodies, decisions, locking, publisher
from comments_api.application import handbill
from comments_api.errors import (
    ImpossibleDecision,
    InvalidDraft,
    SaidAlready,
    StaleDecision,
    UnknownComment,
)
from comments_api.manifest import Manifest
from comments_api.models import Comment, Moderator
from comments_api.outline import Row
from comments_api.responses import language, problem, see_other
from comments_api.rows import row_of
from comments_api.staff import OWN_POSTS, authors_too, given_back, manifest, page, person
from comments_api.text import whole

bp = Blueprint("own_posts", __name__, url_prefix=OWN_POSTS)

Shown = tuple[Comment, Row, "tuple[str, str] | None"]


@bp.get("")
@authors_too
def show() -> Response:
    """Answer the newest public comments on one's own posts."""
    start = whole(request.args.get("from", ""))
    site = manifest()
    with handbill().database.reading() as session:
        found, more = authorship.comments(session, _threads(site), start)
        shown = [_shown(site, comment) for comment in found]
    did = request.args.get("did", "") == "reply"
    return page("own_posts.html", shown=shown, more=more, did=did, problem=None, typed={})


@bp.post(f"/<int(max={2**63 - 1}):comment_id>/reply")
@authors_too
def reply(comment_id: int) -> Response:
    """Store an answer, and publish it.

    What was typed is kept, whatever is wrong.

    :raise 404: if it is no public comment on what she wrote, or not any more.
    :raise 409: if it was changed meanwhile.
    :raise 422: if the answer is empty or too long.
    """
    shared = handbill()
    values = bodies.fields(request, frozenset())
    content, version = str(values.get("content", "")), str(values.get("version", ""))
    site = manifest()
    try:
        with shared.database.session() as session:
            locking.locked(session, comment_id)  # first: it may be held or trashed meanwhile
            authorship.find(session, _threads(site), comment_id)
            author = session.get_one(Moderator, person().id)
            seen = whole(version) or -1
            decisions.reply(
                session, comment_id, seen, author, content, shared.now(), lang=language()
            )
    except UnknownComment as error:
        return _gone(content, error)
    except (StaleDecision, ImpossibleDecision, InvalidDraft, SaidAlready) as error:
        return _again(site, comment_id, content, error)
    publisher.publish_now(shared)
    return see_other(f"{OWN_POSTS}?did=reply#comment-{comment_id}")


def _threads(site: Manifest) -> list[str]:
    return authorship.threads_of(site, person().name)


def _shown(site: Manifest, comment: Comment) -> Shown:
    return comment, row_of(comment), site.page(comment.thread.key, comment.lang)


def _again(site: Manifest, comment_id: int, content: str, error: Exception) -> Response:
    """Return the comment as it is now, with what went wrong and what was typed."""
    wrong = problem(error)
    try:
        with handbill().database.reading() as session:
            found = authorship.find(session, _threads(site), comment_id)
            shown = [_shown(site, found)]
    except UnknownComment as gone:  # since it was refused
        return _gone(content, gone)
    state = {"shown": shown, "more": None, "did": False, "typed": {comment_id: content}}
    return page("own_posts.html", wrong.status, problem=wrong, **state)


def _gone(content: str, error: UnknownComment) -> Response:
    """Return what was typed; the same whether there never was such a comment or it is not public.

    :raise UnknownComment: if nothing was typed.
    """
    answer = given_back({"content": content}, problem(error))
    if answer is None:
        raise error
    return answer
