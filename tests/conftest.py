"""What all tests stand on: a database of each kind, a live site, a pinned time, and no network."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import publishing, schema
from comments_api.db import Database
from comments_api.sites import Build, FolderSite
from tests import postgresql
from tests.site.building import build

if TYPE_CHECKING:
    from flask import Flask

    from tests.provider import Running

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


# It takes minutes: on several cores it begins first, and everything else goes on beside it.
LONGEST = "tests/site/test_law.py"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer what takes minutes more, and finds what the rest leaves to chance."""
    parser.addoption("--long", action="store_true", help="try every strange text everywhere")
    parser.addoption("--slow-browser", action="store_true", help="let tests that race lose")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest tests first."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))  # the others stay in order


@pytest.fixture(scope="session", autouse=True)
def this_machine_only() -> Iterator[None]:
    """Refuse connections to any other machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            host = str(address[0]) if isinstance(address, tuple) else ""
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise PermissionError(f"a test wanted to connect to {host}")
        connect(self, address)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session", autouse=True)
def default_settings() -> Iterator[None]:
    """Forget the settings of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("COMMENTS_")]:
            patch.delenv(name)
        yield


@pytest.fixture
def now() -> datetime:
    """The pinned time: within the small site's deadlines."""
    return datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file after all migrations, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "handbill.sqlite3"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def migrated_server() -> Iterator[sa.URL]:
    """A PostgreSQL server with a database `migrated`, to be copied."""
    with postgresql.running() as url:
        server = sa.make_url(url)
        _on_server(server, "CREATE DATABASE migrated")
        database = Database(server.set(database="migrated").render_as_string(False))
        schema.upgrade(database)
        database.close()
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with all tables and no rows: once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "handbill.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        opened = Database(f"sqlite:///{path}")
        yield opened
        opened.close()
    else:
        yield from copy_on_server(request.getfixturevalue("migrated_server"))


def copy_on_server(server: sa.URL) -> Iterator[Database]:
    """Give a database of a server for a while, with all tables and no rows."""
    _on_server(server, "CREATE DATABASE test TEMPLATE migrated STRATEGY file_copy")
    opened = Database(server.set(database="test").render_as_string(False))
    yield opened
    opened.close()
    _on_server(server, "DROP DATABASE test WITH (FORCE)")


def _on_server(server: sa.URL, statement: str) -> None:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)


@pytest.fixture
def session(database: Database) -> Iterator[orm.Session]:
    """A session, committed when the test ends."""
    with database.session() as opened:
        yield opened


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The small site, built once without a database; copy it before you change it."""
    return build(tmp_path_factory.mktemp("built"))


@pytest.fixture
def site(tmp_path: Path, built: Build, database: Database, now: datetime) -> FolderSite:
    """A site store whose live build is the small site without comments; the clock shows `now`."""
    store = FolderSite(tmp_path / "site")
    publishing.go_live(database, store, built.folder, now)
    return store


@pytest.fixture(scope="session")
def frames() -> list[Flask]:
    """Frames of applications that no test uses now: making one takes longer than most tests."""
    return []


@pytest.fixture(scope="session")
def running_club() -> Iterator[Running]:
    """A real provider of sign-ins on this machine."""
    from tests import provider  # imported where used: it takes a second

    with provider.running() as found, pytest.MonkeyPatch.context() as patch:
        patch.setattr("comments_api.oidc.PATIENCE", 60.0)  # a busy machine is no provider's fault
        yield found


@pytest.fixture
def club(running_club: Running) -> Running:
    """The provider, where Bob has an account and Mallory's hand is not."""
    running_club.be_honest()
    running_club.knows("bob", email="bob@example.org", email_verified=True, name="Bob")
    return running_club
