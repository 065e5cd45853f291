from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import comments, decisions
from comments_api.errors import ImpossibleDecision, StaleDecision, UnknownComment
from comments_api.models import Comment, Decision, DirtyRegion, Outbox, Status, Thread
from comments_api.undoing import undo
from tests.conftest import ON_POSTGRESQL
from tests.factories import make_arrival, make_comment, make_moderator

PENDING, APPROVED, SPAM, TRASH, WITHDRAWN = Status
TO = {"approve": APPROVED, "hold": PENDING, "spam": SPAM, "trash": TRASH, "restore": PENDING}
IMPOSSIBLE = {
    (PENDING, "hold"), (APPROVED, "approve"), (SPAM, "spam"), (TRASH, "trash"),
    (PENDING, "restore"), (APPROVED, "restore"),
    *((WITHDRAWN, action) for action in TO),
}  # fmt: skip
EVERY = [(status, action) for status in Status for action in TO]


def decide(session, comment, action, now, version=None, who="Alice"):
    moderator = make_moderator(session, now, who)
    version = comment.version if version is None else version
    return decisions.decide(session, comment.id, action, version, moderator.id, now)


@pytest.mark.parametrize(("status", "action"), [pair for pair in EVERY if pair not in IMPOSSIBLE])
def test_it_makes_of_a_comment_what_was_decided(session, now, status, action):
    comment = make_comment(session, now, status)
    version = comment.version

    decide(session, comment, action, now + timedelta(minutes=1))
    session.flush()
    session.expire_all()

    assert (comment.status, comment.version) == (TO[action], version + 1)
    assert comment.changed == now + timedelta(minutes=1)


@pytest.mark.parametrize(("status", "action"), sorted(IMPOSSIBLE))
def test_it_refuses_what_makes_no_sense(session, now, status, action):
    comment = make_comment(session, now, status)
    version = comment.version

    with pytest.raises(ImpossibleDecision):
        decide(session, comment, action, now)

    assert (comment.status, comment.version) == (status, version)


@pytest.mark.parametrize("before", [PENDING, APPROVED])
@pytest.mark.parametrize(
    "path", [["spam"], ["trash"], ["spam", "trash"], ["trash", "spam", "trash"]]
)
def test_restoring_makes_it_what_it_was_before(session, now, before, path):
    comment = make_comment(session, now, before)
    for action in path:
        decide(session, comment, action, now)

    decide(session, comment, "restore", now)

    assert comment.status == before


@pytest.mark.parametrize("action", ["spam", "trash"])
def test_an_approval_that_was_undone_is_not_what_it_was_before(session, now, action):
    comment = make_comment(session, now, PENDING)
    decide(session, comment, action, now)
    alice = make_moderator(session, now).id
    decisions.decide(session, comment.id, "approve", comment.version, alice, now, batch="oops")
    undo(session, "oops", alice, now)

    decide(session, comment, "restore", now)

    assert comment.status == PENDING


def test_what_a_rule_called_spam_waits_when_it_is_none(session, now):
    comment = make_comment(session, now, SPAM)
    alice = make_moderator(session, now).id
    decisions.decide(session, comment.id, "approve", comment.version, alice, now, batch="oops")
    undo(session, "oops", alice, now)

    decide(session, comment, "restore", now)

    assert comment.status == PENDING


@pytest.mark.parametrize(("status", "action"), [pair for pair in EVERY if pair not in IMPOSSIBLE])
def test_pages_change_only_when_readers_see_a_change(session, now, status, action):
    comment = make_comment(session, now, status)
    session.execute(sa.delete(DirtyRegion))
    before = session.scalars(sa.select(Thread.version)).one()

    decide(session, comment, action, now)
    session.flush()

    seen = APPROVED in {status, TO[action]}
    assert session.scalars(sa.select(Thread.version)).one() == before + seen
    assert bool(session.scalars(sa.select(DirtyRegion)).all()) == seen


def test_a_decision_stands_in_the_record(session, now):
    comment = make_comment(session, now, PENDING)
    alice = make_moderator(session, now)

    decide(session, comment, "spam", now)

    line = session.scalars(sa.select(Decision).order_by(Decision.id.desc())).first()
    assert (line.comment_id, line.moderator_id, line.action) == (comment.id, alice.id, "spam")
    assert (line.from_status, line.to_status, line.version) == ("pending", "spam", 2)


def test_a_decision_on_what_is_no_longer_so_says_who_and_when(session, now):
    comment = make_comment(session, now, PENDING)
    decide(session, comment, "spam", now, who="Carol")

    with pytest.raises(StaleDecision) as caught:
        decide(session, comment, "approve", now + timedelta(minutes=1), version=1)

    assert (caught.value.status, caught.value.who, caught.value.when) == ("spam", "Carol", now)
    assert (comment.status, comment.version) == (SPAM, 2)


def test_a_version_that_never_was_is_stale_too(session, now):
    with pytest.raises(StaleDecision) as caught:
        decide(session, make_comment(session, now, PENDING), "approve", now, version=99)

    assert caught.value.who is None


def test_two_moderators_at_once_do_not_both_decide(database, now):
    with database.session() as session:
        comment = make_comment(session, now, PENDING)
    with database.session() as session:
        decide(session, comment, "approve", now)

    with pytest.raises(StaleDecision), database.session() as session:
        decide(session, comment, "spam", now, version=1, who="Carol")

    with database.session() as session:
        assert session.get_one(Comment, comment.id).status == APPROVED


def test_there_must_be_such_a_comment(session, now):
    with pytest.raises(UnknownComment):
        decisions.decide(session, 4711, "approve", 1, make_moderator(session, now).id, now)


def wait_until_somebody_waits(database):
    waiting = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    while True:
        with database.snapshot() as connection:
            if connection.execute(waiting).scalar():
                return


@ON_POSTGRESQL
@pytest.mark.timeout(30)
def test_a_decision_and_a_reply_to_the_same_comment_do_not_wait_for_each_other(database, now):
    """Both lock comment and thread: in different orders, each would wait for the other."""
    with database.session() as session:
        parent = make_comment(session, now)

    def hold():
        with database.session() as session:
            decide(session, session.get_one(Comment, parent.id), "hold", now)

    with ThreadPoolExecutor(1) as pool:
        with database.session() as session:
            session.scalars(sa.select(Thread).with_for_update()).one()  # as a reply begins
            held = pool.submit(hold)
            wait_until_somebody_waits(database)
            comments.submit(session, make_arrival(parent=parent.id), now)
        held.result()


@pytest.mark.parametrize(("status", "action"), [(PENDING, "approve"), (SPAM, "approve")])
def test_readers_are_told_of_what_became_public(session, now, status, action):
    comment = make_comment(session, now, status)
    session.execute(sa.delete(Outbox))

    decide(session, comment, action, now)

    (event,) = session.scalars(sa.select(Outbox))
    assert (event.kind, event.comment_id, event.recipient) == ("published", comment.id, "")
    assert event.due - now == timedelta(minutes=5)


@pytest.mark.parametrize("action", ["hold", "spam", "trash"])
def test_nobody_is_told_of_what_is_public_no_more(session, now, action):
    comment = make_comment(session, now)
    session.execute(sa.delete(Outbox))

    decide(session, comment, action, now)

    assert session.scalars(sa.select(Outbox)).all() == []
