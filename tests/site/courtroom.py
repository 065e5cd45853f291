"""A site that lives through a history, and what a build would make of it: for the law's tests."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import jinja2
import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import HealthCheck, Phase, settings

from comments_api import clock, drawing, publishing
from comments_api.db import Database
from comments_api.models import Model
from comments_api.sites import Build, FolderSite
from tests.site.building import build, web_root
from tests.site.histories import Campaign, History

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
# Not shrunk: a site lived through again and again takes minutes, and a history reads well as it is.
LAWFUL = settings(
    phases=[Phase.generate],
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SEARCH = settings(LAWFUL, max_examples=40)


class Courtroom:
    """Makes sites that live through a history, and compares them with what a build makes.

    :ivar empty: a build without a database, made at a far-off time.
    """

    def __init__(self, root: Path, empty: Build, database: Database) -> None:
        self.root, self.empty, self.database = root, empty, database
        self.done: list[list[str]] = []
        clock.start(database, START)
        publishing.publish_all(database, self._copy(empty, root / "fresh"))

    @contextlib.contextmanager
    def campaign(self) -> Iterator[Campaign]:
        """Give a site without comments that went live at the start, and an empty database."""
        _forget_everything(self.database)
        clock.start(self.database, START)
        site = FolderSite(self.root / "site")
        site.swap(self._copy(Build(self.root / "fresh"), site.builds / "1"))
        try:
            yield Campaign(self.database, site, START)
        finally:
            shutil.rmtree(self.root / "site")

    def _copy(self, build: Build, folder: Path) -> Build:
        # Links are quick, and enough: a page is replaced, never written into.
        return Build(Path(shutil.copytree(build.folder, folder, copy_function=os.link)))

    def differences(self, history: History) -> set[str]:
        """Return the files of which build, splice and live site do not agree after a history."""
        with self.campaign() as campaign:
            campaign.live_through(history)
            self.done.append(campaign.done)
            full = build(campaign.site.builds / "full", str(self.database.url))
            spliced = self._copy(self.empty, campaign.site.builds / "spliced")
            publishing.publish_all(self.database, spliced)
            return _differing(full, spliced) | _differing(full, campaign.site.live())


def _forget_everything(database: Database) -> None:
    with database.session() as session:
        for table in reversed(Model.metadata.sorted_tables):
            session.execute(sa.delete(table))
        session.execute(sa.text("DELETE FROM sqlite_sequence"))


def _differing(one: Build, other: Build) -> set[str]:
    a, b = web_root(one), web_root(other)
    return {path for path in a.keys() | b.keys() if a.get(path) != b.get(path)}


@contextlib.contextmanager
def _compiled_once(folder: Path) -> Iterator[None]:
    """Keep the regions' templates compiled: else every build spends a third of its time on them.

    What is drawn is forgotten nevertheless.
    """
    environment = drawing.environment

    def quick(lang: str) -> jinja2.Environment:
        made = environment(lang)
        (folder / lang).mkdir(exist_ok=True)
        made.bytecode_cache = jinja2.FileSystemBytecodeCache(str(folder / lang))
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "environment", quick)
        yield


@pytest.fixture(scope="module")
def courtroom(tmp_path_factory, migrated_file) -> Iterator[Courtroom]:
    # Years away from the database's clock: nothing outside live regions may show a build's time.
    with time_machine.travel(datetime(2031, 5, 5, tzinfo=UTC), tick=False):
        empty = build(tmp_path_factory.mktemp("empty"), AS_OF=None)
    root = tmp_path_factory.mktemp("court")
    database = Database(f"sqlite:///{shutil.copy(migrated_file, root)}")
    with _compiled_once(tmp_path_factory.mktemp("compiled")):
        yield Courtroom(root, empty, database)
    database.close()
