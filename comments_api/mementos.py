"""What a comment was before its last decision, so that it can be undone; never the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.db import insert_for
from comments_api.models import Comment, Complaint, Edit, Memento, Model, Moment, Reply

Before = dict[str, Any]  # plain JSON

UNDO = "undo"  # in the record: what was kept was put back
# What a decision can change of a comment, but for its version and the time of its last change, and
# for hashes of its text: these are made anew, since one is of an address block, to be forgotten.
COLUMNS = (
    *("status", "kind", "source", "rendered", "renderer", "reasons", "folded"),
    *("author_name", "author_url", "edited", "edited_by_staff", "pinned", "highlighted"),
)
_OF_COMPLAINT = ("id", "settled", "moderator_id")
_READ: Mapping[type[Any], Callable[[str], Any]] = {
    Moment: datetime.fromisoformat,
    sa.Date: date.fromisoformat,
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one comment.

    :ivar decision_id: the decision that would be undone.
    :ivar version: of the comment after it.
    """

    decision_id: int
    version: int
    before: Before


def before(session: orm.Session, comment: Comment) -> Before:
    """Return what a comment is now: to be kept, once something else was made of it."""
    return before_all(session, [comment])[comment.id]


def before_all(session: orm.Session, found: Sequence[Comment]) -> dict[int, Before]:
    """Return what comments are now, by few queries however many they are."""
    ids = [comment.id for comment in found]
    edits, replies = _beside(session, Edit, ids), _beside(session, Reply, ids)
    against = _against(session, ids)
    return {
        comment.id: {
            "comment": _plain(comment, COLUMNS),
            "edit": edits.get(comment.id),
            "reply": replies.get(comment.id),
            "complaints": against.get(comment.id, []),
        }
        for comment in found
    }


def keep(
    session: orm.Session, comment: Comment, was: Before, decision_id: int, now: datetime
) -> None:
    """Keep what a comment was before a decision, in place of what was kept before."""
    keep_all(session, [(comment, was, decision_id)], now)


def keep_all(
    session: orm.Session, decided: Iterable[tuple[Comment, Before, int]], now: datetime
) -> None:
    """Keep what comments were before a decision on each."""
    rows = [
        {
            "comment_id": comment.id,
            "decision_id": decision_id,
            "version": comment.version,
            "before": was,
            "created": now,
        }
        for comment, was, decision_id in decided
    ]
    connection = session.connection()
    insert = insert_for(connection.dialect.name)(Memento)
    newer = {name: insert.excluded[name] for name in rows[0] if name != "comment_id"}
    instead = insert.on_conflict_do_update(index_elements=["comment_id"], set_=newer)
    connection.execute(instead, rows)


def kept(session: orm.Session, ids: Iterable[int]) -> dict[int, Kept]:
    """Return what is kept of these comments."""
    statement = sa.select(
        Memento.comment_id, Memento.decision_id, Memento.version, Memento.before
    ).where(Memento.comment_id.in_(list(ids)))
    return {row[0]: Kept(*row[1:]) for row in session.execute(statement)}


def put_back(session: orm.Session, comment: Comment, was: Before) -> None:
    """Make of a comment what it was, with its waiting edit, its mark and what was said against it.

    Its version and its time stay: that it was so again is new.
    """
    for name, value in _typed(Comment, was["comment"]).items():
        setattr(comment, name, value)
    _put_beside(session, Edit, comment.id, was["edit"])
    _put_beside(session, Reply, comment.id, was["reply"])
    _settle_again(session, was["complaints"])


def _plain(row: Model, names: Iterable[str]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def _typed(model: type[Model], values: Mapping[str, Any]) -> dict[str, Any]:
    columns = model.__table__.columns
    return {name: _read(columns[name], value) for name, value in values.items()}


def _read(column: sa.ColumnElement[Any], value: Any) -> Any:
    read = _READ.get(type(column.type))
    return read(value) if read is not None and value is not None else value


def _beside(
    session: orm.Session, model: type[Edit | Reply], ids: Sequence[int]
) -> dict[int, dict[str, Any]]:
    names = model.__table__.columns.keys()
    statement: sa.Select[Any] = sa.select(model).where(model.comment_id.in_(ids))
    return {row.comment_id: _plain(row, names) for row in session.scalars(statement)}


def _put_beside(
    session: orm.Session,
    model: type[Edit | Reply],
    comment_id: int,
    values: Mapping[str, Any] | None,
) -> None:
    if values is not None:
        session.merge(model(**_typed(model, values)))
    elif (there := session.get(model, comment_id)) is not None:
        session.delete(there)


def _against(session: orm.Session, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Return how the complaints about comments stand."""
    statement = sa.select(Complaint).where(Complaint.comment_id.in_(ids)).order_by(Complaint.id)
    found: dict[int, list[dict[str, Any]]] = {}
    for one in session.scalars(statement):
        found.setdefault(one.comment_id, []).append(_plain(one, _OF_COMPLAINT))
    return found


def _settle_again(session: orm.Session, complaints: Sequence[Mapping[str, Any]]) -> None:
    """Let complaints stand as they stood; those that came since stay as they are."""
    for values in complaints:
        there = session.get(Complaint, values["id"])
        if there is not None:
            known = _typed(Complaint, values)
            there.settled, there.moderator_id = known["settled"], known["moderator_id"]
