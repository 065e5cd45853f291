"""The database: one engine, a session for verbs, a snapshot for reads. No tables here."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.compiler import SQLCompiler

from comments_api.errors import DatabaseTrouble
from comments_api.settings import ROOT

# Older versions can corrupt a WAL database (the WAL-reset bug).
SAFE_SQLITE = (3, 51, 3)
POSSIBLE_URLS = "use sqlite:///path/to/file or postgresql://user:password@host/name."
POOL_SIZE = 128  # as many as the server has threads, so that none waits for a connection


class Database:
    """One database, as one process sees it."""

    def __init__(self, url: str) -> None:
        self.url = _anchored(url)
        self.engine = _sqlite(self.url) if self.is_sqlite else _server(self.url)
        self._compiled = lru_cache(maxsize=16)(self._compile)
        self._sessions = orm.sessionmaker(self.engine, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        """Say whether the database is an SQLite file."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    @contextmanager
    def session(self) -> Iterator[orm.Session]:
        """Give a session for one verb: committed at its end, rolled back on an exception."""
        with self._sessions.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[orm.Session]:
        """Give a session that only reads, from one snapshot, and keeps no writer waiting."""
        with self.snapshot() as connection, orm.Session(connection) as session:
            yield session
            session.expunge_all()

    @contextmanager
    def snapshot(self) -> Iterator[sa.Connection]:
        """Give a connection whose reads all see the database as it was at the first of them."""
        with self.engine.connect() as connection:
            if self.is_sqlite:
                connection = connection.execution_options(reading=True)
            else:
                connection = connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                yield connection

    def peek(self, statement: sa.Select[Any], values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Return the first row of a statement by the shortest way, as the driver gives it.

        One statement sees one state of the database, so it needs no transaction around it: what
        SQLAlchemy adds to one costs as much as the rest of an answer of 304.
        """
        compiled = self._compiled(statement)
        named = compiled.construct_params(dict(values))
        given: Any = [named[key] for key in compiled.positiontup] if compiled.positiontup else named
        try:
            with closing(self.engine.raw_connection()) as connection:
                cursor = connection.cursor()
                cursor.execute(str(compiled), given)
                row = cursor.fetchone()
                return None if row is None else tuple(row)
        except self.engine.dialect.loaded_dbapi.Error as error:  # as SQLAlchemy would say it
            raise sa.exc.OperationalError(str(compiled), None, error) from error

    def _compile(self, statement: sa.Select[Any]) -> SQLCompiler:
        compiled = statement.compile(self.engine)
        assert isinstance(compiled, SQLCompiler)
        return compiled

    def settle(self) -> None:
        """Let what was deleted leave the disk too: SQLite's log keeps it until it is emptied."""
        if self.is_sqlite:
            with closing(self.engine.raw_connection()) as connection:  # not in a transaction
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def insert_missing(
    connection: sa.Connection, model: type[Any], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows whose keys are not there yet; of two at once, one wins and none fails."""
    connection.execute(_insert_missing(connection.dialect.name, model.__table__), rows)


@lru_cache(maxsize=32)
def _insert_missing(dialect: str, table: sa.FromClause) -> Any:
    return insert_for(dialect)(table).on_conflict_do_nothing()


def count_one(
    connection: sa.Connection, model: type[Any], counter: str, key: Mapping[str, Any]
) -> None:
    """Add one to a counter's column, in a row that is made when it is missing; none is lost."""
    insert = insert_for(connection.dialect.name)(model).values({**key, counter: 1})
    more = {counter: getattr(model, counter) + 1}
    connection.execute(insert.on_conflict_do_update(index_elements=list(key), set_=more))


def insert_for(dialect: str) -> Any:
    """Return the INSERT of a database that knows what to do on a conflict."""
    return postgresql.insert if dialect == "postgresql" else sqlite.insert


def _anchored(text: str) -> sa.URL:
    """Return the URL with a relative SQLite path made absolute, from the project's folder."""
    try:
        url = sa.make_url(text)
    except sa.exc.ArgumentError:  # not repeated: it may hold a password
        raise DatabaseTrouble(f"COMMENTS_DATABASE_URL is no URL: {POSSIBLE_URLS}") from None
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return url
    return url.set(database=str(ROOT / url.database))


def sqlite_module() -> ModuleType:
    """Return the newest SQLite at hand: the standard library's, or a wheel's if that is too old."""
    if sqlite3.sqlite_version_info >= SAFE_SQLITE:
        return sqlite3
    try:
        from pysqlite3 import dbapi2
    except ImportError:  # there is no wheel for this machine; the rollback journal is safe on any
        return sqlite3
    module: ModuleType = dbapi2
    return module


def _sqlite(url: sa.URL) -> sa.Engine:
    module = sqlite_module()
    engine = sa.create_engine(
        url,
        hide_parameters=True,  # errors end in the log, and no e-mail may
        module=module,
        pool_size=POOL_SIZE,
        connect_args={"timeout": 10, "check_same_thread": False},
        json_deserializer=_json,
    )
    write_ahead = module.sqlite_version_info >= SAFE_SQLITE

    @sa.event.listens_for(engine, "do_connect")
    def make_room(*_: object) -> None:
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            Path(url.database).touch(mode=0o600)  # before the driver makes it readable by all

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # The driver must not begin transactions by itself: `begin` below does, of the right kind.
        connection.isolation_level = None
        # A damaged row may look damaged; it must not keep all others from being read.
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA busy_timeout = 10000")
        connection.execute("PRAGMA trusted_schema = OFF")
        # What is forgotten is overwritten too, wherever the page is written anyway.
        connection.execute("PRAGMA secure_delete = FAST")
        connection.execute(f"PRAGMA journal_mode = {'WAL' if write_ahead else 'TRUNCATE'}")
        connection.execute(f"PRAGMA synchronous = {'FULL' if write_ahead else 'EXTRA'}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # A writer takes the lock at once: taking it later can fail with "database is locked".
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _json(text: Any) -> Any:
    """Read JSON; of a damaged row nothing, so that all others can be read."""
    try:
        return json.loads(text)
    except (ValueError, TypeError):
        return None


def _server(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() != "postgresql":
        raise DatabaseTrouble(
            f"COMMENTS_DATABASE_URL begins with {url.drivername!r}: use sqlite:///… or postgresql://…"
        )
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=20,
        max_overflow=POOL_SIZE - 20,
        pool_pre_ping=True,
        hide_parameters=True,
    )
