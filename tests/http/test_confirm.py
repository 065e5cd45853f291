"""The page of a link that asks whether an address is hers: it shows first, and acts once."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from comments_api import claims, confirmations, identities, masking, senders
from comments_api.mail import subscriptions
from comments_api.mail.subscriptions import Wish
from comments_api.models import (
    Comment,
    Identity,
    KnownBrowser,
    Outbox,
    Scope,
    Status,
    Subscription,
)
from tests.conftest import ON_SQLITE
from tests.factories import THREAD, make_comment, make_thread
from tests.http.conftest import SECRET
from tests.http.reading import parse, said, words
from tests.http.tables import everything

BOB = "bob@example.org"
SENSITIVE = "letter-remind-the-chair"
WRONG_LINK = "This link is wrong, was used already or is too old."


@pytest.fixture
def link(database, now):
    """Makes the address of a link that was sent to Bob."""

    def made(thread=THREAD, email=BOB):
        with database.session() as session:
            confirmations.ask(session, email, "en", now, network="net", thread_key=thread)
            session.flush()
            mail = session.scalars(sa.select(Outbox).order_by(Outbox.id.desc()).limit(1)).one()
            return f"/api/confirm/{mail.payload['token']}"

    return made


@pytest.fixture
def his(database, now):
    """Stores a comment that carries Bob's address, and returns its id."""

    def stored(status=Status.PENDING, key=THREAD, **fields):
        with database.session() as session:
            thread = make_thread(key)
            fields = {"author_email": BOB, **fields}
            return make_comment(session, now, status, thread, **fields).id

    return stored


def fields(answer):
    """Return the fields that a browser sends with the form of the page, as it came."""
    found = {}
    for element in parse(answer.text).iter("input"):
        if element.get("type") != "checkbox" or element.get("checked") is not None:
            found[element.get("name")] = element.get("value")
    return found


def press(browser, link, do="yes", without=(), headers=None):
    """Open a link and press a button of its page, with some boxes unticked."""
    shown = fields(browser.get(link))
    sent = {name: value for name, value in shown.items() if name not in without}
    return browser.post(link, data={**sent, "do": do}, headers=headers)


def known(database, browser, cookie="reader"):
    """Return the address that a browser's cookie leads to."""
    value = browser.get_cookie(cookie)
    with database.session() as session:
        reader = senders.reader_hash(SECRET, value.value) if value else None
        found = identities.known(session, reader)
        return found.email if found else None


# -- looking ----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(bob, link, his, database, method):
    his()
    address = link()
    before = everything(database)

    answers = [bob.open(address, method=method) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert everything(database) == before
    assert not any("Set-Cookie" in answer.headers for answer in answers)


@ON_SQLITE
def test_the_page_says_whose_address_it_is_and_what_waits(bob, link, his, database, now):
    number = his(content="I wrote to *them*.")
    with database.session() as session:
        subscriptions.subscribe(session, Wish(BOB, Scope.THREAD, "en", THREAD), now)

    page = bob.get(link())

    assert f"Is this your address? {BOB}" in said(page)
    assert "I wrote to them." in said(page)
    assert "Mail about new comments on The vote" in said(page)
    assert fields(page) == {f"shown-{number}": "1", f"mine-{number}": "1", "stay": "1"}


@ON_SQLITE
def test_the_page_of_a_sensitive_thread_is_careful(bob, link):
    page = bob.get(link(SENSITIVE))

    assert "data-exit" in page.text
    assert "your address" not in words(parse(page.text).find(".//title"))
    assert "stay" not in fields(page)


@ON_SQLITE
@pytest.mark.parametrize("do", ["yes", "no"])
def test_the_name_of_a_sensitive_page_stays_in_no_history(bob, link, do):
    assert "thread=" not in press(bob, link(SENSITIVE), do).headers["Location"]


@ON_SQLITE
def test_so_is_one_that_lists_what_was_said_there(bob, link, his):
    his(key=SENSITIVE)

    page = bob.get(link())

    assert "data-exit" in page.text
    assert "stay" not in fields(page)


@ON_SQLITE
def test_the_address_of_the_page_is_told_to_nobody_and_kept_nowhere(bob, link):
    address = link()

    for answer in (bob.get(address), bob.get("/api/confirm/wrong"), press(bob, address)):
        assert answer.headers["Referrer-Policy"] == "strict-origin"
        assert answer.headers["Cache-Control"] == "no-store"


@ON_SQLITE
@pytest.mark.parametrize("name", masking.ACCESS_LOGS)
def test_no_access_log_holds_the_link(app, link, caplog, name):
    address = link()
    token = address.rpartition("/")[2]

    with caplog.at_level(logging.INFO, logger=name):
        logging.getLogger(name).info('"%s %s" %d', "GET", f"{address}?lang=en", 200)
        logging.getLogger(name).info("%(method)s %(path)s", {"method": "GET", "path": address})
        logging.getLogger(name).info('"GET /x" "http://127.0.0.1:8000%s"', address)
        logging.getLogger(name).info("GET /api/sign-in/x/back?state=%s&code=%s", token, token)

    assert len(caplog.messages) == 4
    assert token not in caplog.text
    assert "GET /api/confirm/…?lang=en" in caplog.text


# -- yes --------------------------------------------------------------------------------------


def test_yes_makes_the_browser_known_and_the_comments_his(bob, link, his, database, stored):
    his()
    his(Status.APPROVED)

    answer = press(bob, link())

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/api/me?did=confirmed&lang=en&thread={THREAD}"
    assert known(database, bob) == BOB
    assert None not in {comment.identity_id for comment in stored()}
    assert [comment.status for comment in stored()] == ["pending", "approved"]


@ON_SQLITE
def test_the_page_after_it_says_what_is_true_now(bob, link, his):
    his()

    after = bob.get(press(bob, link()).headers["Location"])

    assert "Thank you. Your address is confirmed. Go back to the page" in said(after)
    assert f"You have shown that {BOB} is your address. This browser is known." in said(after)
    assert "I wrote to them" in said(after)


@ON_SQLITE
def test_an_unticked_comment_is_not_his(bob, link, his, stored):
    his()
    mallorys = his(author_name="Mallory")

    press(bob, link(), without=[f"mine-{mallorys}"])

    assert [comment.identity_id is not None for comment in stored()] == [True, False]
    assert [comment.author_email for comment in stored()] == [BOB, ""]


@ON_SQLITE
def test_a_comment_that_came_meanwhile_stays_as_it_is(bob, link, his, stored):
    address = link()
    shown = fields(bob.get(address))
    his()

    bob.post(address, data={**shown, "do": "yes"})

    assert (stored()[0].identity_id, stored()[0].author_email) == (None, BOB)


@ON_SQLITE
@pytest.mark.parametrize(
    "name", ["mine-x", "mine-", "mine-999", "mine--1", f"mine-{'9' * 50}", "mine-1\x00", "mine-١"]
)
def test_made_up_fields_make_nothing_his(bob, link, database, name):
    address = link()

    answer = bob.post(address, data={"do": "yes", name: "1", name.replace("mine", "shown"): "1"})

    assert answer.status_code == 303
    assert known(database, bob, "reader-once") == BOB


@ON_SQLITE
def test_without_the_box_the_browser_is_known_until_it_is_closed(bob, link, database):
    answer = press(bob, link(), without=["stay"])

    assert "reader-once=" in answer.headers["Set-Cookie"]
    assert "Max-Age" not in answer.headers["Set-Cookie"]
    assert (known(database, bob), known(database, bob, "reader-once")) == (None, BOB)


@ON_SQLITE
def test_a_cookie_that_somebody_read_before_leads_nowhere_after(bob, app, link, database):
    bob.send()  # sets his cookie, on a computer that Mallory used before
    copied = bob.get_cookie("reader").value

    press(bob, link())

    mallory = app.test_client()
    mallory.set_cookie("reader", copied)
    assert known(database, mallory) is None
    assert "I wrote to them" not in said(mallory.get("/api/me"))
    assert "I wrote to them" in said(bob.get("/api/me"))


@ON_SQLITE
def test_the_browser_stays_the_author_of_what_it_sent(bob, link):
    bob.send(content="Sent before I confirmed.")

    press(bob, link())

    mine = bob.get(f"/api/threads/{THREAD}/mine").json
    assert [one["content"]["rendered"] for one in mine["comments"]] == [
        "<p>Sent before I confirmed.</p>\n"
    ]


@ON_SQLITE
def test_yes_begins_the_mail_that_waits(bob, link, database, now):
    with database.session() as session:
        subscriptions.subscribe(session, Wish(BOB, Scope.THREAD, "en", THREAD), now)

    press(bob, link())

    with database.session() as session:
        assert session.scalars(sa.select(Subscription.confirmed)).one() == now


# -- no, and links that do not work -------------------------------------------------------------


@ON_SQLITE
def test_no_uses_the_link_up_and_makes_nobody_known(bob, link, his, database, now, stored):
    his()
    address = link()
    with database.session() as session:
        subscriptions.subscribe(session, Wish(BOB, Scope.THREAD, "en", THREAD), now)

    answer = press(bob, address, do="no")

    assert answer.headers["Location"] == f"/api/me?did=declined&lang=en&thread={THREAD}"
    assert "Set-Cookie" not in answer.headers
    with database.session() as session:
        for model in (Subscription, Identity, KnownBrowser):
            assert session.scalars(sa.select(model)).all() == []
    assert stored()[0].author_email == BOB
    assert bob.get(address).status_code == 410


@ON_SQLITE
@pytest.mark.parametrize(("do", "again"), [("no", False), ("yes", True)])
def test_who_said_no_is_not_asked_again_and_who_said_yes_can_ask(
    bob, link, database, now, do, again
):
    press(bob, link(), do)

    with database.session() as session:
        asked = confirmations.ask(session, BOB, "en", now, network="net")

    assert asked == again


@ON_SQLITE
@pytest.mark.parametrize("do", ["", "maybe", "YES"])
def test_without_a_known_button_nothing_happens(bob, link, database, do):
    address = link()
    before = everything(database)

    assert bob.post(address, data={"do": do}).status_code == 422
    assert everything(database) == before


@ON_SQLITE
def test_used_old_and_made_up_links_are_answered_alike(bob, link, watch):
    used = link()
    press(bob, used)
    old = link(email="old@example.org")
    watch.forward(hours=48)

    for method in ("GET", "POST"):
        answers = [
            bob.open(
                address,
                method=method,
                headers={"Sec-Fetch-Site": "same-origin", "Accept": "text/html"},
                data={"do": "yes"} if method == "POST" else None,
            )
            for address in (used, old, "/api/confirm/made-up", "/api/confirm/%00%ff")
        ]
        assert {answer.status_code for answer in answers} == {410}
        assert len({answer.text for answer in answers}) == 1
        assert WRONG_LINK in said(answers[0])
        assert not any("Set-Cookie" in answer.headers for answer in answers)


@ON_SQLITE
@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}, {"Sec-Fetch-Site": "none"}]
)
def test_no_other_site_presses_the_button(bob, link, database, headers):
    address = link()
    before = everything(database)

    answer = FlaskClient.post(bob, address, data={"do": "yes"}, headers=headers)

    assert answer.status_code == 403
    assert everything(database) == before


@ON_SQLITE
def test_more_comments_than_anybody_reads_fit_into_the_form(bob, link, his, stored):
    for _ in range(claims.MOST):
        his()

    assert press(bob, link()).status_code == 303
    assert None not in {comment.identity_id for comment in stored()}


@ON_SQLITE
def test_hostile_words_stay_words(bob, link, his):
    his(content="<script>alert(1)</script>", author_name="<b>Bob</b>")

    page = bob.get(link())

    assert "<script>alert" not in page.text
    assert "<b>Bob" not in page.text
    assert "<b>Bob</b>" in said(page)


@ON_SQLITE
def test_comments_older_than_the_link_are_not_listed(bob, database, link, watch, now):
    with database.session() as session:
        make_comment(session, now - timedelta(hours=49), Status.PENDING, author_email=BOB)

    page = bob.get(link())

    assert "I wrote this" not in said(page)
    with database.session() as session:
        assert session.scalars(sa.select(sa.func.count()).select_from(Comment)).one() == 1
