"""Whose comments need not wait: hers who showed who she is, and nobody's who typed her address."""

from __future__ import annotations

import pytest

from comments_api import identities, senders, tokens
from tests.conftest import ON_SQLITE
from tests.factories import THREAD, approve
from tests.http.conftest import SECRET

pytestmark = ON_SQLITE
BOB = "bob@example.org"


@pytest.fixture(autouse=True)
def an_open_thread(declare):
    """Comments of trusted people appear at once."""
    declare(mode="open", sensitive=False)


@pytest.fixture
def introduce(database, now):
    """Makes a browser known as Bob's, by the cookie of such pages."""

    def introduced(browser, *, sensitive=False):
        token = tokens.new_token()
        browser.set_cookie("reader-once" if sensitive else "reader", token)
        reader = senders.reader_hash(SECRET, token)
        with database.session() as session:
            identities.introduce(session, reader, identities.BY_EMAIL, BOB, BOB, "Bob", now)

    return introduced


@pytest.fixture
def write(database, stored, watch):
    """Sends a comment from a browser, and returns what became of it."""

    def written(browser, *, then_approve=False, thread=THREAD, **fields):
        watch.forward(minutes=1)
        answer = browser.send(thread, content=f"Comment {len(stored()) + 1}.", **fields)
        assert answer.status_code == 303
        found = stored()[-1]
        if then_approve and found.status == "pending":
            approve(database, found.id, watch.now)
        return found.status

    return written


def test_the_third_comment_of_a_known_person_appears_at_once(bob, introduce, write):
    introduce(bob)

    statuses = [write(bob, then_approve=True), write(bob, then_approve=True), write(bob)]

    assert statuses == ["pending", "pending", "approved"]


def test_so_does_one_from_another_browser_of_hers(app, bob, introduce, write):
    introduce(bob)
    write(bob, then_approve=True)
    write(bob, then_approve=True)
    phone = app.test_client()
    introduce(phone, sensitive=True)

    assert write(phone) == "approved"


def test_a_comment_that_still_waits_is_no_reason_to_trust(bob, introduce, write):
    introduce(bob)

    assert [write(bob, then_approve=True), write(bob), write(bob)] == ["pending"] * 3


def test_typing_the_address_of_a_trusted_person_gets_no_trust(app, bob, introduce, write):
    introduce(bob)
    for _ in range(3):
        last = write(bob, then_approve=True, author_email=BOB)
    mallory = app.test_client()

    assert last == "approved"
    assert write(mallory, author_name="Bob", author_email=BOB) == "pending"


def test_a_browser_that_is_forgotten_is_not_trusted(bob, introduce, write):
    introduce(bob)
    for _ in range(2):
        write(bob, then_approve=True)

    bob.post("/api/me/forget")

    assert write(bob, author_email=BOB) == "pending"


def test_on_a_page_about_people_in_danger_everybody_waits(bob, introduce, write, declare):
    introduce(bob, sensitive=True)
    for _ in range(2):
        write(bob, then_approve=True)

    assert write(bob, thread="letter-remind-the-chair") == "pending"
