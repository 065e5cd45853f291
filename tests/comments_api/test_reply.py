import pytest
import sqlalchemy as sa

from comments_api import decisions
from comments_api.errors import ImpossibleDecision, InvalidDraft, SaidAlready, StaleDecision
from comments_api.models import Comment, Decision, DirtyRegion, Outbox, Status, Thread
from tests.factories import make_comment, make_moderator


def reply(session, comment, now, content="Thank you, Bob.", version=None):
    alice = make_moderator(session, now)
    version = comment.version if version is None else version
    return decisions.reply(session, comment.id, version, alice, content, now)


def test_it_approves_what_it_answers(session, now):
    comment = make_comment(session, now, Status.PENDING)

    answer = reply(session, comment, now)

    assert (comment.status, answer.status) == (Status.APPROVED, Status.APPROVED)
    assert (answer.parent_id, answer.author_name) == (comment.id, "Alice")
    actions = session.scalars(sa.select(Decision.action).order_by(Decision.id)).all()
    assert actions == ["arrive", "approve", "reply"]


def test_it_answers_what_is_approved_already(session, now):
    comment = make_comment(session, now)
    version = comment.version

    reply(session, comment, now)

    assert comment.version == version


def test_readers_must_see_it(session, now):
    comment = make_comment(session, now, Status.PENDING)

    reply(session, comment, now)

    assert session.scalars(sa.select(Thread.version)).one() == 2
    assert session.scalars(sa.select(DirtyRegion.kind).distinct()).all()


@pytest.mark.parametrize("status", [Status.SPAM, Status.TRASH, Status.WITHDRAWN])
def test_it_refuses_to_answer_what_is_not_shown(session, now, status):
    comment = make_comment(session, now, status)

    with pytest.raises(ImpossibleDecision):
        reply(session, comment, now)


def test_it_refuses_to_answer_another_version(session, now):
    with pytest.raises(StaleDecision):
        reply(session, make_comment(session, now), now, version=1)


@pytest.mark.parametrize(
    "content", ["", "x" * 10_001, "> " * 50 + "x"], ids=["empty", "long", "deep"]
)
def test_a_bad_answer_approves_nothing(session, now, content):
    comment = make_comment(session, now, Status.PENDING)

    with pytest.raises(InvalidDraft):
        reply(session, comment, now, content)

    assert comment.status == Status.PENDING


def test_a_repeated_click_answers_once(database, now):
    with database.session() as session:
        comment = make_comment(session, now)
        reply(session, comment, now)

    with pytest.raises(SaidAlready), database.session() as session:
        reply(session, comment, now)

    with database.session() as session:
        assert session.scalars(sa.select(sa.func.count()).select_from(Comment)).one() == 2


def test_what_is_stored_is_what_was_checked(session, now):
    answer = reply(session, make_comment(session, now), now, "  one\r\ntwo ")

    assert (answer.source, answer.rendered) == ("one\ntwo", "<p>one<br>\ntwo</p>\n")


def test_readers_are_told_of_both(session, now):
    comment = make_comment(session, now, Status.PENDING)
    session.execute(sa.delete(Outbox))

    answer = reply(session, comment, now)

    told = session.scalars(sa.select(Outbox).order_by(Outbox.id))
    assert [(event.kind, event.comment_id) for event in told] == [
        ("published", comment.id),
        ("published", answer.id),
    ]
