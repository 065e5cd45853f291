"""The moderators' page of rules: switches, words, blocks; each can be tried before it counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request
from sqlalchemy import orm

from comments_api import bodies, dates, desk, moderators
from comments_api.application import handbill
from comments_api.change_words import words as words_of
from comments_api.errors import InvalidDraft
from comments_api.models import Block, BlockedField, Identity
from comments_api.openness import Switched
from comments_api.proving import proved
from comments_api.responses import language, problem, see_other
from comments_api.rules import blocks, changes, lists, switches, trial
from comments_api.rules.blocks import Barred
from comments_api.rules.trial import Trial
from comments_api.staff import manifest, page, person, signed_in
from comments_api.translation import translations

bp = Blueprint("rules_page", __name__, url_prefix="/moderate/rules")

CHANGES = 20
WIDE = frozenset({BlockedField.NAME, BlockedField.DOMAIN, BlockedField.ADDRESS})
DONE = frozenset({"switches", *lists.NAMES, "block", "unblock"})
BLOCK_ID = f"<int(max={2**63 - 1}):block_id>"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


@bp.get("")
@signed_in
def show() -> Response:
    """Answer what holds comments, as it stands."""
    return _page()


@bp.post("/switches")
@signed_in
@proved
def switch() -> Response:
    """Set what counts for the whole site; what she left as it was shown to her stays as it is.

    So a page that was opened before a colleague held everything does not let it go again.

    :raise 422: if the closing time makes no sense or is over.
    """
    shared = handbill()
    values = bodies.fields(request, frozenset())
    about = (person().id, shared.now())
    try:
        with shared.database.session() as session:
            if _changed(values, "hold_all"):
                switches.hold_all(session, "hold_all" in values, *about)
            if _changed(values, "close_all"):
                switches.close_all(session, "close_all" in values, *about)
            if _changed(values, "close_at"):
                switches.close_at(session, _close_at(values, shared.now()), *about)
    except InvalidDraft as error:
        return _again(error, switches=values)
    return _back("switches")


def _changed(values: Mapping[str, Any], name: str) -> bool:
    """Say whether a field is not as it was shown."""
    return bool(values.get(name, "") != values.get(f"was_{name}", ""))


@bp.post("/words/<any(held, spam):name>")
@signed_in
def words(name: str) -> Response:
    """Store a list of words, or show what it would have done.

    :raise 422: if an entry makes no sense; the list is shown as it was typed.
    """
    shared = handbill()
    values = bodies.fields(request, frozenset())
    typed = str(values.get("text", ""))
    try:
        if values.get("do") == "try":
            entries = lists.checked(typed, language())
            of = {name: typed}
            return _tried(name, lambda session: trial.of_words(session, entries), texts=of)
        seen = str(values.get("was", "")) or None
        with shared.database.session() as session:
            about = (person().id, shared.now())
            lists.change(session, name, typed, *about, seen=seen, lang=language())
    except InvalidDraft as error:
        return _again(InvalidDraft({name: error.errors["text"]}), texts={name: typed})
    return _back(name)


@bp.post("/blocks")
@signed_in
def block() -> Response:
    """Block somebody, or show whom it would have met.

    What would have met readers who were approved is shown before it is stored.

    :raise 422: if a field is wrong; all of them are kept.
    """
    shared = handbill()
    values = _apart(bodies.fields(request, frozenset()))
    wanted, do = desk.came_from(values), values.get("do")
    try:
        with shared.database.session() as session:
            barred = _barred(session, values)
            ask = do not in {"try", "sure"} and _meets_others(session, barred)
            if do != "try" and not ask:
                note, who = str(values.get("note", "")).strip(), person().id
                blocks.add(session, barred, note, who, shared.now(), lang=language())
                return desk.back(wanted, did="block") if values.get("list") else _back("block")
    except InvalidDraft as error:
        return _again(error, block=values)
    return _tried("block", lambda session: trial.of_block(session, barred), ask=ask, block=values)


def _meets_others(session: orm.Session, barred: Barred) -> bool:
    """Say whether a block of more than one person would have met somebody who was approved.

    Half of all readers may share the domain of one mail provider.
    """
    return barred.field in WIDE and bool(trial.of_block(session, barred).approved)


@bp.post(f"/blocks/{BLOCK_ID}/remove")
@signed_in
def unblock(block_id: int) -> Response:
    """Take a block back."""
    shared = handbill()
    with shared.database.session() as session:
        blocks.remove(session, block_id, person().id, shared.now())
    return _back("unblock")


@bp.post("/links")
@signed_in
def links() -> Response:
    """Show what another number of links would have held; nothing is changed.

    :raise 422: if it is no number.
    """
    values = bodies.fields(request, frozenset())
    typed = str(values.get("most", ""))
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 5 and int(typed)):
        _ = translations(language()).gettext
        return _again(InvalidDraft({"most": _("Please give a number.")}), most=typed)
    return _tried("links", lambda session: trial.of_links(session, int(typed)), most=typed)


def _barred(session: orm.Session, values: Mapping[str, Any]) -> Barred:
    lang = language()
    typed = {name: str(values.get(name, "")) for name in ("field", "value", "outcome", "note")}
    return blocks.checked(session, **typed, until=_until(values), now=handbill().now(), lang=lang)


def _apart(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields of a block, where a card has two of them in one."""
    field, colon, value = str(values.get("who", "")).partition(":")
    return {**values, "field": field, "value": value} if colon else values


def _until(values: Mapping[str, Any]) -> datetime | None:
    """Return the end of the last day of a block.

    :raise InvalidDraft: if it is no day.
    """
    typed = str(values.get("until", "")).strip()
    if not typed:
        return None
    try:
        return dates.start_of(date.fromisoformat(typed) + timedelta(days=1), _zone())
    except (ValueError, OverflowError):
        _ = translations(language()).gettext
        raise InvalidDraft({"until": _("This is no day, like 2026-12-31.")}) from None


def _close_at(values: Mapping[str, Any], now: datetime) -> datetime | None:
    """Return the moment at which everything closes, by the clocks of the site.

    :raise InvalidDraft: if it is no time, or is over.
    """
    typed = str(values.get("close_at", "")).strip()
    if not typed:
        return None
    _ = translations(language()).gettext
    try:
        if not _MOMENT.fullmatch(typed):
            raise ValueError(typed)
        moment = datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(_zone()))
        moment = dates.minute(moment)
    except (ValueError, OverflowError):
        raise InvalidDraft({"close_at": _("This is no time, like 2026-12-31 18:00.")}) from None
    if moment <= now:
        raise InvalidDraft({"close_at": _("This time is over. To close now, use the box above.")})
    return moment


def _zone() -> str:
    return str(manifest().site["timezone"])


def _back(did: str) -> Response:
    return see_other(f"/moderate/rules?did={did}")


def _tried(
    of: str, run: Callable[[orm.Session], Trial], *, ask: bool = False, **typed: Any
) -> Response:
    """Return the page with what a trial run came to, and what was typed for it.

    :param ask: she wanted it to count, and is asked once more.
    """
    with handbill().database.reading() as session:
        outcome = run(session)
    said = trial.sentence(outcome, language())
    return _page(trials={of: (said, outcome.caught)}, ask=ask, **typed)


def _again(error: InvalidDraft, **typed: Any) -> Response:
    """Return the page with what is wrong, and what was typed."""
    return _page(422, problem=problem(error), errors=error.errors, **typed)


def _page(status_code: int = 200, **state: Any) -> Response:
    shared = handbill()
    book = shared.rules
    with shared.database.reading() as session:
        switched, stored = switches.current(session), lists.stored(session)
        found = [(one, _who(session, one), _last(one)) for one in blocks.every(session)]
        noted = _noted(session)
    did = request.args.get("did", "")
    values = {
        "did": did if did in DONE else "",
        "switches": _typed(switched),
        "shown_switches": _typed(switched),
        "texts": {},
        "stored": stored,
        "versions": {name: lists.version(typed) for name, typed in stored.items()},
        "block": {},
        "most": str(book.numbers.max_links or ""),
        "trials": {},
        "ask": False,
        "errors": {},
        "problem": None,
        **state,
    }
    values["texts"] = {**stored, **values["texts"]}
    return page(
        "rules.html",
        status_code,
        files={name: [e.typed for e in entries] for name, entries in book.file_entries().items()},
        trouble=book.trouble,
        numbers=book.numbers,
        fields=[field.value for field in BlockedField],
        blocks=found,
        changes=noted,
        zone=_zone(),
        **values,
    )


def _noted(session: orm.Session) -> list[tuple[str, datetime, str | None]]:
    """Return the last changes in words, with when and by whom."""
    names = {one.id: one.name for one in moderators.every(session)}
    found = changes.newest(session, CHANGES)
    return [(words_of(c.what, language(), names), c.created, who) for c, who in found]


def _typed(switched: Switched) -> dict[str, str]:
    """Return the switches as their form would send them."""
    typed = {name: "on" for name in ("hold_all", "close_all") if getattr(switched, name)}
    if switched.close_at is not None:
        typed["close_at"] = dates.local(switched.close_at, _zone()).strftime("%Y-%m-%dT%H:%M")
    return typed


def _last(block: Block) -> datetime | None:
    """Return a moment of the last day of a block."""
    return block.until - timedelta(seconds=1) if block.until else None


def _who(session: orm.Session, block: Block) -> str:
    """Return whom a block of an identity is about."""
    if block.field != BlockedField.IDENTITY:
        return ""
    person = session.get(Identity, int(block.value))
    return (person.email or person.name) if person else ""
