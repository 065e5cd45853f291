"""Every decision can be undone, and the undoing too; what somebody decided since is not undone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import complaints, decisions, editing, marks, own, rejecting, replies, rewriting
from comments_api.bulk import decide_all
from comments_api.decisions import ACTIONS, new_batch
from comments_api.editing import Change
from comments_api.errors import ImpossibleDecision, StaleDecision
from comments_api.mementos import COLUMNS
from comments_api.models import (
    Comment,
    Complaint,
    Decision,
    DirtyRegion,
    Edit,
    Memento,
    Outbox,
    Reply,
    Revision,
    Status,
)
from comments_api.retention import delete
from comments_api.rules import Rulebook
from comments_api.undoing import undo, undoable
from tests.factories import (
    ANSWER,
    make_comment,
    make_letter,
    make_manifest,
    make_moderator,
    make_reply,
    make_thread,
)

PENDING, APPROVED, SPAM, TRASH, WITHDRAWN = Status
POSSIBLE = [(status, name) for name, (states, _) in ACTIONS.items() for status in sorted(states)]
MANIFEST = make_manifest(make_letter())
BOB = "hash of Bob's cookie"
OPEN = make_thread(mode="open")


@pytest.fixture
def waiting(session, now):
    """A public comment of Bob's with a new text that waits."""
    comment = make_comment(session, now, APPROVED, OPEN, reader=BOB, content="The old text.")
    change = Change("The new text.", BOB, as_it_is=True)
    editing.edit(session, comment.id, change, Rulebook(), OPEN, now + timedelta(minutes=1))
    session.flush()
    return comment


def state(session, comment):
    """Return all of a comment that a decision can change, as the database has it."""
    session.flush()
    session.refresh(comment)
    columns = [getattr(comment, name) for name in COLUMNS]
    beside = [
        [tuple(row) for row in session.execute(sa.select(model.__table__)).all()]
        for model in (Edit, Reply, Complaint)
    ]
    return columns, beside


def last_batch(session):
    statement = sa.select(Decision.batch).where(Decision.batch.is_not(None))
    return session.scalars(statement.order_by(Decision.id.desc())).first()


def undone(session, alice, now):
    """Undo what was decided last."""
    return undo(session, last_batch(session), alice, now + timedelta(minutes=5))


def goes_there_and_back(session, comment, alice, now, verb):
    """Do something with a comment, undo it, and undo that."""
    before = state(session, comment)
    verb()
    after = state(session, comment)
    assert after != before
    undone(session, alice, now)
    assert state(session, comment) == before
    undone(session, alice, now)
    assert state(session, comment) == after


@pytest.mark.parametrize(("status", "action"), POSSIBLE)
def test_a_decision_is_undone_and_that_too(session, now, alice, status, action):
    comment = make_comment(session, now, status)

    goes_there_and_back(
        *(session, comment, alice, now),
        lambda: decisions.decide(session, comment.id, action, comment.version, alice, now),
    )


@pytest.mark.parametrize("action", ["hold", "spam", "trash"])
def test_an_edit_that_waited_waits_again(session, now, alice, waiting, action):
    goes_there_and_back(
        *(session, waiting, alice, now),
        lambda: decisions.decide(session, waiting.id, action, waiting.version, alice, now),
    )


@pytest.mark.parametrize("action", decisions.ON_EDITS)
def test_a_decision_on_an_edit_is_undone(session, now, alice, waiting, action):
    goes_there_and_back(
        *(session, waiting, alice, now),
        lambda: decisions.decide_edit(session, waiting.id, action, waiting.version, alice, now),
    )


@pytest.mark.parametrize("status", [PENDING, APPROVED])
def test_a_marked_answer_is_one_no_more(session, now, alice, status):
    comment = make_comment(session, now, status)

    goes_there_and_back(
        *(session, comment, alice, now),
        lambda: replies.mark(
            session, MANIFEST, comment.id, comment.version, ANSWER, alice, now + timedelta(hours=1)
        ),
    )


def test_an_answer_that_was_unmarked_stands_in_the_ledger_again(session, now, alice):
    comment = make_reply(session, now)

    goes_there_and_back(
        *(session, comment, alice, now),
        lambda: replies.unmark(session, comment.id, comment.version, alice, now),
    )


@pytest.mark.parametrize("action", ["pin", "highlight"])
def test_what_points_to_a_comment_is_undone(session, now, alice, action):
    comment = make_comment(session, now)

    goes_there_and_back(
        *(session, comment, alice, now),
        lambda: marks.mark(session, comment.id, comment.version, action, alice, now),
    )


@pytest.mark.parametrize("status", [PENDING, APPROVED])
def test_a_moderators_edit_is_undone(session, now, alice, status):
    comment = make_comment(session, now, status)
    values = {"author_name": "Bobby", "author_url": "https://bob.example/", "content": "Mended."}

    goes_there_and_back(
        *(session, comment, alice, now),
        lambda: rewriting.rewrite(
            session, comment.id, comment.version, values, "layout", alice, now
        ),
    )


def test_complaints_that_were_settled_are_open_again(session, now, alice):
    comment = make_comment(session, now)
    old, new = (Complaint(comment_id=comment.id, reason="spam", created=now) for _ in range(2))
    session.add(old)
    session.flush()

    goes_there_and_back(
        *(session, comment, alice, now),
        lambda: complaints.settle(session, comment.id, old.id, alice, now),
    )

    session.add(new)
    session.flush()
    undone(session, alice, now)
    assert complaints.of_comments(session, [comment.id])[comment.id] == [old, new]


@pytest.mark.parametrize("status", [PENDING, APPROVED])
def test_a_reply_goes_into_trash_and_what_it_answered_is_what_it_was(session, now, alice, status):
    comment = make_comment(session, now, status)
    moderator = make_moderator(session, now)
    answer = decisions.reply(session, comment.id, comment.version, moderator, "We wrote too.", now)

    found = undone(session, alice, now)
    assert (comment.status, answer.status) == (status, TRASH)
    assert {one.id for one in found} == {answer.id} | ({comment.id} if status == PENDING else set())

    undone(session, alice, now)
    assert (comment.status, answer.status) == (APPROVED, APPROVED)


def test_the_undoing_stands_in_the_record(session, now, alice):
    comment = make_comment(session, now, PENDING)
    decisions.decide(session, comment.id, "spam", 1, alice, now, batch="one")

    undo(session, "one", alice, now + timedelta(minutes=1), new_batch="two")

    line = session.scalars(sa.select(Decision).order_by(Decision.id.desc())).first()
    assert (line.action, line.from_status, line.to_status) == ("undo", "spam", "pending")
    assert (line.moderator_id, line.version, line.batch) == (alice, 3, "two")
    assert (comment.version, comment.changed) == (3, now + timedelta(minutes=1))


def test_all_of_a_batch_is_undone(session, now, alice):
    found = [make_comment(session, now, status) for status in (PENDING, APPROVED, SPAM)]
    chosen = [(comment.id, comment.version) for comment in found]
    decide_all(session, "trash", chosen, alice, now, "all")

    undo(session, "all", alice, now)

    assert [comment.status for comment in found] == [PENDING, APPROVED, SPAM]


def test_none_of_a_batch_is_undone_if_something_else_was_decided_of_one(session, now, alice):
    found = [make_comment(session, now, PENDING) for _ in range(3)]
    decide_all(session, "spam", [(one.id, one.version) for one in found], alice, now, "all")
    carol = make_moderator(session, now, "Carol").id
    later = now + timedelta(minutes=1)
    decisions.decide(session, found[1].id, "approve", found[1].version, carol, later)

    with pytest.raises(StaleDecision) as caught:
        undo(session, "all", alice, now + timedelta(minutes=2))

    assert (caught.value.status, caught.value.who, caught.value.when) == (
        "approved",
        "Carol",
        later,
    )
    assert [one.status for one in found] == [SPAM, APPROVED, SPAM]


def test_what_its_author_did_since_is_not_undone(session, now, alice):
    comment = make_comment(session, now, PENDING, OPEN, reader=BOB)
    decisions.decide(session, comment.id, "approve", 1, alice, now, batch="one")
    own.withdraw(session, comment.id, BOB, now + timedelta(minutes=1))

    with pytest.raises(StaleDecision) as caught:
        undo(session, "one", alice, now + timedelta(minutes=2))

    assert caught.value.by_author
    assert comment.status == WITHDRAWN


def test_what_was_settled_since_says_so(session, now, alice):
    comment = make_comment(session, now)
    session.add(Complaint(comment_id=comment.id, reason="spam", created=now))
    marks.mark(session, comment.id, comment.version, "pin", alice, now, batch="one")
    carol = make_moderator(session, now, "Carol").id
    complaints.settle(session, comment.id, 99, carol, now)

    with pytest.raises(StaleDecision) as caught:
        undo(session, "one", alice, now)

    assert caught.value.who == "Carol"


def test_only_the_last_decision_is_undone_and_then_the_one_that_undid_it(session, now, alice):
    comment = make_comment(session, now, PENDING)
    decisions.decide(session, comment.id, "approve", 1, alice, now, batch="one")
    decisions.decide(session, comment.id, "spam", 2, alice, now, batch="two")
    undo(session, "two", alice, now)

    with pytest.raises(StaleDecision):
        undo(session, "one", alice, now)
    with pytest.raises(StaleDecision):
        undo(session, "two", alice, now)

    assert comment.status == APPROVED


@pytest.mark.parametrize("batch", ["nobody decided so", ""])
def test_there_must_be_something_to_undo(session, now, alice, batch):
    make_comment(session, now)

    with pytest.raises(ImpossibleDecision):
        undo(session, batch, alice, now)


def test_what_is_not_kept_any_more_cannot_be_undone(session, now, alice):
    comment = make_comment(session, now, PENDING)
    decisions.decide(session, comment.id, "spam", 1, alice, now, batch="one")
    session.execute(sa.delete(Memento))

    with pytest.raises(ImpossibleDecision):
        undo(session, "one", alice, now)


def test_a_comment_that_is_gone_does_not_come_back(session, now, alice):
    found = [make_comment(session, now, PENDING) for _ in range(2)]
    decide_all(session, "spam", [(one.id, one.version) for one in found], alice, now, "all")
    delete(session, found[0], now)

    with pytest.raises(ImpossibleDecision):
        undo(session, "all", alice, now)

    assert found[1].status == SPAM


@pytest.mark.parametrize(
    ("status", "action", "seen"),
    [(PENDING, "approve", True), (APPROVED, "trash", True), (PENDING, "spam", False)],
)
def test_pages_change_only_when_readers_see_a_change(session, now, alice, status, action, seen):
    comment = make_comment(session, now, status)
    decisions.decide(session, comment.id, action, comment.version, alice, now, batch="one")
    session.execute(sa.delete(DirtyRegion))
    version = comment.thread.version

    undo(session, "one", alice, now)
    session.flush()

    assert bool(session.scalars(sa.select(DirtyRegion)).all()) == seen
    assert comment.thread.version == version + seen


def test_readers_are_told_of_what_is_public_again(session, now, alice):
    comment = make_comment(session, now, APPROVED)
    decisions.decide(session, comment.id, "trash", comment.version, alice, now, batch="one")
    session.execute(sa.delete(Outbox))

    undo(session, "one", alice, now)

    assert [one.kind for one in session.scalars(sa.select(Outbox))] == ["published"]


def test_a_text_that_could_be_read_is_kept_as_a_revision(session, now, alice, waiting):
    decisions.decide_edit(session, waiting.id, "accept-edit", waiting.version, alice, now)

    undone(session, alice, now)
    session.flush()

    texts = session.scalars(sa.select(Revision.source).order_by(Revision.number)).all()
    assert (texts, waiting.source) == (["The old text.", "The new text."], "The old text.")


def test_a_rejection_is_undone_and_can_be_given_again(session, now, alice):
    comment = make_comment(session, now, PENDING)
    rejecting.reject(session, comment.id, 1, "advert", alice, now)
    undone(session, alice, now)
    assert comment.status == PENDING

    rejecting.reject(session, comment.id, comment.version, "spam", alice, now)

    lines = session.scalars(sa.select(Decision.reasons).order_by(Decision.id)).all()
    assert lines == [comment.reasons, ["rejected:advert"], [], ["rejected:spam"]]


def test_it_is_said_of_each_comment_whether_something_can_be_undone(session, now, alice):
    decided, untouched, edited = (
        make_comment(session, now, PENDING, OPEN, reader=BOB) for _ in range(3)
    )
    decisions.decide(session, decided.id, "approve", 1, alice, now, batch="one")
    decisions.decide(session, edited.id, "approve", 1, alice, now, batch="two")
    change = Change("Changed since.", BOB, as_it_is=True)
    editing.edit(session, edited.id, change, Rulebook(), OPEN, now + timedelta(minutes=1))

    assert undoable(session, [decided.id, untouched.id, edited.id]) == {decided.id: "one"}


def test_of_an_undoing_and_a_decision_at_once_one_wins(database, now):
    with database.session() as session:
        comment = make_comment(session, now, PENDING)
        alice = make_moderator(session, now).id
    for number in range(5):
        with database.session() as session:
            there = session.get_one(Comment, comment.id)
            batch, version = new_batch(), there.version
            action = "spam" if there.status == PENDING else "hold"
            decisions.decide(session, comment.id, action, version, alice, now, batch=batch)

        def take_back(batch=batch):
            with database.session() as session:
                undo(session, batch, alice, now)

        def decide(version=version + 1):
            with database.session() as session:
                decisions.decide(session, comment.id, "trash", version, alice, now)

        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(take_back), pool.submit(decide)]
        lost = [one for one in both if isinstance(one.exception(), StaleDecision)]
        assert len(lost) == 1, number
        assert all(one.exception() is None for one in both if one not in lost)
