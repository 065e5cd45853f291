"""What all tables share: times in UTC, ids, named constraints."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import orm

# What stands where a row is damaged: it looks so, and all other rows can still be read.
LOST = datetime(1970, 1, 1, tzinfo=UTC)
DAMAGED = "damaged"


class Codes(sa.TypeDecorator[list[str]]):
    """A short list of codes, as JSON."""

    impl = sa.JSON
    cache_ok = True

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> list[str]:
        """Return the codes; what is none says that it is damaged."""
        found = value if isinstance(value, list) else [None]
        return [code if isinstance(code, str) else DAMAGED for code in found]


class Moment(sa.TypeDecorator[datetime]):
    """A time in UTC; a time without a zone is a mistake and refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Turn any zone into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value}")
        return value.astimezone(UTC)

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], Any]:
        """Read SQLite's text, which has no zone, and PostgreSQL's times, which have one.

        The whole way in one function: a thread has hundreds of times.
        """
        return _from_text if dialect.name == "sqlite" else _in_utc


def _from_text(value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    except (ValueError, TypeError):
        return LOST


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class Model(orm.DeclarativeBase):
    """The base of all tables; constraints have names, so that migrations can speak of them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment,
        str: sa.Text,
        dict[str, Any]: sa.JSON,
        list[str]: Codes,
    }


# SQLite counts upwards by itself only in an INTEGER column.
Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
# SQLite would give the number of a deleted row to the next one. Of rows that are deleted, and whose
# numbers are kept elsewhere (links in mails, permalinks, blocks, what undoes), none is given twice:
# it must not lead to somebody else's.
NEVER_AGAIN = {"sqlite_autoincrement": True}


def one_of(column: str, values: type[StrEnum]) -> sa.CheckConstraint:
    """Hold a column to the values of an enumeration."""
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"known_{column}")
