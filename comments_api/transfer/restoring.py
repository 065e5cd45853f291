"""Everything of an export back into an empty database: all of it or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import erasure, markup, schema, searching
from comments_api.db import Database
from comments_api.errors import ImportTrouble, UnreadableExport
from comments_api.models import Clock, Comment, Moment
from comments_api.transfer import files, ids
from comments_api.transfer.exporting import FORMAT, KEPT, columns, numbered

_AT_ONCE = 500
_MODELS = {model.__tablename__: model for model in KEPT}

Row = dict[str, Any]


def restore(database: Database, path: Path, max_bytes: int, now: datetime, secret: str) -> int:
    """Put an export into an empty database, and return how many rows it had.

    :raise UnreadableExport: if the file is broken or of another version; says where.
    :raise ImportTrouble: if the database is not empty.
    """
    files.check(path, max_bytes)
    _Reader(path, schema.version(database)).check()  # all of it, before anything is written
    with database.session() as session:
        _refuse_filled(session)
        reader = _Reader(path, schema.version(database))
        try:
            count = _store(session, reader)
        except (sa.exc.StatementError, TypeError, ValueError) as error:
            said = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise UnreadableExport(f"line {reader.line}: it cannot be stored: {said}") from None
        for model in numbered():
            highest = int(reader.head["ids"].get(model.__tablename__, 0))
            ids.begin_after(session.connection(), model, highest)
        erasure.apply_erasures(session, now, secret)
    return count


def _refuse_filled(session: orm.Session) -> None:
    for model in KEPT:
        statement = sa.select(sa.func.count()).select_from(model)
        if model is not Clock and (count := session.scalars(statement).one()):
            raise ImportTrouble(
                f"The database is not empty ({model.__tablename__}: {count}). An export goes into "
                "an empty one only: nothing was changed."
            )
    session.execute(sa.delete(Clock))


def _store(session: orm.Session, reader: _Reader) -> int:
    """Store rows as they come, many at once."""
    waiting: list[Row] = []
    table, count = "", 0
    answers: list[Row] = []
    for name, row in reader.rows():
        if name != table or len(waiting) == _AT_ONCE:
            _insert(session, table, waiting)
            table, waiting = name, []
        if name == Comment.__tablename__ and (row["parent_id"] or 0) >= row["id"]:
            answers.append(row)  # damage, but kept
            row = {**row, "parent_id": None}
        waiting.append(row)
        count += 1
    _insert(session, table, waiting)
    for answer in answers:
        statement = sa.update(Comment).where(Comment.id == answer["id"])
        session.execute(statement.values(parent_id=answer["parent_id"]))
    return count


def _insert(session: orm.Session, table: str, rows: list[Row]) -> None:
    if rows:
        session.connection().execute(sa.insert(_MODELS[table]), rows)


class _Reader:
    """Reads an export line by line, and says which line is wrong."""

    def __init__(self, path: Path, tables: str | None) -> None:
        self._path = path
        self._tables = tables
        self.line = 0
        self.head: dict[str, Any] = {}

    def check(self) -> None:
        """Read all of it."""
        for _ in self.rows():
            pass

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Yield the rows with the names of their tables."""
        self.line, count, ended = 0, 0, False
        with self._path.open("rb") as file:
            for self.line, raw in enumerate(file, 1):
                content = self._parsed(raw)
                if self.line == 1:
                    self._begin(content)
                elif ended:
                    raise self._wrong("something follows after the end")
                elif "end" in content:
                    ended = True
                    if content["end"] != count:
                        raise self._wrong(f"{count} rows stand before it, and {content['end']} did")
                else:
                    yield self._row(content)
                    count += 1
        if not ended:
            raise self._wrong("the file ends in the middle; it was cut off")

    def _parsed(self, raw: bytes) -> dict[str, Any]:
        try:
            content = json.loads(raw, object_pairs_hook=_without_doubles)
        except (ValueError, RecursionError) as error:
            raise self._wrong(f"it is no line of JSON ({error})") from None
        if not isinstance(content, dict):
            raise self._wrong("it is no object")
        return content

    def _begin(self, head: dict[str, Any]) -> None:
        if head.get("handbill") != "export" or not isinstance(head.get("ids"), dict):
            raise self._wrong("it is no export of Handbill in JSON Lines")
        if head.get("format") != FORMAT or head.get("tables") != self._tables:
            raise self._wrong(
                f"it was written by another version (tables {head.get('tables')}, here "
                f"{self._tables}): import it with that version, then upgrade"
            )
        self.head = head

    def _row(self, content: dict[str, Any]) -> tuple[str, Row]:
        table, row = content.get("table"), content.get("row")
        if not isinstance(table, str) or table not in _MODELS or not isinstance(row, dict):
            raise self._wrong(f"there is no table {table!r}, or no row")
        known = {column.name: column for column in columns(_MODELS[table])}
        if row.keys() != known.keys():
            strange = sorted(row.keys() ^ known.keys())
            raise self._wrong(
                f"{table}: these columns are strange or missing: {', '.join(strange)}"
            )
        made = {name: self._value(known[name], value) for name, value in row.items()}
        # What readers' browsers are given may only be what this program could have made.
        if not markup.is_safe(str(made.get("rendered", ""))):
            raise self._wrong(f"{table}: its HTML holds what no comment may hold")
        if (website := made.get("author_url")) and not markup.is_website(str(website)):
            raise self._wrong(f"{table}: {website!r} is no website")
        if table == Comment.__tablename__:
            made["folded"] = searching.folded(made)
        return table, made

    def _value(self, column: sa.Column[Any], value: Any) -> Any:
        read = _READ.get(type(column.type))
        if read is None or value is None:
            return value
        try:
            return read(value)
        except (TypeError, ValueError):
            raise self._wrong(f"{column.name}: {value!r} is no time") from None

    def _wrong(self, said: str) -> UnreadableExport:
        return UnreadableExport(f"line {self.line}: {said}")


_READ: dict[type[Any], Callable[[Any], Any]] = {
    Moment: datetime.fromisoformat,
    sa.Date: date.fromisoformat,
}


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found
