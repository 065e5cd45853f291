"""Which regions of a build a mark means, and which letters a thread belongs to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comments_api import manifest
from comments_api.manifest import Manifest
from tests.factories import LETTER, THREAD, make_letter, make_manifest, make_thread

ENGLISH, FRENCH = make_letter(), make_letter(lang="fr")
OTHER = make_letter(key="another", thread="letter-another")
# A letter may be called as another one's thread is.
NAMESAKE = make_letter(key=THREAD, thread="letter-namesake")
FOUND = make_manifest(ENGLISH, FRENCH, OTHER, NAMESAKE, make_letter("send"))

PAGES = Manifest(
    FOUND.site,
    {
        THREAD: replace(
            make_thread(),
            pages={"en": (f"/{THREAD}/", "The vote"), "fr": ("/fr/the-vote/", "Le vote")},
        ),
        "park": replace(make_thread("park"), pages={"en": ("/green/", "After the park")}),
    },
    regions={},
    files={},
    assets={},
)


def test_a_ledger_is_marked_by_its_letter_by_its_thread_and_with_all():
    assert FOUND.named("ledger", LETTER) == [ENGLISH, FRENCH]
    assert FOUND.named("ledger", THREAD) == [ENGLISH, FRENCH, NAMESAKE]
    assert FOUND.named("ledger", "") == [ENGLISH, FRENCH, OTHER, NAMESAKE]


def test_asking_for_a_letter_never_finds_another_one_by_its_thread():
    assert FOUND.region("ledger", THREAD, "fr") == NAMESAKE
    assert FOUND.region("ledger", "letter-another", "en") is None
    assert FOUND.region("ledger", LETTER, "fr") == FRENCH
    assert FOUND.region("ledger", LETTER, "de") == ENGLISH


def test_the_letters_of_a_thread_are_those_that_say_so():
    assert FOUND.letters_of(THREAD, "fr") == [FRENCH]
    assert FOUND.letters_of(THREAD, "de") == [ENGLISH]
    assert FOUND.letters_of("post-other", "en") == []


@pytest.mark.parametrize(
    "words",
    [
        *(THREAD, "VOTE", "le vote", "/fr/the-vote/", f"/{THREAD}/"),
        *(f"https://example.org/{THREAD}/?x=1#comment-3", f"https://example.org/{THREAD}/#thread"),
    ],
)
def test_a_thread_is_called_by_its_key_by_titles_and_by_addresses(words):
    assert PAGES.threads_called(words) == [THREAD]


def test_a_key_is_the_first_that_is_meant_then_an_address_then_every_title():
    assert PAGES.threads_called("park") == ["park"]
    assert PAGES.threads_called("The") == [THREAD, "park"]
    for words in ("nothing", "/nowhere/", "http://[", "https://example.org"):
        assert PAGES.threads_called(words) == []


def test_what_is_written_is_what_is_read(tmp_path):
    path = tmp_path / manifest.NAME
    path.write_bytes(FOUND.to_json())

    assert manifest.read(path).regions == FOUND.regions
