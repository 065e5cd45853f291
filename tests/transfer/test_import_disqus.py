"""What Disqus exports comes in."""

from __future__ import annotations

import pytest

from comments_api.errors import UnreadableExport
from comments_api.transfer import disqus
from comments_api.transfer.files import MEGABYTE
from tests.conftest import ON_SQLITE
from tests.transfer.conftest import FILES, VOTE

FILE = FILES / "disqus.xml"
HEAD = '<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">\n'


@pytest.fixture
def stored(take_in, came):
    """The file's comments as they are stored, by their ids there."""
    take_in(FILE, "disqus")
    return came()


def test_statuses_are_kept_apart(stored):
    assert {number: one.status for number, one in stored.items()} == {
        "901": "approved",
        "902": "approved",
        "903": "trash",
        "904": "approved",
        "905": "spam",
        "906": "approved",
        "907": "pending",
        "908": "pending",
    }


def test_threads_stay_below_what_was_deleted_too(stored):
    above = {number: one.parent_id for number, one in stored.items()}

    assert above["902"] == stored["901"].id
    assert above["903"] == stored["902"].id
    assert above["904"] == stored["903"].id


def test_authors_texts_and_dates_come(stored):
    first = stored["901"]

    assert (first.author_name, first.author_email) == ("Bob", "bob@example.org")
    assert first.source == "I wrote to [them](https://example.org/them).\n\nSecond\nline"
    assert first.created.isoformat() == "2026-11-02T12:00:00+00:00"
    assert stored["902"].author_name == "Passer-by"
    assert stored["904"].author_name == "Anonymous"


def test_pages_are_found_by_their_links(stored):
    assert stored["901"].thread.key == VOTE
    assert stored["906"].thread.key == "disqus-keep-the-ferry-802"


@ON_SQLITE
def test_a_second_import_adds_nothing(take_in):
    first = take_in(FILE, "disqus")

    second = take_in(FILE, "disqus")

    assert (first.added, second.added, second.known) == (8, 0, 8)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"{HEAD}<post><message>x</message></post></disqus>", "line 2: a post has no dsq:id"),
        (f"{HEAD}<thread><link>x</link></thread></disqus>", "line 2: a thread has no dsq:id"),
        (f'<!DOCTYPE x [<!ENTITY e "x">]>{HEAD}</disqus>', 'line 1: it declares the entity "e"'),
        (f'{HEAD}<post dsq:id="1"><message>cut', "line 2: the file ends in the middle"),
        ("<rss/>", "no Disqus export"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path, content, said):
    path = tmp_path / "disqus.xml"
    path.write_text(content, "utf-8")

    with pytest.raises(UnreadableExport, match=said):
        list(disqus.read(path, MEGABYTE).comments)
