"""The deadline of a letter as a calendar file."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import icalendar

from comments_api import dates
from comments_api.translation import translations
from plugins.letters.letter import Letter


def deadline(letter: Letter, address: str) -> bytes | None:
    """Return an entry for the day of the deadline, with a reminder two days before, or None.

    It is the same bytes for the same letter: it is stamped with the letter's date, not a clock.
    """
    if letter.deadline is None:
        return None
    day = dates.local(letter.deadline, letter.timezone).date()
    event = icalendar.Event()
    event.add("uid", f"deadline-{letter.slug}-{letter.lang}@{urlsplit(address).hostname}")
    event.add("dtstamp", dates.minute(letter.date))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    # A reminder lights up on a locked telephone, for whoever stands beside it.
    title = translations(letter.lang).gettext("Letter") if letter.sensitive else letter.title
    about = () if letter.sensitive else (letter.ask, letter.deadline_reason)
    event.add("sequence", sum(change.kind == "deadline" for change in letter.changes))
    event.add("summary", title)
    event.add("description", "\n\n".join(part for part in about if part) or title)
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", timedelta(days=-2))
    event.add_component(alarm)
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Handbill//letters//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
