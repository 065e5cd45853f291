"""A reader tells us that she sent a letter: counted by day, and nothing is kept of her.

The caller gives a session and commits it; publishing the pages comes after, in publishing.py.
"""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import dates, rows, senders
from comments_api.db import count_one, insert_missing
from comments_api.errors import LetterClosed, NetworkBusy, NothingCounted, TooMany
from comments_api.ledger import counts, state_of_letter
from comments_api.limits import Limit, take
from comments_api.manifest import Region
from comments_api.models import Bucket, Report, Salt
from comments_api.publishing import mark_reported

# For one network and letter. A class, a library or a parish may send a letter together.
AN_HOUR = 12
A_DAY = 40


def report(
    session: orm.Session, letter: Region, block: str | None, secret: str, now: datetime
) -> int:
    """Count a reader who sent a letter, and return how many did so far.

    :param letter: its ledger, in any language.
    :param block: the sender's address, shortened already; it is not stored.
    :raise NothingCounted: if the letter does not count.
    :raise LetterClosed: if it is not open, by the time that it is now.
    :raise NetworkBusy: if too many reports came from her network.
    """
    _refuse_closed(session, letter, now)
    _throttle(session, letter.key, block or "", secret, now)
    today = dates.local(now, letter.context["timezone"]).date()
    connection = session.connection()
    count_one(connection, Report, "count", {"letter": letter.key, "day": today})
    mark_reported(session, letter.key, now)
    return rows.sent(connection, letter.key)


def _refuse_closed(session: orm.Session, letter: Region, now: datetime) -> None:
    counting = counts(letter.context)
    if state_of_letter(letter.context, now) != "open":
        raise LetterClosed(rows.sent(session.connection(), letter.key) if counting else None)
    if not counting:
        raise NothingCounted(letter.key)


def _throttle(session: orm.Session, letter: str, block: str, secret: str, now: datetime) -> None:
    """Count against the limits of a network, under a name that nobody can make tomorrow."""
    today = now.astimezone(UTC).date()
    who = senders.network_of_today(secret, _salt(session, today), block, letter)
    limits = [
        Limit(f"{_prefix(today)}hour:{who}", AN_HOUR, 3_600),
        Limit(f"{_prefix(today)}day:{who}", A_DAY, 86_400),
    ]
    try:
        take(session, limits, now)
    except TooMany as error:
        raise NetworkBusy(error.wait) from None


def _prefix(day: date) -> str:
    """Return how the names of a day's buckets begin: they go with its salt."""
    return f"sent:{day.isoformat()}:"


def _salt(session: orm.Session, day: date) -> bytes:
    statement = sa.select(Salt.salt).where(Salt.day == day)
    found = session.scalars(statement).first()
    if found is None:
        new = {"day": day, "salt": secrets.token_bytes(32)}
        insert_missing(session.connection(), Salt, [new])
        found = session.scalars(statement).one()
    return found


def forget(session: orm.Session, now: datetime) -> None:
    """Remove the salts of days that are over, and the buckets that they named."""
    over = Salt.day < now.astimezone(UTC).date()
    for day in session.scalars(sa.select(Salt.day).where(over)).all():
        named = Bucket.key.startswith(_prefix(day), autoescape=True)
        session.execute(sa.delete(Bucket).where(named))
    session.execute(sa.delete(Salt).where(over))
