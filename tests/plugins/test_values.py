import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.letters import values
from plugins.letters.values import BadValue, end_of_day

LONDON = "Europe/London"
# Zones whose clocks change at different hours, at midnight among them.
ZONES = ["UTC", LONDON, "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata",
         "America/Santiago", "Asia/Beirut", "Africa/Cairo", "Pacific/Kiritimati"]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "zone", "moment"),
    [
        ("2026-12-12", LONDON, "2026-12-12T23:59:59Z"),
        ("2026-07-12", LONDON, "2026-07-12T22:59:59Z"),
        ("2027-03-28", LONDON, "2027-03-28T22:59:59Z"),
        ("2027-10-31", LONDON, "2027-10-31T23:59:59Z"),
        ("2026-12-12", "Asia/Kolkata", "2026-12-12T18:29:59Z"),
        (" 2026-12-12 ", LONDON, "2026-12-12T23:59:59Z"),
        ("2026-12-12 17:00", LONDON, "2026-12-12T17:00:00Z"),
        ("2026-12-12T17:00:30", LONDON, "2026-12-12T17:00:30Z"),
        ("2026-12-12 9:00", LONDON, "2026-12-12T09:00:00Z"),
        ("2026-12-12 9:00:30", LONDON, "2026-12-12T09:00:30Z"),
        ("2026-12-12 00:00", LONDON, "2026-12-12T00:00:00Z"),
        ("2026-12-12 17:00Z", "Europe/Berlin", "2026-12-12T17:00:00Z"),
        ("2026-12-12 17:00+05:30", LONDON, "2026-12-12T11:30:00Z"),
        ("2027-03-28 00:59", LONDON, "2027-03-28T00:59:00Z"),
        ("2027-03-28 02:00", LONDON, "2027-03-28T01:00:00Z"),
        ("2027-10-31 00:59", LONDON, "2027-10-30T23:59:00Z"),
        ("2027-10-31 02:00", LONDON, "2027-10-31T02:00:00Z"),
        ("2027-10-31 01:30+01:00", LONDON, "2027-10-31T00:30:00Z"),
        ("2027-10-31 01:30+00:00", LONDON, "2027-10-31T01:30:00Z"),
    ],
)
def test_a_moment_is_understood_in_each_of_its_forms(value, zone, moment):
    assert end_of_day(value, zone) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("soon", "is no date"),
        ("", "is no date"),
        ("12.12.2026", "is no date"),
        ("2026-12-12 at noon", "is no date"),
        ("2026-12-12 17", "is no date"),
        ("2026-12", "is no date"),
        ("20261212", "is no date"),
        ("2026-02-30", "is not in the calendar"),
        ("2026-13-01", "is not in the calendar"),
        ("0000-01-01", "is not in the calendar"),
        ("٢٠٢٦-١٢-١٢", ""),
        ("2026-12-12 24:00", "has a time that no clock shows"),
        ("2026-12-12 17:60", "has a time that no clock shows"),
        ("2026-12-12 17:00+25:00", ""),
        ("2027-03-28 01:00", "does not exist in Europe/London"),
        ("2027-03-28 01:59:59", "does not exist in Europe/London"),
        ("2027-10-31 01:00", "comes twice in Europe/London"),
        ("2027-10-31 01:59", "comes twice in Europe/London"),
    ],
)
def test_a_moment_that_cannot_be_is_refused_by_name(value, says):
    with pytest.raises(BadValue, match=rf'^"{re.escape(value)}" .*{says}'):
        end_of_day(value, LONDON)


@pytest.mark.parametrize("value", ["soon", "12.12.2026", "2026-12-12 25:00"])
def test_a_refusal_says_what_is_accepted(value):
    with pytest.raises(BadValue, match=r"write it like 2026-12-12, or 2026-12-12 17:00"):
        end_of_day(value, LONDON)


@pytest.mark.parametrize(
    ("value", "zone"),
    [
        ("2027-10-31 01:30", LONDON),
        ("2027-10-31 02:30", "Europe/Berlin"),
        ("2027-11-07 01:30", "America/New_York"),
        ("2027-04-04 01:45", "Australia/Lord_Howe"),
    ],
)
def test_the_way_out_of_a_time_that_comes_twice_means_that_time(value, zone):
    with pytest.raises(BadValue) as caught:
        end_of_day(value, zone)

    way_out = str(caught.value).split()[-1]
    shown = end_of_day(way_out, zone).astimezone(ZoneInfo(zone))

    assert f"{shown:%Y-%m-%d %H:%M}" == value


@pytest.mark.parametrize("value", ["0001-01-01 00:10", "9999-12-31 23:50", "0001-01-01"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_the_ends_of_all_time_are_moments_or_refused(value, zone):
    try:
        moment = end_of_day(value, zone)
    except BadValue:
        return

    assert f"{moment:%m-%d}" == value[5:10]


@given(st.dates(date(2000, 1, 1), date(2060, 12, 31)), st.sampled_from(ZONES))
def test_a_day_ends_a_second_before_the_next(day, zone):
    end = end_of_day(day.isoformat(), zone)

    after = (end.astimezone(UTC) + timedelta(seconds=1)).astimezone(ZoneInfo(zone))

    assert end.date() == day
    assert after.date() == day + timedelta(days=1)


@pytest.mark.parametrize("day", ["2027-04-03", "2028-04-01"], ids=["2027", "2028"])
def test_a_day_whose_last_hour_comes_twice_ends_with_the_second(day):
    end = end_of_day(day, "America/Santiago")

    assert end.utcoffset() == timedelta(hours=-4)


@pytest.mark.parametrize(
    "name", ["Europe/Kent", "", "Europe", "../London", "London time", "é", "\0"]
)
def test_a_zone_that_is_none_is_refused(name):
    with pytest.raises(BadValue, match=r"is no time zone: write it like Europe/London"):
        values.zone(name)


@pytest.mark.parametrize(
    ("on", "count", "day"),
    [
        ("2026-12-12", 5, "2026-12-07"),
        ("2026-12-14", 1, "2026-12-11"),
        ("2026-12-13", 1, "2026-12-11"),
        ("2026-12-11", 5, "2026-12-04"),
        ("2026-12-11", 0, "2026-12-11"),
    ],
)
def test_working_days_are_monday_to_friday(on, count, day):
    found = values.working_days_before(date.fromisoformat(on), count)

    assert found == date.fromisoformat(day)


def test_lists_and_columns_lose_their_spaces_and_nothing_else():
    assert values.listed(" a, b c ,,\nd ") == ["a", "b c", "d"]
    assert values.columns("a | b|c | d", 3) == ["a", "b", "c | d"]


@pytest.mark.parametrize("word", ["yes", "Yes", "TRUE", "on", "1"])
def test_yes_is_written_in_several_ways(word):
    assert values.truth(word) is True


@pytest.mark.parametrize("word", ["no", "False", "off", "0"])
def test_no_is_written_in_several_ways(word):
    assert values.truth(word) is False


@pytest.mark.parametrize(
    ("reading", "value", "says"),
    [
        (values.truth, "perhaps", "neither yes nor no"),
        (values.whole, "0", "no whole number of at least 1"),
        (values.whole, "-1", "no whole number of at least 1"),
        (values.whole, "1.5", "no whole number of at least 1"),
        (values.whole, "1,000", "no whole number of at least 1"),
        (values.whole, "9" * 5000, "no whole number of at least 1"),
        (values.day, "12 December", "is no day: write it year first, like 2026-12-12"),
        (values.day, "2026-02-30", "is not in the calendar"),
        (lambda text: values.one_of(text, ("a", "b")), "c", "is not one of a, b"),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else None,
)
def test_a_value_that_cannot_be_is_refused_by_name(reading, value, says):
    with pytest.raises(BadValue, match=says):
        reading(value)
