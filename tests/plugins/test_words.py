from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from plugins import words


def content(lang="fr", url="fr/x/"):
    return SimpleNamespace(lang=lang, url=url)


@pytest.mark.parametrize(
    ("context", "lang"),
    [
        ({}, "en"),
        ({"article": content()}, "fr"),
        ({"letter": content()}, "fr"),
        ({"page": content()}, "fr"),
        ({"page": content(lang="")}, "en"),
        ({"page": content(), "page_language": "de"}, "de"),
    ],
    ids=["none", "post", "letter", "page", "page without", "named"],
)
def test_a_page_is_in_the_language_of_what_it_shows(context, lang):
    assert words.language_of({"DEFAULT_LANG": "en", **context}) == lang


@pytest.mark.parametrize("address", ["a/b/", "/a/b/"])
def test_an_address_begins_at_the_root(address):
    assert words.rooted(address) == "/a/b/"
    assert words.rooted(content(url=address)) == "/a/b/"


def test_a_day_is_that_of_the_sites_zone():
    context = {"DEFAULT_LANG": "en", "TIMEZONE": "Europe/London"}

    assert words._day(context, datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2026"
    assert words._day_short(context, date(2026, 6, 30)) == "30 Jun 2026"


def test_a_day_is_written_in_the_language_of_the_page():
    context = {"DEFAULT_LANG": "en", "TIMEZONE": "Europe/London", "page_language": "fr"}

    assert words._day(context, date(2026, 12, 5)) == "5 décembre 2026"


def test_the_pages_of_the_site_say_their_language(built):
    assert '<html lang="fr" dir="ltr">' in built.read("fr/2026/11/the-vote/index.html").decode()
    assert '<html lang="en" dir="ltr">' in built.read("2026/11/the-vote/index.html").decode()
