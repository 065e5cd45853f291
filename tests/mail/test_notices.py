"""Mails to people who work on the site: invited, forgotten, a new device; and when none is sent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from comments_api import entering, moderators, people
from comments_api.mail import outbox
from comments_api.mail.outbox import Kind
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator
from tests.mail.conftest import SITE

pytestmark = ON_SQLITE


@pytest.fixture
def put(desk, database, now):
    """Notes a mail to Alice with a link of hers that works for an hour; returns its secret."""

    def noted(kind, name="Alice", **payload):
        with database.session() as session:
            person = make_moderator(session, now)
            person.name = name
            token = moderators.new_link(session, person, now, entering.FORGOTTEN_LIFE)
            payload = {"token": token, "person": person.id, **payload}
            outbox.put(session, kind, now, recipient=person.email, lang="en", payload=payload)
        return token

    return noted


@pytest.mark.parametrize(
    ("kind", "subject", "words"),
    [
        (Kind.INVITED, "You are invited to The campaign", "Alice, you are invited"),
        (Kind.FORGOTTEN, "Your way back into The campaign", "without a password"),
    ],
)
def test_the_link_comes_alone_in_a_mail_of_its_own(desk, server, put, kind, subject, words):
    token = put(kind)

    desk.deliver()

    [mail] = server.box.mails
    assert mail.message["Subject"] == subject
    assert words in mail.text
    assert f"{SITE}/moderate/enter/{token}?next=/moderate/password" in mail.text
    assert mail.message["List-Unsubscribe"] is None


def test_a_new_device_is_told_with_the_way_to_end_it(desk, server, put):
    put(Kind.NEW_DEVICE, device="Firefox, Linux")

    desk.deliver()

    [mail] = server.box.mails
    assert mail.message["Subject"] == "A new sign-in to The campaign"
    assert "Firefox, Linux, 2026-11-21 12:00 UTC" in mail.text
    assert f"{SITE}/moderate/me" in mail.text
    assert "/enter/" not in mail.text


def test_a_name_with_a_link_in_it_cannot_be_pressed(desk, server, put):
    put(Kind.INVITED, name="https://mallory.example/ x")

    desk.deliver()

    assert "mallory" not in server.box.mails[0].text


def test_a_link_that_ended_is_not_sent(desk, server, put, watch):
    put(Kind.FORGOTTEN)
    watch.now += timedelta(minutes=61)

    desk.deliver()

    assert server.box.mails == []


def test_who_was_removed_meanwhile_gets_nothing(desk, server, put, database, now):
    put(Kind.NEW_DEVICE)
    with database.session() as session:
        moderators.remove(session, make_moderator(session, now))

    desk.deliver()

    assert server.box.mails == []


def test_an_invitation_of_the_page_is_the_one_that_is_mailed(desk, server, database, now):
    typed = {"name": "Carol", "email": "carol@example.org", "role": "author"}
    with database.session() as session:
        carol, token = people.invite(session, typed, None, now, "en")
        payload = {"token": token, "person": carol.id}
        outbox.put(session, Kind.INVITED, now, recipient=carol.email, lang="en", payload=payload)

    desk.deliver()

    assert token in server.box.mails[0].text
