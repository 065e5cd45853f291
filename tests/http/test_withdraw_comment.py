"""/api/comments/{comment}/withdraw: a reader takes her own comment away."""

from __future__ import annotations

import pytest

from comments_api.models import Status
from tests.conftest import ON_SQLITE
from tests.http.conftest import PAGE
from tests.http.reading import parse, said

HTML = {"Accept": "text/html"}
FORM = {"Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"}
FEEDS = ("feeds/threads/post-the-vote.atom.xml", "feeds/comments.atom.xml")


@pytest.fixture
def public(bob, alice, stored):
    """A comment of Bob's that Alice approved."""
    bob.send(content="I live above the bakery.", author_name="Bob Marley")
    number = stored()[-1].id
    alice.decide(number, "approve")
    return number


def withdraw(browser, number, **headers):
    """Press the button of the page that asks."""
    return browser.post(f"/api/comments/{number}/withdraw", headers={**FORM, **headers})


def test_the_page_asks_and_shows_what_would_go(bob, public, stored):
    answer = bob.get(f"/api/comments/{public}/withdraw", headers=HTML)

    assert answer.status_code == 200
    assert "I live above the bakery." in said(answer)
    assert "cannot be undone" in said(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert stored()[0].status == "approved"


def test_it_leaves_the_page_and_every_feed_at_once(bob, public, site):
    live = site.live()
    assert all(b"bakery" in live.read(path) for path in (PAGE, *FEEDS))

    answer = withdraw(bob, public)

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/2026/11/the-vote/#thread"
    for path in (PAGE, *FEEDS, "comments/index.html"):
        assert b"bakery" not in live.read(path)
        assert b"Marley" not in live.read(path)


def test_where_somebody_answered_a_tombstone_stays(bob, public, alice, stored, site):
    alice.decide(public, "reply", stored()[0].version, content="Thank you.")

    withdraw(bob, public)

    tree = parse(site.live().read(PAGE).decode())
    [item] = [e for e in tree.iter("li") if e.get("id") == f"comment-{public}"]
    text = " ".join("".join(item.itertext()).split())
    assert "has withdrawn it" in text
    assert "Thank you." in text
    assert "Marley" not in text


def test_of_what_waits_nothing_is_left(bob, stored):
    bob.send(content="I live above the bakery.")

    answer = withdraw(bob, stored()[0].id)

    assert answer.status_code == 303
    assert [(one.status, one.source, one.author_name) for one in stored()] == [
        ("withdrawn", "", "")
    ]
    assert bob.get("/api/threads/post-the-vote/mine").json == {"comments": []}


@ON_SQLITE
def test_a_program_gets_what_is_left(bob, public):
    answer = bob.post(f"/api/comments/{public}/withdraw", json={})

    assert answer.status_code == 200
    assert (answer.json["id"], answer.json["status"]) == (public, "withdrawn")
    assert (answer.json["author_name"], answer.json["content"]["rendered"]) == ("", "")


@ON_SQLITE
def test_a_second_press_of_the_button_finds_nothing(bob, public):
    withdraw(bob, public)

    answer = withdraw(bob, public)

    assert answer.status_code == 404
    assert "not on the page" in said(answer)
    assert "/2026/11/the-vote/#thread" in [a.get("href") for a in parse(answer.text).iter("a")]


@ON_SQLITE
def test_another_site_withdraws_nothing(bob, public, stored):
    answer = withdraw(bob, public, **{"Sec-Fetch-Site": "cross-site"})

    assert (answer.status_code, stored()[0].status) == (403, "approved")


@ON_SQLITE
def test_after_a_while_it_stays(bob, public, stored, watch):
    watch.forward(minutes=16)

    assert withdraw(bob, public).status_code == 403
    assert stored()[0].status == "approved"


@ON_SQLITE
def test_looking_withdraws_nothing(bob, public, stored):
    for method in (bob.get, bob.head, bob.options):
        method(f"/api/comments/{public}/withdraw")

    assert stored()[0].status == "approved"


@ON_SQLITE
def test_a_moderator_sees_that_its_author_did_it(alice, bob, comment, stored):
    bob.send()
    withdraw(bob, stored()[0].id)

    record = said(alice.get("/moderate/record"))

    assert "its author Withdrawn" in record
    assert comment(Status.PENDING)
