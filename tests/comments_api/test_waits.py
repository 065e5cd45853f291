"""How long comments usually wait: measured, honest about what still waits, silent about too few."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import decisions, waits
from comments_api.models import Comment, Decision, Moderator, Status
from comments_api.waits import UsualWait
from tests.conftest import ON_SQLITE
from tests.factories import make_comment, make_moderator


@pytest.fixture
def waited(session, now):
    """Stores comments that were decided on after so many hours each, all of them just now."""

    def made(*hours, action="approve"):
        alice = make_moderator(session, now)
        for number in hours:
            came = now - timedelta(hours=number)
            comment = make_comment(session, came, Status.PENDING)
            decisions.decide(session, comment.id, action, 1, alice.id, now)
        session.flush()

    return made


def test_eight_of_ten_were_answered_within_what_is_named(session, waited, now):
    waited(1, 2, 3, 4, 5, 6, 7, 8, 100, 200)

    assert waits.usual(session, now) == 8


def test_hours_are_rounded_up_and_are_never_none(session, waited, now):
    waited(*[0.01] * 5)
    assert waits.usual(session, now) == 1

    waited(*[1.1] * 30)
    assert waits.usual(session, now) == 2


def test_of_four_comments_nothing_is_said(session, waited, now):
    waited(1, 1, 1, 1)
    assert waits.usual(session, now) is None

    waited(1)
    assert waits.usual(session, now) == 1


def test_what_has_been_waiting_for_longer_counts_too(session, waited, now):
    waited(*[1] * 8)
    for hours in (50, 60):
        make_comment(session, now - timedelta(hours=hours), Status.PENDING)
    for _ in range(20):  # they came just now: nobody can say how long they will wait
        make_comment(session, now, Status.PENDING)
    session.flush()
    assert waits.usual(session, now) == 1

    make_comment(session, now - timedelta(hours=70), Status.PENDING)
    session.flush()
    assert waits.usual(session, now) == 50


def test_what_was_imported_and_waits_is_nobodys_wait(session, waited, now):
    waited(*[1] * 5)
    for _ in range(5):
        make_comment(session, now - timedelta(days=900), Status.PENDING)
    session.flush()
    old = sa.select(Comment.id).where(Comment.status == "pending")
    session.execute(sa.update(Decision).where(Decision.comment_id.in_(old)).values(action="import"))

    assert waits.usual(session, now) == 1


@pytest.mark.parametrize("action", ["spam", "trash"])
def test_every_decision_on_what_waits_is_an_answer(session, waited, now, action):
    waited(*[3] * 5, action=action)

    assert waits.usual(session, now) == 3


def test_who_was_held_again_waited_until_the_first_decision(session, waited, now):
    waited(*[1] * 5)
    for comment in session.scalars(sa.select(Comment)).all():
        later = now + timedelta(hours=99)
        decisions.decide(session, comment.id, "hold", 2, comment.moderator_id or 1, later)
        decisions.decide(session, comment.id, "approve", 3, 1, later)
    session.flush()

    assert waits.usual(session, now + timedelta(hours=99)) == 1


def test_what_rules_published_at_once_says_nothing_of_moderators(session, waited, now):
    waited(*[5] * 5)
    session.execute(sa.update(Decision).values(moderator_id=None))

    assert waits.usual(session, now) is None


def test_what_is_long_ago_is_no_longer_usual(session, waited, now):
    waited(*[1] * 9)

    assert waits.usual(session, now + timedelta(days=31)) is None


def test_undoing_is_no_answer(session, waited, now):
    waited(*[1] * 9)
    session.execute(sa.update(Decision).where(Decision.moderator_id == 1).values(action="undo"))

    assert session.scalars(sa.select(Moderator.id)).one() == 1
    assert waits.usual(session, now) is None


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (None, ""),
        (1, "Usually answered within 1 hour."),
        (6, "Usually answered within 6 hours."),
        (48, "Usually answered within 48 hours."),
        (49, "Usually answered within 3 days."),
        (72, "Usually answered within 3 days."),
    ],
)
def test_readers_are_told_in_hours_or_days(hours, words):
    assert waits.words(hours, "en") == words


@ON_SQLITE
def test_it_is_counted_anew_after_ten_minutes(database, now):
    known = UsualWait(database)
    assert known.hours(now) is None
    with database.session() as session:
        alice = make_moderator(session, now)
        for _ in range(5):
            comment = make_comment(session, now - timedelta(hours=4), Status.PENDING)
            decisions.decide(session, comment.id, "approve", 1, alice.id, now)

    assert known.hours(now + timedelta(minutes=9, seconds=59)) is None
    assert known.hours(now + timedelta(minutes=10)) == 4
    assert known.words("en", now + timedelta(minutes=10)) == "Usually answered within 4 hours."


@ON_SQLITE
def test_a_clock_that_is_put_back_stops_nothing(database, now):
    known = UsualWait(database)
    known.hours(now + timedelta(days=300))
    asked = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))

    known.hours(now)

    assert asked
