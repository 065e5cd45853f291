"""What readers ask of a letter: its ledger, and to be counted when they sent it."""

from __future__ import annotations

from flask import Blueprint, Response, request

from comments_api import bodies, identity, ledgers, publisher, reports
from comments_api.application import handbill
from comments_api.manifest import Region
from comments_api.responses import conditional, json_answer, language, see_other, wants_html
from comments_api.translation import number, translations

bp = Blueprint("letters", __name__, url_prefix="/api/letters/<slug>")


@bp.get("")
def show(slug: str) -> Response:
    """Answer a letter's ledger, as JSON or as the region's own HTML; reads and sets no cookie.

    :raise 404: if no page has this letter.
    """
    shared = handbill()
    build = shared.site.live()
    letter = ledgers.find(build, slug, language())
    html = wants_html()
    return conditional(shared.ledgers.get(build, letter, html=html), html=html)


@bp.post("/sent")
def report(slug: str) -> Response:
    """Count a reader who sent the letter: 201 for a program; for a form 303 to the done page.

    Reads and sets no cookie, and keeps nothing of her.

    :raise 403: if the letter is closed, does not count, or another site sent the form.
    :raise 404: if no page has this letter.
    :raise 429: if too many reports came from her network.
    """
    shared = handbill()
    letter = ledgers.find(shared.site.live(), slug, language())
    bodies.fields(request, frozenset())
    with shared.database.session() as session:
        sent = reports.report(
            session, letter, identity.address_block(), shared.secret, shared.now()
        )
    publisher.publish_now(shared)
    if wants_html():
        return see_other(letter.context["done_url"])
    return json_answer({"letter": slug, "sent": sent, "message": _thanks(letter, sent)}, 201)


def _thanks(letter: Region, sent: int) -> str:
    return translations(letter.lang).ngettext(
        "Thank you. %(number)s person told us that they sent this letter.",
        "Thank you. %(number)s people told us that they sent this letter.",
        sent,
    ) % {"number": number(sent, letter.lang)}
