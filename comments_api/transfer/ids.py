"""Numbers of rows, taken before the rows are there, and never given to anything else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from comments_api.models import Model


def take(connection: sa.Connection, model: type[Model], count: int) -> Sequence[int]:
    """Return so many new ids of a table, rising; the caller's transaction writes the rows."""
    if connection.dialect.name == "postgresql":
        statement = sa.text(f"SELECT nextval('{_sequence(model)}') FROM generate_series(1, :count)")
        return sorted(connection.scalars(statement, {"count": count}).all())
    # The transaction holds SQLite's only lock, so nobody else takes one meanwhile.
    start = highest(connection, model) + 1
    return range(start, start + count)


def highest(connection: sa.Connection, model: type[Model]) -> int:
    """Return the highest id that a table ever had, whether its row is still there or not."""
    column: Any = model.__table__.c.id
    there = connection.scalar(sa.select(sa.func.max(column))) or 0
    if connection.dialect.name == "postgresql":
        statement = f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {_sequence(model)}"
    else:  # of most tables SQLite keeps no number, and takes the next after the last row's
        name = model.__tablename__
        statement = f"SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = '{name}'"
    return max(int(there), int(connection.exec_driver_sql(statement).scalar_one()))


def begin_after(connection: sa.Connection, model: type[Model], number: int) -> None:
    """Give no id of a table up to this one to any new row."""
    if connection.dialect.name == "postgresql":
        called = {"number": max(number, 1), "called": number > 0}
        statement = sa.text(f"SELECT setval('{_sequence(model)}', :number, :called)")
        connection.execute(statement, called)
    elif model.metadata.tables[model.__tablename__].dialect_options["sqlite"]["autoincrement"]:
        name = {"name": model.__tablename__, "number": number}
        connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), name)
        connection.execute(sa.text("INSERT INTO sqlite_sequence VALUES (:name, :number)"), name)


def _sequence(model: type[Model]) -> str:
    return f"{model.__tablename__}_id_seq"
