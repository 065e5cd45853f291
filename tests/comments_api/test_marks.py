"""Pinned and highlighted comments: only public ones, and readers see it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from comments_api import marks, rows
from comments_api.errors import ImpossibleDecision, StaleDecision, UnknownComment
from comments_api.models import Decision, DirtyRegion, Outbox, Status
from comments_api.outline import arrange
from tests.factories import THREAD, make_comment, make_moderator


@pytest.fixture
def mark(session, now):
    def marked(comment, action, version=None):
        alice = make_moderator(session, now)
        version = comment.version if version is None else version
        return marks.mark(session, comment.id, version, action, alice.id, now)

    return marked


def shown(session):
    session.flush()
    return rows.of_thread(session.connection(), THREAD)


@pytest.mark.parametrize(
    ("action", "back", "column"),
    [("pin", "unpin", "pinned"), ("highlight", "unhighlight", "highlighted")],
)
def test_readers_see_it_until_it_is_taken_back(session, now, mark, action, back, column):
    comment = make_comment(session, now)
    session.execute(sa.delete(DirtyRegion))
    session.execute(sa.delete(Outbox))

    mark(comment, action)
    assert [getattr(row, column) for row in shown(session)] == [True]
    assert session.scalars(sa.select(DirtyRegion.kind)).first() == "thread"
    assert session.scalars(sa.select(Outbox)).all() == []  # it is nothing new

    mark(comment, back)
    assert [getattr(row, column) for row in shown(session)] == [False]


@pytest.mark.parametrize("action", list(marks.ACTIONS))
@pytest.mark.parametrize("status", [s for s in Status if s != Status.APPROVED])
def test_only_what_is_public_is_pointed_to(session, now, mark, action, status):
    with pytest.raises(ImpossibleDecision):
        mark(make_comment(session, now, status), action)


@pytest.mark.parametrize("action", ["unpin", "unhighlight"])
def test_what_would_change_nothing_is_refused(session, now, mark, action):
    with pytest.raises(ImpossibleDecision):
        mark(make_comment(session, now), action)


def test_a_reply_is_not_pinned_but_may_be_highlighted(session, now, mark):
    reply = make_comment(session, now, parent=make_comment(session, now).id)

    with pytest.raises(ImpossibleDecision):
        mark(reply, "pin")

    assert mark(reply, "highlight").highlighted


def test_it_is_a_decision_like_others(session, now, mark):
    comment = make_comment(session, now)
    version = comment.version

    mark(comment, "pin")

    line = session.scalars(sa.select(Decision).order_by(Decision.id.desc())).first()
    assert (line.action, line.from_status, line.to_status) == ("pin", "approved", "approved")
    assert line.version == comment.version == version + 1
    with pytest.raises(StaleDecision):
        mark(comment, "highlight", version)


def test_there_must_be_such_a_comment(session, now):
    with pytest.raises(UnknownComment):
        marks.mark(session, 4711, 1, "pin", make_moderator(session, now).id, now)


def test_pinned_comments_come_first_with_their_replies(session, now, mark):
    first, second, third = (make_comment(session, now) for _ in range(3))
    answer = make_comment(session, now, parent=third.id)
    mark(third, "pin")
    mark(second, "pin")

    ids = [entry.row.id for entry in arrange(shown(session))]

    assert ids == [second.id, third.id, answer.id, first.id]
