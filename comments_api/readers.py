"""What readers ask for: a thread, its form, a new comment, one's own held ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from comments_api import bodies, comments, drafts, identity, publisher, rows, senders, text, threads
from comments_api.application import handbill
from comments_api.drafts import Draft, check
from comments_api.drawing import draw
from comments_api.errors import (
    InvalidDraft,
    SaidAlready,
    ThreadClosed,
    TooMany,
    UnknownParent,
)
from comments_api.limits import Limit
from comments_api.manifest import ThreadInfo
from comments_api.models import Comment, Status
from comments_api.outline import Row
from comments_api.problems import problem_of
from comments_api.regions import empty_form
from comments_api.responses import (
    conditional,
    json_answer,
    language,
    page,
    see_other,
    wants_html,
)
from comments_api.security import CrossSite, demand_same_site
from comments_api.translation import translations

bp = Blueprint("readers", __name__, url_prefix="/api/threads/<thread>")

FIELDS = frozenset({"author_name", "author_email", "author_url", "content", "parent"})
# After these a person can mend what she typed, so she gets her form back.
MENDABLE = (
    *(CrossSite, InvalidDraft, SaidAlready, ThreadClosed, TooMany, UnknownParent),
    bodies.Unreadable,
)


@bp.get("")
def show(thread: str) -> Response:
    """Answer a thread, as JSON or as the region's own HTML; reads and sets no cookie.

    :raise 404: if no page has this thread.
    """
    shared = handbill()
    build = shared.site.live()
    info = threads.find(build, thread)
    html = wants_html()
    return conditional(shared.threads.get(build, info, language(), html=html), html=html)


@bp.get("/form")
def form(thread: str) -> Response:
    """Answer the page with the comment form, for a reply or for a site that cannot hold the form.

    :raise 404: if no page has this thread.
    """
    info = threads.find(handbill().site.live(), thread)
    parent = request.args.get("reply", "")
    if parent and _parent(info, parent) is None:
        return _form_again(info, {}, UnknownParent(parent))
    return _form_page(info, {"parent": parent})


@bp.post("/comments")
def submit(thread: str) -> Response:
    """Take a comment: 201 for a program; for a form 303, or 200 with a preview.

    :raise 403: if the thread is closed or another site sent the form.
    :raise 404: if no page has this thread.
    :raise 409: if the same person said the same before.
    :raise 413: if it is too large.
    :raise 415: if it is neither a form nor JSON.
    :raise 422: if a field is wrong; a form comes back filled in.
    :raise 429: if a limit is used up.
    """
    info = threads.find(handbill().site.live(), thread)
    values: dict[str, Any] = {}
    try:
        values = bodies.fields(request, FIELDS)
        demand_same_site()
        if bodies.is_form(request) and values.get("do") == "preview":
            return _preview(info, values)
        comment, token = _store(info, check(values, language()))
    except MENDABLE as error:
        if not wants_html():
            raise
        return _form_again(info, values or bodies.salvage(request), error)
    answer = _thanks_for(info, comment)
    if token:
        identity.remember_reader(answer, token, sensitive=info.context["sensitive"])
    return answer


@bp.get("/mine")
def mine(thread: str) -> Response:
    """Answer the reader's own comments that wait for a moderator, by her cookie.

    :raise 404: if no page has this thread.
    """
    info = threads.find(handbill().site.live(), thread)
    held = _held(info)
    if wants_html():
        text = draw("comments/mine.html", language(), context=_context(info), comments=held)
        answer = Response(text, mimetype="text/html")
    else:
        found = [threads.public(row, _context(info), Status.PENDING.value) for row in held]
        answer = json_answer({"comments": found})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/thanks")
def thanks(thread: str) -> Response:
    """Answer the page that says what becomes of a comment that was just sent.

    :raise 404: if no page has this thread.
    """
    info = threads.find(handbill().site.live(), thread)
    lang = language()
    url, title = info.page(lang)
    body = draw(
        "comments/thanks.html",
        lang,
        context=_context(info),
        thread_title=title,
        thread_url=url,
        comments=_held(info),
        held=True,
    )
    answer = page(translations(lang).gettext("Thank you"), body, lang=lang)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _store(info: ThreadInfo, draft: Draft) -> tuple[Comment, str | None]:
    """Store a comment, publish it if it is public; return it and a new reader's cookie, if any."""
    shared = handbill()
    moderator = identity.may_moderate()
    token = identity.reader_token(sensitive=info.context["sensitive"])
    new = None if token else senders.new_token()
    key = request.headers.get("Idempotency-Key")
    block = identity.address_block()
    arrival = comments.Arrival(
        thread=info,
        draft=draft,
        lang=language(),
        reader=senders.reader_hash(shared.secret, token or new or ""),
        address_block=block,
        moderator_id=moderator.id if moderator else None,
        key_hash=(
            senders.idempotency_hash(shared.secret, info.key, key, repr(draft)) if key else None
        ),
        limits=[] if moderator else _limits(info, block),
    )
    with shared.database.session() as session:
        comment = comments.submit(session, arrival, shared.now())
    if comment.status == Status.APPROVED:
        publisher.publish_now(shared)
    return comment, new


def _limits(info: ThreadInfo, block: str | None) -> list[Limit]:
    shared = handbill()
    conf = shared.settings
    who = senders.daily_hash(shared.secret, block or "", shared.now())
    return [
        Limit(f"post:block:{who}", conf.post_limit_block, 60),
        Limit(f"post:block-hour:{who}", conf.post_limit_block_hour, 3_600),
        Limit(f"post:thread:{info.key}", conf.post_limit_thread, 60),
        Limit("post:site", conf.post_limit_site, 60),
    ]


def _thanks_for(info: ThreadInfo, comment: Comment) -> Response:
    lang = language()
    url, _title = info.page(lang)
    if wants_html():
        if comment.status == Status.APPROVED:
            target = f"{url}#comment-{comment.id}"
        else:
            target = f"/api/threads/{info.key}/thanks?lang={lang}"
        return see_other(target)
    content = threads.public(rows.row_of(comment), _context(info), comment.status)
    if comment.status == Status.PENDING:
        _ = translations(lang).gettext
        content["message"] = _("Thank you. Your comment appears when a moderator has read it.")
    return json_answer(content, 201)


def _held(info: ThreadInfo) -> list[Row]:
    reader = identity.reader(sensitive=info.context["sensitive"])
    if reader is None:
        return []
    with handbill().database.reading() as session:
        return [
            rows.row_of(comment) for comment in comments.held_of_reader(session, info.key, reader)
        ]


def _context(info: ThreadInfo) -> Mapping[str, Any]:
    return threads.region_of(handbill().site.live(), info, language()).context


def _preview(info: ThreadInfo, values: Mapping[str, Any]) -> Response:
    """Show the text as it would look; a name can still be missing."""
    _source, rendered = drafts.check_text(str(values.get("content") or ""), language())
    return _form_page(info, values, preview=rendered)


def _form_again(info: ThreadInfo, values: Mapping[str, Any], error: Exception) -> Response:
    """Return the form as it was filled in, with what is wrong beside each field."""
    problem = problem_of(error, language())
    assert problem is not None
    answer = _form_page(
        info, values, errors=problem.errors, problem=problem.sentence, status=problem.status
    )
    if problem.wait is not None:
        answer.headers["Retry-After"] = str(problem.wait)
    return answer


def _form_page(
    info: ThreadInfo, values: Mapping[str, Any], status: int = 200, **state: Any
) -> Response:
    lang = language()
    context = _context(info)
    url, title = info.page(lang)
    parent = _parent(info, values.get("parent"))
    filled = {name: text.showable(str(values.get(name) or "")) for name in drafts.LONGEST}
    form = empty_form(context, lang) | {
        "parent": parent.id if parent else None,
        "parent_name": parent.author_name if parent else "",
        "values": filled,
        **state,
    }
    body = draw(
        "comments/reply_page.html",
        lang,
        context=context,
        thread_title=title,
        thread_url=url,
        parent=parent,
        form=form,
    )
    answer = page(title, body, status, lang)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _parent(info: ThreadInfo, value: Any) -> Row | None:
    """Return the public comment that a form replies to, if it is one of this thread."""
    if not re.fullmatch(r"[0-9]{1,18}", str(value or "")):
        return None
    with handbill().database.snapshot() as connection:
        public = rows.of_thread(connection, info.key)
    return next((row for row in public if row.id == int(value) and not row.withdrawn), None)
