"""/api/follow/end/{token}: ending mail, by a person and by her mail program (RFC 8058)."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from comments_api.mail import links, subscriptions
from comments_api.mail.subscriptions import Wish
from comments_api.models import Scope
from tests.conftest import ON_SQLITE
from tests.factories import THREAD
from tests.http.conftest import SECRET
from tests.http.mailing import BOB, MAIL, followed
from tests.http.reading import said

SENSITIVE = "letter-remind-the-chair"
ONE_CLICK = b"List-Unsubscribe=One-Click"
MULTIPART = (
    b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
)


@pytest.fixture
def app(new_app):
    """The application where mail is sent."""
    return new_app(**MAIL)


@pytest.fixture
def end(database, now):
    """Makes somebody follow two things, and returns the address that ends the first."""

    def make(thread=THREAD):
        with database.session() as session:
            for wish in (
                Wish(BOB, Scope.THREAD, "en", thread),
                Wish(BOB, Scope.POSTS, "en"),
            ):
                subscriptions.subscribe(session, wish, now, proven=True)
            first = subscriptions.of(session, BOB)[0]
            return f"/api/follow/end/{links.end_token(SECRET, [first.id])}"

    return make


def scopes(database):
    return [one[1] for one in followed(database)]


def test_looking_changes_nothing(bob, database, end):
    link = end()

    for method in (bob.get, bob.head, bob.get):
        answer = method(link)
        assert answer.status_code == 200

    assert "Mail about new comments on The vote" in said(answer)
    assert scopes(database) == ["thread", "posts"]


def test_pressing_the_button_ends_it_and_nothing_else(bob, database, end):
    answer = bob.post(end(), data={"do": "these"})

    assert answer.status_code == 200
    assert "You get no more of this mail." in said(answer)
    assert scopes(database) == ["posts"]


@ON_SQLITE
def test_the_other_button_ends_all_mail_to_this_address(bob, database, end, now):
    link = end()
    with database.session() as session:
        eve = Wish("eve@example.org", Scope.POSTS, "en")
        subscriptions.subscribe(session, eve, now, proven=True)

    bob.post(link, data={"do": "all"})

    assert [one[0] for one in followed(database)] == ["eve@example.org"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (ONE_CLICK, "application/x-www-form-urlencoded"),
        (MULTIPART, "multipart/form-data; boundary=x"),
        (b"", ""),
        (b"\xff\xfe&&&", "application/x-www-form-urlencoded"),
        (ONE_CLICK, "application/x-www-form-urlencoded; charset=latin-1"),
    ],
    ids=["urlencoded", "multipart", "empty", "broken", "latin-1"],
)
def test_one_click_needs_no_cookie_no_origin_and_no_redirect(app, database, end, body, kind):
    browser = Client(app)  # not one of ours, which says where it comes from
    answer = browser.post(end(), data=body, content_type=kind)

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert scopes(database) == ["posts"]


@ON_SQLITE
@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://mail.example.org"}]
)
def test_it_works_from_anywhere(bob, database, end, headers):
    assert bob.post(end(), data=ONE_CLICK, headers=headers).status_code == 200

    assert scopes(database) == ["posts"]


@ON_SQLITE
def test_it_works_again_and_again_and_never_expires(bob, database, end, watch):
    link = end()
    watch.forward(days=3_650)

    answers = [bob.post(link, data={"do": "these"}) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {200}
    assert "It has ended already." in said(bob.get(link))
    assert scopes(database) == ["posts"]


@ON_SQLITE
@pytest.mark.parametrize("token", ["x", "x.y", "%00", "é"])
def test_what_we_did_not_write_ends_nothing(bob, database, end, token):
    end()
    link = f"/api/follow/end/{token}"

    assert [bob.get(link).status_code, bob.post(link).status_code] == [410, 410]
    assert len(scopes(database)) == 2


@ON_SQLITE
def test_the_page_keeps_its_address_to_itself(bob, end):
    answer = bob.get(end())

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert BOB not in answer.text


@ON_SQLITE
def test_of_a_sensitive_page_it_is_careful(bob, end):
    link = end(SENSITIVE)

    for answer in (bob.get(link), bob.post(link, data={"do": "these"})):
        assert "data-exit" in answer.text
        assert "Noticeboard" in answer.text.partition("</title>")[0]


@ON_SQLITE
def test_it_still_works_where_no_mail_is_sent_any_more(new_app, database, end):
    assert new_app().test_client().post(end(), data=ONE_CLICK).status_code == 200

    assert scopes(database) == ["posts"]
