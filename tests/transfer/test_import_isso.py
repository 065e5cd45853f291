"""The database of Isso comes in, and stays as it is."""

from __future__ import annotations

import hashlib
import sqlite3

import pytest

from comments_api.errors import UnreadableExport
from comments_api.transfer import isso
from comments_api.transfer.files import MEGABYTE
from tests.conftest import ON_SQLITE
from tests.transfer.conftest import VOTE

TABLES = """
CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
CREATE TABLE comments (
    tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT NOT NULL,
    modified FLOAT, mode INTEGER, remote_addr VARCHAR, text VARCHAR NOT NULL, author VARCHAR,
    email VARCHAR, website VARCHAR, likes INTEGER DEFAULT 0, dislikes INTEGER DEFAULT 0,
    voters BLOB NOT NULL, notification INTEGER DEFAULT 0
);
CREATE TABLE preferences (key VARCHAR PRIMARY KEY, value VARCHAR);
INSERT INTO preferences VALUES ('session-key', 'a secret');
INSERT INTO threads VALUES (1, '/2026/11/the-vote/', 'The vote'), (2, '/gone/', 'Gone');
PRAGMA user_version = 5;
"""
# Number, parent, created, mode, address, text, author, e-mail, website, thread.
ROWS = [
    (1, None, 1793620800.25, 1, "192.0.2.0", "I *wrote*.\n\n> q", "Bob", "bob@example.org",
     "https://bob.example.org", 1),
    (2, 1, 1793624400.0, 2, "2001:db8:1::", "This one waits.", None, None, None, 1),
    (3, 1, 1793628000.0, 4, "192.0.2.0", "", None, None, None, 1),
    (4, 3, 1793631600.0, 1, "192.0.2.0", "Below a tombstone. <b>tags</b>", "Ann", "", "", 1),
    (5, None, 1336000000.0, 1, "192.0.2.0", "My page is gone.", "Una", "una at home", "ftp://x", 2),
    (6, None, 1793631601.0, 8, "192.0.2.0", "A mode of the future.", "Fay", None, None, 1),
    (7, None, 1793631602.0, 1, "192.0.2.0", "No page at all.", "Noa", None, None, None),
    (8, None, 1793631603.0, 1, "192.0.2.0", "> " * 60 + "deep", "Dee", None, None, 1),
    (9, None, 1793631604.0, 1, "192.0.2.0", "[x]: https://example.org", "Ina", None, None, 1),
    (10, None, -1e300, 1, "192.0.2.0", "a\x00b\x07c", "N\u202eame\n", None, None, 1),
]  # fmt: skip


@pytest.fixture
def file(tmp_path):
    """A database as Isso has it."""
    path = tmp_path / "isso.db"
    connection = sqlite3.connect(path)
    connection.executescript(TABLES)
    connection.executemany(
        "INSERT INTO comments (id, parent, created, mode, remote_addr, text, author, email,"
        " website, tid, voters) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, x'')",
        ROWS,
    )
    connection.commit()
    connection.close()
    return path


@pytest.fixture
def stored(take_in, came, file):
    """Its comments as they are stored, by their ids there."""
    take_in(file, "isso")
    return came()


def test_statuses_are_kept_apart_and_what_is_unknown_waits(stored):
    assert [stored[str(n)].status for n in range(1, 8)] == [
        *("approved", "pending", "withdrawn", "approved", "approved", "pending", "pending"),
    ]


def test_threads_stay_below_tombstones_too(stored):
    assert stored["3"].parent_id == stored["1"].id
    assert stored["4"].parent_id == stored["3"].id


def test_texts_stay_as_they_were_typed(stored):
    assert stored["1"].source == "I *wrote*.\n\n> q"
    assert "<em>wrote</em>" in stored["1"].rendered
    assert stored["4"].source == "Below a tombstone. <b>tags</b>"
    assert "&lt;b&gt;" in stored["4"].rendered


def test_times_are_seconds_of_utc(stored):
    assert stored["1"].created.isoformat() == "2026-11-02T12:00:00.250000+00:00"


def test_authors_come_and_what_is_no_address_does_not(stored):
    assert (stored["1"].author_email, stored["1"].author_url) == (
        "bob@example.org",
        "https://bob.example.org",
    )
    assert (stored["5"].author_email, stored["5"].author_url) == ("", "")
    assert stored["2"].author_name == "Anonymous"
    assert stored["1"].address_block == "192.0.2.0/24"
    assert stored["2"].address_block == "2001:db8:1::/48"


def test_a_tombstone_says_nothing_of_anybody(stored):
    gone = stored["3"]

    assert (gone.author_name, gone.source, gone.rendered, gone.address_block) == ("", "", "", None)


def test_pages_are_found_by_their_paths(stored):
    assert stored["1"].thread.key == VOTE
    assert stored["5"].thread.key == "isso-2"


def test_what_markup_would_hide_is_shown_as_plain_text(take_in, came, file):
    report = take_in(file, "isso")

    stored = came()
    assert "deep" in stored["8"].rendered
    assert "<blockquote>" not in stored["8"].rendered
    assert "https://example.org" in stored["9"].rendered
    assert {"8", "9"} <= report.cleaned.keys()


def test_what_cannot_be_typed_is_taken_out_and_said(take_in, came, file, now):
    report = take_in(file, "isso")

    stored = came()["10"]
    assert (stored.source, stored.author_name, stored.created) == ("abc", "Name", now)
    assert len(report.cleaned["10"]) == 2


def test_the_file_stays_as_it_is_and_may_be_read_only(take_in, file):
    file.chmod(0o400)
    before = hashlib.sha256(file.read_bytes()).digest()

    take_in(file, "isso")
    second = take_in(file, "isso")

    assert second.added == 0
    assert hashlib.sha256(file.read_bytes()).digest() == before
    assert {path.name for path in file.parent.glob("isso.db*")} == {"isso.db"}


@ON_SQLITE
@pytest.mark.usefixtures("untouched")
def test_a_database_that_isso_has_open_is_refused(take_in, file):
    file.with_name("isso.db-wal").write_bytes(b"x")

    with pytest.raises(UnreadableExport, match="it is in use: stop Isso"):
        take_in(file, "isso")


@pytest.mark.parametrize("cut", [100, 5000, 0.5])
def test_a_damaged_database_is_refused(file, cut):
    content = file.read_bytes()
    file.write_bytes(content[: cut if cut > 1 else len(content) // 2])

    with pytest.raises(UnreadableExport, match="damaged"):
        list(isso.read(file, MEGABYTE).comments)
