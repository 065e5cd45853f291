"""The version of the tables: bringing a database up to it, and refusing one that does not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from comments_api.db import Database
from comments_api.errors import DatabaseTrouble

_FOLDER = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Bring the tables to this program's version, all of it or nothing.

    :raise DatabaseTrouble: if a newer program wrote the database, or rows would lose what they
        refer to.
    """
    _refuse_newer(database)
    with database.engine.connect() as connection:
        _keep_references(database, connection, on=False)
        try:
            _migrate(database, connection)
        finally:
            _keep_references(database, connection, on=True)


def check(database: Database) -> None:
    """Make sure that the tables are this program's.

    :raise DatabaseTrouble: if the database is older or newer, or cannot be reached.
    """
    try:
        found = version(database)
    except sa.exc.SQLAlchemyError as error:
        raise DatabaseTrouble(f"The database cannot be reached: {error}") from error
    if found != _head():
        _refuse_newer(database)
        raise DatabaseTrouble(
            "The database is older than this program: run `flask --app comments_api db upgrade`."
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def _head() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def version(database: Database) -> str | None:
    """Return the version of the tables, as the database has them."""
    with database.snapshot() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _refuse_newer(database: Database) -> None:
    found = version(database)
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        raise DatabaseTrouble(
            f"The database is newer than this program (version {found}): upgrade the program."
        )


def _migrate(database: Database, connection: sa.Connection) -> None:
    with connection.begin():
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _refuse_dangling(database, connection)


def _keep_references(database: Database, connection: sa.Connection, *, on: bool) -> None:
    """Switch SQLite's foreign keys: rebuilding a table must not delete what refers to it.

    SQLite listens to this outside a transaction only.
    """
    if database.is_sqlite:
        raw: Any = connection.connection.driver_connection
        raw.execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


def _refuse_dangling(database: Database, connection: sa.Connection) -> None:
    if not database.is_sqlite:
        return
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if dangling:
        raise DatabaseTrouble(
            f"The upgrade would lose what rows refer to: {dangling[:3]}; nothing was changed."
        )
