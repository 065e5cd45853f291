"""What readers ask for: a thread, its form, a new comment, one's own held ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request

from comments_api import (
    arrivals,
    bodies,
    comments,
    drafts,
    follow,
    identity,
    openness,
    own,
    publisher,
    rows,
    senders,
    text,
    threads,
    tokens,
)
from comments_api.application import handbill
from comments_api.drafts import Draft, check
from comments_api.drawing import draw
from comments_api.errors import (
    InvalidDraft,
    Nudge,
    SaidAlready,
    ThreadClosed,
    TooMany,
    UnknownParent,
)
from comments_api.kept_words import known
from comments_api.mail import wishes
from comments_api.manifest import ThreadInfo
from comments_api.models import Comment, Identity, Status
from comments_api.outline import Row
from comments_api.own import Own
from comments_api.regions import empty_form
from comments_api.responses import (
    conditional,
    json_answer,
    language,
    page,
    problem,
    see_other,
    unkept,
    wants_html,
)
from comments_api.security import CrossSite, demand_same_site
from comments_api.translation import translations

bp = Blueprint("readers", __name__, url_prefix="/api/threads/<thread>")

FIELDS = arrivals.FIELDS | {
    *("author_name", "author_email", "author_url", "content", "parent", "follow"),
}
# After these a person can mend what she typed, so she gets her form back.
MENDABLE = (
    *(CrossSite, InvalidDraft, Nudge, SaidAlready, ThreadClosed, TooMany, UnknownParent),
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
    answer = conditional(shared.threads.get(build, info, language(), html=html), html=html)
    # The script sends it back with a comment: it says how long she had to read and write.
    answer.headers["Comment-Stamp"] = senders.stamp(shared.secret, shared.now())
    return answer


@bp.get("/form")
def form(thread: str) -> Response:
    """Answer the page with the comment form, for a reply or for a site that cannot hold the form.

    :raise 403: if the thread is closed.
    :raise 404: if no page has this thread.
    """
    info = threads.find(handbill().site.live(), thread)
    if why := _why_closed(info):
        raise ThreadClosed(why)
    parent = request.args.get("reply", "")
    if parent and _parent(info, parent) is None:
        return _form_again(info, {}, UnknownParent(parent))
    person = _person(info)
    return _form_page(info, {"parent": parent, "author_name": person.name if person else ""})


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
        draft = check(values, language())
        choice = _choice(values, draft)
        comment, token, followed = _store(info, values, draft, choice)
    except MENDABLE as error:
        if not wants_html():
            raise
        return _form_again(info, values or bodies.salvage(request), error)
    answer = _thanks_for(info, comment, followed)
    if token:
        identity.remember_reader(answer, token, sensitive=info.context["sensitive"])
    return answer


@bp.get("/mine")
def mine(thread: str) -> Response:
    """Answer the reader's own comments that wait or can still be changed, by her cookie.

    :raise 404: if no page has this thread.
    """
    info = threads.find(handbill().site.live(), thread)
    lang, context, hers = language(), _context(info), _own(info)
    if wants_html():
        text = draw("comments/mine.html", lang, context=context, comments=hers, usual=_usual(lang))
        return unkept(Response(text, mimetype="text/html"))
    found = [own.described(one, context, lang, _usual(lang)) for one in hers]
    return unkept(json_answer({"comments": found}))


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
        comments=_own(info),
        usual=_usual(lang),
        followed=follow.words(request.args.get("follow", ""), lang),
    )
    return unkept(page(translations(lang).gettext("Thank you"), body, lang=lang))


def _choice(values: Mapping[str, Any], draft: Draft) -> str:
    """Return what she wants to be told of.

    :raise InvalidDraft: if it cannot be done.
    """
    mails = handbill().settings.mails
    return wishes.check_choice(values.get("follow"), draft.author_email, language(), mails=mails)


def _store(
    info: ThreadInfo, values: Mapping[str, Any], draft: Draft, choice: str
) -> tuple[Comment, str | None, str]:
    """Store a comment, publish it if it is public, and note what its author wants to hear of.

    Return it, a new reader's cookie, if any, and what became of her wish.
    """
    shared = handbill()
    token = identity.reader_token(sensitive=info.context["sensitive"])
    new = None if token else tokens.new_token()
    identity.moderator()  # asked before the transaction: it has one of its own
    with shared.database.session() as session:
        arrival = arrivals.arrival_of(session, info, values, draft, token or new or "")
        comment = comments.submit(session, arrival, shared.now())
        followed = follow.beside(session, info, comment, choice)
    if comment.status == Status.APPROVED:
        publisher.publish_now(shared)
    return comment, new, followed


def _thanks_for(info: ThreadInfo, comment: Comment, followed: str) -> Response:
    lang = language()
    url, _title = info.page(lang)
    if wants_html():
        if comment.status == Status.APPROVED and not followed:
            target = f"{url}#comment-{comment.id}"
        else:
            target = f"/api/threads/{info.key}/thanks?lang={lang}"
            target += f"&follow={followed}" if followed else ""
        return see_other(target)
    waits = comment.status in {Status.PENDING, Status.SPAM}  # who sends spam learns nothing
    status = Status.PENDING.value if waits else comment.status
    content = threads.public(rows.row_of(comment), _context(info), status)
    if waits:
        _ = translations(lang).gettext
        sentence = _("Thank you. Your comment appears when a moderator has read it.")
        content["message"] = f"{sentence} {_usual(lang)}".strip()
    if followed:
        said = (content.get("message", ""), follow.words(followed, lang))
        content["message"] = " ".join(said).strip()
    return json_answer(content, 201)


def _usual(lang: str) -> str:
    """Return what readers are told of how long a comment usually waits, as far as it is known."""
    shared = handbill()
    return shared.waits.words(lang, shared.now())


def _own(info: ThreadInfo) -> Sequence[Own]:
    shared = handbill()
    reader = identity.reader(sensitive=info.context["sensitive"])
    if reader is None:
        return []
    window = shared.settings.edit_window
    with shared.database.reading() as session:
        return own.of_reader(session, info.key, reader, shared.now(), window)


def _why_closed(info: ThreadInfo) -> str | None:
    shared = handbill()
    with shared.database.snapshot() as connection:
        count = rows.count_of(connection, info.key)
        switched = rows.switched(connection, info.key)
        return openness.why_closed(info.context, count, shared.now(), switched)


def _switched() -> openness.Switched:
    with handbill().database.snapshot() as connection:
        return rows.switched(connection)


def _context(info: ThreadInfo) -> Mapping[str, Any]:
    return threads.region_of(handbill().site.live(), info, language()).context


def _preview(info: ThreadInfo, values: Mapping[str, Any]) -> Response:
    """Show the text as it would look; a name can still be missing."""
    _source, rendered = drafts.check_text(str(values.get("content") or ""), language())
    return _form_page(info, values, preview=rendered)


def _form_again(info: ThreadInfo, values: Mapping[str, Any], error: Exception) -> Response:
    """Return the form as it was filled in, with what is wrong beside each field."""
    wrong = problem(error)
    answer = _form_page(
        info,
        values,
        errors=wrong.errors,
        problem=wrong.sentence,
        nudge=isinstance(error, Nudge),
        status=wrong.status,
    )
    return unkept(answer, wrong.wait)


def _form_page(
    info: ThreadInfo, values: Mapping[str, Any], status: int = 200, **state: Any
) -> Response:
    lang = language()
    context = _context(info)
    url, title = info.page(lang)
    parent = _parent(info, values.get("parent"))
    filled = {name: text.showable(str(values.get(name) or "")) for name in drafts.LONGEST}
    chosen = str(values.get("follow") or "")
    filled["follow"] = chosen if chosen in wishes.CHOICES else ""
    held = openness.is_held(context, _switched())
    form = empty_form(context, lang, "held" if held else "open") | {
        "parent": parent.id if parent else None,
        "values": filled,
        "known": _called(_person(info)),
        "stamp": arrivals.stamp(values),
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
    return unkept(page(title, body, status, lang))


def _person(info: ThreadInfo) -> Identity | None:
    """Return whose browser this is, as far as the page may know it."""
    with handbill().database.reading() as session:
        return identity.known(session, sensitive=info.context["sensitive"])


def _called(person: Identity | None) -> str:
    """Return what somebody is called to her own face."""
    found = known(person, handbill().providers.names())
    return found.email or found.name or found.provider if found else ""


def _parent(info: ThreadInfo, value: Any) -> Row | None:
    """Return the public comment that a form replies to, if it is one of this thread."""
    if (number := text.whole(str(value or ""))) is None:
        return None
    with handbill().database.snapshot() as connection:
        public = rows.of_thread(connection, info.key)
    return next((row for row in public if row.id == number and not row.withdrawn), None)
