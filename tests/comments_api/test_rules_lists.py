"""Lists of words: from files and from the moderators' page, the newest version at once."""

from __future__ import annotations

import os

import pytest
import sqlalchemy as sa

from comments_api.errors import BadSetting, InvalidDraft
from comments_api.models import Change, Switches, WordList
from comments_api.rules import Numbers, Rulebook, lists
from comments_api.settings import ROOT
from tests.comments_api.judging import reasons
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator


@pytest.fixture
def folder(tmp_path):
    """A folder for files of words."""
    return tmp_path


@pytest.fixture
def book(folder):
    """A rulebook that reads the folder."""
    return Rulebook(Numbers(trust_after=0), folder=folder)


def write(path, content):
    """Write a file whose time differs from that of the one before."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.utime(path, ns=(before + 1_000_000, before + 1_000_000))


@ON_SQLITE
def test_words_of_a_file_count(session, now, book, folder):
    write(folder / "held.txt", "\ufeff# our words\r\nlottery\r\n")  # as an editor of Windows does
    write(folder / "spam.txt", "viagra")

    assert reasons(session, now, book, content="Lottery!") == ["held-words:lottery"]
    assert reasons(session, now, book, content="Viagra!") == ["spam-words:viagra"]


@ON_SQLITE
def test_a_missing_folder_has_no_words(session, now, folder):
    assert reasons(session, now, Rulebook(Numbers(trust_after=0), folder=folder / "none")) == []


@ON_SQLITE
def test_a_file_that_was_changed_counts_at_once(session, now, book, folder):
    write(folder / "held.txt", "lottery")
    assert reasons(session, now, book, content="Raffle!") == []

    write(folder / "held.txt", "raffle")

    assert reasons(session, now, book, content="Raffle!") == ["held-words:raffle"]
    assert reasons(session, now, book, content="Lottery!") == []


@ON_SQLITE
def test_words_of_the_file_and_of_the_page_count_together(session, now, book, folder):
    write(folder / "held.txt", "lottery")
    lists.change(session, "held", "raffle", None, now)

    found = reasons(session, now, book, content="A raffle is a lottery.")

    assert found == ["held-words:lottery, raffle"]


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        (b"ok\n***\n", 2, "“***” would match nearly every comment."),
        (b"ok\n\nca*sino\n", 3, "In “ca*sino”, the asterisk must be the last sign."),
        (b"x" * 101, 1, "is too long: an entry has at most 100 characters."),
        (b"ok\nok\n\xff\n", 3, "it is not UTF-8"),
    ],
)
def test_a_bad_file_is_named_with_its_line(folder, content, line, sentence):
    path = folder / "spam.txt"
    path.write_bytes(content)

    with pytest.raises(BadSetting) as caught:
        Rulebook(folder=folder).file_entries()

    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert sentence in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(folder):
    (folder / "held.txt").mkdir()

    with pytest.raises(BadSetting, match=r"held\.txt cannot be read"):
        Rulebook(folder=folder).file_entries()


@ON_SQLITE
def test_a_file_that_is_spoilt_meanwhile_counts_as_before(session, now, book, folder):
    write(folder / "held.txt", "lottery")
    reasons(session, now, book)

    write(folder / "held.txt", "lottery\n*\n")
    assert reasons(session, now, book, content="Lottery!") == ["held-words:lottery"]
    assert "held.txt:2" in book.trouble

    write(folder / "held.txt", "raffle")
    assert reasons(session, now, book, content="Lottery!") == []
    assert book.trouble == ""


def test_the_words_of_the_sample_can_be_read():
    entries = lists.from_files(ROOT / "content" / "data" / "words")

    assert all(entries[name] for name in lists.NAMES)


def test_a_change_is_recorded_and_every_process_sees_it(session, now):
    alice = make_moderator(session, now)
    one, other = (Rulebook(Numbers(trust_after=0)) for _ in range(2))
    for book in (one, other):
        assert reasons(session, now, book, content="Lottery!") == []

    lists.change(session, "held", "lottery", alice.id, now)

    for book in (one, other):
        assert reasons(session, now, book, content="Lottery!") == ["held-words:lottery"]
    line = session.scalars(sa.select(Change)).one()
    assert (line.what, line.moderator_id, line.created) == ("words:held", alice.id, now)


def test_each_change_raises_the_revision_by_one(session, now):
    revisions = []
    for text in ("one", "two", "three"):
        lists.change(session, "held", text, None, now)
        revisions += session.connection().execute(sa.select(Switches.revision)).scalars()

    assert revisions == [1, 2, 3]


def test_a_list_that_stays_the_same_is_no_change(session, now):
    lists.change(session, "held", "lottery", None, now)

    lists.change(session, "held", " lottery\r\n", None, now)

    assert session.scalars(sa.select(sa.func.count()).select_from(Change)).one() == 1


def test_a_list_can_be_emptied(session, now):
    lists.change(session, "held", "lottery", None, now)

    lists.change(session, "held", "", None, now)

    assert lists.stored(session) == {"held": "", "spam": ""}
    assert reasons(session, now, content="Lottery!") == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ok\n*", "Line 2: “*” would match nearly every comment."),
        ("x" * 20_001, "A list can have 20,000 characters here."),
        ("ok\x00", "This holds characters that no keyboard writes."),
    ],
)
def test_a_bad_list_is_refused_whole(session, now, text, sentence):
    lists.change(session, "held", "before", None, now)

    with pytest.raises(InvalidDraft) as caught:
        lists.change(session, "held", text, None, now)

    assert sentence in caught.value.errors["text"]
    assert session.scalars(sa.select(WordList.text)).all() == ["before"]
