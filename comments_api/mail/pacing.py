"""When somebody's mail is due: at once, but not every minute; or once a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.dates import local
from comments_api.models import Outbox, Pace

BREATH = timedelta(minutes=10)  # between two mails to one person; what comes meanwhile is bundled
_CHUNK = 500  # a statement holds only so many values


def dues(
    session: orm.Session,
    people: Sequence[tuple[str, str]],
    now: datetime,
    *,
    digest: datetime,
) -> list[datetime]:
    """Return when each of these bundles, with a pace, is due.

    :param digest: when those hear next who want one mail a day.
    """
    free = _free(session, {bundle for bundle, pace in people if pace != Pace.DAILY}, now)
    return [digest if pace == Pace.DAILY else free.get(bundle, now) for bundle, pace in people]


def next_digest(now: datetime, zone: str, hour: int) -> datetime:
    """Return when it is this hour next by the clocks of a zone."""
    today = local(now, zone).date()
    for day in (today, today + timedelta(days=1)):
        moment = datetime.combine(day, time(hour), ZoneInfo(zone))
        if moment > now:
            return moment
    raise AssertionError("tomorrow is always later than now")


def _free(session: orm.Session, bundles: Iterable[str], now: datetime) -> Mapping[str, datetime]:
    """Return from when on bundles may be sent again that were, or will be, sent about now."""
    found: defaultdict[str, datetime] = defaultdict(lambda: now)
    names = sorted(bundles)
    for start in range(0, len(names), _CHUNK):
        statement = sa.select(
            Outbox.bundle, Outbox.sent, Outbox.due, Outbox.leased, Outbox.attempts
        ).where(
            Outbox.bundle.in_(names[start : start + _CHUNK]),
            Outbox.dead.is_(None),
            Outbox.sent.is_(None) | (Outbox.sent > now - BREATH),
        )
        for row in session.execute(statement):
            found[str(row.bundle)] = max(found[str(row.bundle)], _after(row, now))
    return found


def _after(row: Any, now: datetime) -> datetime:
    """Return when the next one of its bundle may go out, by what became of one mail."""
    sent: datetime | None = row.sent
    due: datetime = row.due
    if sent is not None:
        return sent + BREATH
    if row.attempts or now < due <= now + BREATH:  # it waits, so both go out together
        return due
    return now + BREATH if row.leased is not None and row.leased > now else now
