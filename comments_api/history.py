"""What else an author sent, as far as it can be known that it was the same person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.models import Comment, Status

MOST_NAMES = 8
# The first that a comment has tells who wrote it; a name never does: anybody can type one.
_KNOWN_BY: dict[str, Any] = {
    "identity": Comment.identity_id,
    "email": Comment.author_email,
    "reader": Comment.reader,
}

Key = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class History:
    """What an author sent, this comment included.

    :ivar by: known by her `identity`, or only by the `email` that was typed, or by the cookie of
        the browser (`reader`).
    :ivar rejected: spam and trash.
    :ivar names: others that she used, those she used most first.
    """

    by: str
    approved: int
    held: int
    rejected: int
    first: datetime
    names: Sequence[str]

    @property
    def total(self) -> int:
        """How many comments that are."""
        return self.approved + self.held + self.rejected


def of(session: orm.Session, comments: Sequence[Comment]) -> dict[int, History]:
    """Return what the authors of comments sent; moderators and unknown people have none."""
    keys = {one.id: key for one in comments if (key := _key(one))}
    sent = _sent(session, set(keys.values()))
    return {
        one.id: _history(key[0], sent[key], one.author_name)
        for one in comments
        if (key := keys.get(one.id)) and key in sent
    }


def _key(comment: Comment) -> Key | None:
    """Return by what an author is known."""
    if comment.moderator_id is not None:
        return None
    values = {name: getattr(comment, column.key) for name, column in _KNOWN_BY.items()}
    return next(((name, value) for name, value in values.items() if value), None)


def _sent(session: orm.Session, keys: set[Key]) -> dict[Key, list[Any]]:
    """Return how many comments of each status and name there are, by one statement for each way."""
    found: dict[Key, list[Any]] = defaultdict(list)
    for name, column in _KNOWN_BY.items():
        if values := sorted(value for way, value in keys if way == name):
            for value, *row in session.execute(_by(column, values)):
                found[name, value].append(row)
    return found


def _by(column: Any, values: Sequence[Any]) -> sa.Select[Any]:
    counted = (sa.func.count(), sa.func.min(Comment.created))
    return (
        sa.select(column, Comment.status, Comment.author_name, *counted)
        .where(column.in_(values), Comment.moderator_id.is_(None))
        .group_by(column, Comment.status, Comment.author_name)
    )


def _history(by: str, sent: Sequence[Any], name: str) -> History:
    statuses: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for status, used, count, _first in sent:
        statuses[status] += count
        names[used] += count
    others = sorted((used for used in names if used and used != name), key=lambda x: (-names[x], x))
    return History(
        by=by,
        approved=statuses[Status.APPROVED],
        held=statuses[Status.PENDING],
        rejected=statuses[Status.SPAM] + statuses[Status.TRASH],
        first=min(first for *_, first in sent),
        names=others[:MOST_NAMES],
    )
