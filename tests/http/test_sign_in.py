"""Signing in, staying signed in and signing out: by one-time link and by password."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from comments_api import moderators
from comments_api.limits import take
from comments_api.models import Moderator, Role
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator
from tests.http.conftest import signed_in
from tests.http.reading import said

PASSWORD = "a sentence nobody guesses"
WRONG_LINK = "This link is wrong, was used already or is too old."
WRONG_PASSWORD = "E-mail and password do not fit together."


@pytest.fixture
def link(database, now):
    """The path of Alice's one-time link."""
    with database.session() as session:
        return f"/moderate/enter/{moderators.new_link(session, make_moderator(session, now), now)}"


@pytest.fixture
def with_password(alice):
    """Alice's browser, after she set a password."""
    answer = alice.post("/moderate/password", data={"password": PASSWORD})
    assert answer.status_code == 303
    return alice


def try_password(browser, password=PASSWORD, email="alice@example.org"):
    """Send the sign-in form."""
    return browser.post("/moderate/sign-in", data={"email": email, "password": password})


def is_in(browser):
    """Say whether a browser may see the moderators' pages."""
    return browser.get("/moderate/pending").status_code == 200


# -- the one-time link ------------------------------------------------------------------------


def test_opening_the_link_changes_nothing_and_its_button_signs_in(bob, link):
    shown = [bob.get(link), bob.head(link), bob.get(link)]
    assert {answer.status_code for answer in shown} == {200}
    assert not any("Set-Cookie" in answer.headers for answer in shown)
    assert not is_in(bob)

    answer = bob.post(link)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/moderate/")
    assert is_in(bob)


def test_a_link_works_once(app, bob, link):
    bob.post(link)
    mallory = app.test_client()

    assert mallory.post(link).status_code == 410
    assert not is_in(mallory)


@ON_SQLITE
def test_used_old_and_made_up_links_are_answered_alike(app, bob, link, watch, database, now):
    bob.post(link)
    used = app.test_client().post(link)
    with database.session() as session:
        fresh = moderators.new_link(session, make_moderator(session, now), now)
    watch.forward(hours=13)
    old = app.test_client().post(f"/moderate/enter/{fresh}")
    wrong = app.test_client().post("/moderate/enter/made-up")

    assert used.status_code == old.status_code == wrong.status_code == 410
    assert used.data == old.data == wrong.data
    assert WRONG_LINK in said(used)


@ON_SQLITE
def test_a_new_link_ends_the_one_before(bob, link, database, now):
    with database.session() as session:
        moderators.new_link(session, make_moderator(session, now), now)

    assert bob.post(link).status_code == 410


@ON_SQLITE
def test_the_page_of_a_link_says_nothing_about_it(bob, link):
    assert bob.get(link).data == bob.get("/moderate/enter/made-up").data


@ON_SQLITE
def test_the_database_keeps_neither_link_nor_cookie(alice, link, database):
    cookie = alice.get_cookie("session").value
    with database.engine.connect() as connection:
        rows = str(connection.exec_driver_sql("SELECT * FROM sessions").all())
        rows += str(connection.exec_driver_sql("SELECT * FROM sign_in_links").all())

    assert cookie not in rows
    assert link.rpartition("/")[2] not in rows


# -- the password -----------------------------------------------------------------------------


@ON_SQLITE
def test_a_password_signs_in_whatever_the_capitals_of_the_email(app, with_password):
    browser = app.test_client()

    answer = try_password(browser, email=" Alice@Example.org")

    assert answer.status_code == 303
    assert is_in(browser)


@ON_SQLITE
def test_a_wrong_password_and_an_unknown_email_are_answered_alike(app, with_password):
    wrong = try_password(app.test_client(), "something else entirely")
    unknown = try_password(app.test_client(), email="nobody@example.org")

    assert (wrong.status_code, unknown.status_code) == (403, 403)
    assert WRONG_PASSWORD in said(wrong)
    assert wrong.text.replace("alice@", "") == unknown.text.replace("nobody@", "")
    assert "Set-Cookie" not in wrong.headers


@ON_SQLITE
def test_the_email_is_kept_for_another_try_and_the_password_is_not(app, with_password):
    answer = try_password(app.test_client(), "mistyped it again")

    assert "alice@example.org" in answer.text
    assert "mistyped it again" not in answer.text


@ON_SQLITE
def test_somebody_without_a_password_cannot_sign_in_by_one(app, alice):
    assert try_password(app.test_client(), "").status_code == 403


@pytest.mark.parametrize("email", ["", "\x00", "x" * 5000, "a\x00@example.org", "é@ü.example"])
def test_a_strange_email_is_simply_unknown(bob, email):
    assert try_password(bob, email=email).status_code == 403


@ON_SQLITE
@pytest.mark.parametrize("password", ["", "short", "x" * 1025])
def test_a_password_that_is_too_short_or_too_long_is_refused(alice, password):
    answer = alice.post("/moderate/password", data={"password": password})

    assert answer.status_code == 422
    assert "15 characters" in said(answer)


@ON_SQLITE
def test_a_new_password_ends_the_other_sessions(app, alice, database, now):
    elsewhere = signed_in(app, database, now)

    alice.post("/moderate/password", data={"password": PASSWORD})

    assert (is_in(alice), is_in(elsewhere)) == (True, False)


@ON_SQLITE
def test_trying_too_often_must_wait_even_with_the_right_password(
    app, with_password, database, watch
):
    with database.session() as session:
        for _ in range(10):
            take(session, moderators.sign_in_limits("alice@example.org", "x"), watch.now)
    answer = try_password(app.test_client())
    watch.forward(seconds=int(answer.headers["Retry-After"]))

    assert answer.status_code == 429
    assert "Set-Cookie" not in answer.headers
    assert try_password(app.test_client()).status_code == 303


@ON_SQLITE
def test_each_try_is_counted_though_it_fails(bob, database):
    try_password(bob)
    try_password(bob)

    with database.engine.connect() as connection:
        left = connection.exec_driver_sql(
            "SELECT tokens FROM buckets WHERE key LIKE 'sign-in:account:%'"
        ).scalar_one()
    assert left == 8


# -- the session ------------------------------------------------------------------------------


@ON_SQLITE
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/moderate/"),
        ("GET", "/moderate/approved"),
        ("GET", "/moderate/record"),
        ("GET", "/moderate/password"),
        ("POST", "/moderate/password"),
        ("POST", "/moderate/comments/1/approve"),
        ("POST", "/moderate/comments/1/reply"),
        ("POST", "/moderate/comments/999/spam"),
    ],
)
def test_without_a_session_everybody_is_asked_to_sign_in(bob, comment, stored, method, path):
    comment()

    answer = bob.open(path, method=method, headers={"Sec-Fetch-Site": "same-origin"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/moderate/sign-in")
    assert stored()[0].status == "pending"


def test_signing_out_ends_the_session_on_the_server(app, alice):
    copied = alice.get_cookie("session").value
    answer = alice.post("/moderate/sign-out")
    thief = app.test_client()
    thief.set_cookie("session", copied)

    assert answer.headers["Clear-Site-Data"] == '"cookies", "storage"'
    assert alice.get_cookie("session") is None
    assert not is_in(thief)


@ON_SQLITE
def test_signing_in_again_ends_the_session_before(app, alice, link):
    copied = alice.get_cookie("session").value

    alice.post(link)

    thief = app.test_client()
    thief.set_cookie("session", copied)
    assert alice.get_cookie("session").value != copied
    assert is_in(alice)
    assert not is_in(thief)


@ON_SQLITE
def test_a_session_lasts_while_it_is_used(alice, watch):
    for _ in range(5):
        watch.forward(minutes=59)
        assert is_in(alice)


@ON_SQLITE
def test_an_idle_session_ends(alice, watch):
    watch.forward(minutes=61)

    assert not is_in(alice)


@ON_SQLITE
def test_every_session_ends_after_a_day(alice, watch):
    for _ in range(25):
        watch.forward(minutes=57)
        assert is_in(alice)
    watch.forward(minutes=30)

    assert not is_in(alice)


@ON_SQLITE
def test_a_removed_moderator_is_out_at_once(alice, link, database, now):
    with database.session() as session:
        moderators.remove(session, make_moderator(session, now))

    assert not is_in(alice)
    assert alice.post(link).status_code == 410
    assert try_password(alice).status_code == 403


@ON_SQLITE
def test_an_author_may_not_moderate(alice, comment, stored, database):
    number = comment()
    with database.session() as session:
        session.execute(sa.update(Moderator).values(role=Role.AUTHOR.value))

    assert not is_in(alice)
    assert alice.decide(number, "approve").headers["Location"] == "/moderate/sign-in"
    assert stored()[0].status == "pending"


@ON_SQLITE
@pytest.mark.parametrize("role", [Role.OWNER, Role.MODERATOR])
def test_owners_and_moderators_may(alice, database, role):
    with database.session() as session:
        session.execute(sa.update(Moderator).values(role=role.value))

    assert is_in(alice)
