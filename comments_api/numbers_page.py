"""The moderators' numbers as a page: charts, and beside each a table that says the same."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response
from markupsafe import Markup

from comments_api import charts, dates, numbers, rules, waits
from comments_api.application import handbill
from comments_api.charts import Column, Row
from comments_api.numbers import Numbers
from comments_api.responses import language
from comments_api.staff import manifest, page, signed_in
from comments_api.translation import translations

bp = Blueprint("numbers_page", __name__, url_prefix="/moderate")

_NAMED = 7  # a label below each seventh day


@bp.get("/numbers")
@signed_in
def show() -> Response:
    """Answer what waits, how long it waits, what came and went, why and by whom."""
    shared = handbill()
    lang, zone = language(), str(manifest().site["timezone"])
    with shared.database.reading() as session:
        found = numbers.of(session, zone, shared.now())
    return page(
        "numbers.html",
        numbers=found,
        median=span(found.median, lang) if found.median is not None else "",
        usual=waits.words(found.usual, lang),
        days=_of_days(found, lang),
        reasons=_of_reasons(found, lang),
        people=_of_people(found, lang),
    )


def span(time: timedelta, lang: str) -> str:
    """Return how long something took, as a person says it."""
    _ = translations(lang)
    minutes = max(round(time.total_seconds() / 60), 1)
    if minutes < 90:
        return _.ngettext("%(num)d minute", "%(num)d minutes", minutes) % {"num": minutes}
    hours = round(minutes / 60)
    if hours < 48:
        return _.ngettext("%(num)d hour", "%(num)d hours", hours) % {"num": hours}
    days = round(hours / 24)
    return _.ngettext("%(num)d day", "%(num)d days", days) % {"num": days}


def _of_days(found: Numbers, lang: str) -> Markup:
    _ = translations(lang).gettext
    last = len(found.days) - 1
    columns = [
        Column(
            day.held,
            day.decided,
            dates.day_short(day.day, lang) if (last - number) % _NAMED == 0 else "",
        )
        for number, day in enumerate(found.days)
    ]
    sums = {
        "days": len(found.days),
        "held": sum(day.held for day in found.days),
        "decided": sum(day.decided for day in found.days),
    }
    says = _("In %(days)d days, %(held)d comments had to wait, and %(decided)d were decided on.")
    return charts.of_days(
        "days", _("Comments that had to wait, and decisions"), says % sums, columns
    )


def _of_reasons(found: Numbers, lang: str) -> Markup:
    _ = translations(lang).gettext
    rows = [Row(rules.words(one.code, lang), one.held) for one in found.reasons]
    says = _("One bar for each reason, the most frequent one first.")
    return charts.of_rows("reasons", _("Why comments had to wait"), says, rows)


def _of_people(found: Numbers, lang: str) -> Markup:
    _ = translations(lang).gettext
    rows = [Row(one.name, one.all) for one in found.people]
    says = _("One bar for each moderator, by name.")
    return charts.of_rows("people", _("Decisions by moderator"), says, rows)
