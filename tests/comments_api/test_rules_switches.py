from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import comments
from comments_api.errors import ThreadClosed
from comments_api.models import Change, DirtyRegion, Status
from comments_api.openness import UNTOUCHED, Switched
from comments_api.rules import switches
from tests.factories import make_arrival, make_moderator, make_thread

TURNS = [
    (switches.hold_all, True, Switched(hold_all=True), "hold-all:on"),
    (switches.close_all, True, Switched(close_all=True), "close-all:on"),
]


def test_at_first_no_switch_is_on(session):
    assert switches.current(session) == UNTOUCHED


@pytest.mark.parametrize(("turn", "value", "becomes", "what"), TURNS, ids=["hold", "close"])
def test_a_switch_is_turned_on_the_record_and_every_thread_is_drawn_again(
    session, now, turn, value, becomes, what
):
    alice = make_moderator(session, now)

    turn(session, value, alice.id, now)

    assert switches.current(session) == becomes
    line = session.scalars(sa.select(Change)).one()
    assert (line.what, line.moderator_id) == (what, alice.id)
    assert [(d.kind, d.key) for d in session.scalars(sa.select(DirtyRegion))] == [("thread", "")]


@pytest.mark.parametrize(("turn", "value", "becomes", "what"), TURNS, ids=["hold", "close"])
def test_a_switch_that_stands_so_already_is_left_alone(session, now, turn, value, becomes, what):
    turn(session, value, None, now)

    turn(session, value, None, now)

    assert session.scalars(sa.select(Change.what)).all() == [what]
    assert session.scalars(sa.select(sa.func.count()).select_from(DirtyRegion)).one() == 1


def test_a_closing_time_is_set_and_taken_back(session, now):
    moment = now + timedelta(days=1)
    switches.close_at(session, moment, None, now)
    assert switches.current(session) == Switched(close_at=moment)

    switches.close_at(session, None, None, now)

    assert switches.current(session) == UNTOUCHED
    assert session.scalars(sa.select(Change.what).order_by(Change.id)).all() == [
        *("close-at:2026-11-22T12:00:00Z", "close-at:")
    ]


def test_what_is_closed_takes_no_comment_until_it_opens_again(session, now):
    switches.close_all(session, True, None, now)
    with pytest.raises(ThreadClosed) as caught:
        comments.submit(session, make_arrival(), now)
    assert caught.value.why == "all"

    switches.close_all(session, False, None, now)

    assert comments.submit(session, make_arrival(), now).status == Status.PENDING


def test_comments_are_taken_until_the_closing_time(session, now):
    switches.close_at(session, now + timedelta(minutes=1), None, now)
    comments.submit(session, make_arrival(), now + timedelta(seconds=59))

    with pytest.raises(ThreadClosed):
        comments.submit(session, make_arrival(content="Late."), now + timedelta(minutes=1))


def test_holding_all_holds_where_comments_are_open(session, now):
    switches.hold_all(session, True, None, now)

    comment = comments.submit(session, make_arrival(make_thread(mode="open")), now)

    assert comment.reasons == ["everything-is-held", "new-commenter"]
