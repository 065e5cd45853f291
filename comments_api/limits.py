"""How often somebody may do something: token buckets in the database, shared by all processes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.db import insert_missing
from comments_api.errors import TooMany
from comments_api.models import Bucket


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times in so many seconds, for one party.

    :ivar key: what is limited, and for whom; never a plain address or e-mail.
    """

    key: str
    times: int
    seconds: int


def take(session: orm.Session, limits: list[Limit], now: datetime) -> None:
    """Count one use against each limit, within the caller's transaction.

    :raise TooMany: if one is used up; nothing is then counted, since the caller rolls back.
    """
    for limit in limits:
        _take(session, limit, now)


def _take(session: orm.Session, limit: Limit, now: datetime) -> None:
    insert_missing(
        session, Bucket, {"key": limit.key, "tokens": float(limit.times), "updated": now}
    )
    bucket = session.get_one(Bucket, limit.key, with_for_update=True)
    pace = limit.times / limit.seconds
    # A clock that was put back gives nothing and takes nothing.
    elapsed = max((now - bucket.updated).total_seconds(), 0.0)
    tokens = min(bucket.tokens + elapsed * pace, float(limit.times))
    if tokens < 1:
        raise TooMany(math.ceil((1 - tokens) / pace))
    bucket.tokens = tokens - 1
    bucket.updated = now


def forget(session: orm.Session, now: datetime) -> None:
    """Delete buckets that are certainly full again."""
    session.execute(sa.delete(Bucket).where(Bucket.updated < now - timedelta(days=2)))
