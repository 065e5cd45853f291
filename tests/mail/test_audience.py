"""Whom an event concerns: everybody once, at her own pace, and never who did it herself."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import decisions
from comments_api.mail import audience
from comments_api.mail.outbox import Kind
from comments_api.models import (
    Comment,
    Complaint,
    Decision,
    Edit,
    Identity,
    Moderator,
    Outbox,
    Pace,
    Role,
    Scope,
    Status,
    Subscription,
)
from tests.factories import make_moderator
from tests.mail.conftest import LETTER, POST

BOB, EVE, CAROL = "bob@example.org", "eve@example.org", "carol@example.org"


@pytest.fixture
def told(desk):
    """Says who is told of an event, and why."""

    def tell(kind, **more):
        desk.event(kind, **more)
        expand(desk)
        return {row.recipient: row.payload["why"] for row in desk.rows() if row.recipient}

    return tell


def expand(desk):
    with desk.database.session() as session:
        waiting = sa.select(Outbox).where(Outbox.recipient == "", Outbox.sent.is_(None))
        for event in session.scalars(waiting.order_by(Outbox.id)):
            audience.expand(session, event, desk.manifest, desk.watch.now, 8)


@pytest.fixture
def staff(database, now):
    """Adds somebody who moderates or writes."""

    def add(called, role=Role.MODERATOR, mail=Pace.IMMEDIATE, **more):
        with database.session() as session:
            person = make_moderator(session, now, called)
            person.role, person.mail = role.value, mail.value
            for key, value in more.items():
                setattr(person, key, value)
            return person.id

    return add


# -- moderators -------------------------------------------------------------------------------


def test_a_held_comment_is_told_to_those_who_moderate(desk, told, staff):
    staff("Alice")
    staff("Olga", Role.OWNER)
    staff("Carol", Role.AUTHOR)
    staff("Nora", mail=Pace.NEVER)
    staff("Gone", active=False)

    people = told(Kind.HELD, comment_id=desk.comment(Status.PENDING))

    assert people == {"alice@example.org": "moderator", "olga@example.org": "moderator"}


@pytest.mark.parametrize("status", [Status.APPROVED, Status.SPAM, Status.TRASH])
def test_what_was_decided_meanwhile_is_told_to_nobody(desk, told, staff, status):
    staff("Alice")

    assert told(Kind.HELD, comment_id=desk.comment(status)) == {}
    assert desk.rows() == []


def test_an_edit_that_waits_is_told_although_its_comment_is_public(desk, told, staff, now):
    staff("Alice")
    comment = desk.comment()
    with desk.database.session() as session:
        edit = Edit(comment_id=comment, source="x", rendered="<p>x</p>", renderer="1", created=now)
        session.add(edit)

    assert told(Kind.HELD, comment_id=comment) == {"alice@example.org": "moderator"}


def test_a_complaint_is_told_until_it_is_settled(desk, told, staff, now):
    staff("Alice")
    comment = desk.comment()
    with desk.database.session() as session:
        session.add(Complaint(comment_id=comment, reason="spam", created=now))
    open_one = told(Kind.COMPLAINED, comment_id=comment)
    with desk.database.session() as session:
        session.execute(sa.update(Complaint).values(settled=now))
        session.execute(sa.delete(Outbox))

    assert open_one == {"alice@example.org": "moderator"}
    assert told(Kind.COMPLAINED, comment_id=comment) == {}


def test_a_comment_whose_page_is_gone_is_told_to_nobody(desk, told, staff):
    staff("Alice")
    comment = desk.comment(Status.PENDING)
    desk.manifest.threads.clear()

    assert told(Kind.HELD, comment_id=comment) == {}


# -- readers ----------------------------------------------------------------------------------


def test_followers_of_a_thread_are_told_if_they_confirmed(desk, told):
    desk.follow(BOB)
    desk.follow(EVE, confirmed=False)
    desk.follow(CAROL, thread_key="post-x")

    assert told(Kind.PUBLISHED, comment_id=desk.comment()) == {BOB: "thread"}


def test_who_wrote_what_it_answers_is_told_first_of_all_that_it_is_an_answer(desk, told):
    parent = desk.comment()
    desk.follow(BOB)
    desk.follow(BOB, scope=Scope.REPLIES, comment_id=parent)

    assert told(Kind.PUBLISHED, comment_id=desk.comment(parent=parent)) == {BOB: "reply"}


def test_answers_to_other_comments_are_none_of_hers(desk, told):
    desk.follow(BOB, scope=Scope.REPLIES, comment_id=desk.comment())

    assert told(Kind.PUBLISHED, comment_id=desk.comment()) == {}


def test_a_commenter_who_waited_is_told_that_it_appeared(desk, told):
    comment = desk.comment(author_email=BOB)
    desk.follow(BOB, scope=Scope.REPLIES, comment_id=comment)
    desk.follow(BOB)

    assert told(Kind.PUBLISHED, comment_id=comment) == {BOB: "own"}


def test_a_commenter_who_saw_it_appear_at_once_is_not(desk, told, now):
    comment = desk.comment(author_email=BOB)
    desk.follow(BOB, scope=Scope.REPLIES, comment_id=comment)
    with desk.database.session() as session:
        session.execute(sa.update(Decision).values(to_status=Status.APPROVED.value))

    assert told(Kind.PUBLISHED, comment_id=comment) == {}


@pytest.mark.parametrize("how", ["typed", "identity", "moderator"])
def test_who_wrote_it_is_never_told_as_one_of_the_others(desk, told, staff, how, now):
    comment = desk.comment(author_email="Bob@Example.org" if how == "typed" else "")
    desk.follow(BOB)
    desk.follow(EVE)
    with desk.database.session() as session:
        if how == "identity":
            known = Identity(issuer="x", subject="y", email=BOB, created=now, seen=now)
            session.add(known)
            session.flush()
            session.get_one(Comment, comment).identity_id = known.id
        if how == "moderator":
            session.get_one(Comment, comment).moderator_id = staff("Bob")

    assert told(Kind.PUBLISHED, comment_id=comment) == {EVE: "thread"}


def test_one_address_gets_one_mail_whatever_its_letters(desk, told):
    desk.follow(BOB)
    with desk.database.session() as session:
        session.add(
            Subscription(
                email="BOB@example.org", scope="thread", thread_key="post-the-vote", lang="en",
                confirmed=desk.watch.now, created=desk.watch.now,
            )
        )  # fmt: skip

    assert len(told(Kind.PUBLISHED, comment_id=desk.comment())) == 1


def test_a_comment_that_was_taken_back_is_told_to_nobody(desk, told):
    desk.follow(BOB)
    comment = desk.comment()
    with desk.database.session() as session:
        alice = make_moderator(session, desk.watch.now)
        version = session.get_one(Comment, comment).version
        decisions.decide(session, comment, "hold", version, alice.id, desk.watch.now)

    assert told(Kind.PUBLISHED, comment_id=comment) == {}


def test_nobody_is_told_twice_of_a_comment_that_went_and_came_back(desk, told):
    desk.follow(BOB)
    comment = desk.comment()
    told(Kind.PUBLISHED, comment_id=comment)

    told(Kind.PUBLISHED, comment_id=comment)

    assert sum(row.recipient == BOB for row in desk.rows()) == 1


@pytest.mark.parametrize(
    ("stood", "expected"), [(timedelta(minutes=5), {}), (timedelta(minutes=4), {BOB: "thread"})]
)
def test_nor_when_what_was_sent_is_forgotten_since(desk, told, stood, expected):
    desk.follow(BOB)
    comment = desk.comment()
    desk.watch.now += stood
    with desk.database.session() as session:
        alice = make_moderator(session, desk.watch.now)
        for action in ("hold", "approve"):
            version = session.get_one(Comment, comment).version
            decisions.decide(session, comment, action, version, alice.id, desk.watch.now)
            desk.watch.now += timedelta(days=8)
        session.execute(sa.delete(Outbox))

    assert told(Kind.PUBLISHED, comment_id=comment) == expected


def test_but_an_approval_that_was_undone_in_time_counts_for_nothing(desk, told):
    desk.follow(BOB)
    comment = desk.comment(Status.PENDING)
    assert told(Kind.PUBLISHED, comment_id=comment) == {}
    with desk.database.session() as session:
        session.get_one(Comment, comment).status = Status.APPROVED.value

    assert told(Kind.PUBLISHED, comment_id=comment) == {BOB: "thread"}


# -- authors ----------------------------------------------------------------------------------


def test_whoever_wrote_the_page_is_told_of_its_comments(desk, told, staff):
    staff("Carol", Role.AUTHOR, name="CAROL")
    staff("Alice")

    assert told(Kind.PUBLISHED, comment_id=desk.comment()) == {CAROL: "author"}


def test_an_author_is_not_told_what_she_decided_or_wrote_herself(desk, told, staff):
    carol = staff("Carol")
    decided, written = desk.comment(Status.PENDING), desk.comment()
    with desk.database.session() as session:
        version = session.get_one(Comment, decided).version
        decisions.decide(session, decided, "approve", version, carol, desk.watch.now)
        session.execute(sa.delete(Outbox))
        session.get_one(Comment, written).moderator_id = carol

    assert told(Kind.PUBLISHED, comment_id=decided) == {}
    assert told(Kind.PUBLISHED, comment_id=written) == {}


@pytest.mark.parametrize("more", [{"mail": Pace.NEVER}, {"active": False}])
def test_an_author_who_wants_no_mail_or_left_gets_none(desk, told, staff, more):
    staff("Carol", **more)

    assert told(Kind.PUBLISHED, comment_id=desk.comment()) == {}


# -- new pages --------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [POST, LETTER])
def test_a_new_page_is_told_to_those_who_follow_the_site(desk, told, key):
    desk.follow(BOB, scope=Scope.POSTS, thread_key="")
    desk.follow(EVE)

    assert told(Kind.NEW_PAGE, payload={"key": key}) == {BOB: "posts"}


def test_a_page_that_is_gone_again_is_told_to_nobody(desk, told):
    desk.follow(BOB, scope=Scope.POSTS, thread_key="")

    assert told(Kind.NEW_PAGE, payload={"key": "post:gone"}) == {}


# -- at which pace ----------------------------------------------------------------------------


def dues(desk):
    return [row.due - desk.watch.now for row in desk.rows() if row.recipient and not row.sent]


def test_a_moderator_gets_a_mail_every_ten_minutes_at_most(desk, told, staff, server):
    staff("Alice")
    told(Kind.HELD, comment_id=desk.comment(Status.PENDING))
    desk.deliver()
    first = len(server.box.mails)

    for _ in range(3):
        desk.watch.forward(minutes=2)
        told(Kind.HELD, comment_id=desk.comment(Status.PENDING))
        desk.deliver()
    waiting = len(server.box.mails)
    desk.watch.forward(minutes=4)
    desk.deliver()

    assert (first, waiting, len(server.box.mails)) == (1, 1, 2)
    assert server.box.mails[1].text.count("Bob wrote") == 3


def test_what_waits_for_a_server_that_is_gone_is_one_mail_in_the_end(desk, told, staff, server):
    staff("Alice")
    server.box.mood = "temp"
    for _ in range(4):
        told(Kind.HELD, comment_id=desk.comment(Status.PENDING))
        desk.deliver()
        desk.watch.forward(minutes=3)
    server.box.mood = "ok"
    desk.watch.forward(hours=1)
    desk.deliver()

    [mail] = server.box.mails
    assert mail.text.count("Bob wrote") == 4


def test_who_wants_one_mail_a_day_gets_it_in_the_morning(desk, told, staff, server):
    staff("Alice", mail=Pace.DAILY)
    desk.follow(BOB, pace=Pace.DAILY)
    for _ in range(2):
        told(Kind.HELD, comment_id=desk.comment(Status.PENDING))
        told(Kind.PUBLISHED, comment_id=desk.comment())
        desk.watch.forward(minutes=30)
    desk.deliver()
    before = list(server.box.mails)

    desk.watch.now = desk.watch.now.replace(day=22, hour=8, minute=0)  # in London
    desk.deliver()

    assert before == []
    assert sorted(server.box.recipients()) == ["alice@example.org", BOB]
    assert [mail.text.count("Bob wrote") for mail in server.box.mails] == [2, 2]


def test_two_subscriptions_of_one_person_go_in_one_mail(desk, told, server):
    desk.follow(BOB)
    desk.follow(BOB, scope=Scope.POSTS, thread_key="")
    told(Kind.PUBLISHED, comment_id=desk.comment())
    told(Kind.NEW_PAGE, payload={"key": POST})

    desk.deliver()

    [mail] = server.box.mails
    assert "Bob wrote" in mail.text
    assert "There is a new post" in mail.text
    assert desk.rows()[-1].sent is not None


def test_nothing_of_the_address_is_in_the_name_of_a_bundle(desk, told):
    desk.follow(BOB)
    told(Kind.PUBLISHED, comment_id=desk.comment())

    [row] = [row for row in desk.rows() if row.recipient]
    assert row.bundle.startswith("reader:")
    assert row.bundle.removeprefix("reader:").isdecimal()


def test_thousands_of_followers_are_told_in_one_step(desk, now):
    with desk.database.session() as session:
        session.execute(
            sa.insert(Subscription),
            [
                {
                    "email": f"bob{number}@example.org", "scope": "posts", "thread_key": "",
                    "lang": "en", "pace": "immediate", "confirmed": now, "created": now,
                }
                for number in range(2_000)
            ],
        )  # fmt: skip
    desk.event(Kind.NEW_PAGE, payload={"key": POST})

    expand(desk)

    assert sum(row.recipient != "" for row in desk.rows()) == 2_000
    assert set(dues(desk)) == {timedelta()}


def test_the_event_remembers_nobody(desk, told, staff):
    staff("Alice")
    told(Kind.HELD, comment_id=desk.comment(Status.PENDING), payload={"x": 1})

    event = desk.rows()[0]
    assert (event.recipient, event.payload, event.sent) == ("", {}, desk.watch.now)
    with desk.database.session() as session:
        assert session.scalars(sa.select(Moderator.mail)).all() == ["immediate"]
