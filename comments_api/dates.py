"""How a moment is written for people and for machines, in a language and a time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from datetime import time as time_of_day
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from comments_api.translation import locale


def local(moment: datetime, zone: str) -> datetime:
    """Return the moment as the clocks of a zone show it."""
    return moment.astimezone(ZoneInfo(zone))


@lru_cache(maxsize=4096)
def day(value: date, lang: str) -> str:
    """Write a day in full: 12 December 2026."""
    return format_date(value, "long", locale=locale(lang))


@lru_cache(maxsize=4096)
def day_short(value: date, lang: str) -> str:
    """Write a day where room is short: 12 Dec 2026."""
    return format_date(value, "medium", locale=locale(lang))


@lru_cache(maxsize=4096)
def time(value: datetime, lang: str) -> str:
    """Write the time of day: 14:05."""
    return format_time(value, "short", locale=locale(lang))


def iso(moment: date) -> str:
    """Write a moment for machines, 2026-12-12T23:59:59Z, or a day without a time, 2026-12-12."""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def start_of(value: date, zone: str) -> datetime:
    """Return the moment at which a day begins in a zone."""
    return datetime.combine(value, time_of_day(), ZoneInfo(zone)).astimezone(UTC)


def minute(moment: datetime) -> datetime:
    """Return the whole minute that the moment lies in, in UTC."""
    return moment.astimezone(UTC).replace(second=0, microsecond=0)
