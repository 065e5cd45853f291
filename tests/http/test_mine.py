"""GET /api/threads/{thread}/mine: a reader's own comments that wait or can still be changed."""

from __future__ import annotations

import pytest

from tests.conftest import ON_SQLITE
from tests.http.conftest import API
from tests.http.reading import parse, words

HTML = {"Accept": "text/html"}


@pytest.fixture
def trusted(declare, new_app):
    """A browser whose comments are public at once."""
    declare(mode="open")
    return new_app(trust_after=0, flood_seconds=0).test_client()


def links(answer):
    """Return where the links of a fragment lead."""
    return [link.get("href") for link in parse(answer.text).iter("a")]


def test_a_reader_sees_her_own_held_comments(app, bob):
    bob.send(content="First.")
    bob.send(content="Second.", author_email="bob@secret.example")
    app.test_client().send(content="Somebody else's.")

    answer = bob.get(f"{API}/mine")

    texts = [one["content"]["rendered"] for one in answer.json["comments"]]
    assert texts == ["<p>First.</p>\n", "<p>Second.</p>\n"]
    assert {one["status"] for one in answer.json["comments"]} == {"pending"}
    assert "secret.example" not in answer.text


@ON_SQLITE
def test_somebody_without_a_cookie_sees_none(app, bob):
    bob.send()

    assert app.test_client().get(f"{API}/mine").json == {"comments": []}


@ON_SQLITE
def test_once_decided_it_is_hers_no_more_than_everybodys(bob, alice, stored, watch):
    bob.send()
    bob.send(content="Another.")

    alice.decide(stored()[0].id, "approve")
    alice.decide(stored()[1].id, "spam")
    watch.forward(minutes=15)

    assert bob.get(f"{API}/mine").json == {"comments": []}


def test_what_is_public_is_hers_as_long_as_she_can_change_it(trusted, watch):
    trusted.send(content="At once.")

    at_first = trusted.get(f"{API}/mine").json["comments"]
    watch.forward(minutes=15)

    assert [(one["status"], one["editable_until"]) for one in at_first] == [
        ("approved", "2026-11-21T12:15:00")
    ]
    assert "message" not in at_first[0]
    assert trusted.get(f"{API}/mine").json == {"comments": []}


def test_what_waits_is_hers_for_longer_but_cannot_be_changed(bob, watch):
    bob.send()
    watch.forward(minutes=15)

    [one] = bob.get(f"{API}/mine").json["comments"]

    assert one["status"] == "pending"
    assert "editable_until" not in one


def test_a_person_gets_the_ways_to_change_it(bob, watch):
    number = bob.send_json().json["id"]

    now = bob.get(f"{API}/mine", headers=HTML)
    watch.forward(minutes=15)
    later = bob.get(f"{API}/mine", headers=HTML)

    assert "You can edit or withdraw it until 12:15." in words(parse(now.text))
    assert links(now) == [f"/api/comments/{number}/{act}?lang=en" for act in ("edit", "withdraw")]
    assert f'data-held="{number}"' in now.text
    assert links(later) == []


def test_of_what_is_public_the_script_gets_one_line(trusted):
    number = trusted.send_json().json["id"]

    answer = trusted.get(f"{API}/mine", headers=HTML)

    assert f'data-own="{number}"' in answer.text
    assert "data-held" not in answer.text
    assert "Only you can see" not in answer.text


@ON_SQLITE
def test_each_thread_has_its_own(bob):
    bob.send()

    assert bob.get("/api/threads/post-the-answer/mine").json == {"comments": []}


@ON_SQLITE
def test_a_browser_gets_them_as_they_will_look(bob):
    bob.send(content="I wrote on **Monday**.")

    answer = bob.get(f"{API}/mine", headers=HTML)

    assert "<strong>Monday</strong>" in answer.text
    assert "Only you can see this." in answer.text


@ON_SQLITE
def test_no_cache_keeps_it(bob):
    assert bob.get(f"{API}/mine").headers["Cache-Control"] == "no-store"


@ON_SQLITE
def test_a_thread_that_no_page_has_is_unknown(bob):
    assert bob.get("/api/threads/post-nobody-wrote/mine").status_code == 404
