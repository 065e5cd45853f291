"""The export command, and the way back."""

from __future__ import annotations

import stat

import orjson
import pytest

from comments_api.models import Status
from tests.conftest import ON_SQLITE
from tests.http.conftest import PAGE
from tests.transfer.conftest import dump


@pytest.fixture
def said(comment):
    """One public comment, and one that waits."""
    return comment(Status.APPROVED, content="Seen by all."), comment(content="It waits.")


def test_everything_goes_to_a_file_that_only_its_owner_reads(run, said, tmp_path):
    out = tmp_path / "all.jsonl"

    result = run("export", "--out", str(out))

    lines = [orjson.loads(line) for line in out.read_bytes().splitlines()]
    assert result.exit_code == 0, result.output
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert lines[0]["handbill"] == "export"
    assert [line["row"]["id"] for line in lines[1:-1] if line["table"] == "comments"] == list(said)
    assert lines[-1] == {"end": len(lines) - 2}
    assert sorted(path.name for path in tmp_path.glob("*.jsonl*")) == ["all.jsonl"]


@ON_SQLITE
@pytest.mark.usefixtures("said")
def test_without_a_file_it_goes_to_the_terminal(run):
    result = run("export", "--format", "wxr")

    assert result.exit_code == 0
    assert result.stdout.startswith('<?xml version="1.0"')
    assert "Seen by all." in result.stdout


@ON_SQLITE
@pytest.mark.usefixtures("said")
def test_what_is_public_goes_to_a_folder(run, tmp_path):
    result = run("export", "--format", "public", "--out", str(tmp_path / "comments"))

    assert result.exit_code == 0
    assert "1 thread written" in result.output
    assert b"It waits." not in (tmp_path / "comments" / "post-the-vote.json").read_bytes()


@ON_SQLITE
@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--format", "public"], 2, "--out FOLDER"),
        (["--format", "yaml"], 2, "yaml"),
        (["--out", "/nowhere/at/all.jsonl"], 1, "cannot be written: No such file"),
    ],
)
def test_what_cannot_be_done_is_said(run, words, code, said):
    result = run("export", *words)

    assert result.exit_code == code
    assert said in result.output


@pytest.mark.usefixtures("said")
def test_it_comes_back_into_an_empty_database_and_onto_the_pages(run, start, site, tmp_path):
    out = tmp_path / "all.jsonl"
    assert run("export", "--out", str(out)).exit_code == 0
    fresh = {"database_url": f"sqlite:///{tmp_path}/fresh.sqlite3", "site": site.root}
    assert start("db", "upgrade", **fresh).returncode == 0

    done = start("import-jsonl", str(out), **fresh)
    again = start("import-jsonl", str(out), **fresh)

    assert done.returncode == 0, done.stderr
    assert "rows came back" in done.stdout
    assert b"Seen by all." in site.live().read(PAGE)
    assert start("verify", **fresh).returncode == 0
    assert again.returncode == 1
    assert "The database is not empty" in again.stderr


@ON_SQLITE
@pytest.mark.usefixtures("site")
def test_what_is_no_export_is_refused(run, database, tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text("{}\n")
    before = dump(database)

    result = run("import-jsonl", str(path))

    assert result.exit_code == 1
    assert "line 1: it is no export of Handbill" in result.output
    assert dump(database) == before
