"""A reader withdraws her own comment: at most a tombstone is left, and it keeps nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import comments, decisions, editing, erasure, own, rows
from comments_api.errors import NotEditable, NotOnPage, NotYours, StaleDecision, TooLate
from comments_api.models import (
    Comment,
    Decision,
    DirtyRegion,
    Edit,
    IdempotencyKey,
    Model,
    Reply,
    Revision,
    Scope,
    Status,
    Subscription,
)
from comments_api.outline import arrange
from comments_api.rules import Numbers, Rulebook
from tests.conftest import ON_SQLITE
from tests.factories import (
    THREAD,
    make_arrival,
    make_comment,
    make_moderator,
    make_reply,
    make_thread,
)

BOB = "hash of Bob's cookie"
OPEN = make_thread(mode="open")
TEXT = "I live above the bakery."


@pytest.fixture
def bobs(session, now):
    """Stores comments of Bob's browser: by default a public one."""

    def make(status=Status.APPROVED, **fields):
        return make_comment(session, now, status, OPEN, reader=BOB, **fields)

    return make


@pytest.fixture
def withdraw(session, now):
    """Withdraws a comment a minute after it was sent."""

    def withdrawn(comment, reader=BOB, after=1):
        return own.withdraw(session, comment.id, reader, now + timedelta(minutes=after))

    return withdrawn


def shown(session):
    return [entry.row.id for entry in arrange(rows.of_thread(session.connection(), THREAD))]


@pytest.mark.parametrize("status", [Status.PENDING, Status.APPROVED])
def test_it_leaves_the_page_and_is_withdrawn(session, now, bobs, withdraw, status):
    comment = bobs(status)
    session.execute(sa.delete(DirtyRegion))
    version = comment.version

    withdraw(comment)

    assert (comment.status, comment.version) == ("withdrawn", version + 1)
    assert comment.changed == now + timedelta(minutes=1)
    assert session.scalars(sa.select(DirtyRegion)).all()
    assert shown(session) == []


def test_where_somebody_answered_a_tombstone_stays(session, now, bobs, withdraw):
    comment = bobs()
    answer = make_comment(session, now, Status.APPROVED, OPEN, parent=comment.id)

    withdraw(comment)

    assert shown(session) == [comment.id, answer.id]
    [tombstone] = [row for row in rows.of_thread(session.connection(), THREAD) if row.withdrawn]
    assert (tombstone.author_name, tombstone.author_url, str(tombstone.html)) == ("", "", "")


def test_nothing_of_it_is_left_in_any_table(session, now, bobs, withdraw):
    comment = bobs(
        content=TEXT,
        author_name="Bob Marley",
        author_email="bob.marley@example.org",
        author_url="https://marley.example/",
    )
    comment.address_block = "192.0.2.0/24"
    comment.reasons = ["held-words:bakery"]
    change = editing.Change(f"{TEXT} Come in.", BOB)
    editing.edit(session, comment.id, change, Rulebook(Numbers(trust_after=0)), OPEN, now)
    editing.edit(session, comment.id, editing.Change(f"{TEXT} Or not.", BOB), Rulebook(), OPEN, now)
    fields = {"email": "bob.marley@example.org", "lang": "en", "created": now}
    session.add(Subscription(scope=Scope.REPLIES.value, comment_id=comment.id, **fields))
    session.add(IdempotencyKey(key_hash="k", comment_id=comment.id, created=now))
    session.flush()
    assert session.scalars(sa.select(Revision)).all()
    assert session.scalars(sa.select(Edit)).all()

    withdraw(comment)
    session.flush()

    left = {
        table.name: str(session.execute(sa.select(table)).all())
        for table in Model.metadata.sorted_tables
    }
    for word in ("arley", "bakery", "192.0.2", BOB):
        assert {name for name, text in left.items() if word in text} == set()
    assert (comment.reader, comment.address_block, comment.identity_id) == (None, None, None)
    for model in (Subscription, IdempotencyKey, Edit):
        assert session.scalars(sa.select(model)).all() == []


def test_it_is_a_line_of_the_record(session, bobs, withdraw):
    comment = bobs()

    withdraw(comment)

    line = session.scalars(sa.select(Decision).order_by(Decision.id.desc())).first()
    assert (line.action, line.comment_id, line.moderator_id) == ("withdraw", comment.id, None)
    assert (line.from_status, line.to_status) == ("approved", "withdrawn")
    assert (line.version, line.reasons) == (comment.version, [])


def test_what_it_brought_leaves_the_ledger_too(session, now, bobs, withdraw):
    comment = make_reply(session, now, comment=bobs(Status.PENDING))
    session.execute(sa.delete(DirtyRegion))

    withdraw(comment)

    assert session.scalars(sa.select(Reply)).all() == []
    assert "ledger" in session.scalars(sa.select(DirtyRegion.kind)).all()


def test_the_same_can_be_said_again_afterwards(session, now, bobs, withdraw):
    withdraw(bobs(content=TEXT))

    again = comments.submit(session, make_arrival(OPEN, reader=BOB, content=TEXT), now)

    assert again.status == "pending"


def test_a_backup_does_not_bring_it_back(session, now, bobs, withdraw):
    comment = bobs(content=TEXT)
    withdraw(comment)
    comment.status, comment.source, comment.fingerprint = "approved", TEXT, "as it was"  # restored
    session.flush()

    erasure.apply_erasures(session, now, "a secret of some length for hashes")

    assert (comment.status, comment.source) == ("withdrawn", "")


def test_a_moderator_who_saw_it_before_is_told(session, now, bobs, withdraw):
    comment = bobs(Status.PENDING)
    seen = comment.version
    withdraw(comment)

    with pytest.raises(StaleDecision) as caught:
        decisions.decide(session, comment.id, "approve", seen, make_moderator(session, now).id, now)

    assert (caught.value.status, caught.value.by_author) == ("withdrawn", True)


def test_nobody_else_withdraws_it(bobs, withdraw):
    with pytest.raises(NotYours):
        withdraw(bobs(), reader="hash of Mallory's cookie")


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.APPROVED}))
def test_a_stranger_does_not_learn_that_there_is_one(bobs, withdraw, status):
    with pytest.raises(NotOnPage):
        withdraw(bobs(status), reader="hash of Mallory's cookie")


def test_it_is_done_once(bobs, withdraw):
    comment = bobs()
    withdraw(comment)

    with pytest.raises(NotOnPage):
        withdraw(comment)


@ON_SQLITE
@pytest.mark.parametrize(("minutes", "possible"), [(14.9, True), (15, False), (600, False)])
def test_it_can_be_withdrawn_for_fifteen_minutes(bobs, withdraw, minutes, possible):
    comment = bobs()

    if possible:
        withdraw(comment, after=minutes)
    else:
        with pytest.raises(TooLate) as caught:
            withdraw(comment, after=minutes)
        assert caught.value.minutes == 15

    assert (comment.status == "withdrawn") == possible


def test_what_a_moderator_wrote_is_not_withdrawn_here(session, now, withdraw):
    alice = make_moderator(session, now)
    comment = make_comment(session, now, Status.PENDING, OPEN, moderator=alice, reader=BOB)

    with pytest.raises(NotEditable):
        withdraw(comment)


def test_there_must_be_such_a_comment(withdraw):
    with pytest.raises(NotOnPage):
        withdraw(Comment(id=4711))
