"""Everything that lasts, as JSON Lines: to move to another database, or to keep.

No password, session, cookie or waiting mail leaves by this way; what else may leave is named here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import orjson
import sqlalchemy as sa

from comments_api import models, schema
from comments_api.dates import iso
from comments_api.db import Database
from comments_api.models import Model
from comments_api.transfer import ids

FORMAT = 1
# In an order in which each row comes after those that it refers to.
KEPT: tuple[type[Model], ...] = (
    *(models.Thread, models.Identity, models.Moderator, models.Comment, models.Edit),
    *(models.Revision, models.Decision, models.Complaint, models.Reply, models.Report),
    models.Note,
    *(models.Subscription, models.Announced, models.Switches, models.WordList, models.Block),
    *(models.Change, models.Imported, models.ErasedPerson, models.ErasedComment, models.Clock),
)
# Of the moment, or a secret: whoever signs in, confirms or limits begins anew.
LEFT_OUT: tuple[type[Model], ...] = (
    *(models.Session, models.SignInLink, models.Confirmation, models.ProviderSignIn),
    *(models.KnownBrowser, models.IdempotencyKey, models.Bucket, models.Salt),
    *(models.DirtyRegion, models.Outbox, models.Sign, models.Memento),
)
OF_PEOPLE = ("password_hash", "totp_secret", "totp_step", "recovery")
SECRET = {("comments", "reader"), *(("moderators", name) for name in OF_PEOPLE)}
DERIVED = {("comments", "folded")}  # whoever restores makes it again


def lines(database: Database, now: datetime) -> Iterator[bytes]:
    """Yield the lines of an export, from one snapshot of the database."""
    with database.snapshot() as connection:
        yield _line(_head(connection, database, now))
        count = 0
        for model in KEPT:
            for row in _rows(connection, model):
                yield _line({"table": model.__tablename__, "row": row})
                count += 1
        yield _line({"end": count})


def _head(connection: sa.Connection, database: Database, now: datetime) -> dict[str, Any]:
    return {
        "handbill": "export",
        "format": FORMAT,
        "tables": schema.version(database),
        "made": iso(now),
        # The highest ids ever given, so that a permalink never leads to somebody else's comment.
        "ids": {one.__tablename__: ids.highest(connection, one) for one in numbered()},
    }


def numbered() -> Iterator[type[Model]]:
    """Yield the tables whose rows get numbers by themselves."""
    for model in KEPT:
        column = model.__table__.c.get("id")
        if column is not None and column.autoincrement is not False:
            yield model


def columns(model: type[Model]) -> list[sa.Column[Any]]:
    """Return the columns of a table that may leave, and that nothing else says."""
    table = Model.metadata.tables[model.__tablename__]
    left_out = SECRET | DERIVED
    return [column for column in table.columns if (table.name, column.name) not in left_out]


def _rows(connection: sa.Connection, model: type[Model]) -> Iterator[dict[str, Any]]:
    wanted = columns(model)
    key = list(Model.metadata.tables[model.__tablename__].primary_key.columns)
    statement = sa.select(*wanted).order_by(*key).execution_options(yield_per=1000)
    with connection.execute(statement) as found:
        for row in found:
            yield {column.name: _plain(value) for column, value in zip(wanted, row, strict=True)}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _line(content: dict[str, Any]) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)
