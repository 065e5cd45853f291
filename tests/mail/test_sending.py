"""What becomes of mails: none is lost, none is sent twice, and what cannot go is given up (F14)."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import confirmations
from comments_api.db import Database
from comments_api.mail.outbox import Kind
from comments_api.mail.sending import BACK_OFF, LEASE, REST
from comments_api.models import Comment, Outbox, Status

DAMAGED = {"key": ["nobody wrote such a key"]}


def state(desk, number):
    """Return what stands in a row of a mail that was tried."""
    row = desk.row(number)
    return row.attempts, row.due - desk.watch.now, row.dead is not None


def test_a_mail_is_sent_and_nobody_remembers_to_whom(desk, server):
    number = desk.mail()

    desk.deliver()

    row = desk.row(number)
    assert server.box.recipients() == ["bob@example.org"]
    assert (row.sent, row.recipient, row.payload) == (desk.watch.now, "", {})
    assert (row.leased, row.error, row.dead) == (None, None, None)


def test_a_mail_that_is_not_due_waits(desk, server):
    desk.mail(wait=timedelta(minutes=5))

    desk.deliver()
    assert server.box.mails == []

    desk.watch.forward(minutes=5)
    desk.deliver()
    assert len(server.box.mails) == 1


def test_what_was_sent_is_not_sent_again(desk, server):
    desk.mail()

    for _ in range(3):
        desk.deliver()
        desk.watch.forward(hours=1)

    assert len(server.box.mails) == 1


@pytest.mark.parametrize(
    ("mood", "dead", "copies"),
    [
        ("421", False, 1),
        ("temp", False, 1),
        ("garbage", False, 1),
        ("drop-data", False, 1),
        ("drop-late", False, 2),
        ("perm", True, 0),
        ("perm-data", True, 1),  # it said no to what it kept: its own affair
    ],
)
def test_a_mail_that_is_not_taken_comes_later_or_never(desk, server, mood, dead, copies):
    number = desk.mail()
    server.box.mood = mood
    desk.deliver()
    after = state(desk, number)

    server.box.mood = "ok"
    desk.watch.forward(minutes=1)
    desk.deliver()

    assert after == ((0, timedelta(), True) if dead else (1, timedelta(minutes=1), False))
    assert len(server.box.mails) == copies
    assert len({mail.number for mail in server.box.mails}) <= 1


def test_a_server_that_is_gone_for_a_while_loses_nothing(desk, server, office):
    number = desk.mail()
    desk.office = replace(office, server=replace(office.server, port=1))  # nobody is there
    desk.deliver()
    after = state(desk, number)
    error = desk.row(number).error

    desk.office = office
    desk.watch.forward(minutes=1)
    desk.deliver()

    assert after == (1, timedelta(minutes=1), False)
    assert error.startswith("no connection: ")
    assert len(server.box.mails) == 1


def test_who_cannot_reach_the_server_rests_and_others_wait_untouched(desk, server, office):
    numbers = [desk.mail("one@example.org"), desk.mail("two@example.org")]
    desk.office = replace(office, server=replace(office.server, port=1))  # nobody is there
    postman = desk.postman()
    for _ in range(3):
        postman.round(desk.manifest, lambda: desk.watch.now)
    tried = [desk.row(number).attempts for number in numbers]
    desk.watch.forward(seconds=REST.total_seconds())
    postman.round(desk.manifest, lambda: desk.watch.now)

    assert tried == [1, 0]
    assert [desk.row(number).attempts for number in numbers] == [1, 1]


def test_one_that_is_refused_keeps_nobody_else_waiting(desk, server):
    people = desk.mails(20)
    server.box.moods = {people[3]: "perm", people[7]: "temp", people[11]: "drop-data"}

    desk.deliver()

    assert set(people) - set(server.box.recipients()) == {people[3], people[7], people[11]}


def test_it_is_tried_for_three_days_and_then_given_up(desk, server):
    number = desk.mail()
    server.box.mood = "temp"
    waits = []
    while desk.row(number).dead is None:
        desk.deliver()
        waits.append(desk.row(number).due - desk.watch.now)
        desk.watch.now = max(desk.row(number).due, desk.watch.now + timedelta(seconds=1))

    row = desk.row(number)
    minutes = [wait // timedelta(minutes=1) for wait in waits]
    assert minutes[:6] == [1, 5, 15, 60, 240, 240]
    assert set(minutes[4:-1]) == {240}
    assert sum(waits, timedelta()) - waits[-1] > timedelta(days=2, hours=20)
    assert row.attempts == len(BACK_OFF) + 1
    assert row.error == "450 mailbox busy"
    assert row.recipient == "bob@example.org"


def test_what_a_server_says_is_kept_without_the_address(desk, server):
    number = desk.mail("bob@example.org")

    async def refuse(*_):
        return "550 <bob@example.org>: user unknown"

    server.box.handle_RCPT = refuse
    desk.deliver()

    assert desk.row(number).error == "550 <b…@example.org>: user unknown"


@pytest.mark.parametrize("address", ["bob", "bø b@example.org", "bøb@example.org", "=?x?=@a.org"])
def test_an_address_that_cannot_stand_in_a_mail_is_given_up_at_once(desk, server, address):
    number = desk.mail(address)

    desk.deliver()

    assert desk.row(number).dead is not None
    assert server.box.mails == []


def test_a_mail_that_cannot_be_written_keeps_nobody_else_waiting(desk, server):
    broken = desk.mail("mallory@example.org")
    with desk.database.session() as session:
        row = session.get_one(Outbox, broken)
        row.kind, row.payload = Kind.NEW_PAGE.value, DAMAGED
    desk.mail("bob@example.org")

    desk.deliver()

    assert server.box.recipients() == ["bob@example.org"]
    assert (desk.row(broken).attempts, desk.row(broken).error) == (1, "TypeError")


# -- leases -----------------------------------------------------------------------------------


def test_a_mail_that_another_worker_has_is_left_to_it(desk, server):
    number = desk.mail()
    with desk.database.session() as session:
        session.get_one(Outbox, number).leased = desk.watch.now + LEASE

    desk.deliver()
    assert server.box.mails == []

    desk.watch.now += LEASE
    desk.deliver()
    assert len(server.box.mails) == 1


def test_a_lease_that_is_over_is_not_settled_by_who_had_it(desk, server):
    number = desk.mail()
    server.box.mood = "temp"

    async def slow(*_):
        with desk.database.session() as session:  # another worker took it meanwhile
            session.get_one(Outbox, number).leased = desk.watch.now + 2 * LEASE
        return "450 busy"

    server.box.handle_RCPT = slow
    desk.deliver()

    assert desk.row(number).attempts == 0
    assert desk.row(number).leased == desk.watch.now + 2 * LEASE


def test_four_workers_send_200_mails_and_none_twice(desk, server):
    people = desk.mails(200)
    workers = [Database(desk.database.url.render_as_string(False)) for _ in range(4)]

    def work(database):
        mine = type(desk)(database, desk.office, desk.manifest, desk.watch)
        while any(row.sent is None for row in mine.rows()):
            mine.deliver()

    threads = [threading.Thread(target=work, args=[database]) for database in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for database in workers:
        database.close()

    assert Counter(server.box.recipients()) == Counter(people)


def test_a_link_that_somebody_waits_for_overtakes_the_others(desk, server):
    desk.mails(60)
    with desk.database.session() as session:
        confirmations.ask(session, "eve@example.org", "en", desk.watch.now, network="n")

    desk.deliver()

    assert server.box.recipients()[0] == "eve@example.org"
    assert len(server.box.mails) == 50


def test_it_ends_after_the_mail_that_is_under_way(desk, server):
    desk.mails(5)

    desk.postman().round(desk.manifest, lambda: desk.watch.now, lambda: len(server.box.mails) >= 2)

    assert len(server.box.mails) == 2
    assert [row.leased for row in desk.rows() if row.sent is None] == [None] * 3


# -- bundles ----------------------------------------------------------------------------------


def test_what_is_due_together_in_a_bundle_is_one_mail(desk, server):
    for _ in range(3):
        desk.mail(bundle="reader:1")
    desk.mail(bundle="reader:1", wait=timedelta(minutes=1))
    desk.mail("carol@example.org", bundle="reader:2")

    desk.deliver()

    assert server.box.recipients() == ["bob@example.org", "carol@example.org"]
    assert server.box.mails[0].text.count("Bob wrote") == 3
    assert sum(row.sent is None for row in desk.rows()) == 1


def test_what_was_surely_not_taken_takes_along_what_came_meanwhile(desk, server):
    desk.mail(bundle="reader:1")
    server.box.mood = "temp"
    desk.deliver()
    server.box.mood = "ok"

    desk.mail(bundle="reader:1", wait=timedelta(minutes=1))
    desk.watch.forward(minutes=1)
    desk.deliver()

    [mail] = server.box.mails
    assert mail.text.count("Bob wrote") == 2


@pytest.mark.parametrize("mood", ["drop-data", "drop-late"])
def test_what_may_have_been_taken_is_sent_again_as_it_was(desk, server, mood):
    desk.mail(bundle="reader:1")
    server.box.mood = mood
    desk.deliver()
    before = list(server.box.mails)
    server.box.mood = "ok"

    desk.mail(bundle="reader:1")
    desk.watch.forward(minutes=1)
    desk.deliver()
    first, second = server.box.mails[-2:]

    assert [mail.text.count("Bob wrote") for mail in (first, second)] == [1, 1]
    assert first.number != second.number
    assert {mail.number for mail in before} <= {first.number, second.number}
    assert len({mail.number for mail in server.box.mails}) == 2


def test_what_is_no_longer_true_is_dropped_without_a_mail(desk, server):
    number = desk.mail()
    with desk.database.session() as session:
        session.execute(sa.update(Comment).values(status=Status.PENDING.value))

    desk.deliver()

    assert server.box.mails == []
    assert number not in [row.id for row in desk.rows()]


# -- events -----------------------------------------------------------------------------------


def test_an_event_becomes_mails_and_they_are_sent_in_one_round(desk, server):
    desk.follow("bob@example.org")
    desk.follow("eve@example.org")
    desk.event(Kind.PUBLISHED, comment_id=desk.comment())

    desk.deliver()

    assert sorted(server.box.recipients()) == ["bob@example.org", "eve@example.org"]


def test_an_event_that_cannot_be_read_keeps_no_other_waiting(desk, server):
    desk.follow("bob@example.org")
    desk.event(Kind.NEW_PAGE, payload=DAMAGED)
    desk.event(Kind.PUBLISHED, comment_id=desk.comment())
    broken = desk.rows()[0].id

    desk.deliver()

    assert server.box.recipients() == ["bob@example.org"]
    assert (desk.row(broken).attempts, desk.row(broken).sent) == (1, None)
