"""Signing in, staying signed in and signing out: by one-time link and by password."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from comments_api import entering, moderators
from comments_api.limits import take
from comments_api.models import Moderator, Role
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator
from tests.http.conftest import signed_in
from tests.http.reading import filled, said

PASSWORD = "a sentence nobody guesses"
RIGHT = {"email": "alice@example.org", "password": PASSWORD}
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
            take(session, entering.limits("alice@example.org", "x"), watch.now)
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


@ON_SQLITE
def test_a_stranger_who_tries_her_address_does_not_lock_her_out(
    with_password, app, database, watch
):
    with database.session() as session:
        for _ in range(10):
            take(session, entering.limits("alice@example.org", "x"), watch.now)

    assert try_password(app.test_client()).status_code == 429
    assert try_password(with_password).status_code == 303  # she signed in with this browser before


@ON_SQLITE
def test_a_known_browser_has_a_count_of_its_own_too(with_password):
    tries = [try_password(with_password, "a guess of Mallory's").status_code for _ in range(11)]

    assert tries == [403] * 10 + [429]


@ON_SQLITE
def test_a_known_browser_is_known_for_one_person_only(with_password, database, watch):
    with database.session() as session:
        for _ in range(10):
            take(session, entering.limits("carol@example.org", "x"), watch.now)

    assert try_password(with_password, email="carol@example.org").status_code == 429


@ON_SQLITE
def test_a_hash_of_weaker_days_is_renewed_at_the_next_sign_in(app, with_password, database):
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with database.session() as session:
        session.execute(sa.update(Moderator).values(password_hash=weak))

    assert try_password(app.test_client(), "not hers at all").status_code == 403
    assert try_password(app.test_client()).status_code == 303
    assert try_password(app.test_client()).status_code == 303

    with database.session() as session:
        [stored] = session.scalars(sa.select(Moderator.password_hash))
    assert not PasswordHasher().check_needs_rehash(stored)


# -- the way on -------------------------------------------------------------------------------


@ON_SQLITE
def test_after_signing_in_she_sees_the_page_that_she_asked_for(app, with_password):
    browser = app.test_client()
    asked = browser.get("/moderate/approved?from=7").headers["Location"]
    form = filled(browser.get(asked), "/sign-in")

    answer = browser.post("/moderate/sign-in", data={**form, **RIGHT})

    assert asked == "/moderate/sign-in?next=/moderate/approved%3Ffrom%3D7"
    assert answer.headers["Location"] == "/moderate/approved?from=7"


@ON_SQLITE
@pytest.mark.parametrize(
    "page",
    [
        "https://mallory.example/",
        "//mallory.example/moderate/",
        "/moderate//mallory.example",
        "/moderate/../../mallory",
        "/moderate/\\mallory.example",
        "/moderate/x\r\nSet-Cookie: a=b",
        "/moderate/@mallory.example",
        "javascript:alert(1)",
        "/",
        "x" * 3000,
    ],
)
def test_nobody_is_sent_to_another_site(app, with_password, link, page):
    by_password = app.test_client().post("/moderate/sign-in", data={**RIGHT, "next": page})
    by_link = app.test_client().post(link, query_string={"next": page})

    assert by_password.headers["Location"] == by_link.headers["Location"] == "/moderate/"


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

    sent_to, _, back = answer.headers["Location"].partition("?next=")
    assert (answer.status_code, sent_to) == (303, "/moderate/sign-in")
    assert back == (path if method == "GET" and path != "/moderate/" else "")
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
    assert alice.decide(number, "approve").status_code == 403
    assert stored()[0].status == "pending"


@ON_SQLITE
@pytest.mark.parametrize("role", [Role.OWNER, Role.MODERATOR])
def test_owners_and_moderators_may(alice, database, role):
    with database.session() as session:
        session.execute(sa.update(Moderator).values(role=role.value))

    assert is_in(alice)
