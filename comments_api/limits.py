"""How often somebody may do something: token buckets in the database, shared by all processes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.db import insert_missing
from comments_api.errors import TooMany
from comments_api.models import Bucket, Moment

_STORED = (
    sa.select(Bucket.key, Bucket.tokens, Bucket.updated)
    .where(Bucket.key.in_(sa.bindparam("keys", expanding=True)))
    .order_by(Bucket.key)
    .with_for_update()
)
_TAKE = (
    sa.update(Bucket)
    .where(Bucket.key == sa.bindparam("name"))
    .values(tokens=sa.bindparam("left"), updated=sa.bindparam("now", type_=Moment))
)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times in so many seconds, for one party.

    :ivar key: what is limited, and for whom; never a plain address or e-mail.
    """

    key: str
    times: int
    seconds: int


def take(session: orm.Session, limits: Sequence[Limit], now: datetime) -> None:
    """Count one use against each limit, within the caller's transaction.

    :raise TooMany: if one is used up; nothing is then counted, since the caller rolls back.
    """
    if not limits:
        return
    # In one order for everybody, so that two at once never wait for each other.
    ordered = sorted(limits, key=lambda limit: limit.key)
    connection = session.connection()
    full = [{"key": limit.key, "tokens": float(limit.times), "updated": now} for limit in ordered]
    insert_missing(connection, Bucket, full)
    stored = {
        key: (tokens, updated)
        for key, tokens, updated in connection.execute(_STORED, {"keys": [b["key"] for b in full]})
    }
    left = [
        {
            "name": limit.key,
            "left": _left(limit, *stored.get(limit.key, (float(limit.times), now)), now),
        }
        for limit in ordered
    ]
    connection.execute(_TAKE, [one | {"now": now} for one in left])


def _left(limit: Limit, tokens: float, updated: datetime, now: datetime) -> float:
    """Return what a bucket holds after one more use.

    :raise TooMany: if it is empty.
    """
    pace = limit.times / limit.seconds
    # A clock that was put back gives nothing and takes nothing.
    elapsed = max((now - updated).total_seconds(), 0.0)
    filled = min(tokens + elapsed * pace, float(limit.times))
    if filled < 1:
        raise TooMany(math.ceil((1 - filled) / pace))
    return filled - 1


def forget(session: orm.Session, now: datetime) -> None:
    """Delete buckets that are certainly full again."""
    session.execute(sa.delete(Bucket).where(Bucket.updated < now - timedelta(days=2)))
