"""The two cookies: when they are set, and how."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest

from comments_api import moderators
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator
from tests.http.conftest import API, LETTER

pytestmark = ON_SQLITE


@pytest.fixture(autouse=True)
def ordinary(declare):
    """The page is an ordinary one, but for a test that says otherwise."""
    declare(sensitive=False)


def cookie_of(answer, name, *others):
    """Return a cookie that an answer sets, with these others and no more."""
    found = SimpleCookie()
    for line in answer.headers.getlist("Set-Cookie"):
        found.load(line)
    assert list(found) == [name, *others]
    return found[name]


def test_the_first_comment_sets_the_readers_cookie(bob):
    cookie = cookie_of(bob.send(), "reader")

    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert (cookie["secure"], cookie["domain"]) == ("", "")
    assert len(cookie.value) >= 43
    assert int(cookie["max-age"]) == 180 * 86_400


def test_the_second_comment_sets_none(bob):
    bob.send()

    assert "Set-Cookie" not in bob.send(content="Another.").headers


@pytest.mark.parametrize(
    "path", ["", "/form", "/mine", "/thanks", "/comments"], ids=lambda path: path or "thread"
)
def test_looking_sets_no_cookie(bob, path):
    assert "Set-Cookie" not in bob.get(API + path).headers


@pytest.mark.parametrize("change", [{"do": "preview"}, {"content": ""}, {"parent": "999"}])
def test_what_stores_nothing_sets_no_cookie(bob, change):
    assert "Set-Cookie" not in bob.send(**change).headers


def test_on_a_sensitive_page_the_cookie_ends_with_the_browser(bob, declare):
    declare(sensitive=True)

    cookie = cookie_of(bob.send(), "reader-once")

    assert (cookie["max-age"], cookie["expires"]) == ("", "")


def test_the_cookie_that_stays_does_not_lead_to_what_was_said_on_a_sensitive_page(bob, declare):
    bob.set_cookie("reader", "a cookie of an ordinary page")
    declare(sensitive=True)

    answer = bob.send(content="They hold my papers.")

    assert cookie_of(answer, "reader-once")["max-age"] == ""


def test_on_https_the_readers_cookie_is_bound_to_the_host(new_app):
    browser = new_app(site_url="https://example.org").test_client()

    cookie = cookie_of(browser.send(), "__Host-reader")

    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_the_database_holds_no_cookie(bob, stored):
    cookie = cookie_of(bob.send(), "reader")

    assert cookie.value not in str(vars(stored()[0]))


@pytest.mark.parametrize(
    ("url", "prefix", "secure"),
    [("http://127.0.0.1:8000", "", ""), ("https://example.org", "__Host-", True)],
    ids=["http on this machine", "https"],
)
def test_a_session_ends_with_the_browser_which_stays_known(
    new_app, database, now, url, prefix, secure
):
    browser = new_app(site_url=url).test_client()
    with database.session() as session:
        token = moderators.new_link(session, make_moderator(session, now), now)

    answer = browser.post(f"/moderate/enter/{token}")

    session = cookie_of(answer, f"{prefix}session", f"{prefix}device")
    assert (session["max-age"], session["expires"], session["domain"]) == ("", "", "")
    assert (session["httponly"], session["samesite"], session["secure"]) == (True, "Lax", secure)
    device = SimpleCookie(answer.headers.getlist("Set-Cookie")[1])[f"{prefix}device"]
    assert (device["max-age"], device["domain"]) == (str(365 * 86_400), "")
    assert (device["httponly"], device["samesite"], device["secure"]) == (True, "Lax", secure)
    assert "alice" not in device.value


@pytest.mark.parametrize("value", ["", "x", "\xff\xfe", "a" * 4000, '"quoted; stuff"'])
def test_a_made_up_cookie_opens_nothing(app, value):
    browser = app.test_client(use_cookies=False)
    headers = {"Cookie": f"session={value}; reader={value}"}

    assert browser.get(f"{API}/mine", headers=headers).json == {"comments": []}
    assert browser.get("/moderate/", headers=headers).status_code == 303
    assert browser.post(f"{API}/comments", json=LETTER, headers=headers).status_code == 201
