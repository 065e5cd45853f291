"""A comment arrives: what the rules make of it, what is noted of that, and who is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from comments_api import comments, rules
from comments_api.errors import Nudge, SaidAlready, ThreadClosed, TooMany, UnknownParent
from comments_api.limits import Limit, take
from comments_api.models import Bucket, Comment, Decision, Outbox, Status, Thread
from comments_api.rules import Numbers, Rulebook
from tests.comments_api.judging import OPEN, make_identity
from tests.factories import make_arrival, make_comment, make_thread


def count(session, model):
    return session.scalars(sa.select(sa.func.count()).select_from(model)).one()


def test_it_knows_who_showed_herself_and_what_was_said(session, now):
    bob = make_identity(session, now)

    comment = comments.submit(session, replace(make_arrival(), identity_id=bob), now)
    session.expire_all()

    assert (comment.identity_id, comment.said) == (bob, rules.said("i WROTE  to them."))


def trusting(arrival, **more):
    """Return the arrival where everybody is trusted."""
    return replace(arrival, rulebook=Rulebook(Numbers(trust_after=0)), **more)


def test_what_no_rule_is_against_is_public_at_once(session, now):
    comment = comments.submit(session, trusting(make_arrival(OPEN)), now)

    assert (comment.status, comment.reasons) == (Status.APPROVED, [])
    assert session.scalars(sa.select(Thread.version)).one() == 1


def outbox_of(session):
    """Return kind, comment and minutes of waiting of everything in the outbox."""
    found = session.scalars(sa.select(Outbox).order_by(Outbox.id))
    return [(o.kind, o.comment_id, (o.due - o.created).seconds // 60) for o in found]


def test_moderators_are_told_of_what_waits_at_once(session, now):
    comment = comments.submit(session, make_arrival(), now)

    assert outbox_of(session) == [("held", comment.id, 0)]


def test_readers_are_told_of_what_is_public_when_nobody_took_it_back(session, now):
    comment = comments.submit(session, trusting(make_arrival(OPEN)), now)

    assert outbox_of(session) == [("published", comment.id, 5)]


def test_nobody_is_told_of_spam(session, now):
    comments.submit(session, replace(make_arrival(), trap="x"), now)

    assert outbox_of(session) == []


LINKS = {"content": "https://a.example/ https://b.example/"}


def test_who_could_mend_it_is_told_before_anything_is_stored_or_counted(database, now):
    limit = Limit("block:192.0.2.0", 1, 60)

    with pytest.raises(Nudge) as caught, database.session() as session:
        comments.submit(session, trusting(make_arrival(OPEN, limits=(limit,), **LINKS)), now)

    assert caught.value.reasons == ("links:2",)
    with database.session() as session:
        assert [count(session, m) for m in (Thread, Comment, Bucket, Outbox)] == [0, 0, 0, 0]


def test_who_insists_waits_for_a_moderator(session, now):
    arrival = trusting(make_arrival(OPEN, **LINKS), as_it_is=True)

    assert comments.submit(session, arrival, now).reasons == ["links:2"]


def test_the_record_holds_codes_and_no_words(session, now):
    comments.submit(session, make_arrival(**LINKS, author_name="Campaign"), now)

    line = session.scalars(sa.select(Decision)).one()
    assert line.reasons == ["thread-is-held", "links", "staff-name", "new-commenter"]


def test_it_is_refused_for_the_first_of_all_reasons(database, now):
    """Closed, parent, said already, limits, nudge: in this order."""
    limit = Limit("block:192.0.2.0", 1, 60)
    with database.session() as session:
        parent = make_comment(session, now)
        comments.submit(session, trusting(make_arrival(OPEN, **LINKS), as_it_is=True), now)
        take(session, [limit], now)
        hidden = make_comment(session, now, Status.SPAM).id
        assert parent.id < hidden
    steps = [
        (ThreadClosed, make_thread(mode="closed"), {**LINKS, "parent": hidden}),
        (UnknownParent, OPEN, {**LINKS, "parent": hidden}),
        (SaidAlready, OPEN, LINKS),
        (TooMany, OPEN, {**LINKS, "author_name": "Carol"}),
    ]
    for error, thread, fields in steps:
        with pytest.raises(error), database.session() as session:
            comments.submit(session, trusting(make_arrival(thread, limits=(limit,), **fields)), now)
