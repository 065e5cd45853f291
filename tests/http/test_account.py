"""One's own page: password, sessions, mail, keys."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from comments_api import moderators, preferences
from comments_api.models import Change, Moderator, Role
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator
from tests.http.conftest import signed_in
from tests.http.reading import beside, parse, said
from tests.http.staff import HASH, PASSWORD, change, working

pytestmark = ON_SQLITE

ME = "/moderate/me"
NEW = "my cat eats the post at noon"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


@pytest.fixture
def settled(alice, database, now):
    """Alice's browser; she set a password long ago."""
    change(database, "Alice", now, password_hash=HASH)
    return alice


def can_sign_in(app, password):
    """Say whether a password is Alice's."""
    fields = {"email": "alice@example.org", "password": password}
    return app.test_client().post("/moderate/sign-in", data=fields).status_code == 303


def is_in(browser):
    """Say whether a browser may see the moderators' pages."""
    return browser.get("/moderate/pending").status_code == 200


def ends(answer):
    """Return the addresses that end a session, as the page has them."""
    forms = [form.get("action", "") for form in parse(answer.text).iter("form")]
    return [action for action in forms if action.endswith("/end")]


# -- the password -----------------------------------------------------------------------------


def test_whoever_finds_an_open_browser_cannot_change_the_password(app, settled, watch):
    watch.forward(minutes=16)

    without = settled.post("/moderate/password", data={"password": NEW})
    wrong = settled.post("/moderate/password", data={"password": NEW, "current": "a guess of his"})

    assert (without.status_code, wrong.status_code) == (403, 403)
    assert "do not fit" in beside(wrong, "current")
    assert not can_sign_in(app, NEW)


def test_with_the_present_one_it_is_changed_and_others_are_signed_out(
    app, settled, database, watch
):
    elsewhere = signed_in(app, database, watch.now)
    change(database, "Alice", watch.now, password_hash=HASH)
    watch.forward(minutes=16)

    answer = settled.post("/moderate/password", data={"password": NEW, "current": PASSWORD})

    assert answer.headers["Location"] == "/moderate/me?did=password"
    assert "Your password is set" in said(settled.get("/moderate/me?did=password"))
    assert (is_in(settled), is_in(elsewhere)) == (True, False)
    assert (can_sign_in(app, NEW), can_sign_in(app, PASSWORD)) == (True, False)


def test_a_new_password_ends_links_that_were_sent(app, settled, database, watch):
    with database.session() as session:
        alice = make_moderator(session, watch.now)
        token = moderators.new_link(session, alice, watch.now)

    settled.post("/moderate/password", data={"password": NEW})

    assert app.test_client().post(f"/moderate/enter/{token}").status_code == 410


@pytest.mark.parametrize("password", ["alice alice alice alice", "passwordpassword", "short"])
def test_a_bad_one_is_refused_with_the_reason_beside_it(app, alice, password):
    answer = alice.post("/moderate/password", data={"password": password})

    assert answer.status_code == 422
    assert beside(answer, "password")
    assert password not in answer.text
    assert not can_sign_in(app, password)


def test_the_record_says_that_it_was_changed_and_not_to_what(alice, database):
    alice.post("/moderate/password", data={"password": NEW})

    with database.session() as session:
        [line] = session.scalars(sa.select(Change))
    assert line.what == f"password:{line.moderator_id}"


# -- sessions ---------------------------------------------------------------------------------


def test_sessions_are_listed_with_their_browser_and_one_is_ended(app, alice, database, watch):
    other = app.test_client()
    other.environ_base["HTTP_USER_AGENT"] = FIREFOX
    change(database, "Alice", watch.now, password_hash=HASH)
    other.post("/moderate/sign-in", data={"email": "alice@example.org", "password": PASSWORD})
    page = alice.get(ME)

    answer = alice.post(ends(page)[0])

    assert "Firefox, Linux" in said(page)
    assert len(ends(page)) == 1  # the own one is ended by signing out
    assert other.get_cookie("session").value not in page.text
    assert answer.headers["Location"] == f"{ME}?did=session"
    assert (is_in(alice), is_in(other)) == (True, False)


def test_all_others_are_ended_at_once(app, alice, database, now):
    others = [signed_in(app, database, now) for _ in range(2)]

    alice.post(f"{ME}/sessions/end-others")

    assert [is_in(browser) for browser in (alice, *others)] == [True, False, False]


def test_nobody_ends_the_session_of_somebody_else(app, alice, database, now):
    carol = working(app, database, now, "Carol", Role.MODERATOR)
    third = signed_in(app, database, now)
    [of_alice] = ends(alice.get(ME))

    assert carol.post(of_alice).status_code == 404
    assert carol.post(f"{ME}/sessions/{'0' * 16}/end").status_code == 404
    assert (is_in(alice), is_in(third)) == (True, True)


def test_what_a_browser_calls_itself_is_not_repeated(app, database, now):
    browser = app.test_client()
    browser.environ_base["HTTP_USER_AGENT"] = "<script>alert(1)</script> Firefox/1 Windows"
    with database.session() as session:
        token = moderators.new_link(session, make_moderator(session, now), now)
    browser.post(f"/moderate/enter/{token}")

    page = browser.get(ME)

    assert "alert" not in page.text
    assert "Firefox, Windows" in said(page)


# -- keys -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fields", "on"), [({}, False), ({"keys": "on"}, True)])
def test_keys_are_switched_on_and_off(alice, database, fields, on):
    answer = alice.post(
        "/moderate/keys", data=fields, content_type="application/x-www-form-urlencoded"
    )

    boxes = [e for e in parse(alice.get(ME).text).iter("input") if e.get("name") == "keys"]
    assert answer.headers["Location"] == f"{ME}?did=keys"
    assert ["checked" in box.attrib for box in boxes] == [on]
    with database.session() as session:
        assert preferences.of(session.scalars(sa.select(Moderator)).one()).keys is on


def test_from_a_list_one_comes_back_to_it(alice):
    fields = {"keys": "off", "list": "/moderate/spam?order=oldest"}

    answer = alice.post("/moderate/keys", data=fields)

    assert answer.headers["Location"] == "/moderate/spam?order=oldest&did=keys"
