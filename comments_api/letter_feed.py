"""The feed of what happened with a letter: Atom, as a live region that fills a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from comments_api import dates
from comments_api.drawing import draw
from comments_api.feeds import possible
from comments_api.ledger import (
    Context,
    Line,
    Noted,
    counts,
    first_day,
    lines,
    named,
    passed,
    state_of_letter,
)
from comments_api.manifest import Region
from comments_api.markup import of_text
from comments_api.models import Outcome, Permission
from comments_api.translation import translations

NOTHING = Markup()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened with a letter.

    :ivar name: the last part of its id, which lasts.
    :ivar when: the moment, or the beginning of the day if only that is known.
    :ivar updated: when it was noted, if that was later.
    """

    name: str
    when: datetime
    updated: datetime
    title: str
    html: Markup = NOTHING


def letter_feed(region: Region, found: Noted | tuple[()], as_of: datetime) -> str:
    """Draw the feed of one letter, dated by its newest event, never by a clock."""
    context = region.context
    site = context["site_url"]
    # The oldest first in what follows, so that of one moment the later kind of event is newer.
    happened = sorted(events(region, found or Noted(), as_of), key=lambda event: event.when)
    feed = draw(
        "letters/feed.xml",
        region.lang,
        region=region,
        context=context,
        title=translations(region.lang).gettext("What happened: %(title)s")
        % {"title": context["title"]},
        page=site + context["url"],
        address=site + context["feed"],
        author=context["site_name"],
        updated=max(event.updated for event in happened),
        entries=happened[::-1],
    )
    return possible(feed)


def events(region: Region, noted: Noted, as_of: datetime) -> Iterator[Event]:
    """Return all that happened with a letter, kind by kind."""
    yield _published(region.context)
    yield from _changed(region)
    for line in lines(region.context, noted):
        yield _answered(region, line)
    if closed_by_deadline(region.context, as_of):
        yield _closed(region, noted)
    if region.context.get("outcome_date"):
        yield _ended(region)


def changes(region: Region, after: datetime, until: datetime) -> bool:
    """Say whether time adds an event after one moment and up to another."""
    return closed_by_deadline(region.context, after) != closed_by_deadline(region.context, until)


def closed_by_deadline(context: Context, as_of: datetime) -> bool:
    """Say whether the deadline ended the letter, and not something that came before it."""
    if state_of_letter(context, as_of) == "open" or not passed(context.get("deadline"), as_of):
        return False
    deadline = dates.local(datetime.fromisoformat(context["deadline"]), context["timezone"]).date()
    ended = context.get("outcome_date")
    return context["state"] in {"auto", "closed"} or (
        ended is not None and date.fromisoformat(ended) >= deadline
    )


def _published(context: Context) -> Event:
    when = datetime.fromisoformat(context["date"])
    return Event("published", when, when, context["title"], of_text(context["ask"]))


def _changed(region: Region) -> Iterator[Event]:
    _ = translations(region.lang).gettext
    titles = {"text": _("The text was changed"), "deadline": _("The deadline was moved")}
    for name, change in named(region.context["changes"], ("kind", "day")):
        when = _moment(region.context, date.fromisoformat(change["day"]))
        title = titles.get(change["kind"], titles["text"])
        yield Event(f"changed-{name}", when, when, title, of_text(change["what"]))


def _answered(region: Region, line: Line) -> Event:
    when = _moment(region.context, line.day)
    title = _titles(region.lang)[line.outcome] % {"target": line.target_title}
    note = _notes(region.lang).get(line.permission, "")
    html = line.text + of_text(note)
    return Event(line.name, when, max(line.noted or when, when), title, html)


def _titles(lang: str) -> Mapping[str, str]:
    _ = translations(lang).gettext
    return {
        Outcome.ANSWERED: _("%(target)s answered"),
        Outcome.ACKNOWLEDGED: _("%(target)s confirmed that the letter arrived"),
        Outcome.REFUSED: _("%(target)s refused"),
        Outcome.PROMISED: _("%(target)s made a promise"),
        Outcome.NONE: _("No answer from %(target)s"),
    }


def _notes(lang: str) -> Mapping[str, str]:
    _ = translations(lang).gettext
    return {
        Permission.EXTRACT: _("This is an extract."),
        Permission.SUMMARY: _("This is a summary."),
    }


def _closed(region: Region, noted: Noted) -> Event:
    context, words = region.context, translations(region.lang)
    when = datetime.fromisoformat(context["deadline"])
    said = words.ngettext(
        "%(num)d person told us that they sent it.",
        "%(num)d people told us that they sent it.",
        noted.sent,
    ) % {"num": noted.sent}
    html = of_text(said) if counts(context) else NOTHING
    return Event("closed", when, when, words.gettext("The letter is closed"), html)


def _ended(region: Region) -> Event:
    context = region.context
    _ = translations(region.lang).gettext
    when = _moment(context, date.fromisoformat(context["outcome_date"]))
    title = {"won": _("Won"), "superseded": _("A newer letter has taken its place")}.get(
        context["state"], _("How it ended")
    )
    html = of_text(context.get("outcome") or "")
    if successor := context.get("successor"):
        link = Markup('<p><a href="{}">{}</a></p>')
        html += link.format(context["site_url"] + successor["url"], successor["title"])
    return Event("outcome", when, when, title, html)


def _moment(context: Context, day: date) -> datetime:
    """Return when a day begins; of the letter's first day, when it came out."""
    if day <= first_day(context):
        return datetime.fromisoformat(context["date"])
    return dates.start_of(day, context["timezone"])
