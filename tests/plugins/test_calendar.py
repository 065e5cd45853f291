from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from plugins.letters import calendar
from tests.plugins.making import make_letter

ADDRESS = "https://handbill.example.org/letters/vote/"
DEADLINE = datetime(2026, 12, 12, 23, 59, 59, tzinfo=ZoneInfo("Europe/London"))


def entry(**changes):
    letter = make_letter(**{"deadline": DEADLINE, "timezone": "Europe/London", **changes})
    content = calendar.deadline(letter, ADDRESS)
    assert content
    return content


def event(**changes):
    (found,) = icalendar.Calendar.from_ical(entry(**changes)).walk("VEVENT")
    return found


def test_a_letter_without_a_deadline_has_no_entry():
    assert calendar.deadline(make_letter(), ADDRESS) is None


def test_an_entry_is_the_day_of_the_deadline_with_a_reminder():
    found = event(deadline_reason="The council votes on 14 December.")

    assert found["summary"] == "Vote yes"
    assert found["description"] == "Will you vote yes?\n\nThe council votes on 14 December."
    assert found["url"] == ADDRESS
    assert (found["dtstart"].dt, found["dtend"].dt) == (date(2026, 12, 12), date(2026, 12, 13))
    assert found.walk("VALARM")[0]["trigger"].dt == timedelta(days=-2)


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        (DEADLINE, "Europe/London", date(2026, 12, 12)),
        (datetime(2026, 12, 12, 23, 30, tzinfo=UTC), "Europe/Berlin", date(2026, 12, 13)),
        (datetime(2026, 12, 13, 0, 30, tzinfo=UTC), "America/New_York", date(2026, 12, 12)),
    ],
)
def test_the_day_is_the_one_in_the_letters_zone(moment, zone, day):
    assert event(deadline=moment, timezone=zone)["dtstart"].dt == day


def test_an_entry_is_the_same_bytes_at_every_build():
    assert entry() == entry()
    assert b"DTSTAMP:20261105T000000Z" in entry().split(b"\r\n")


def test_letters_and_languages_have_entries_of_their_own():
    found = {event(**changes)["uid"] for changes in ({}, {"lang": "fr"}, {"slug": "other"})}

    assert len(found) == 3


def test_a_deadline_that_moves_is_still_the_same_entry():
    moved = event(deadline=DEADLINE + timedelta(days=7))

    assert moved["uid"] == event()["uid"]


@pytest.mark.parametrize(
    "title",
    ["a, b; c\\n d", "Two\nlines", "é字🏠" * 40, "END:VEVENT", "a\r\nATTACH:https://example.org"],
    ids=["marks", "lines", "long", "end", "injected"],
)
def test_no_title_breaks_the_file(title):
    lines = entry(title=title).split(b"\r\n")

    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 75
    assert [line for line in lines if line.startswith((b"END:VEVENT", b"ATTACH"))] == [
        b"END:VEVENT"
    ]
    assert event(title=title)["summary"].split() == title.split()
