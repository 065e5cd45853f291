"""One decision on many comments at once: what has changed meanwhile is left and told.

The caller gives a session and commits it; publishing the pages comes after, in publishing.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import batches, decisions, locking, marks
from comments_api.errors import HandbillError, ImpossibleDecision, StaleDecision, UnknownComment
from comments_api.models import Comment, Edit, Status


@dataclass(frozen=True, slots=True)
class Left:
    """A comment of which nothing was decided, and why not."""

    id: int
    error: HandbillError


@dataclass(slots=True)
class Bulk:
    """What became of the comments that were chosen, in the order in which they were.

    :ivar batch: in which it was done, if that can be undone.
    """

    done: list[int] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    batch: str = ""


def decide_all(
    session: orm.Session,
    action: str,
    chosen: Sequence[tuple[int, int]],
    moderator_id: int,
    now: datetime,
    batch: str,
    *,
    codes: Sequence[str] = (),
) -> Bulk:
    """Carry out a decision on all chosen comments that are as they were shown.

    A new text that waits is approved with the others: its comment is public already. If it is all
    done, since she sent the very same a moment ago, that is what became of them.

    :param chosen: the numbers of comments with the versions that were shown.
    :param codes: why, for the record.
    """
    versions = dict(chosen)
    found = locking.locked_all(session, versions)
    refused = _refused(session, versions, found)
    edits = _edits(session, found) if action == "approve" else set()
    refused |= _impossible(found, action, but={*refused, *edits})
    wanted = [found[number] for number in versions if number not in refused]
    plain = [comment for comment in wanted if comment.id not in edits]
    if plain:
        decisions.carry_out(session, plain, action, moderator_id, now, codes=codes, batch=batch)
    for comment in wanted:
        if comment.id in edits:
            decisions.decide_edit(
                *(session, comment.id, "accept-edit", comment.version, moderator_id, now),
                batch=batch,
            )
    left = [Left(number, refused[number]) for number in versions if number in refused]
    made = Bulk([comment.id for comment in wanted], left, batch)
    same = {"approve", "accept-edit"} if action == "approve" else {action}
    return made if made.done else _done_before(session, made, versions, same, moderator_id)


def mark_all(
    session: orm.Session,
    action: str,
    chosen: Sequence[tuple[int, int]],
    moderator_id: int,
    now: datetime,
    batch: str,
) -> Bulk:
    """Pin or highlight all chosen comments that are as they were shown, or take that back.

    :param action: one of `marks.ACTIONS`.
    """
    made = Bulk(batch=batch)
    locking.locked_all(session, dict(chosen))  # one by one, she could wait for who waits for her
    for number, version in chosen:
        try:
            marks.mark(session, number, version, action, moderator_id, now, batch=batch)
        except (UnknownComment, StaleDecision, ImpossibleDecision) as error:
            made.left.append(Left(number, error))
        else:
            made.done.append(number)
    return made if made.done else _done_before(session, made, dict(chosen), {action}, moderator_id)


def _done_before(
    session: orm.Session,
    made: Bulk,
    versions: Mapping[int, int],
    actions: Collection[str],
    moderator_id: int,
) -> Bulk:
    """Return what she did in one request before, where now nothing was left to be done."""
    again = batches.all_repeated(session, versions, actions, moderator_id)
    if len(set(again.values())) != 1:
        return made
    done = [number for number in versions if number in again]
    left = [one for one in made.left if one.id not in again]
    return Bulk(done, left, again[done[0]])


def _refused(
    session: orm.Session, versions: Mapping[int, int], found: Mapping[int, Comment]
) -> dict[int, HandbillError]:
    """Return what is not there any more, or is not what was shown."""
    changed = [one for one in found.values() if one.version != versions[one.id]]
    stale: Mapping[int, StaleDecision] = locking.staleness(session, changed) if changed else {}
    gone = {number: UnknownComment(number) for number in versions if number not in found}
    return {**gone, **stale}


def _impossible(
    found: Mapping[int, Comment], action: str, but: Iterable[int]
) -> dict[int, HandbillError]:
    refused: dict[int, HandbillError] = {}
    for comment in (found[number] for number in found.keys() - set(but)):
        try:
            decisions.refuse_impossible(comment, action)
        except ImpossibleDecision as error:
            refused[comment.id] = error
    return refused


def _edits(session: orm.Session, found: Mapping[int, Comment]) -> set[int]:
    """Return the public comments of which a new text waits."""
    public = [one.id for one in found.values() if one.status == Status.APPROVED]
    return set(session.scalars(sa.select(Edit.comment_id).where(Edit.comment_id.in_(public))))
