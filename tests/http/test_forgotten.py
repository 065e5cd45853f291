"""A forgotten password: a mail, and the same answer whether somebody works here or not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from comments_api import moderators
from comments_api.models import Outbox
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator
from tests.http.conftest import signed_in
from tests.http.mailing import MAIL
from tests.http.reading import said
from tests.http.staff import HASH, PASSWORD, change, with_factor

pytestmark = ON_SQLITE

ADDRESS = "/moderate/forgotten"
ALICE = "alice@example.org"
NEW = "my cat eats the post at noon"


@pytest.fixture
def app(new_app):
    """An application that sends mail."""
    return new_app(**MAIL)


@pytest.fixture
def alice(database, now):
    """Alice's number; she has a password."""
    return change(database, "Alice", now, password_hash=HASH)


def sent(database):
    """Return kind, recipient and token of what waits to be sent."""
    with database.session() as session:
        return [
            (one.kind, one.recipient, one.payload.get("token"))
            for one in session.scalars(sa.select(Outbox).order_by(Outbox.id))
        ]


def ask(browser, email=ALICE):
    """Ask for a link."""
    return browser.post(ADDRESS, data={"email": email})


def test_a_link_is_sent_with_which_a_new_password_is_set(app, bob, alice, database):
    ask(bob, " Alice@Example.org")
    [(kind, recipient, token)] = sent(database)
    link = f"/moderate/enter/{token}?next=/moderate/password"

    entered = bob.post(link)
    answer = bob.post("/moderate/password", data={"password": NEW})

    assert (kind, recipient) == ("forgotten", ALICE)
    assert entered.headers["Location"] == "/moderate/password"
    assert answer.status_code == 303
    fields = {"email": ALICE, "password": NEW}
    assert app.test_client().post("/moderate/sign-in", data=fields).status_code == 303
    assert app.test_client().post(link).status_code == 410


@pytest.mark.parametrize(
    "email", ["nobody@example.org", "", "x" * 5000, "a\x00@example.org", "é@ü.example"]
)
def test_the_answer_is_the_same_for_everybody(bob, alice, database, email):
    known, unknown = ask(bob), ask(bob, email)

    assert known.status_code == unknown.status_code == 200
    assert known.data == unknown.data
    assert len(sent(database)) == 1


def test_a_removed_person_gets_no_link(bob, alice, database, now):
    with database.session() as session:
        moderators.remove(session, make_moderator(session, now))

    ask(bob)

    assert sent(database) == []


def test_the_present_password_goes_on_working_and_so_do_other_links(app, bob, alice, database, now):
    with database.session() as session:
        earlier = moderators.new_link(session, make_moderator(session, now), now)

    ask(bob)

    fields = {"email": ALICE, "password": PASSWORD}
    assert app.test_client().post("/moderate/sign-in", data=fields).status_code == 303
    assert app.test_client().post(f"/moderate/enter/{earlier}").status_code == 303


def test_the_link_ends_after_an_hour(bob, alice, database, watch):
    ask(bob)
    [(_, _, token)] = sent(database)
    watch.forward(minutes=61)

    assert bob.post(f"/moderate/enter/{token}").status_code == 410


def test_a_mailbox_does_not_replace_the_second_factor(bob, alice, database, now):
    with_factor(database, "Alice", now)
    ask(bob)
    [(_, _, token)] = sent(database)

    answer = bob.post(f"/moderate/enter/{token}?next=/moderate/password")

    assert answer.headers["Location"] == "/moderate/code?next=/moderate/password"
    assert bob.get("/moderate/password").status_code == 303


def test_her_mailbox_is_not_flooded_and_nobody_is_told(bob, alice, database):
    answers = [ask(bob) for _ in range(5)]

    assert len({answer.data for answer in answers}) == 1
    assert len(sent(database)) == 3


def test_one_network_cannot_ask_for_ever(bob, alice):
    answers = [ask(bob, f"nobody{number}@example.org") for number in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_where_no_mail_is_sent_there_is_no_such_page(new_app, database):
    browser = new_app().test_client()

    assert browser.get(ADDRESS).status_code == browser.post(ADDRESS).status_code == 403
    assert ADDRESS not in browser.get("/moderate/sign-in").text
    assert sent(database) == []


def test_the_page_to_sign_in_leads_there(bob):
    assert ADDRESS in bob.get("/moderate/sign-in").text
    assert "Send me a link" in said(bob.get(ADDRESS))


# -- a browser that we do not know ------------------------------------------------------------


def sign_in(browser, agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"):
    """Sign Alice in by her password."""
    fields = {"email": ALICE, "password": PASSWORD}
    return browser.post("/moderate/sign-in", data=fields, headers={"User-Agent": agent})


def test_she_is_told_of_a_sign_in_with_a_browser_that_we_do_not_know(app, alice, database):
    browser = app.test_client()
    sign_in(browser)
    browser.delete_cookie("session")
    sign_in(browser)  # known by now

    with database.session() as session:
        [mail] = session.scalars(sa.select(Outbox))
    assert (mail.kind, mail.recipient) == ("new-device", ALICE)
    assert mail.payload["device"] == "Firefox, Linux"


def test_who_comes_for_the_first_time_is_told_of_nothing(app, database, now):
    signed_in(app, database, now, "Carol")

    assert sent(database) == []


def test_with_a_second_factor_she_is_told_once_the_code_was_right(app, alice, database, now):
    recovery = with_factor(database, "Alice", now)
    browser = app.test_client()
    sign_in(browser)
    before = sent(database)

    browser.post("/moderate/code", data={"code": recovery[0]})

    assert before == []
    assert [kind for kind, _, _ in sent(database)] == ["new-device"]
