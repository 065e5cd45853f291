"""How the live regions of a letter are drawn. What they say of it: ledger.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from comments_api import dates
from comments_api.drawing import draw, version
from comments_api.ledger import Context, Noted, hands, opened, state_of_letter
from comments_api.manifest import Region

_SECTION = Markup(
    '<section class="leaf ledger" id="ledger" data-live="ledger" data-version="{}" data-src="{}" '
    'data-lang="{}">'
)


def drawer(template: str) -> Callable[[Region, object, datetime], str]:
    """Return a function that draws what only the clock changes of a letter."""

    def draw_it(region: Region, _rows: object, as_of: datetime) -> str:
        return draw(template, region.lang, **_common(region, as_of))

    return draw_it


def of_first_open(template: str) -> Callable[[Region, object, datetime], str]:
    """Return a function that draws the first letter of several that is open, or nothing."""

    def draw_it(region: Region, _rows: object, as_of: datetime) -> str:
        context = _first_open(region, as_of)
        if context is None:
            return ""
        letter = replace(region, context=context)
        return draw(template, region.lang, **_common(letter, as_of))

    return draw_it


def _first_open(region: Region, as_of: datetime) -> Context | None:
    letters = region.context["letters"]
    return next((one for one in letters if state_of_letter(one, as_of) == "open"), None)


def ledger(region: Region, found: Noted | tuple[()], as_of: datetime) -> str:
    """Draw the ledger of a letter."""
    noted = found or Noted()
    book = opened(region.context, noted, as_of)
    inner = draw("letters/ledger.html", region.lang, ledger=book, **_common(region, as_of))
    # With its version, the script asks whether the page it runs on is still true.
    opening = _SECTION.format(version(inner), region.context["api"], region.lang)
    return f"{opening}\n{inner}</section>"


def send(region: Region, _rows: object, as_of: datetime) -> str:
    """Draw the ways in which a letter can be sent."""
    return draw(
        "letters/send.html",
        region.lang,
        too_late_to_post=too_late_to_post(region.context, as_of),
        **_common(region, as_of),
    )


def too_late_to_post(context: Context, as_of: datetime) -> bool:
    """Say whether a letter that is posted now may come after the deadline."""
    if context.get("post_by") is None:
        return False
    today = dates.local(as_of, context["timezone"]).date()
    return today > date.fromisoformat(context["post_by"])


def _common(region: Region, as_of: datetime) -> dict[str, Any]:
    moment = region.context.get("deadline")
    return {
        "context": region.context,
        "state": state_of_letter(region.context, as_of),
        "deadline": datetime.fromisoformat(moment) if moment else None,
        "outcome_date": region.context.get("outcome_date"),
    }


# -- when time changes them -------------------------------------------------------------------


def state_changes(region: Region, after: datetime, until: datetime) -> bool:
    """Say whether a letter opens or closes by itself after one moment and up to another."""
    return state_of_letter(region.context, after) != state_of_letter(region.context, until)


def first_open_changes(region: Region, after: datetime, until: datetime) -> bool:
    """Say whether another letter is the first that is open after one moment and up to another."""
    return _first_open(region, after) != _first_open(region, until)


def ledger_changes(region: Region, after: datetime, until: datetime) -> bool:
    """Say whether time changes a ledger; of answers it knows only those that its author noted.

    A day more may then be counted for a letter that a moderator knows to be answered: it is drawn
    again, the same, and nothing is written.
    """
    return hands(region.context, after) != hands(region.context, until)


def send_changes(region: Region, after: datetime, until: datetime) -> bool:
    """Say whether time closes a letter, or makes it too late for the post."""
    late = too_late_to_post(region.context, after) != too_late_to_post(region.context, until)
    return late or state_changes(region, after, until)
