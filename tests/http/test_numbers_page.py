"""/moderate/numbers: charts and tables that say the same, and what readers are told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from comments_api import decisions, numbers_page
from comments_api.models import Status
from tests.conftest import ON_SQLITE
from tests.factories import make_comment, make_moderator
from tests.http.reading import parse, said, words

NUMBERS = "/moderate/numbers"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def answered(database, now):
    """Some comments that Alice approved after four hours each, and one that waits."""
    with database.session() as session:
        alice = make_moderator(session, now)
        for _ in range(5):
            comment = make_comment(session, now - timedelta(hours=4), Status.PENDING)
            decisions.decide(session, comment.id, "approve", 1, alice.id, now)
        make_comment(session, now - timedelta(minutes=30), Status.PENDING)


def test_nobody_else_sees_it(bob):
    assert bob.get(NUMBERS).headers["Location"].startswith("/moderate/sign-in")


def test_it_says_what_waits_how_long_and_who_decided(alice, answered):
    answer = alice.get(NUMBERS)

    shown = said(answer)
    assert "Waiting now 1" in shown
    assert "The oldest of them came 30 minutes ago" in shown
    assert "Half are decided within 4 hours" in shown
    assert "“Usually answered within 4 hours.”" in shown


@ON_SQLITE
def test_each_chart_stands_beside_a_table_with_the_same_numbers(alice, answered):
    page = parse(alice.get(NUMBERS).text)

    titles = [words(svg.find(f"{SVG}title")) for svg in page.iter(f"{SVG}svg")]
    assert titles == [
        "Comments that had to wait, and decisions",
        "Why comments had to wait",
        "Decisions by moderator",
    ]
    days, reasons, people = page.iter("table")
    assert words(days.find("tbody/tr")) == "21 Nov 2026 6 6 5"
    held = "Every comment on this page is held. 6 5 0 1"
    assert held in [words(row) for row in reasons.findall("tbody/tr")]
    assert words(people.find("tbody/tr")) == "Alice 5 0 0 0 0"
    assert len(days.findall("tbody/tr")) == 30


@ON_SQLITE
def test_a_site_without_comments_has_a_page_too(alice):
    answer = alice.get(NUMBERS)

    assert "Waiting now 0" in said(answer)
    assert "No comment had to wait in 30 days." in said(answer)
    assert "Nobody decided anything in 30 days." in said(answer)
    assert "Readers are told how long it usually takes as soon as" in said(answer)


@ON_SQLITE
def test_nothing_in_it_is_a_style_that_the_policy_refuses(alice, answered):
    page = parse(alice.get(NUMBERS).text)

    assert [e.tag for e in page.iter() if "style" in e.attrib or e.tag == "style"] == []


@pytest.mark.parametrize(
    ("span", "sentence"),
    [
        (timedelta(seconds=5), "1 minute"),
        (timedelta(minutes=89), "89 minutes"),
        (timedelta(minutes=91), "2 hours"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(hours=50), "2 days"),
    ],
)
def test_a_span_is_said_as_a_person_would(span, sentence):
    assert numbers_page.span(span, "en") == sentence


# -- what readers are told --------------------------------------------------------------------


@ON_SQLITE
def test_readers_are_told_how_long_it_usually_takes(bob, answered):
    sent = bob.send_json(content="I wrote to them, too.")

    mine = bob.get("/api/threads/post-the-vote/mine")
    shown = bob.get("/api/threads/post-the-vote/mine", headers={"Accept": "text/html"})
    thanks = bob.get("/api/threads/post-the-vote/thanks", headers={"Accept": "text/html"})

    usual = "Usually answered within 4 hours."
    assert sent.json["message"].endswith(f"when a moderator has read it. {usual}")
    assert mine.json["comments"][0]["message"].endswith(usual)
    assert usual in words(parse(shown.text))
    assert words(parse(thanks.text)).count(usual) == 1


@ON_SQLITE
def test_they_are_told_nothing_that_nobody_knows(bob):
    sent = bob.send_json()

    thanks = bob.get("/api/threads/post-the-vote/thanks", headers={"Accept": "text/html"})

    assert sent.json["message"].endswith("when a moderator has read it.")
    assert "Usually" not in said(thanks)


@ON_SQLITE
def test_a_comment_that_is_public_at_once_has_no_such_words(new_app, declare, answered):
    declare(mode="open")
    bob = new_app(trust_after=0).test_client()

    sent = bob.send_json(content="I wrote to them, too.")

    assert sent.json["status"] == "approved"
    assert "message" not in sent.json
