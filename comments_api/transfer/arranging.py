"""Which comment answers which, in an order in which they can be stored: each after its parent.

Nothing is lost: what hangs on nothing, in a circle, on another page or on what came later stands at
the top of its page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from comments_api.transfer.foreign import Foreign

_Rank: TypeAlias = tuple[datetime, int, int]  # date, place in the file, depth


@dataclass(frozen=True, slots=True)
class Placed:
    """A comment at its place.

    :ivar parent: the id, in its own system, of what it answers here.
    """

    foreign: Foreign
    parent: str | None
    date: datetime


@dataclass(frozen=True, slots=True)
class Arrangement:
    """All comments in the order in which they are stored.

    :ivar broken: for the ids of those that lost their parent, why.
    """

    placed: Sequence[Placed]
    broken: dict[str, str]


def arrange(comments: Sequence[Foreign], known: Collection[str], now: datetime) -> Arrangement:
    """Return comments by date, each after what it answers.

    :param known: ids of comments that were imported before, which may be parents too.
    :param now: the date of what has none, on a page that has none, and of what is of the future.
    """
    by_id = {one.id: one for one in comments}
    broken = {one.id: why for one in comments if (why := _unknown(one, by_id, known))}
    broken |= dict.fromkeys(_circles(by_id, broken), "its parents go round in a circle")
    position = {one.id: number for number, one in enumerate(comments)}
    ranks: dict[str, _Rank] = {}
    for one in _downwards(by_id, broken):
        above = ranks.get(one.parent or "") if one.id not in broken else None
        date, why = _date(one, above, now)
        if why:
            broken[one.id], above = why, None
        ranks[one.id] = _ranked(date, position[one.id], above)
    order = sorted(by_id.values(), key=lambda one: (ranks[one.id], position[one.id]))
    placed = [
        Placed(one, None if one.id in broken else one.parent, ranks[one.id][0]) for one in order
    ]
    return Arrangement(placed, {id_: broken[id_] for id_ in position if id_ in broken})


def _unknown(one: Foreign, by_id: Mapping[str, Foreign], known: Collection[str]) -> str:
    if one.parent is None or one.parent in known:
        return ""
    parent = by_id.get(one.parent)
    if parent is None:
        return "what it answers is not in the file"
    return "" if parent.page.id == one.page.id else "what it answers stands on another page"


def _circles(by_id: Mapping[str, Foreign], broken: Mapping[str, str]) -> Iterable[str]:
    """Yield the ids of comments that are, in the end, an answer to themselves."""
    done: set[str] = set()
    for start in by_id:
        path: dict[str, None] = {}
        here: str | None = start
        while here is not None and here in by_id and here not in done and here not in path:
            path[here] = None
            here = None if here in broken else by_id[here].parent
        if here in path:
            steps = list(path)
            yield from steps[steps.index(here or "") :]
        done.update(path)  # not |=, which copies all that is done for each


def _downwards(by_id: Mapping[str, Foreign], broken: Mapping[str, str]) -> Iterable[Foreign]:
    """Yield every comment after what it answers."""
    below: defaultdict[str | None, list[Foreign]] = defaultdict(list)
    for one in by_id.values():
        loose = one.id in broken or one.parent not in by_id
        below[None if loose else one.parent].append(one)
    level = below[None]
    while level:
        yield from level
        level = [child for one in level for child in below[one.id]]


def _ranked(date: datetime, position: int, above: _Rank | None) -> _Rank:
    """Return what puts comments in order: by date, then as in the file, but after their parents."""
    return (date, max(position, above[1]), above[2] + 1) if above else (date, position, 0)


def _date(one: Foreign, above: _Rank | None, now: datetime) -> tuple[datetime, str]:
    """Return when a comment was written, and why its parent cannot be one, if so."""
    if one.date is None:
        date = min(one.page.date or now, now)
        return (max(date, above[0]) if above else date), ""
    date = min(one.date, now)
    if above and date < above[0]:
        return date, "what it answers was written later"
    return date, ""
