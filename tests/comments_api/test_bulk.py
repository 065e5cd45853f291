"""One decision on many comments: what is as it was shown is decided, everything else is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import decisions, editing, own
from comments_api.bulk import decide_all, mark_all
from comments_api.editing import Change
from comments_api.errors import ImpossibleDecision, StaleDecision, UnknownComment
from comments_api.models import (
    Comment,
    Decision,
    DirtyRegion,
    Edit,
    Memento,
    Outbox,
    Status,
    Thread,
)
from comments_api.rules import Rulebook
from tests.conftest import ON_POSTGRESQL
from tests.factories import make_comment, make_moderator, make_thread

PENDING, APPROVED, SPAM, TRASH, WITHDRAWN = Status
BOB = "hash of Bob's cookie"
OPEN = make_thread(mode="open")


def seen(found):
    """Return comments as a screen has them."""
    return [(comment.id, comment.version) for comment in found]


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("approve", [PENDING, SPAM, TRASH], [APPROVED] * 3),
        ("hold", [APPROVED, SPAM, TRASH], [PENDING] * 3),
        ("spam", [PENDING, APPROVED, TRASH], [SPAM] * 3),
        ("trash", [PENDING, APPROVED, SPAM], [TRASH] * 3),
        ("reject", [PENDING, APPROVED, SPAM], [TRASH] * 3),
        ("restore", [SPAM, TRASH], [PENDING] * 2),
    ],
)
def test_all_are_decided(session, now, alice, action, before, after):
    found = [make_comment(session, now, status) for status in before]
    versions = [comment.version for comment in found]

    done = decide_all(session, action, seen(found), alice, now + timedelta(minutes=1), "all")
    session.flush()
    session.expire_all()

    assert (done.done, done.left) == ([comment.id for comment in found], [])
    assert [comment.status for comment in found] == after
    assert [comment.version for comment in found] == [version + 1 for version in versions]
    assert {comment.changed for comment in found} == {now + timedelta(minutes=1)}


def test_each_is_restored_to_what_it_was(session, now, alice):
    found = [make_comment(session, now, status) for status in (PENDING, APPROVED)]
    decide_all(session, "trash", seen(found), alice, now, "one")

    decide_all(session, "restore", seen(found), alice, now, "two")

    assert [comment.status for comment in found] == [PENDING, APPROVED]


def test_each_has_its_line_in_the_record_and_its_memento(session, now, alice):
    found = [make_comment(session, now, PENDING) for _ in range(3)]

    decide_all(session, "reject", seen(found), alice, now, "all", codes=["rejected:spam"])

    lines = session.scalars(sa.select(Decision).where(Decision.batch == "all")).all()
    assert [(line.comment_id, line.version) for line in lines] == [(one.id, 2) for one in found]
    assert {(one.action, one.moderator_id, *one.reasons) for one in lines} == {
        ("reject", alice, "rejected:spam")
    }
    kept = session.execute(sa.select(Memento.comment_id, Memento.decision_id, Memento.version))
    assert kept.all() == [(line.comment_id, line.id, 2) for line in lines]


def test_what_was_decided_meanwhile_is_left_and_says_by_whom(session, now, alice):
    found = [make_comment(session, now, PENDING) for _ in range(3)]
    shown = seen(found)
    carol = make_moderator(session, now, "Carol").id
    later = now + timedelta(minutes=1)
    decisions.decide(session, found[1].id, "approve", 1, carol, later)

    done = decide_all(session, "spam", shown, alice, now + timedelta(minutes=2), "all")

    (left,) = done.left
    assert done.done == [found[0].id, found[2].id]
    assert left.id == found[1].id
    assert isinstance(left.error, StaleDecision)
    assert (left.error.status, left.error.who, left.error.when) == ("approved", "Carol", later)
    assert [one.status for one in found] == [SPAM, APPROVED, SPAM]


def test_what_makes_no_sense_or_is_not_there_is_left(session, now, alice):
    pending = make_comment(session, now, PENDING)
    gone = make_comment(session, now, WITHDRAWN)
    shown = [(gone.id, gone.version), (4711, 1), (pending.id, 1), (pending.id, 1)]

    done = decide_all(session, "trash", shown, alice, now, "all")

    assert done.done == [pending.id]
    assert [(one.id, type(one.error)) for one in done.left] == [
        (gone.id, ImpossibleDecision),
        (4711, UnknownComment),
    ]


@pytest.mark.parametrize("shown", [[], [(4711, 1)]])
def test_nothing_chosen_is_nothing_done(session, now, alice, shown):
    assert decide_all(session, "approve", shown, alice, now, "all").done == []


def test_the_chosen_ones_stand_out_and_what_cannot_is_left(session, now, alice):
    first, second = (make_comment(session, now, APPROVED) for _ in range(2))
    waiting, stale = make_comment(session, now, PENDING), make_comment(session, now, APPROVED)
    shown = [*seen([first, second, waiting]), (stale.id, stale.version - 1), (999, 1)]

    made = mark_all(session, "highlight", shown, alice, now, "all")

    assert made.done == [first.id, second.id]
    assert [(one.id, type(one.error)) for one in made.left] == [
        (waiting.id, ImpossibleDecision),
        (stale.id, StaleDecision),
        (999, UnknownComment),
    ]
    assert [one.highlighted for one in (first, second, waiting, stale)] == [
        True,
        True,
        False,
        False,
    ]
    batches = session.scalars(sa.select(Decision.batch).where(Decision.action == "highlight"))
    assert list(batches) == ["all", "all"]


def test_a_new_text_that_waits_is_approved_with_the_others(session, now, alice):
    pending = make_comment(session, now, PENDING)
    waiting = make_comment(session, now, APPROVED, OPEN, reader=BOB)
    change = Change("The new text.", BOB, as_it_is=True)
    editing.edit(session, waiting.id, change, Rulebook(), OPEN, now + timedelta(minutes=1))
    session.flush()

    done = decide_all(session, "approve", seen([pending, waiting]), alice, now, "all")
    session.flush()

    assert (done.done, done.left) == ([pending.id, waiting.id], [])
    assert (pending.status, waiting.source) == (APPROVED, "The new text.")
    assert session.scalars(sa.select(Edit)).all() == []
    actions = sa.select(Decision.action).where(Decision.batch == "all").order_by(Decision.id)
    assert session.scalars(actions).all() == ["approve", "accept-edit"]


def test_each_thread_is_marked_once(session, now, alice):
    found = [make_comment(session, now, PENDING) for _ in range(3)]
    found.append(make_comment(session, now, PENDING, make_thread("post-other")))
    session.execute(sa.delete(DirtyRegion))

    decide_all(session, "approve", seen(found), alice, now, "all")
    session.flush()

    marks = session.execute(sa.select(DirtyRegion.kind, DirtyRegion.key)).all()
    assert len(marks) == len(set(marks))
    assert {"post-the-vote", "post-other"} <= {key for _kind, key in marks}
    assert set(session.scalars(sa.select(Thread.version))) == {1}


def test_readers_are_told_of_each_that_became_public(session, now, alice):
    found = [make_comment(session, now, PENDING) for _ in range(3)]
    session.execute(sa.delete(Outbox))

    decide_all(session, "approve", seen(found), alice, now, "all")

    told = session.execute(sa.select(Outbox.kind, Outbox.comment_id).order_by(Outbox.id)).all()
    assert told == [("published", comment.id) for comment in found]


@pytest.fixture
def statements(database):
    """The statements that reach the database."""
    seen = []

    def note(_connection, _cursor, statement, *_):
        seen.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(database.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("action", ["approve", "trash"])
def test_it_asks_no_more_of_the_database_however_many_there_are(database, now, statements, action):
    asked = []
    for number in (2, 40):
        with database.session() as session:
            found = [make_comment(session, now, PENDING) for _ in range(number)]
            alice = make_moderator(session, now).id
            shown = seen(found)
        statements.clear()
        with database.session() as session:
            assert len(decide_all(session, action, shown, alice, now, f"{number}").done) == number
        asked.append(len(statements))

    assert asked[1] <= asked[0] <= 16


@ON_POSTGRESQL
@pytest.mark.timeout(60)
def test_crowds_that_overlap_do_not_wait_for_each_other(database, now):
    with database.session() as session:
        threads = [make_thread(f"post-{number}") for number in range(3)]
        found = [make_comment(session, now, PENDING, threads[one % 3]) for one in range(12)]
        alice = make_moderator(session, now).id
        ids = [comment.id for comment in found]

    def decide(order, action):
        for _ in range(10):
            with database.session() as session:
                versions = dict(session.execute(sa.select(Comment.id, Comment.version)).all())
            with database.session() as session:
                chosen = [(number, versions[number]) for number in order]
                decide_all(session, action, chosen, alice, now, decisions.new_batch())

    with ThreadPoolExecutor(3) as pool:
        orders = [(ids, "spam"), (ids[::-1], "trash"), (ids[1::2] + ids[::2], "hold")]
        for done in [pool.submit(decide, *order) for order in orders]:
            done.result()

    with database.session() as session:
        lines = session.execute(sa.select(Decision.comment_id, Decision.version)).all()
        assert len(lines) == len(set(lines))


@ON_POSTGRESQL
@pytest.mark.timeout(60)
def test_crowds_that_stand_out_do_not_wait_for_each_other_either(database, now):
    with database.session() as session:
        threads = [make_thread(f"post-{number}") for number in range(3)]
        ids = [make_comment(session, now, APPROVED, threads[one % 3]).id for one in range(12)]
        alice = make_moderator(session, now).id

    def mark(order, action):
        for _ in range(10):
            with database.session() as session:
                versions = dict(session.execute(sa.select(Comment.id, Comment.version)).all())
            with database.session() as session:
                chosen = [(number, versions[number]) for number in order]
                mark_all(session, action, chosen, alice, now, decisions.new_batch())

    with ThreadPoolExecutor(3) as pool:
        orders = [(ids, "highlight"), (ids[::-1], "unhighlight"), (ids[1::2] + ids[::2], "pin")]
        for done in [pool.submit(mark, *order) for order in orders]:
            done.result()

    with database.session() as session:
        lines = session.execute(sa.select(Decision.comment_id, Decision.version)).all()
        assert len(lines) == len(set(lines))


def test_a_withdrawn_comment_says_that_its_author_did_so(session, now, alice):
    comment = make_comment(session, now, PENDING, OPEN, reader=BOB)
    shown = seen([comment])
    own.withdraw(session, comment.id, BOB, now)

    (left,) = decide_all(session, "approve", shown, alice, now, "all").left

    assert left.error.by_author
