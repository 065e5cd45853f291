"""The law of live regions: a page spliced is, byte for byte, the page that a build would make."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import HealthCheck, Phase, find, given, settings

from comments_api import clock, pages, publishing, regions
from comments_api.db import Database
from comments_api.models import Model
from comments_api.sites import Build, FolderSite
from tests.site.building import build, web_root
from tests.site.histories import HISTORIES, Campaign, History

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


@pytest.fixture(scope="module")
def courtroom(tmp_path_factory, migrated_file) -> Iterator[Courtroom]:
    # Years away from the database's clock: nothing outside live regions may show a build's time.
    with time_machine.travel(datetime(2031, 5, 5, tzinfo=UTC), tick=False):
        empty = build(tmp_path_factory.mktemp("empty"), AS_OF=None)
    root = tmp_path_factory.mktemp("court")
    database = Database(f"sqlite:///{shutil.copy(migrated_file, root)}")
    yield Courtroom(root, empty, database)
    database.close()


@pytest.mark.timeout(900)
def test_the_law_of_live_regions(courtroom):
    untouched = web_root(courtroom.empty)

    @LAWFUL
    @given(HISTORIES)
    def law(history):
        assert courtroom.differences(history) == set()

    law()

    assert sum(len(verbs) >= 8 for verbs in courtroom.done) >= 200
    assert {name for verbs in courtroom.done for name in verbs} == {
        "submit", "reply", "speak", "answer", "decide", "withdraw", "wait",
        "report", "mark", "unmark",
    }  # fmt: skip
    assert web_root(courtroom.empty) == untouched


def test_a_build_with_the_database_makes_the_same_manifest(courtroom):
    with courtroom.campaign() as campaign:
        full = build(campaign.site.builds / "full", str(campaign.database.url))

        manifest = (full.folder / "manifest.json").read_bytes()
        assert manifest == (courtroom.empty.folder / "manifest.json").read_bytes()


def forget_a_region(patch: pytest.MonkeyPatch) -> None:
    touched = regions.touched
    patch.setattr(regions, "touched", lambda key: [r for r in touched(key) if r[0] != "count"])


def use_an_old_snapshot(patch: pytest.MonkeyPatch) -> None:
    drawn = regions.drawn
    before: dict[str, str] = {}

    def late(connection: Any, region: Any, *rest: Any) -> str:
        html = drawn(connection, region, *rest)
        shown = before.get(region.id, html)
        before[region.id] = html
        return shown

    patch.setattr(regions, "drawn", late)


def drop_a_byte(patch: pytest.MonkeyPatch) -> None:
    splice = pages.splice
    patch.setattr(pages, "splice", lambda *words: splice(*words)[:-1])


@pytest.mark.parametrize("fault", [forget_a_region, use_an_old_snapshot, drop_a_byte])
def test_the_law_goes_red_when_the_publisher_errs(
    courtroom: Courtroom, fault: Callable[[pytest.MonkeyPatch], None]
):
    def shows(history: History) -> bool:
        with pytest.MonkeyPatch.context() as patch:
            fault(patch)
            return bool(courtroom.differences(history))

    history = find(HISTORIES, shows, settings=SEARCH)

    assert courtroom.differences(history) == set()  # without the fault, the same history is lawful
