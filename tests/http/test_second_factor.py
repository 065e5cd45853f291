"""The second factor: set up, asked for at the door whatever the way in, renewed and taken off."""

from __future__ import annotations

import re

import pyotp
import pytest
import sqlalchemy as sa

from comments_api import moderators
from comments_api.models import Moderator, Session
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator
from tests.http.conftest import signed_in
from tests.http.reading import filled, said
from tests.http.staff import HASH, PASSWORD, change, code, with_factor

pytestmark = ON_SQLITE

OWN = "/moderate/me/second-factor"
RIGHT = {"email": "alice@example.org", "password": PASSWORD}


@pytest.fixture
def recovery(database, now):
    """The recovery codes of Alice, who has a password and a second factor."""
    change(database, "Alice", now, password_hash=HASH)
    return with_factor(database, "Alice", now)


@pytest.fixture
def half_in(app, recovery):
    """A browser that gave Alice's password, and no code yet."""
    browser = app.test_client()
    answer = browser.post("/moderate/sign-in", data=RIGHT)
    assert answer.headers["Location"] == "/moderate/code"
    return browser


def is_in(browser):
    """Say whether a browser may see the moderators' pages."""
    return browser.get("/moderate/pending").status_code == 200


def secret_of(database):
    """Return what is stored of Alice's second factor."""
    with database.session() as session:
        return session.scalars(sa.select(Moderator.totp_secret)).one()


# -- at the door ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/moderate/", "/moderate/me", "/moderate/people", "/moderate/own-posts"]
)
def test_a_password_alone_opens_nothing(half_in, path):
    assert half_in.get(path).headers["Location"].startswith("/moderate/sign-in")


def test_a_password_alone_does_not_speak_for_the_campaign(half_in, stored):
    half_in.send()

    assert stored()[0].moderator_id is None


def test_a_code_opens_with_a_session_of_its_own(app, half_in, watch):
    copied = half_in.get_cookie("session").value

    answer = half_in.post("/moderate/code", data={"code": code(watch.now)})

    thief = app.test_client()
    thief.set_cookie("session", copied)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/moderate/")
    assert (is_in(half_in), is_in(thief)) == (True, False)


def test_a_code_counts_once_for_everybody(app, half_in, recovery, watch):
    other = app.test_client()
    other.post("/moderate/sign-in", data=RIGHT)
    half_in.post("/moderate/code", data={"code": code(watch.now)})

    answer = other.post("/moderate/code", data={"code": code(watch.now)})

    assert answer.status_code == 403
    assert "was used already" in said(answer)
    assert not is_in(other)


def test_a_recovery_code_opens_once(app, half_in, recovery):
    other = app.test_client()
    other.post("/moderate/sign-in", data=RIGHT)

    answers = [
        browser.post("/moderate/code", data={"code": recovery[0]}).status_code
        for browser in (half_in, other)
    ]

    assert answers == [303, 403]


def test_the_page_that_she_asked_for_is_not_forgotten(app, recovery, watch):
    browser = app.test_client()
    page = "/moderate/approved?from=7"
    sent_to = browser.post("/moderate/sign-in", data={**RIGHT, "next": page}).headers["Location"]
    form = filled(browser.get(sent_to), "/code")

    answer = browser.post("/moderate/code", data={**form, "code": code(watch.now)})

    assert answer.headers["Location"] == page


def test_a_link_alone_opens_nothing_either(app, recovery, database, watch):
    browser = app.test_client()
    with database.session() as session:
        token = moderators.new_link(session, make_moderator(session, watch.now), watch.now)

    answer = browser.post(f"/moderate/enter/{token}")

    assert answer.headers["Location"] == "/moderate/code"
    assert not is_in(browser)
    assert browser.post("/moderate/code", data={"code": code(watch.now)}).status_code == 303
    assert is_in(browser)


def test_codes_cannot_be_guessed_without_end(app, half_in, watch):
    guesses = [half_in.post("/moderate/code", data={"code": "000000"}) for _ in range(6)]
    again = app.test_client()
    again.post("/moderate/sign-in", data=RIGHT)
    right = again.post("/moderate/code", data={"code": code(watch.now)})

    assert [guess.status_code for guess in guesses] == [403] * 5 + [429]
    assert right.status_code == 429  # the right one too, from whatever browser
    watch.forward(seconds=int(right.headers["Retry-After"]))
    assert again.post("/moderate/code", data={"code": code(watch.now)}).status_code == 303


def test_the_door_closes_after_ten_minutes(half_in, watch):
    watch.forward(minutes=11)

    answer = half_in.post("/moderate/code", data={"code": code(watch.now)})

    assert answer.headers["Location"] == "/moderate/sign-in"
    assert not is_in(half_in)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_is_asked_for_a_code_before_the_password(app, recovery, watch, method):
    browser = app.test_client()

    answer = browser.open(
        "/moderate/code",
        method=method,
        data={"code": code(watch.now)},
        headers={"Sec-Fetch-Site": "same-origin"},
    )

    assert answer.headers["Location"] == "/moderate/sign-in"


# -- one's own --------------------------------------------------------------------------------


def test_it_is_set_up_with_an_authenticator_and_recovery_codes_are_shown_once(
    app, alice, database, watch
):
    other = signed_in(app, database, watch.now)
    shown = alice.post(OWN)
    secret = filled(shown, "/on")["secret"]
    typed = pyotp.TOTP(secret).at(watch.now)
    before = secret_of(database)

    done = alice.post(f"{OWN}/on", data={"secret": secret, "code": typed})

    codes = re.findall(r"\b(?:[a-z2-9]{4}-){3}[a-z2-9]{4}\b", done.text)
    assert "<svg" in shown.text
    assert f"secret={secret}" in shown.text
    assert (before, secret_of(database)) == (None, secret)
    assert len(set(codes)) == 10
    assert codes[0] not in alice.get("/moderate/me").text
    assert "10 recovery codes are left" in said(alice.get("/moderate/me"))
    assert (is_in(alice), is_in(other)) == (True, False)


def test_a_wrong_code_shows_the_same_secret_again(alice, database):
    secret = filled(alice.post(OWN), "/on")["secret"]

    answer = alice.post(f"{OWN}/on", data={"secret": secret, "code": "000000"})

    assert answer.status_code == 403
    assert filled(answer, "/on")["secret"] == secret
    assert secret_of(database) is None


@pytest.mark.parametrize("secret", ["", "<script>", "é" * 32, "A" * 5000])
def test_a_forged_secret_sets_nothing_up(alice, database, secret):
    answer = alice.post(f"{OWN}/on", data={"secret": secret, "code": "000000"})

    assert answer.status_code == 403
    assert "<script>" not in answer.text
    assert secret_of(database) is None


def test_the_button_pressed_twice_sets_it_up_once(alice, database, watch):
    secret = filled(alice.post(OWN), "/on")["secret"]
    fields = {"secret": secret, "code": pyotp.TOTP(secret).at(watch.now)}
    alice.post(f"{OWN}/on", data=fields)

    again = alice.post(f"{OWN}/on", data=fields)

    assert again.headers["Location"] == "/moderate/me"
    assert secret_of(database) == secret


def test_new_recovery_codes_are_shown_and_it_is_taken_off(alice, recovery, database):
    codes = alice.post(f"{OWN}/recovery")
    off = alice.post(f"{OWN}/off")

    assert recovery[0] not in codes.text
    assert len(re.findall(r"<code>", codes.text)) == 10
    assert off.headers["Location"] == "/moderate/me?did=factor-off"
    assert secret_of(database) is None


@pytest.mark.parametrize("path", ["", "/on", "/off", "/recovery"])
def test_all_of_it_asks_for_the_password_after_a_while(alice, recovery, database, watch, path):
    before = secret_of(database)
    watch.forward(minutes=16)

    answer = alice.post(f"{OWN}{path}", data={"secret": "A" * 32, "code": "000000"})

    assert answer.status_code == 403
    assert "Is it you?" in said(answer)
    assert secret_of(database) == before


def test_a_half_session_is_not_listed(alice, half_in, database):
    with database.session() as session:
        assert len(session.scalars(sa.select(Session)).all()) == 2

    assert said(alice.get("/moderate/me")).count("An unknown browser") == 1
