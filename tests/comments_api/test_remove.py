"""Deleting for ever: only spam and trash, and the record keeps that it went."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import notes, removing, retention
from comments_api.errors import ImpossibleDecision, StaleDecision, UnknownComment
from comments_api.models import Comment, Decision, DirtyRegion, Memento, Note, Status
from tests.factories import make_comment, make_moderator

PENDING, APPROVED, SPAM, TRASH, WITHDRAWN = Status


def ids(session):
    session.flush()
    return list(session.scalars(sa.select(Comment.id).order_by(Comment.id)))


@pytest.mark.parametrize("status", [SPAM, TRASH])
def test_it_is_gone_with_all_that_hung_on_it(session, now, alice, status):
    comment = make_comment(session, now, status)
    notes.add(session, comment.id, "Seen.", alice, now)

    removing.delete_for_ever(session, comment.id, comment.version, alice, now)

    assert ids(session) == []
    assert [session.scalars(sa.select(model)).all() for model in (Memento, Note)] == [[], []]
    line = session.scalars(sa.select(Decision).order_by(Decision.id.desc())).first()
    assert (line.action, line.moderator_id, line.comment_id) == ("delete", alice, comment.id)


@pytest.mark.parametrize("status", [PENDING, APPROVED, WITHDRAWN])
def test_nothing_else_is_deleted(session, now, alice, status):
    comment = make_comment(session, now, status)

    with pytest.raises(ImpossibleDecision):
        removing.delete_for_ever(session, comment.id, comment.version, alice, now)

    assert ids(session) == [comment.id]


def test_it_must_be_as_it_was_shown(session, now, alice):
    comment = make_comment(session, now, SPAM)

    with pytest.raises(StaleDecision):
        removing.delete_for_ever(session, comment.id, comment.version - 1, alice, now)
    with pytest.raises(UnknownComment):
        removing.delete_for_ever(session, 4711, 1, alice, now)

    assert ids(session) == [comment.id]


def test_a_public_reply_moves_up_and_feeds_say_so(session, now, alice):
    top = make_comment(session, now)
    middle = make_comment(session, now, parent=top.id)
    reply = make_comment(session, now, parent=middle.id)
    middle.status = TRASH.value
    session.execute(sa.delete(DirtyRegion))

    removing.delete_for_ever(session, middle.id, middle.version, alice, now)
    session.refresh(reply)

    assert reply.parent_id == top.id
    assert "thread-feed" in session.scalars(sa.select(DirtyRegion.kind)).all()


def test_many_are_deleted_and_the_others_are_left(session, now, alice):
    parent = make_comment(session, now)
    child = make_comment(session, now, SPAM, parent=parent.id)
    parent.status = SPAM.value
    pending, stale = make_comment(session, now, PENDING), make_comment(session, now, TRASH)
    chosen = [
        *((parent.id, parent.version), (child.id, child.version)),
        *((pending.id, pending.version), (stale.id, 1), (4711, 1)),
    ]

    bulk = removing.delete_all(session, chosen, alice, now)

    assert set(bulk.done) == {parent.id, child.id}
    assert {one.id: type(one.error) for one in bulk.left} == {
        pending.id: ImpossibleDecision,
        stale.id: StaleDecision,
        4711: UnknownComment,
    }
    assert ids(session) == [pending.id, stale.id]


@pytest.mark.parametrize("status", [SPAM, TRASH])
def test_a_tab_is_emptied_step_by_step_and_nothing_else(database, now, monkeypatch, status):
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    with database.session() as session:
        alice = make_moderator(session, now).id
        for one in Status:
            for _ in range(5):
                make_comment(session, now, one)
        later = make_comment(session, now + timedelta(hours=1), status).id

    assert removing.empty_all(database, status, alice, now + timedelta(minutes=1)) == 5

    with database.session() as session:
        counts = sa.select(Comment.status, sa.func.count()).group_by(Comment.status)
        assert dict(session.execute(counts).all()) == {
            **{one.value: 5 for one in Status},
            status.value: 1,
        }
        assert session.get(Comment, later) is not None


@pytest.mark.parametrize("status", ["pending", "approved", "withdrawn", "all"])
def test_only_spam_and_trash_are_emptied(database, now, status):
    with pytest.raises(ImpossibleDecision):
        removing.empty_all(database, status, 1, now)
