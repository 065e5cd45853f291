"""A live small site, files of other systems, and imports of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from comments_api.db import Database
from comments_api.models import Comment, Imported, Model
from comments_api.sites import FolderSite
from comments_api.transfer import disqus, isso, wxr
from comments_api.transfer.files import MEGABYTE
from comments_api.transfer.foreign import Export
from comments_api.transfer.importing import Terms, bring
from comments_api.transfer.matching import Places
from comments_api.transfer.report import Report

FILES = Path(__file__).parent / "files"
WORDPRESS = FILES / "wordpress.xml"
SECRET = "3fa1c07be2d94658a0b1c2d3e4f56789"
VOTE, ANSWER = "post-the-vote", "post-the-answer"
READERS: dict[str, Callable[..., Export]] = {
    "wordpress": wxr.read,
    "disqus": disqus.read,
    "isso": isso.read,
}


@pytest.fixture
def empty(tmp_path: Path, migrated_file: Path) -> Iterator[Database]:
    """Another database, without rows."""
    path = tmp_path / "other.sqlite3"
    shutil.copy(migrated_file, path)
    opened = Database(f"sqlite:///{path}")
    yield opened
    opened.close()


@pytest.fixture
def terms(site: FolderSite, now: datetime) -> Terms:
    """How a file is imported into the small site."""
    return Terms(Places(site.live().manifest), "en", SECRET, now)


@pytest.fixture
def take_in(database: Database, terms: Terms) -> Callable[..., Report]:
    """Imports a file, and returns what was done."""

    def run(
        path: Path = WORDPRESS,
        system: str = "wordpress",
        given: dict[str, str] | None = None,
        *,
        dry: bool = False,
        name: str = "",
        **options: Any,
    ) -> Report:
        terms.places.given = given or {}
        export = READERS[system](path, 50 * MEGABYTE, **options)
        export.name = name
        return bring(database, export, terms, dry=dry)

    return run


@pytest.fixture
def came(database: Database) -> Callable[[], dict[str, Comment]]:
    """Reads what was imported, by the ids of the other system."""

    def read() -> dict[str, Comment]:
        with database.session() as session:
            statement = sa.select(Imported.foreign_id, Comment).join(
                Comment, Comment.id == Imported.comment_id
            )
            statement = statement.options(sa.orm.joinedload(Comment.thread))
            return dict(session.execute(statement).all())

    return read


def dump(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    with database.snapshot() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr)
            for table in Model.metadata.sorted_tables
        }


@pytest.fixture
def untouched(database: Database, site: FolderSite) -> Iterator[None]:
    """Holds that a test leaves the database as it found it."""
    before = dump(database)
    yield
    assert dump(database) == before
