"""Comments in reading order: who replies to whom, how deep. Pure; no HTML, no database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup

DEEPEST = 5  # deeper replies stand at this depth, with "in reply to"


_NOTHING = Markup()


class Row(NamedTuple):
    """A public comment as the database has it.

    :ivar parent: the nearest public comment above it, or None.
    :ivar kind: `reply` if it brings an answer from a letter's target.
    :ivar edited: when the text that is shown was last changed, if it ever was.
    :ivar edited_by_staff: a moderator changed it, not its author.
    """

    id: int
    parent: int | None
    withdrawn: bool
    author_name: str
    author_url: str
    campaign: bool
    date: datetime
    changed: datetime
    html: Markup
    thread: str = ""
    thread_title: str = ""
    url: str = ""
    kind: str = "comment"
    edited: datetime | None = None
    edited_by_staff: bool = False
    pinned: bool = False
    highlighted: bool = False


@dataclass(slots=True)
class Entry:
    """A comment at its place in the thread.

    :ivar enters: it opens a deeper list.
    :ivar leaves: so many lists are closed behind it.
    :ivar drawn: its HTML, without its place.
    """

    row: Row
    depth: int
    in_reply_to: Row | None = None
    enters: bool = False
    leaves: int = 0
    drawn: Markup = _NOTHING


def arrange(rows: Iterable[Row]) -> list[Entry]:
    """Return the comments in reading order, each below what it replies to: pinned, then oldest.

    A tombstone without a public reply below it is left out. A loop of parents, which only a
    damaged database has, becomes top level, so that nothing is lost.
    """
    by_id = {row.id: row for row in rows}
    children = _children(by_id)
    shown = _shown(by_id, children)
    entries: list[Entry] = []
    top = sorted(children[None], key=lambda key: not by_id[key].pinned)  # else they stay in order
    stack = [(key, 1) for key in reversed(top) if key in shown]
    while stack:
        key, depth = stack.pop()
        below = [child for child in children[key] if child in shown]
        entries.append(_entry(by_id, key, depth))
        stack += [(child, depth + 1) for child in reversed(below)]
    return _nested(entries)


def _children(by_id: Mapping[int, Row]) -> defaultdict[int | None, list[int]]:
    children: defaultdict[int | None, list[int]] = defaultdict(list)
    for key in sorted(by_id):
        parent = by_id[key].parent
        # A reply is always younger than what it replies to; anything else is damage.
        above = parent if parent is not None and parent in by_id and parent < key else None
        children[above].append(key)
    return children


def _shown(by_id: Mapping[int, Row], children: Mapping[int | None, Sequence[int]]) -> set[int]:
    shown: set[int] = set()
    for key in sorted(by_id, reverse=True):  # replies before what they reply to
        if not by_id[key].withdrawn or any(child in shown for child in children.get(key, ())):
            shown.add(key)
    return shown


def _entry(by_id: Mapping[int, Row], key: int, depth: int) -> Entry:
    row = by_id[key]
    flat = depth > DEEPEST and row.parent is not None
    return Entry(
        row=row,
        depth=min(depth, DEEPEST),
        in_reply_to=by_id[row.parent] if flat and row.parent is not None else None,
    )


def _nested(entries: list[Entry]) -> list[Entry]:
    """Tell each entry which lists open before and close behind it."""
    for before, entry in zip([None, *entries], entries, strict=False):
        entry.enters = before is not None and entry.depth > before.depth
    for entry, after in zip(entries, [*entries[1:], None], strict=False):
        entry.leaves = max(entry.depth - (after.depth if after else 1), 0)
    return entries
