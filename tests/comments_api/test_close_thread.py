"""A moderator closes one thread: nothing is taken any more, and the page says why."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import closing, comments, editing, rows
from comments_api.editing import Change
from comments_api.errors import ThreadClosed
from comments_api.models import Change as Line
from comments_api.models import DirtyRegion, Status, Thread
from comments_api.openness import Switched, state_of_thread, why_closed
from comments_api.rules import Rulebook
from tests.factories import THREAD, make_arrival, make_comment, make_thread

BOB = "hash of Bob's cookie"


@pytest.mark.parametrize("written", [True, False])
def test_it_takes_no_comment_until_it_is_open_again(session, now, alice, written):
    if written:
        make_comment(session, now)
    closing.close(session, THREAD, alice, now)
    with pytest.raises(ThreadClosed) as caught:
        comments.submit(session, make_arrival(content="Too late."), now)
    assert caught.value.why == "moderator"

    closing.reopen(session, THREAD, alice, now)

    assert comments.submit(session, make_arrival(content="In time."), now).status == Status.PENDING


def test_other_threads_stay_open(session, now, alice):
    closing.close(session, THREAD, alice, now)

    other = make_arrival(make_thread("post-other"))
    assert comments.submit(session, other, now).status == Status.PENDING


def test_nothing_is_edited_in_it(session, now, alice):
    thread = make_thread(mode="open")
    comment = make_comment(session, now, Status.PENDING, thread, reader=BOB)
    closing.close(session, THREAD, alice, now)
    change = Change("Changed.", BOB)

    with pytest.raises(ThreadClosed):
        editing.edit(session, comment.id, change, Rulebook(), thread, now + timedelta(minutes=1))


def test_the_record_and_the_pages_learn_of_it_once(session, now, alice):
    make_comment(session, now)
    session.execute(sa.delete(DirtyRegion))
    version = session.scalars(sa.select(Thread.version)).one()

    for verb in (closing.close, closing.close, closing.reopen, closing.reopen):
        verb(session, THREAD, alice, now)

    lines = session.execute(sa.select(Line.what, Line.moderator_id).order_by(Line.id)).all()
    assert lines == [(f"close-thread:{THREAD}", alice), (f"open-thread:{THREAD}", alice)]
    session.flush()
    assert session.scalars(sa.select(Thread.version)).one() == version + 2
    assert ("thread", THREAD) in session.execute(sa.select(DirtyRegion.kind, DirtyRegion.key)).all()


def test_who_reads_it_learns_when_it_was_closed(session, now, alice):
    assert rows.switched(session.connection(), THREAD) == Switched()

    closing.close(session, THREAD, alice, now)
    session.flush()

    assert rows.switched(session.connection(), THREAD) == Switched(closed=now)
    assert rows.switched(session.connection()).closed is None


def test_its_state_is_closed_by_a_moderator_unless_everything_is(now):
    context = make_thread(mode="open").context
    closed = Switched(closed=now)

    assert state_of_thread(context, 0, now, closed) == "closed"
    assert why_closed(context, 0, now, closed) == "moderator"
    assert why_closed(context, 0, now, closed._replace(close_all=True)) == "all"
