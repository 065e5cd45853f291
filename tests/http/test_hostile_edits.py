"""Hostile text in edits and reports of comments: nothing but text comes out of any page."""

from __future__ import annotations

import pytest

from comments_api import complaints, editing
from comments_api.models import Comment, Status
from comments_api.rules import Rulebook
from comments_api.senders import reader_hash
from tests.conftest import ON_SQLITE
from tests.factories import make_thread
from tests.http import hostile
from tests.http.conftest import API, SECRET
from tests.http.reading import filled, parse
from tests.http.test_hostile_text import demand_inert

pytestmark = ON_SQLITE

HTML = {"Accept": "text/html"}


def boxes(answer):
    """Return what stands in the moderators' boxes of before and after."""
    found = [e for e in parse(answer.text).iter("div") if e.get("class") == "change__text"]
    return ["".join(box.itertext()) for box in found]


@pytest.fixture
def edited(comment, database, now):
    """Stores a comment of Bob's browser for each hostile text, and edits that into it."""

    def make(status):
        numbers = []
        for number, text in enumerate(hostile.TEXTS):
            reader = reader_hash(SECRET, "Bob")
            numbers.append(comment(status, content=f"Quiet {number}.", reader=reader))
            change = editing.Change(f"{text}\n\nEdit {number}.", reader, as_it_is=True)
            with database.session() as session:
                editing.edit(session, numbers[-1], change, Rulebook(), make_thread(), now)
        return numbers

    return make


def test_pages_of_ones_own_comments_are_inert_and_give_the_text_back(bob, edited, stored):
    numbers = edited(Status.PENDING)
    bob.set_cookie("reader", "Bob")

    demand_inert(bob.get(f"{API}/mine", headers=HTML).text, at_least=len(numbers))
    demand_inert(bob.get(f"{API}/thanks", headers=HTML).text, at_least=len(numbers))
    for one in stored():
        demand_inert(bob.get(f"/api/comments/{one.id}/withdraw", headers=HTML).text, at_least=1)
        answer = bob.get(f"/api/comments/{one.id}/edit", headers=HTML)
        demand_inert(answer.text)
        assert filled(answer, "/edit")["content"] == one.source


def test_what_moderators_see_of_edits_is_inert_and_complete(alice, edited, database):
    numbers = edited(Status.APPROVED)

    answer = alice.get("/moderate/")

    demand_inert(answer.text, at_least=2 * len(numbers))  # as it is, and as it would look
    with database.session() as session:
        shown = [
            text
            for number in numbers
            for text in (
                session.get_one(Comment, number).source,
                session.get_one(editing.Edit, number).source,
            )
        ]
    assert boxes(answer) == [" ".join(text.split("\r")) for text in shown]


def test_what_readers_report_is_inert_and_complete(alice, bob, comment, database, now):
    number = comment(Status.APPROVED)
    with database.session() as session:
        for text in hostile.TEXTS:
            said = complaints.check({"reason": "abuse", "words": text}, "en")
            complaints.complain(session, number, said, [], now)

    answer = alice.get("/moderate/reported")

    tree = demand_inert(answer.text)
    words = ["".join(e.itertext()) for e in tree.iter("blockquote")]
    assert len([one for one in words if one]) >= len(hostile.TEXTS)


@pytest.mark.parametrize("text", hostile.TEXTS)
def test_a_refused_report_gives_its_words_back_as_text(bob, comment, text):
    number = comment(Status.APPROVED)

    answer = bob.post(f"/api/comments/{number}/report", data={"words": text})

    assert answer.status_code == 422
    demand_inert(answer.text)
    assert filled(answer, "/report")["words"] == text
