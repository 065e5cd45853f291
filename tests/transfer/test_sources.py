"""A blog that moved is known again, and a second one is not taken for the first."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask.cli import ScriptInfo

from comments_api import create_app
from comments_api.errors import ImportTrouble
from comments_api.models import Comment
from comments_api.settings import Settings
from comments_api.transfer_commands import import_wxr
from tests.conftest import ON_SQLITE
from tests.transfer.conftest import SECRET, WORDPRESS, dump
from tests.transfer.test_import_isso import TABLES

MOVED = "archive.example.org"


@pytest.fixture
def moved(tmp_path):
    """The export of the same blog, which has another address now."""
    path = tmp_path / "moved.xml"
    text = WORDPRESS.read_text("utf-8").replace("old.example.org", MOVED)
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def isso(tmp_path):
    """Writes a database of Isso with three comments, a minute apart."""

    def write(name, begun, numbers=(1, 2, 3)):
        path = tmp_path / name
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(TABLES)
            connection.executemany(
                "INSERT INTO comments (id, tid, created, mode, text, voters)"
                " VALUES (?, 2, ?, 1, ?, x'')",
                [(n, begun + 60 * n, f"{name} {n}") for n in numbers],
            )
            connection.commit()
        return path

    return write


# -- a blog that moved ----------------------------------------------------------------------------


@pytest.mark.parametrize("dry", [False, True], ids=["run", "dry"])
def test_under_another_name_it_is_refused_and_the_old_name_said(take_in, moved, database, dry):
    take_in()
    before = dump(database)

    with pytest.raises(ImportTrouble, match=r"same site, say so: --source old\.example\.org"):
        take_in(moved, dry=dry)

    assert dump(database) == before


def test_under_its_old_name_nothing_comes_twice(take_in, moved, database):
    first = take_in()
    before = dump(database)

    second = take_in(moved, name="old.example.org")

    assert (second.added, second.known) == (0, first.added)
    assert second.source == "wordpress:old.example.org"
    assert dump(database) == before


@ON_SQLITE
def test_a_blog_that_came_under_two_names_already_may_come_under_both(take_in, moved, monkeypatch):
    take_in()
    with monkeypatch.context() as without:
        without.setattr("comments_api.transfer.sources.compare", lambda *_: [])
        take_in(moved)

    assert take_in().added == take_in(moved).added == 0


@ON_SQLITE
def test_what_was_deleted_here_is_still_known(take_in, isso, database):
    first = isso("first", 1_793_620_800)
    take_in(first, "isso")
    with database.session() as session:
        session.execute(sa.delete(Comment))

    assert take_in(first, "isso").added == 0


# -- a second one ---------------------------------------------------------------------------------


def test_a_second_database_of_isso_is_refused_and_comes_under_a_name(take_in, isso, came):
    take_in(isso("first", 1_793_620_800), "isso")
    second = isso("second", 1_693_620_801)

    with pytest.raises(ImportTrouble, match=r"3 comments of isso have the numbers .*--source NAME"):
        take_in(second, "isso")
    assert take_in(second, "isso", name="b.example.org").added == 3

    assert {one.source for one in came().values()} == {"second 1", "second 2", "second 3"}
    assert {one.thread.key for one in came().values()} == {"isso-b-example-org-2"}
    assert take_in(second, "isso", name="b.example.org").known == 3


def test_it_is_not_taken_under_a_name_if_it_came_without(take_in, isso):
    first = isso("first", 1_793_620_800)
    take_in(first, "isso")

    with pytest.raises(ImportTrouble, match=r"came before from isso.*leave --source out"):
        take_in(first, "isso", name="b.example.org")


def test_a_number_that_was_given_again_is_listed(take_in, isso):
    begun = 1_793_620_800
    take_in(isso("first", begun, (1, 2, 3)), "isso")
    later = isso("later", begun, (1, 2))
    with closing(sqlite3.connect(later)) as connection:
        connection.execute(
            "INSERT INTO comments (id, tid, created, mode, text, voters)"
            f" VALUES (3, 2, {begun + 7777}, 1, 'Deleted, and written anew.', x'')"
        )
        connection.commit()

    report = take_in(later, "isso")

    assert (report.known, report.added, report.others) == (2, 0, ["3"])


@ON_SQLITE
def test_a_clock_in_another_zone_makes_no_other_comment(take_in, isso):
    take_in(isso("first", 1_793_620_800), "isso")

    report = take_in(isso("again", 1_793_620_800 - 5 * 3600 - 1800), "isso")

    assert (report.known, report.added, report.others) == (3, 0, [])


# -- the command ----------------------------------------------------------------------------------


@pytest.fixture
def command(database, site):
    """Runs the import of WordPress."""
    url = database.url.render_as_string(hide_password=False)
    settings = Settings(database_url=url, secret_key=SECRET, site=site.root)
    app = create_app(settings)

    def run(*words) -> Result:
        return CliRunner().invoke(
            import_wxr, [str(word) for word in words], obj=ScriptInfo(create_app=lambda: app)
        )

    yield run
    app.extensions["handbill"].database.close()


@ON_SQLITE
def test_the_name_may_be_written_as_the_report_says_it(command, moved):
    command(WORDPRESS)

    refused = command(moved)
    assert refused.exit_code == 1
    assert "--source old.example.org" in refused.output
    for name in ("old.example.org", "wordpress:old.example.org"):
        result = command(moved, "--source", name)
        assert result.exit_code == 0, result.output
        assert "From wordpress:old.example.org: " in result.output
        assert "\n0 comments imported." in result.output


@ON_SQLITE
@pytest.mark.parametrize("name", ["two words", "x" * 101, "wordpress:", "\udcff"])
def test_what_cannot_be_a_name_is_refused(command, name):
    result = command(WORDPRESS, "--source", name)

    assert result.exit_code == 2
    assert "write it like example.org" in result.output
