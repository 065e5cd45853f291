"""What was sent twice is one decision: it is known again, and nothing else is taken for it."""

from __future__ import annotations

import pytest

from comments_api import complaints, decisions, editing, notes, undoing
from comments_api.bulk import decide_all, mark_all
from comments_api.editing import Change
from comments_api.models import Complaint, Status
from comments_api.rules import Rulebook
from tests.factories import make_comment, make_thread

BOB = "hash of Bob's cookie"
OPEN = make_thread(mode="open")


@pytest.fixture
def seen(session, now):
    """What a screen has of two comments that wait."""
    found = [make_comment(session, now, Status.PENDING) for _ in range(2)]
    return [(one.id, one.version) for one in found]


def test_many_decided_twice_are_done_in_the_first_batch(session, now, alice, seen):
    first = decide_all(session, "approve", seen, alice, now, "one")

    second = decide_all(session, "approve", seen, alice, now, "two")

    assert second == first
    assert (second.done, second.batch) == ([number for number, _ in seen], "one")


def test_many_pinned_twice_are_done_in_the_first_batch(session, now, alice):
    found = [make_comment(session, now) for _ in range(2)]
    seen = [(one.id, one.version) for one in found]

    first, second = (mark_all(session, "pin", seen, alice, now, name) for name in ("one", "two"))

    assert second == first


def test_an_edit_accepted_with_many_is_known_again(session, now, alice):
    comment = make_comment(session, now, Status.APPROVED, OPEN, reader=BOB)
    change = Change("The new text.", BOB, as_it_is=True)
    editing.edit(session, comment.id, change, Rulebook(), OPEN, now)
    session.flush()
    seen = [(comment.id, comment.version)]

    first, second = (decide_all(session, "approve", seen, alice, now, one) for one in ("a", "b"))

    assert second == first


@pytest.mark.parametrize("between", ["another action", "a colleague", "undone", "more to do"])
def test_what_is_not_the_very_same_is_left(session, now, alice, carol, seen, between):
    decide_all(session, "spam", seen, carol if between == "a colleague" else alice, now, "one")
    if between == "undone":
        undoing.undo(session, "one", alice, now)
    if between == "more to do":
        new = make_comment(session, now, Status.PENDING)
        seen = [*seen, (new.id, new.version)]
    action = "trash" if between == "another action" else "spam"

    made = decide_all(session, action, seen, alice, now, "two")

    assert [one.id for one in made.left] == [number for number, _ in seen[:2]]
    assert made.done == [number for number, _ in seen[2:]]


def test_a_note_sent_twice_is_stored_once(session, now, alice, carol, seen):
    number = seen[0][0]
    first = notes.add(session, number, "I asked her.", alice, now)

    assert notes.add(session, number, " I asked her. ", alice, now) == first
    notes.add(session, number, "I asked her.", carol, now)
    notes.add(session, number, "I asked her.", alice, now)  # it says something after Carol's
    assert len(notes.of(session, [number])[number]) == 3


def test_an_undoing_is_known_again(session, now, alice, carol, seen):
    decide_all(session, "approve", seen, alice, now, "one")
    undoing.undo(session, "one", alice, now, new_batch="two")

    assert undoing.repeated(session, "one", alice) == "two"
    assert undoing.repeated(session, "one", carol) is None
    assert undoing.repeated(session, "two", alice) is None
    assert undoing.repeated(session, "nobody decided so", alice) is None


@pytest.mark.parametrize("since", ["done after all", "one decided", "apart", "settled between"])
def test_no_other_undoing_is_taken_for_it(session, now, alice, seen, since):
    number = seen[0][0]
    decide_all(session, "approve", seen, alice, now, "one")
    if since == "done after all":
        undoing.undo(session, "one", alice, now, new_batch="two")
        undoing.undo(session, "two", alice, now)
    elif since == "one decided":
        undoing.undo(session, "one", alice, now)
        decisions.decide(session, number, "spam", 3, alice, now)
    elif since == "apart":
        for other, _ in seen:
            decisions.decide(session, other, "spam", 2, alice, now, batch=f"spam {other}")
            undoing.undo(session, f"spam {other}", alice, now)
    else:
        session.add(Complaint(comment_id=number, reason="spam", created=now))
        complaints.settle(session, number, 99, alice, now, batch="settled")
        undoing.undo(session, "settled", alice, now)

    assert undoing.repeated(session, "one", alice) is None
    assert number in undoing.in_the_way(session, "one")


def test_nothing_stands_in_the_way_of_what_was_decided_last(session, now, alice, seen):
    decide_all(session, "approve", seen, alice, now, "one")

    assert undoing.in_the_way(session, "one") == []
    assert undoing.in_the_way(session, "nobody decided so") == []
