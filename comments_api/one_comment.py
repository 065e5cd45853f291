"""One comment by its number: the address that always leads somewhere, and withdrawing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, request

from comments_api import bodies, identity, own, publisher, rows, threads
from comments_api.application import handbill
from comments_api.drawing import draw
from comments_api.errors import NotOnPage
from comments_api.manifest import ThreadInfo
from comments_api.models import Status
from comments_api.own import Own
from comments_api.permalinks import Place, place_of
from comments_api.responses import json_answer, language, page, see_other, unkept, wants_html
from comments_api.text import whole
from comments_api.translation import translations

bp = Blueprint("one_comment", __name__, url_prefix="/api/comments/<comment>")


@dataclass(frozen=True, slots=True)
class Found:
    """A comment that the request may know of, since it is or was public, or is the reader's own.

    :ivar reader: what is stored of the cookie that the browser has for such pages.
    """

    id: int
    place: Place
    info: ThreadInfo
    reader: str | None

    @property
    def url(self) -> str:
        """The page of its thread in the reader's language."""
        return self.info.page(language())[0]

    @property
    def context(self) -> Mapping[str, Any]:
        """What the build knows of its thread."""
        return threads.region_of(handbill().site.live(), self.info, language()).context


def find(comment: str) -> Found:
    """Return the comment that an address names.

    :raise NotOnPage: if there is none, or none that this browser may know of.
    """
    if (number := whole(comment)) is None:
        raise NotOnPage(comment)
    shared = handbill()
    with shared.database.reading() as session:
        place = place_of(session, number)
    named = shared.site.live().manifest.threads
    info = named.get(place.comment.thread.key) if place else None
    if place is None or info is None:
        raise NotOnPage(comment)
    reader = identity.reader(sensitive=info.context["sensitive"])
    if not place.known and not place.is_of(reader):
        raise NotOnPage(comment)
    g.thread = info.key  # from here on, the answer may show to which page it belongs
    return Found(int(comment), place, info, reader)


def look(found: Found) -> Own:
    """Return the reader's own comment, as long as she can change it."""
    shared = handbill()
    with shared.database.reading() as session:
        return own.look(session, found.id, found.reader, shared.now(), shared.settings.edit_window)


def own_page(template: str, title: str, found: Found, status: int = 200, **values: Any) -> Response:
    """Return a page about one comment; nobody may keep it."""
    lang = language()
    url, thread_title = found.info.page(lang)
    body = draw(
        template,
        lang,
        context=found.context,
        thread_title=thread_title,
        thread_url=url,
        address=f"/api/comments/{found.id}",
        **values,
    )
    return unkept(page(title, body, status, lang))


@bp.get("")
def show(comment: str) -> Response:
    """Lead to where a comment stands: its page, or for its author where she sees that it waits.

    :raise 404: if it is not public (any more), or never was; with the way to its page if it was.
    """
    found = find(comment)
    if found.place.shown:
        return unkept(see_other(f"{found.url}#comment-{found.id}"))
    waits = found.place.comment.status == Status.PENDING
    if waits and found.place.is_of(found.reader):
        return unkept(see_other(f"{thanks(found)}#held-{found.id}"))
    raise NotOnPage(found.id)


@bp.get("/withdraw")
def ask_withdraw(comment: str) -> Response:
    """Answer the page that asks whether a comment is to go.

    :raise 403: if it is another's, or the time is over.
    :raise 404: if it is not on the page and not the reader's own.
    """
    found = find(comment)
    title = translations(language()).gettext("Withdraw your comment")
    return own_page("comments/withdraw_page.html", title, found, own=look(found))


@bp.post("/withdraw")
def withdraw(comment: str) -> Response:
    """Take a comment away: 200 with what is left of it for a program, 303 to the page for a form.

    :raise 403: as `ask_withdraw`, or if another site sent the form.
    :raise 404: if it is not on the page and not the reader's own.
    """
    shared = handbill()
    found = find(comment)
    bodies.fields(request, frozenset())
    with shared.database.session() as session:
        window = shared.settings.edit_window
        gone = own.withdraw(session, found.id, found.reader, shared.now(), window)
    publisher.publish_now(shared)
    if wants_html():
        return see_other(f"{found.url}#thread")
    return json_answer(threads.public(rows.row_of(gone), found.context))


def thanks(found: Found) -> str:
    """Return the address of the page that shows the reader what of hers waits."""
    return f"/api/threads/{found.info.key}/thanks?lang={language()}"
