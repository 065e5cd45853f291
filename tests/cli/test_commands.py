"""The operator's commands: what they say, what they change, and when they refuse."""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest
import sqlalchemy as sa

from comments_api import publishing
from comments_api.manifest import NAME
from comments_api.models import Moderator, Status
from comments_api.sites import Build
from tests.conftest import ON_SQLITE
from tests.http.conftest import PAGE

LINK = "http://127.0.0.1:8000/moderate/enter/"


# -- the database -----------------------------------------------------------------------------


def test_db_upgrade_says_that_all_is_well_each_time(run):
    for _ in range(2):
        result = run("db", "upgrade")
        assert (result.exit_code, result.output) == (0, "The database is up to date.\n")


def test_db_upgrade_makes_the_tables(start, tmp_path):
    result = start("db", "upgrade")

    assert (result.returncode, result.stderr) == (0, "")
    with sqlite3.connect(tmp_path / "handbill.sqlite3") as made:
        assert made.execute("SELECT count(*) FROM comments").fetchone() == (0,)
    made.close()


@pytest.mark.parametrize(
    "words",
    ["moderators list", "worker"],
)
def test_a_database_without_tables_is_refused_in_words(start, words):
    result = start(*words.split())

    assert result.returncode == 1
    assert "db upgrade" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("words", ["db upgrade", "worker"])
def test_a_newer_database_is_refused(run, database, words):
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999_future'")

    result = run(*words.split())

    assert result.exit_code == 1
    assert "newer than this program" in result.output


# -- people -----------------------------------------------------------------------------------


def test_a_new_moderator_gets_a_link_that_works_once(app, run):
    result = run("moderators", "add", "Alice", "Alice@Example.org")
    browser = app.test_client()
    path = "/moderate/enter/" + result.output.strip().removeprefix(LINK)

    assert result.exit_code == 0
    assert result.output.startswith(LINK)
    assert browser.post(path).headers["Location"] == "/moderate/"
    assert browser.post(path).status_code == 410


def test_moderators_are_listed_with_their_role_and_state(run):
    run("moderators", "add", "Alice", "alice@example.org")
    run("moderators", "add", "Carol", "carol@example.org", "--role", "owner")
    run("moderators", "remove", "alice@example.org")

    assert run("moderators", "list").output.splitlines() == [
        "alice@example.org  moderator  Alice  (removed)",
        "carol@example.org  owner  Carol",
    ]


@ON_SQLITE
def test_an_email_is_one_moderators_only(run):
    run("moderators", "add", "Alice", "alice@example.org")

    result = run("moderators", "add", "Mallory", " ALICE@example.org")

    assert result.exit_code == 1
    assert "alice@example.org is a moderator already" in result.output


@ON_SQLITE
@pytest.mark.parametrize("word", ["remove", "reset"])
def test_somebody_unknown_is_named(run, word):
    result = run("moderators", word, "nobody@example.org")

    assert result.exit_code == 1
    assert "nobody@example.org is no moderator" in result.output


@ON_SQLITE
def test_a_reset_lets_a_removed_moderator_in_again(app, run):
    run("moderators", "add", "Alice", "alice@example.org")
    run("moderators", "remove", "alice@example.org")

    link = run("moderators", "reset", "alice@example.org").output.strip()

    assert app.test_client().post(link.removeprefix(LINK[:21])).status_code == 303


@ON_SQLITE
def test_the_last_owner_is_neither_removed_nor_made_less(run):
    run("moderators", "add", "Alice", "alice@example.org", "--role", "owner")
    run("moderators", "add", "Carol", "carol@example.org")

    refused = [
        run("moderators", "remove", "alice@example.org"),
        run("moderators", "role", "alice@example.org", "author"),
    ]
    made = run("moderators", "role", "carol@example.org", "owner")
    removed = run("moderators", "remove", "alice@example.org")

    assert [result.exit_code for result in (*refused, made, removed)] == [1, 1, 0, 0]
    assert "moderators role EMAIL owner" in refused[0].output
    assert made.output == "carol@example.org is owner now.\n"


@ON_SQLITE
def test_a_reset_takes_the_second_factor_off_if_asked_to(app, run, database):
    run("moderators", "add", "Alice", "alice@example.org")
    with database.session() as session:
        session.execute(sa.update(Moderator).values(totp_secret="x"))

    ways = []
    for more in ([], ["--second-factor"]):
        link = run("moderators", "reset", "alice@example.org", *more).output.strip()
        answer = app.test_client().post(link.removeprefix(LINK[:21]))
        ways.append(answer.headers["Location"])

    assert ways == ["/moderate/code", "/moderate/"]


@ON_SQLITE
def test_a_removed_person_has_no_role_to_change(run):
    run("moderators", "add", "Alice", "alice@example.org")
    run("moderators", "remove", "alice@example.org")

    result = run("moderators", "role", "alice@example.org", "owner")

    assert result.exit_code == 1
    assert "was removed" in result.output


@ON_SQLITE
def test_another_role_is_refused(run):
    assert run("moderators", "add", "X", "x@example.org", "--role", "king").exit_code == 2


# -- pages ------------------------------------------------------------------------------------


def test_verify_is_content_with_a_true_site(run):
    result = run("verify")

    assert (result.exit_code, result.output) == (0, "Every page shows what the database says.\n")


def test_verify_names_each_page_that_is_not_true(run, comment, site):
    comment(Status.APPROVED)

    result = run("verify")

    assert result.exit_code == 1
    assert f"{PAGE}: it does not show what the database says" in result.output.splitlines()
    assert "about/index.html" not in result.output


def test_publish_all_makes_every_page_true(run, comment):
    comment(Status.APPROVED)

    result = run("publish-all")

    assert result.exit_code == 0
    assert result.output.endswith(" files changed.\n")
    assert run("verify").exit_code == 0
    assert run("publish-all").output == "0 files changed.\n"


@ON_SQLITE
def test_publish_all_names_a_damaged_page_and_does_the_others(run, comment, site):
    number = comment(Status.APPROVED)
    page = site.live().web / PAGE
    page.write_bytes(page.read_bytes().replace(b"<!--", b"<!-- "))
    before = page.read_bytes()

    result = run("publish-all")

    assert result.exit_code == 1
    assert f"{PAGE}: " in result.output
    assert page.read_bytes() == before
    assert f"#comment-{number}".encode() in site.live().read("feeds/comments.atom.xml")


@ON_SQLITE
def test_go_live_puts_every_decision_on_the_new_build(run, comment, site, built, tmp_path):
    number = comment(Status.APPROVED)
    shutil.copytree(built.folder, tmp_path / "new")

    result = run("go-live", str(tmp_path / "new"))

    assert result.exit_code == 0
    assert result.output.startswith("Live: ")
    assert f'id="comment-{number}"'.encode() in site.live().read(PAGE)
    assert run("verify").exit_code == 0


def no_build(folder):
    """Make a folder that is none."""
    folder.mkdir()


def no_manifest(folder):
    """Make a build without its manifest."""
    (folder / "web").mkdir(parents=True)


def another_version(folder):
    """Make a build of another version."""
    no_manifest(folder)
    (folder / "manifest.json").write_text('{"format": 99}')


@ON_SQLITE
@pytest.mark.parametrize("make", [no_build, no_manifest, another_version])
def test_go_live_refuses_what_is_no_build_and_leaves_the_site(run, site, tmp_path, make):
    before = site.current.readlink()
    make(tmp_path / "new")

    result = run("go-live", str(tmp_path / "new"))

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert site.current.readlink() == before


@ON_SQLITE
def test_go_live_refuses_a_build_that_promises_what_is_not_done(run, site, built, tmp_path):
    before = site.current.readlink()
    shutil.copytree(built.folder, tmp_path / "new")
    declared = json.loads((tmp_path / "new" / NAME).read_text())
    declared["site"]["keeps"] = {"address_days": 7}
    (tmp_path / "new" / NAME).write_text(json.dumps(declared))

    result = run("go-live", str(tmp_path / "new"))

    assert result.exit_code == 1
    assert "build the site again with COMMENTS_ADDRESS_DAYS=30" in result.output
    assert site.current.readlink() == before


@ON_SQLITE
def test_go_live_refuses_a_build_with_a_damaged_page(run, site, built, tmp_path):
    before = site.current.readlink()
    shutil.copytree(built.folder, tmp_path / "new")
    Build(tmp_path / "new").web.joinpath(PAGE).write_text("<p>Cut.</p>")

    result = run("go-live", str(tmp_path / "new"))

    assert result.exit_code == 1
    assert f"did not go live: {PAGE}: " in result.output
    assert site.current.readlink() == before


@ON_SQLITE
@pytest.mark.parametrize("word", ["verify", "publish-all"])
def test_without_a_live_site_there_is_a_sentence(run, site, word):
    site.current.unlink()

    result = run(word)

    assert result.exit_code == 1
    assert "No site is live in" in result.output


@ON_SQLITE
def test_verify_sees_a_decision_of_another_process(run, comment, database, site, now):
    number = comment(Status.APPROVED)
    publishing.publish(database, site, now)
    assert run("verify").exit_code == 0
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE comments SET status = 'spam' WHERE id = {number}")

    assert run("verify").exit_code == 1


# -- builds that fail -------------------------------------------------------------------------

BROKEN = {
    "a broken plugin": "PLUGINS = [*PLUGINS, 'no_such_plugin']",
    "a missing template": "DIRECT_TEMPLATES = [*DIRECT_TEMPLATES, 'no_such_template']",
    "no theme": "THEME = '/no/such/theme'",
    "nonsense": "raise ValueError('nonsense')",
}


@ON_SQLITE
@pytest.mark.parametrize("line", BROKEN.values(), ids=BROKEN)
def test_a_build_that_fails_says_so_and_leaves_the_live_site(run, site, tmp_path, line):
    conf = tmp_path / "broken.py"
    conf.write_text(f"from pelicanconf import *\n{line}\n")
    before = site.current.readlink()

    result = run("publish", "--conf", str(conf))

    assert result.exit_code == 1
    assert "The site was not built; what is live stays as it was." in result.output
    assert site.current.readlink() == before
    assert len(list(site.builds.iterdir())) == 1


@ON_SQLITE
def test_a_site_folder_that_cannot_be_written_is_named(new_app, database, tmp_path):
    (tmp_path / "file").write_text("")

    app = new_app(site=tmp_path / "file" / "site")
    result = app.test_cli_runner().invoke(args=["publish"])

    assert result.exit_code == 1
    assert f"{tmp_path / 'file'}" in result.output


# -- how it starts ----------------------------------------------------------------------------

REFUSED = {
    "unknown setting": ({"colour": "red"}, "COMMENTS_COLOUR is not a setting."),
    "no secret": ({"secret_key": "", "site_url": "https://example.org"}, "SECRET_KEY is missing"),
    "short secret": ({"secret_key": "hunter2"}, "COMMENTS_SECRET_KEY is too short"),
    "no address": ({"site_url": "example.org"}, "COMMENTS_SITE_URL is 'example.org'"),
    "no database": ({"database_url": "handbill.sqlite3"}, "COMMENTS_DATABASE_URL"),
    "other database": ({"database_url": "mysql://localhost/x"}, "COMMENTS_DATABASE_URL"),
}


@pytest.mark.parametrize(("settings", "sentence"), REFUSED.values(), ids=REFUSED)
def test_a_setting_that_makes_no_sense_is_named_and_nothing_starts(start, settings, sentence):
    result = start("moderators", "list", **settings)

    assert result.returncode == 1
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr
    assert "hunter2" not in result.stderr + result.stdout
