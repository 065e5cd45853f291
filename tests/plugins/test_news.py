"""What a build tells of its posts and letters, and what its pages offer where mail is sent."""

from __future__ import annotations

import pytest

from tests.http.reading import parse
from tests.site.building import build

POST, LETTER = "2026/11/the-vote/index.html", "letters/write-to-the-chair/index.html"


@pytest.fixture(scope="module")
def with_mail(tmp_path_factory):
    """The small site, built where mail is sent."""
    return build(tmp_path_factory.mktemp("with-mail"), MAIL=True)


def actions(site, page):
    """Return where the forms and links of a page lead that are about following."""
    tree = parse(site.read(page).decode())
    found = [e.get("action", "") for e in tree.iter("form")]
    found += [e.get("href", "") for e in tree.iter("a")]
    return [address for address in found if address.startswith("/api/follow")]


def choices(site, page):
    """Return what the comment form offers mail about."""
    tree = parse(site.read(page).decode())
    selects = [e for e in tree.iter("select") if e.get("name") == "follow"]
    return [option.get("value") for select in selects for option in select.iter("option")]


def test_every_post_and_letter_is_told_once_with_all_its_languages(built):
    news = built.manifest.site["news"]

    assert set(news) == {
        *("post:the-vote", "post:the-answer"),
        *("letter:write-to-the-chair", "letter:remind-the-chair", "letter:ask-the-paper"),
    }
    vote = news["post:the-vote"]
    assert (vote["kind"], vote["lang"]) == ("post", "en")
    assert vote["pages"] == {
        "en": ["/2026/11/the-vote/", 'The vote: "yes" & <b>no</b>'],
        "fr": ["/fr/2026/11/the-vote/", "Le vote : « oui » & <b>non</b>"],
    }
    assert news["letter:write-to-the-chair"]["kind"] == "letter"


def test_what_is_about_people_in_danger_says_so(built):
    news = built.manifest.site["news"]

    assert [key for key, page in news.items() if page["sensitive"]] == ["letter:remind-the-chair"]


def test_a_thread_knows_who_wrote_its_page(built):
    assert built.manifest.threads["post-the-vote"].context["authors"] == ["The campaign team"]


def test_where_mail_is_sent_pages_offer_it(with_mail):
    assert actions(with_mail, POST) == ["/api/follow?thread=post-the-vote&lang=en"]
    assert choices(with_mail, POST) == ["", "replies", "thread"]
    assert "/api/follow?lang=en" in actions(with_mail, "index.html")
    assert "/api/follow?lang=en" in actions(with_mail, LETTER)
    assert with_mail.manifest.threads["post-the-vote"].context["mail"] is True


@pytest.mark.parametrize("page", [POST, LETTER, "index.html"])
def test_where_none_is_sent_nothing_offers_it(built, page):
    assert (actions(built, page), choices(built, page)) == ([], [])


def test_a_sensitive_letter_asks_nobody_for_an_address_of_its_own_accord(with_mail):
    assert "/api/follow?lang=en" not in actions(with_mail, "letters/remind-the-chair/index.html")
