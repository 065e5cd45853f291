"""GET /api/threads/{thread}/mine: a reader's own comments that nobody else can see yet."""

from __future__ import annotations

from tests.conftest import ON_SQLITE
from tests.http.conftest import API

HTML = {"Accept": "text/html"}


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
def test_once_decided_it_is_hers_no_more_than_everybodys(bob, alice, stored):
    bob.send()
    bob.send(content="Another.")

    alice.decide(stored()[0].id, "approve")
    alice.decide(stored()[1].id, "spam")

    assert bob.get(f"{API}/mine").json == {"comments": []}


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
