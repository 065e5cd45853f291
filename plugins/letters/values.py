"""Values of a header: days, moments, lists, columns. Each says what it accepts when it refuses."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

YES = frozenset({"yes", "true", "on", "1"})
NO = frozenset({"no", "false", "off", "0", ""})
_FORMS = "write it like 2026-12-12, or 2026-12-12 17:00 with a time"
YEARS = (1900, 2999)  # others are slips of the finger
_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[ T](?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?P<off>Z|[+-]\d{2}:\d{2})?)?"
)


class BadValue(ValueError):
    """Raised if a value cannot be understood; says which forms can."""


def day(value: str) -> date:
    """Return a day.

    :raise BadValue: if it is not written year first, or does not exist.
    """
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise BadValue(f'"{value}" is no day: write it year first, like 2026-12-12')
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise BadValue(f'"{value}" is not in the calendar') from None
    if not YEARS[0] <= found.year <= YEARS[1]:
        raise BadValue(f'"{value}" is not between the years {YEARS[0]} and {YEARS[1]}')
    return found


def zone(name: str) -> ZoneInfo:
    """Return a time zone.

    :raise BadValue: if there is none of this name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadValue(f'"{name}" is no time zone: write it like Europe/London') from None


def end_of_day(value: str, zone_name: str) -> datetime:
    """Return a moment; a day without a time means its last second in the zone.

    :raise BadValue: if it cannot be understood, or that time does not exist or exists twice.
    """
    found = _MOMENT.fullmatch(value.strip())
    if not found:
        raise BadValue(f'"{value}" is no date: {_FORMS}')
    where = zone(zone_name)
    on = day(found["day"])
    if not found["time"]:
        # Where the last hour comes twice, the day ends with the second.
        return datetime.combine(on, time(23, 59, 59, fold=1), where)
    hour, _, rest = found["time"].partition(":")
    try:
        at = time.fromisoformat(f"{hour.zfill(2)}:{rest}{found['off'] or ''}")
    except ValueError:
        raise BadValue(f'"{value}" has a time that no clock shows: {_FORMS}') from None
    if at.tzinfo:
        return datetime.combine(on, at)
    return _at(on, at, where, value)


def _at(on: date, at: time, where: ZoneInfo, value: str) -> datetime:
    moment = datetime.combine(on, at, where)
    if moment.astimezone(UTC).astimezone(where).replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise BadValue(
            f'"{value}" does not exist in {where.key}: the clocks go forward over it; '
            "choose a time an hour earlier or later"
        )
    second = moment.replace(fold=1)
    if moment.utcoffset() != second.utcoffset():
        raise BadValue(
            f'"{value}" comes twice in {where.key}, where the clocks go back; '
            f"add which one is meant, like {second.isoformat(timespec='minutes')}"
        )
    return moment


def working_days_before(on: date, count: int) -> date:
    """Return the day so many working days (Monday to Friday) before another."""
    while count:
        on -= timedelta(days=1)
        count -= on.weekday() < 5
    return on


def listed(value: str) -> list[str]:
    """Return the parts of a comma list."""
    return [part.strip() for part in value.replace("\n", ",").split(",") if part.strip()]


def columns(value: str, most: int) -> list[str]:
    """Return the columns of a line that `|` parts; the last one may hold more of them."""
    return [part.strip() for part in value.split("|", most - 1)]


def truth(value: str) -> bool:
    """Return what yes or no means.

    :raise BadValue: if it is neither.
    """
    if value.lower() in YES | NO:
        return value.lower() in YES
    raise BadValue(f'"{value}" is neither yes nor no')


def whole(value: str) -> int:
    """Return a whole number of at least 1.

    :raise BadValue: if it is none.
    """
    if not re.fullmatch(r"\d{1,9}", value) or int(value) < 1:
        raise BadValue(f'"{value}" is no whole number of at least 1')
    return int(value)


def one_of(value: str, known: tuple[str, ...]) -> str:
    """Return a word of a list, in lower case.

    :raise BadValue: if it is not one of them.
    """
    if value.lower() not in known:
        raise BadValue(f'"{value}" is not one of {", ".join(known)}')
    return value.lower()
