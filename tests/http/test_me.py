"""What we keep of somebody: shown to her browser and to no other, taken along, erased."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from comments_api import confirmations, identities, senders, tokens
from comments_api.mail import server, subscriptions
from comments_api.mail.headers import Mailbox
from comments_api.mail.subscriptions import Wish
from comments_api.models import Comment, Identity, KnownBrowser, Outbox, Scope, Status, Subscription
from tests.conftest import ON_SQLITE
from tests.factories import THREAD, approve, make_comment, make_thread
from tests.http.conftest import FORM, PAGE, SECRET
from tests.http.reading import beside, parse, said
from tests.http.tables import everything

BOB = "bob@example.org"
SENSITIVE = "letter-remind-the-chair"
MAIL = {
    "smtp_url": server.parse("smtp://127.0.0.1:2525"),
    "mail_from": Mailbox("The campaign", "campaign@example.org"),
}
HTML = {"Accept": "text/html"}
pytestmark = ON_SQLITE


@pytest.fixture(autouse=True)
def ordinary(declare):
    """The page is an ordinary one; the letter's is about people in danger."""
    declare(sensitive=False)


@pytest.fixture
def introduce(database, now):
    """Makes a browser known as somebody's, by the cookie of such pages."""

    def introduced(browser, email=BOB, *, sensitive=False, issuer=identities.BY_EMAIL):
        token = tokens.new_token()
        browser.set_cookie("reader-once" if sensitive else "reader", token)
        reader = senders.reader_hash(SECRET, token)
        with database.session() as session:
            found = identities.introduce(session, reader, issuer, email, email, "Bob", now)
            session.flush()
            return found.id

    return introduced


@pytest.fixture
def wrote(database, now):
    """Stores a comment and returns its id."""

    def stored(status=Status.PENDING, key=THREAD, identity_id=None, **fields):
        with database.session() as session:
            found = make_comment(session, now, status, make_thread(key), **fields)
            found.identity_id = identity_id
            return found.id

    return stored


@pytest.fixture
def follow(database, now):
    """Stores a confirmed subscription and returns its id."""

    def followed(email=BOB, key=THREAD):
        with database.session() as session:
            wish = Wish(email, Scope.THREAD, "en", key)
            subscriptions.subscribe(session, wish, now, proven=True)
            return subscriptions.of(session, email)[-1].id

    return followed


def links(answer, part):
    """Return where the links of a page lead that contain such a part."""
    return [e.get("href") for e in parse(answer.text).iter("a") if part in e.get("href", "")]


def count(database, model):
    with database.session() as session:
        return session.scalars(sa.select(sa.func.count()).select_from(model)).one()


# -- the page ---------------------------------------------------------------------------------


def test_a_stranger_is_told_that_there_is_nothing(bob):
    page = bob.get("/api/me")

    assert page.status_code == 200
    assert "You are known here by nothing but what you typed." in said(page)
    assert "This browser leads to none." in said(page)
    assert "Set-Cookie" not in page.headers
    assert links(page, "erase") == links(page, "export") == []


@pytest.mark.parametrize("path", ["", "/erase", "/export", "/comments/1/erase"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(bob, database, path, method):
    bob.send()
    before = everything(database)

    answer = bob.open(f"/api/me{path}", method=method)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert everything(database) == before


def test_comments_of_this_browser_are_listed_with_what_became_of_them(bob, database, now, watch):
    for words in ("This one waits.", "This one is public.", "This one was removed."):
        bob.send(content=words)
        watch.forward(minutes=1)
    approve(database, 2, now)
    with database.session() as session:
        session.get_one(Comment, 3).status = Status.SPAM.value

    page = said(bob.get("/api/me"))

    assert "This one waits. It waits for a moderator, and only you can see it." in page
    assert "This one is public. It is on the page." in page
    assert "This one was removed. It is not on the page." in page
    assert page.index("removed") < page.index("public") < page.index("waits")


def test_comments_of_a_known_person_are_listed_wherever_they_were_sent_from(bob, introduce, wrote):
    wrote(identity_id=introduce(bob), content="From my phone.")
    wrote(content="Alice wrote this.", author_email=BOB)

    page = said(bob.get("/api/me"))

    assert f"You have shown that {BOB} is your address." in page
    assert "From my phone." in page
    # Anybody can type an address.
    assert "Alice wrote this." not in page


def test_nobody_elses_browser_sees_any_of_it(app, bob, introduce, wrote, follow):
    number = wrote(identity_id=introduce(bob))
    subscription = follow()
    mallory = app.test_client()
    mallory.send(content="I am Mallory.")

    assert BOB not in said(mallory.get("/api/me"))
    assert mallory.get(f"/api/me/comments/{number}/erase").status_code == 404
    assert mallory.post(f"/api/me/comments/{number}/erase", data={}, **FORM).status_code == 404
    mallory.post(f"/api/me/subscriptions/{subscription}/end", data={}, **FORM)
    export = mallory.get("/api/me/export").json
    assert [one["content"] for one in export["comments"]] == ["I am Mallory."]
    assert (export["identities"], export["subscriptions"]) == ([], [])
    assert subscription == follow()  # it did not end


def test_what_a_moderator_wrote_is_the_campaigns(alice):
    alice.send()

    assert "I wrote to them." not in said(alice.get("/api/me"))


def test_a_comment_can_be_edited_and_withdrawn_for_a_quarter_of_an_hour(bob, watch):
    bob.send()

    within = bob.get("/api/me")
    watch.forward(minutes=15)
    after = bob.get("/api/me")

    assert links(within, "/api/comments/1/") == [
        "/api/comments/1/edit?lang=en",
        "/api/comments/1/withdraw?lang=en",
    ]
    assert links(after, "/api/comments/1/") == []


def test_fifty_are_shown_and_all_are_in_the_download(bob, introduce, wrote):
    person = introduce(bob)
    for _ in range(52):
        wrote(identity_id=person)

    assert "2 older ones are in the download below." in said(bob.get("/api/me"))
    assert len(bob.get("/api/me/export").json["comments"]) == 52


@pytest.mark.parametrize("did", ["confirmed", "signed-in", "nonsense", "<b>", ""])
def test_the_page_does_not_say_what_is_not_so(bob, did):
    page = bob.get(f"/api/me?did={did}")

    assert 'role="status"' not in page.text


# -- pages about people in danger -------------------------------------------------------------


def test_the_cookie_that_stays_does_not_show_what_was_said_on_a_sensitive_page(
    bob, introduce, wrote, follow
):
    person = introduce(bob)
    number = wrote(key=SENSITIVE, identity_id=person, content="They hold my papers.")
    wrote(identity_id=person, content="On an ordinary page.")
    follow(key=SENSITIVE)

    page = bob.get("/api/me")
    export = bob.get("/api/me/export").json

    assert "On an ordinary page." in said(page)
    assert "papers" not in page.text
    assert "chair" not in page.text
    assert "data-exit" not in page.text
    assert [one["content"] for one in export["comments"]] == ["On an ordinary page."]
    assert export["subscriptions"] == []
    assert bob.get(f"/api/me/comments/{number}/erase").status_code == 404


def test_the_cookie_that_ends_with_the_browser_shows_it_with_the_way_out(bob, introduce, wrote):
    wrote(key=SENSITIVE, identity_id=introduce(bob, sensitive=True), content="They hold my papers.")

    page = bob.get("/api/me")

    assert "They hold my papers." in said(page)
    assert "This browser is known until you close it." in said(page)
    assert "data-exit" in page.text
    assert "keep" not in re.search("<title>(.*?)</title>", page.text, re.DOTALL)[1]
    assert [one["thread"] for one in bob.get("/api/me/export").json["comments"]] == [SENSITIVE]


def test_a_page_that_is_gone_could_have_been_one(bob, introduce, wrote):
    person = introduce(bob)
    wrote(key="post-gone", identity_id=person, content="Where was that?")

    assert "Where was that?" not in said(bob.get("/api/me"))
    introduce(bob, sensitive=True)
    assert "Where was that?" in said(bob.get("/api/me"))


def test_what_this_browser_sent_to_a_page_that_is_gone_is_shown(bob, database):
    bob.send(content="It was an ordinary page.")
    with database.session() as session:
        session.execute(sa.text("UPDATE threads SET key = 'post-gone'"))

    assert "It was an ordinary page. It waits" in said(bob.get("/api/me"))
    assert "On a page that is gone" in said(bob.get("/api/me"))


# -- confirming an address ----------------------------------------------------------------------


@pytest.fixture
def mails(new_app):
    """Bob's browser, at a site that sends mail."""
    return new_app(**MAIL).test_client()


def test_a_link_is_sent_and_the_answer_does_not_say_to_whom(mails, database):
    answer = mails.post("/api/me/confirm", data={"email": " Bob@Example.org "})
    page = mails.get(answer.headers["Location"])

    assert answer.status_code == 303
    assert "If this is an address that may get mail from us, a link is on its way" in said(page)
    with database.session() as session:
        assert session.scalars(sa.select(Outbox.recipient)).all() == [BOB]


def test_a_known_address_is_answered_like_an_unknown_one(mails, app, introduce):
    introduce(app.test_client())

    again = [mails.post("/api/me/confirm", data={"email": e}) for e in (BOB, "x@example.org", BOB)]

    assert len({(answer.status_code, answer.text, str(answer.headers)) for answer in again}) == 1


@pytest.mark.parametrize(
    "email", ["", "bob", "bob@", "a@b", "a b@example.org", "b\x00b@example.org", "x" * 300]
)
def test_what_is_no_address_is_refused_and_given_back(mails, database, email):
    answer = mails.post("/api/me/confirm", data={"email": email})

    assert answer.status_code == 422
    assert "This is not an e-mail address like name@example.org." in beside(answer, "email")
    assert count(database, Outbox) == 0


def test_one_network_cannot_make_us_write_to_everybody(mails, database):
    for number in range(confirmations.BLOCK_A_DAY):
        mails.post("/api/me/confirm", data={"email": f"{number}@example.org"})

    refused = mails.post("/api/me/confirm", data={"email": "one-more@example.org"}, headers=HTML)

    assert refused.status_code == 429
    assert "Retry-After" in refused.headers
    assert count(database, Outbox) == confirmations.BLOCK_A_DAY


def test_without_mail_the_page_says_so(bob, database):
    page = bob.get("/api/me")
    refused = bob.post("/api/me/confirm", data={"email": BOB}, headers=HTML)

    assert "This site sends no mail, so an address cannot be confirmed here." in said(page)
    assert refused.status_code == 403
    assert "This site sends no mail" in said(refused)
    assert count(database, Outbox) == 0


# -- mail, forgetting ---------------------------------------------------------------------------


def test_mail_she_asked_for_is_listed_and_can_be_ended(bob, introduce, follow, database):
    introduce(bob)
    number = follow()
    follow("alice@example.org")

    page = said(bob.get("/api/me"))
    answer = bob.post(f"/api/me/subscriptions/{number}/end", data={}, **FORM)

    assert "Mail about new comments on The vote" in page
    assert f"to {BOB}" in page
    assert "alice@" not in page
    assert "That mail has ended." in said(bob.get(answer.headers["Location"]))
    with database.session() as session:
        assert session.scalars(sa.select(Subscription.email)).all() == ["alice@example.org"]


def test_a_forgotten_browser_leads_to_nothing_and_nothing_is_lost(bob, introduce, database, stored):
    introduce(bob)
    bob.send()

    answer = bob.post("/api/me/forget")

    assert bob.get_cookie("reader") is None
    assert count(database, KnownBrowser) == 0
    assert count(database, Identity) == 1
    assert "What you wrote stays where it is." in said(bob.get(answer.headers["Location"]))
    assert "I wrote to them" not in said(bob.get("/api/me"))
    assert len(stored()) == 1


def test_a_copy_of_the_cookie_is_forgotten_too(app, bob, introduce):
    introduce(bob)
    copied = bob.get_cookie("reader").value

    bob.post("/api/me/forget")

    thief = app.test_client()
    thief.set_cookie("reader", copied)
    assert BOB not in said(thief.get("/api/me"))


# -- erasing ----------------------------------------------------------------------------------


def test_erasing_asks_again_and_takes_her_off_the_page(bob, database, now, site, stored):
    bob.send(author_name="Bob Jones", author_email=BOB, content="Something I said.")
    approve(database, 1, now)

    asked = bob.get("/api/me/comments/1/erase")
    answer = bob.post("/api/me/comments/1/erase", data={}, **FORM)

    assert "Erase this comment of yours?" in said(asked)
    assert "It cannot be brought back." in said(asked)
    assert "It is erased." in said(bob.get(answer.headers["Location"]))
    assert (stored()[0].author_email, stored()[0].reader) == ("", None)
    page = site.live().read(PAGE).decode()
    assert "Bob Jones" not in page
    assert "Something I said." in page


def test_with_the_box_the_text_goes_too(bob, database, now, site, stored):
    bob.send(content="Something I said.")
    approve(database, 1, now)

    bob.post("/api/me/comments/1/erase", data={"with_text": "1"})

    assert stored()[0].source == ""
    assert "Something I said." not in site.live().read(PAGE).decode()


@pytest.mark.parametrize("number", ["999", "0", "-1", "x", "٣", "9" * 400, "1.0", "%00"])
def test_what_is_not_there_cannot_be_erased(bob, number):
    bob.send()

    assert bob.get(f"/api/me/comments/{number}/erase").status_code == 404
    assert bob.post(f"/api/me/comments/{number}/erase", data={}, **FORM).status_code == 404


def test_erasing_everything_takes_her_off_all_of_it(
    bob, introduce, wrote, follow, database, stored
):
    person = introduce(bob)
    wrote(Status.APPROVED, identity_id=person, author_name="Bob Jones", author_email=BOB)
    wrote(key=SENSITIVE, identity_id=person, author_name="Bob Jones", author_email=BOB)
    wrote(author_name="Alice", author_email="alice@example.org")
    follow()

    asked = bob.get("/api/me/erase")
    answer = bob.post("/api/me/erase", data={}, **FORM)

    assert "Erase everything of yours?" in said(asked)
    assert "Everything is erased, and this browser is forgotten." in said(
        bob.get(answer.headers["Location"])
    )
    assert bob.get_cookie("reader") is None
    assert [comment.author_email for comment in stored()] == ["", "", "alice@example.org"]
    assert "Bob Jones" not in str(everything(database))
    for model in (Identity, KnownBrowser, Subscription):
        assert count(database, model) == 0


# -- the download -----------------------------------------------------------------------------


def test_all_of_it_can_be_taken_along(bob, introduce, wrote, follow):
    wrote(identity_id=introduce(bob), content="I wrote to *them*.")
    follow()

    answer = bob.get("/api/me/export")

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.json["comments"][0]["content"] == "I wrote to *them*."
    assert answer.json["identities"][0]["email"] == BOB
    assert answer.json["subscriptions"][0]["thread"] == THREAD


# -- only from here -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["confirm", "forget", "erase", "comments/1/erase", "subscriptions/1/end"]
)
def test_no_other_site_does_any_of_it(new_app, database, path):
    browser = new_app(**MAIL).test_client()
    browser.send()
    before = everything(database)

    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}, {}):
        answer = FlaskClient.post(
            browser, f"/api/me/{path}", data={"email": BOB, "with_text": "1"}, headers=headers
        )
        assert answer.status_code == 403
    assert everything(database) == before


def test_the_form_and_the_privacy_page_lead_here(bob, site):
    assert 'href="/api/me?lang=en"' in site.live().read(PAGE).decode()
    assert 'href="/api/me?lang=en"' in bob.get(f"/api/threads/{THREAD}/form").text
