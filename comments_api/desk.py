"""What moderators' lists and the verbs on them share: in which list she is, what its cards need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Response
from sqlalchemy import orm

from comments_api import preferences, rejecting
from comments_api.application import handbill
from comments_api.cards import Card
from comments_api.errors import InvalidDraft
from comments_api.models import Moderator, Status
from comments_api.preferences import MINE, REPORTED, TABS, Preferences
from comments_api.responses import language, see_other
from comments_api.rules.links import host_of
from comments_api.staff import person
from comments_api.translation import translations
from comments_api.wanted import Wanted

LONGEST = 4_000  # characters of a list's address
MOST = 200  # chosen comments: a list grows while one works in it

# What a card takes of a decision that was not carried out, where none was tried.
NO_TROUBLE: Mapping[str, Any] = {
    **{"problem": None, "stale": None, "content": "", "typed": None, "wish": ""},
    "kept": {},
}


def liked() -> Preferences:
    """Return how who is signed in likes her screen."""
    with handbill().database.reading() as session:
        return preferences.of(session.get_one(Moderator, person().id))


def came_from(values: Mapping[str, Any]) -> Wanted:
    """Return the list in which a form stood; what nobody knows is what waits."""
    try:
        parts = urlsplit(str(values.get("list", ""))[:LONGEST])
    except ValueError:  # brackets that hold no address of a network
        parts = urlsplit("")
    tab = parts.path.rpartition("/")[2] or str(values.get("tab", ""))
    args = {**dict(parse_qsl(parts.query)), "tab": tab if tab in TABS else ""}
    own = liked()
    try:
        return Wanted.of(args, own)
    except InvalidDraft:
        return Wanted(liked=own)


def place(wanted: Wanted) -> str:
    """Return the address of a list where she is in it."""
    return wanted.query(cursor=wanted.cursor)


def back(wanted: Wanted, **said: Any) -> Response:
    """Send her back to her list, where a line says what was done."""
    address = place(wanted)
    query = urlencode({name: value for name, value in said.items() if value})
    return see_other(f"{address}{'&' if '?' in address else '?'}{query}")


def is_on(wanted: Wanted, card: Card) -> bool:
    """Say whether a comment, as it is now, still belongs to a list."""
    if wanted.tab == MINE:
        return True
    if wanted.tab == REPORTED:
        return bool(card.complaints)
    waits = wanted.tab == Status.PENDING and card.edit is not None
    return waits or card.comment.status == wanted.tab


def around(session: orm.Session, cards: Sequence[Card]) -> dict[str, Any]:
    """Return what the templates of cards need beside them."""
    found = [card.comment for card in cards] if handbill().settings.mails else []
    return {
        "can_be_told": rejecting.who_can_be_told(session, found),
        "reject_reasons": rejecting.words(language()),
        "host_of": host_of,
        "no_trouble": NO_TROUBLE,
        "actions_of": _actions_of(),
    }


def _actions_of() -> dict[str, list[tuple[str, str, str]]]:
    """Return what can be made of a comment of each status: the action, its button, its key."""
    _ = translations(language()).gettext
    approve = ("approve", _("Approve"), "a")
    spam, trash = ("spam", _("Spam"), "s"), ("trash", _("Trash"), "d")
    return {
        "pending": [approve, spam, trash],
        "approved": [("hold", _("Hold"), "u"), spam, trash],
        "spam": [approve, ("restore", _("Not spam"), "z"), trash],
        "trash": [
            approve,
            ("restore", _("Restore"), "z"),
            spam,
            ("delete", _("Delete for ever"), "d"),
        ],
        "withdrawn": [],
    }
