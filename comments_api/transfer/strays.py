"""Comments whose page was not found when they came, and is found now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.models import Comment, Thread

AT_ONCE = 500  # values of one statement

T = TypeVar("T")


def found(session: orm.Session, lost: Mapping[str, str], keys: Mapping[str, str]) -> dict[str, str]:
    """Return the keys of threads without a page, and of the threads that their comments belong to.

    :param lost: for each page, the thread that it has if the site does not have it.
    :param keys: for each page, the thread that was found for it.
    """
    moves = {old: keys[page] for page, old in lost.items() if keys[page] != old}
    here = _ids(session, moves)
    return {old: new for old, new in moves.items() if old in here}


def count(session: orm.Session, moves: Collection[str]) -> int:
    """Return how many comments such threads have."""
    statement = sa.select(sa.func.count()).select_from(Comment).join(Comment.thread)
    one_by_one = (statement.where(Thread.key.in_(part)) for part in parts(sorted(moves)))
    return sum(session.scalars(one).one() for one in one_by_one)


def move(session: orm.Session, moves: Mapping[str, str], threads: Mapping[str, Thread]) -> int:
    """Move their comments to the pages that were found, and return how many there were."""
    here, moved = _ids(session, moves), count(session, moves)
    for old, new in moves.items():
        statement = sa.update(Comment).where(Comment.thread_id == here[old])
        session.execute(statement.values(thread_id=threads[new].id))
    return moved


def _ids(session: orm.Session, keys: Collection[str]) -> dict[str, int]:
    there: dict[str, int] = {}
    for part in parts(sorted(keys)):
        statement = sa.select(Thread.key, Thread.id).where(Thread.key.in_(part))
        there |= dict(session.execute(statement).all())
    return there


def parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield a sequence in parts that fit into one statement."""
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
