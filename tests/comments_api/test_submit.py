from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import comments
from comments_api.errors import SaidAlready, ThreadClosed, TooMany, UnknownParent
from comments_api.limits import Limit
from comments_api.models import Comment, Decision, DirtyRegion, Status, Thread
from tests.factories import THREAD, make_arrival, make_comment, make_moderator, make_thread


def count(session, model):
    return session.scalars(sa.select(sa.func.count()).select_from(model)).one()


def test_it_holds_a_readers_comment_and_says_why(session, now):
    comment = comments.submit(session, make_arrival(), now)

    assert comment.status == Status.PENDING
    assert comment.reasons == ["thread-is-held", "new-commenter"]


def test_it_stores_what_was_typed_and_what_is_shown(session, now):
    comment = comments.submit(
        session, make_arrival(content="*a*\nb", author_email="bob@example.org"), now
    )
    session.expire_all()

    assert (comment.source, comment.rendered) == ("*a*\nb", "<p><em>a</em><br>\nb</p>\n")
    assert (comment.author_name, comment.author_email, comment.renderer) == (
        "Bob",
        "bob@example.org",
        "1",
    )
    assert comment.created == comment.changed == now


def test_a_held_comment_changes_no_page(session, now):
    comments.submit(session, make_arrival(), now)

    assert count(session, DirtyRegion) == 0
    assert session.scalars(sa.select(Thread.version)).one() == 0


def test_a_moderators_comment_is_shown_at_once(session, now):
    alice = make_moderator(session, now)

    comment = comments.submit(session, make_arrival(moderator=alice, author_name="Alice"), now)

    assert (comment.status, comment.moderator_id) == (Status.APPROVED, alice.id)
    assert session.scalars(sa.select(Thread.version)).one() == 1
    assert set(session.scalars(sa.select(DirtyRegion.kind))) == {
        "thread", "count", "thread-feed", "recent", "comments-feed", "ledger", "letter-feed",
    }  # fmt: skip


def test_its_arrival_stands_in_the_record(session, now):
    comment = comments.submit(session, make_arrival(), now)

    line = session.scalars(sa.select(Decision)).one()
    assert (line.comment_id, line.action, line.from_status, line.to_status) == (
        comment.id, "arrive", None, "pending",
    )  # fmt: skip
    assert (line.version, line.created) == (1, now)
    assert line.reasons == ["thread-is-held", "new-commenter"]


def test_it_makes_a_threads_row_with_its_first_comment_only(session, now):
    make_comment(session, now)
    make_comment(session, now)

    assert session.scalars(sa.select(Thread.key)).all() == [THREAD]


def test_a_reply_knows_its_parent(session, now):
    parent = make_comment(session, now)

    assert make_comment(session, now, Status.PENDING, parent=parent.id).parent_id == parent.id


@pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.TRASH, Status.WITHDRAWN])
def test_it_refuses_a_reply_to_what_is_not_public(session, now, status):
    parent = make_comment(session, now, status)

    with pytest.raises(UnknownParent):
        comments.submit(session, make_arrival(parent=parent.id), now)


def test_it_refuses_a_reply_to_nothing_and_to_another_thread(session, now):
    other = make_comment(session, now, thread=make_thread("post-other"))

    for parent in (other.id, other.id + 1000, 2**63 - 1):
        with pytest.raises(UnknownParent):
            comments.submit(session, make_arrival(parent=parent), now)


def test_a_refused_comment_leaves_nothing_behind(database, now):
    with pytest.raises(UnknownParent), database.session() as session:
        comments.submit(session, make_arrival(parent=7), now)

    with database.session() as session:
        assert [count(session, model) for model in (Thread, Comment, Decision)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("context", "why"),
    [
        ({"mode": "closed"}, "author"),
        ({"closes": "2026-11-21T12:00:00Z"}, "date"),
        ({"limit": 1}, "full"),
    ],
    ids=["by its author", "by a date", "full"],
)
def test_it_refuses_comments_to_a_thread_that_takes_none(session, now, context, why):
    make_comment(session, now)

    with pytest.raises(ThreadClosed) as caught:
        comments.submit(session, make_arrival(make_thread(**context)), now)

    assert caught.value.why == why


def test_a_thread_takes_comments_until_it_closes(session, now):
    thread = make_thread(closes="2026-11-21T12:00:00Z")

    comment = comments.submit(session, make_arrival(thread), now - timedelta(seconds=1))

    assert comment.status == Status.PENDING


@pytest.mark.parametrize(
    "said", ["I wrote to them.", "  i WROTE   to\nthem. "], ids=["equal", "nearly"]
)
def test_it_refuses_the_same_words_again(session, now, said):
    comments.submit(session, make_arrival(), now)

    with pytest.raises(SaidAlready):
        comments.submit(session, make_arrival(content=said), now)


@pytest.mark.parametrize("status", [Status.APPROVED, Status.SPAM])
def test_it_refuses_the_same_words_again_whatever_was_decided(session, now, status):
    make_comment(session, now, status, content="The same.")

    with pytest.raises(SaidAlready):
        comments.submit(session, make_arrival(content="The same."), now)


def test_the_same_words_may_be_said_elsewhere_by_others_or_after_the_trash(session, now):
    first = make_comment(session, now, content="The same.")
    make_comment(session, now, content="The same.", author_name="Carol")
    make_comment(session, now, content="The same.", parent=first.id)
    make_comment(session, now, content="The same.", thread=make_thread("post-other"))
    make_comment(session, now, Status.TRASH, content="Rejected.")

    make_comment(session, now, content="Rejected.")


def test_the_same_key_answers_the_first_result(session, now):
    first = comments.submit(session, make_arrival(key_hash="k"), now)

    again = comments.submit(session, make_arrival(key_hash="k", content="Other words."), now)

    assert again is first
    assert count(session, Comment) == 1


def test_a_limit_that_is_used_up_refuses(session, now):
    limits = (Limit("block:192.0.2.0", 1, 60),)
    comments.submit(session, make_arrival(limits=limits), now)

    with pytest.raises(TooMany) as caught:
        comments.submit(session, make_arrival(limits=limits, content="More."), now)

    assert caught.value.wait == 60


def test_ids_are_never_used_twice(session, now):
    first = make_comment(session, now, Status.PENDING)
    gone = first.id
    session.delete(first)
    session.flush()

    assert make_comment(session, now, Status.PENDING).id > gone
