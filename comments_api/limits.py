"""How often somebody may do something: token buckets in the database, shared by all processes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.db import insert_for
from comments_api.errors import TooMany
from comments_api.models import Bucket, Moment

LIFE = timedelta(days=2)  # of a bucket that nobody used: it is certainly full again


@cache
def _stored(count: int) -> Any:
    """Return the statement that reads so many buckets, and keeps others from them meanwhile."""
    keys: list[Any] = [sa.bindparam(f"key_{number}") for number in range(count)]
    found = sa.select(Bucket.key, Bucket.tokens, Bucket.updated).where(Bucket.key.in_(keys))
    return found.order_by(Bucket.key).with_for_update()


@cache
def _take(dialect: str) -> Any:
    """Return the statement that stores what is left; of a bucket that was made meanwhile, less."""
    left = sa.bindparam("left", type_=sa.Float)
    now = sa.bindparam("now", type_=Moment)
    new = sa.bindparam("new", type_=sa.Boolean)
    insert = insert_for(dialect)(Bucket).values(
        {"key": sa.bindparam("name"), "tokens": left, "updated": now}
    )
    tokens = sa.case((new, Bucket.tokens - 1), else_=left)
    return insert.on_conflict_do_update(
        index_elements=["key"], set_={"tokens": tokens, "updated": now}
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
    keys = {f"key_{number}": limit.key for number, limit in enumerate(ordered)}
    found = connection.execute(_stored(len(ordered)), keys)
    stored = {key: (tokens, updated) for key, tokens, updated in found}
    left = [
        {
            "name": limit.key,
            "left": _left(limit, *stored.get(limit.key, (float(limit.times), now)), now),
            "now": now,
            "new": limit.key not in stored,
        }
        for limit in ordered
    ]
    connection.execute(_take(connection.dialect.name), left)


def _left(limit: Limit, tokens: float, updated: datetime, now: datetime) -> float:
    """Return what a bucket holds after one more use.

    :raise TooMany: if it is empty.
    """
    pace = limit.times / limit.seconds
    # A clock that was put back gives nothing and takes nothing.
    elapsed = max((now - updated).total_seconds(), 0.0)
    # Rounded: after a wait of 15 s, a fifteenth times 15 must be enough.
    filled = min(round(tokens + elapsed * pace, 9), float(limit.times))
    if filled < 1:
        raise TooMany(math.ceil(round((1 - filled) / pace, 6)))
    return filled - 1


def forget(session: orm.Session, now: datetime) -> None:
    """Delete buckets that are certainly full again."""
    session.execute(sa.delete(Bucket).where(Bucket.updated < now - LIFE))
