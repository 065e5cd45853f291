"""What waits and what was given up, for the moderators' page and for whatever watches."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from comments_api.errors import UnknownMail
from comments_api.mail import waiting
from comments_api.models import Outbox
from tests.conftest import ON_SQLITE

HOUR = timedelta(hours=1)
AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def state(desk):
    """Reads how the outbox stands."""

    def read():
        with desk.database.reading() as session:
            return waiting.state(session)

    return read


def late(desk):
    with desk.database.reading() as session:
        return waiting.is_late(session, desk.watch.now)


def test_an_empty_outbox_says_so(state):
    assert state() == waiting.State(0, None, "", [])


def test_it_counts_what_waits_since_when_and_says_what_went_wrong(desk, state, server):
    begun = desk.watch.now
    desk.mails(3)
    server.box.mood = "temp"
    desk.watch.forward(minutes=1)
    desk.deliver()

    found = state()

    assert (found.waiting, found.since, found.trouble) == (3, begun, "450 mailbox busy")


def test_what_was_given_up_is_listed_without_the_address(desk, state, server):
    number = desk.mail("bob@example.org")
    server.box.mood = "perm"
    desk.deliver()

    found = state()

    [dead] = found.dead
    assert (dead.id, dead.to, dead.error) == (number, "b…@example.org", "550 no such user")
    assert found.waiting == 0


@pytest.mark.parametrize(
    "said",
    [
        "550 <bob@xn--mnchen-3ya.de>: no such user",
        "550 5.1.1 BOB@XN--MNCHEN-3YA.DE unknown",
        "550 bob@München.DE: unknown",
        "550 5.1.1 user=bob@xn--mnchen-3ya.de; unknown",
        "551 bob@münchen.de now is <bob.smith@elsewhere.example>",
    ],
)
def test_what_a_server_says_is_kept_without_any_address(said):
    kept = waiting.without_address(said, "bob@münchen.de")

    assert "bob" not in kept.lower()
    assert kept.startswith(said[:4])


def test_what_a_server_says_is_else_kept_as_it_is():
    said = "450 4.2.0 mailbox busy @ 12:00, see https://example.org/help"

    assert waiting.without_address(said, "bob@example.org") == said


def test_an_address_in_other_letters_stands_neither_in_the_log_nor_on_the_page(
    desk, state, server, caplog
):
    desk.mail("bob@münchen.example")
    server.box.mood = "echo"
    desk.deliver()

    [dead] = state().dead
    assert dead.to == "b…@münchen.example"
    assert dead.error == "550 <b…@xn--mnchen-3ya.example>: no such user"
    assert "is given up: 550 <b…@" in caplog.text
    assert "bob@" not in caplog.text


def test_a_mail_that_was_given_up_can_be_tried_again(desk, state, server):
    number = desk.mail()
    server.box.mood = "perm"
    desk.deliver()
    server.box.mood = "ok"

    with desk.database.session() as session:
        waiting.try_again(session, desk.watch.now, number)
    desk.deliver()

    assert server.box.recipients() == ["bob@example.org"]
    assert state().dead == []


def test_all_of_them_can_be_tried_again_at_once(desk, server):
    desk.mails(3)
    server.box.mood = "perm"
    desk.deliver()
    server.box.mood = "ok"

    with desk.database.session() as session:
        waiting.try_again(session, desk.watch.now)
    desk.deliver()

    assert len(server.box.mails) == 3


def test_or_given_up_for_good(desk, state, server):
    number = desk.mail()
    server.box.mood = "perm"
    desk.deliver()

    with desk.database.session() as session:
        waiting.give_up(session, number)

    assert state().dead == []
    assert number not in [row.id for row in desk.rows()]


@pytest.mark.parametrize(
    "verb",
    [waiting.give_up, lambda session, number: waiting.try_again(session, AGO, number)],
    ids=["give_up", "try_again"],
)
def test_what_still_waits_cannot_be_given_up(desk, verb):
    for strange in (desk.mail(), 4711):
        with desk.database.session() as session, pytest.raises(UnknownMail):
            verb(session, strange)


# -- is the site well? ------------------------------------------------------------------------


def test_mail_that_nobody_looks_at_for_an_hour_is_late(desk):
    desk.mail()

    desk.watch.now += HOUR
    early = late(desk)
    desk.watch.forward(seconds=1)

    assert (early, late(desk)) == (False, True)


def test_a_digest_is_not_late_before_its_hour(desk):
    desk.mail(wait=timedelta(hours=20))
    desk.watch.forward(hours=19)

    assert not late(desk)


def tried(desk, times):
    """Try the mail that waits so often, each time when it is due."""
    for _ in range(times):
        desk.watch.now = max(row.due for row in desk.rows())
        desk.deliver()


def test_a_server_that_takes_nothing_for_more_than_an_hour_is_trouble(desk, office):
    desk.mail()
    desk.office = replace(office, server=replace(office.server, port=1))  # nobody is there

    tried(desk, 3)
    early = late(desk)
    tried(desk, 1)

    assert (early, late(desk)) == (False, True)


def test_one_full_mailbox_is_not(desk, server):
    desk.mail()
    server.box.mood = "temp"

    tried(desk, 8)

    assert not late(desk)


# -- how long it stays ------------------------------------------------------------------------


def test_what_was_sent_goes_after_a_week_and_what_was_given_up_after_a_month(desk, server):
    sent, dead = desk.mail(), desk.mail("mallory@example.org")
    server.box.moods["mallory@example.org"] = "perm"
    desk.deliver()
    waits = desk.mail(wait=timedelta(days=60))
    left = []

    for days in (7, 7.01, 30, 30.01):
        with desk.database.session() as session:
            waiting.forget(session, desk.watch.now + timedelta(days=days))
        left.append([row.id for row in desk.rows()])

    assert left == [[sent, dead, waits], [dead, waits], [dead, waits], [waits]]


def test_where_no_mail_is_sent_what_is_due_goes(desk):
    desk.mails(2)
    later = desk.mail(wait=HOUR)
    with desk.database.session() as session:
        assert waiting.is_anything_due(session, desk.watch.now)
        waiting.drop(session, desk.watch.now)
        assert not waiting.is_anything_due(session, desk.watch.now)

    assert [row.id for row in desk.rows()] == [later]


@ON_SQLITE
def test_a_worker_finds_what_waits_without_reading_what_was_sent(desk):
    with desk.database.snapshot() as connection:
        statement = sa.select(Outbox.id).where(
            Outbox.sent.is_(None), Outbox.dead.is_(None), Outbox.due <= desk.watch.now
        )
        sql = str(statement.compile(connection, compile_kwargs={"literal_binds": True}))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all()

    assert "ix_outbox_due" in str(plan)
