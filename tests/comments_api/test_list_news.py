"""What came into a list since it was drawn: as much as it would show if it were drawn anew."""

from __future__ import annotations

from datetime import timedelta

import pytest

from comments_api import complaints, decisions, editing, list_news, marks, undoing
from comments_api.editing import Change
from comments_api.models import Status
from comments_api.rules import Rulebook
from comments_api.wanted import Wanted
from tests.factories import make_comment, make_manifest, make_thread

BOB = "hash of Bob's cookie"


@pytest.fixture
def came(session, alice):
    """Counts what came into a list of Alice's since the record had a line."""

    def counted(drawn, newest=None, **fields):
        wanted = Wanted.of({"tab": "pending", **fields})
        return list_news.news(
            session, make_manifest(), wanted, list_news.Seen(newest, drawn), alice
        ).came

    return counted


def report(session, comment, now):
    said = complaints.check({"reason": "abuse"}, "en")
    return complaints.complain(session, comment.id, said, (), now).id


def test_it_counts_what_arrived_and_passes_the_filters(session, now, came):
    make_comment(session, now, Status.PENDING)
    drawn = list_news.last(session)
    make_comment(session, now, Status.PENDING, author_name="Zoe", content="A needle.")
    make_comment(session, now, Status.PENDING, content="Hay.")
    make_comment(session, now, Status.SPAM)

    assert came(drawn) == 2
    assert came(drawn, author="Zoe") == 1
    assert came(drawn, q="needle") == 1
    assert came(drawn, thread="elsewhere") == 0
    assert came(drawn, tab="spam") == 1
    assert came(drawn, tab="mine") == 0
    assert came(list_news.last(session)) == 0


def test_it_counts_a_new_text_that_waits(session, now, came):
    comment = make_comment(session, now, Status.APPROVED, make_thread(mode="open"), reader=BOB)
    drawn = list_news.last(session)
    later = now + timedelta(minutes=1)
    change = Change("Another text.", reader=BOB)

    editing.edit(session, comment.id, change, Rulebook(), make_thread(mode="open"), later)

    assert came(drawn) == 1
    assert came(drawn, q="another") == 1
    assert came(drawn, q="nowhere") == 0
    assert came(drawn, tab="approved") == 0


def test_it_counts_what_a_colleague_puts_back_and_not_what_was_there(
    session, now, came, alice, carol
):
    one, two, three = (make_comment(session, now, Status.PENDING) for _ in range(3))
    decisions.decide(session, three.id, "approve", 1, carol, now)
    drawn = list_news.last(session)

    decisions.decide(session, one.id, "approve", 1, alice, now)  # it leaves her list
    decisions.decide(session, one.id, "hold", 2, carol, now)
    decisions.decide(session, two.id, "spam", 1, carol, now, batch="slip")  # it stays on it
    undoing.undo(session, "slip", carol, now)
    marks.mark(session, three.id, 2, "highlight", carol, now)

    assert came(drawn) == 1
    assert came(drawn, tab="approved") == 0


def test_what_she_did_herself_is_no_news(session, now, came, alice):
    comment = make_comment(session, now, Status.APPROVED)
    drawn = list_news.last(session)

    decisions.decide(session, comment.id, "hold", comment.version, alice, now)

    assert came(drawn) == 0


def test_it_counts_comments_that_were_reported_since(session, now, came):
    one, two = make_comment(session, now), make_comment(session, now, author_name="Zoe")
    newest = report(session, one, now)
    drawn = list_news.last(session)
    assert came(drawn, newest, tab="reported") == 0

    report(session, two, now)
    report(session, two, now)

    assert came(drawn, newest, tab="reported") == 1
    assert came(drawn, newest, tab="reported", author="Zoe") == 1
    assert came(drawn, newest, tab="reported", author="Bob") == 0
