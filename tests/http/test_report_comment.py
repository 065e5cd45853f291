"""/api/comments/{comment}/report: a reader asks the moderators to look at a comment."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from comments_api.models import Complaint, Status
from tests.conftest import ON_SQLITE
from tests.http.conftest import PAGE
from tests.http.reading import beside, filled, parse, said

HTML = {"Accept": "text/html"}
NOTICE = {"reason": "legal", "words": "This is a lie about me.", "email": "carol@example.org"}


@pytest.fixture
def number(comment):
    """The number of a public comment."""
    return comment(Status.APPROVED, content="Somebody lives at number 5.")


@pytest.fixture
def filed(database):
    """Reads what was said against comments."""

    def read():
        with database.session() as session:
            found = session.scalars(sa.select(Complaint).order_by(Complaint.id))
            return [(one.comment_id, one.reason, one.words, one.email) for one in found]

    return read


def report(browser, number, headers=None, **fields):
    """Send the form."""
    address = f"/api/comments/{number}/report"
    return browser.post(address, headers=headers, data={"reason": "private", **fields})


def test_each_public_comment_has_a_quiet_link(alice, number, site):
    alice.decide(number, "reply", 2, content="Thank you.")

    tree = parse(site.live().read(PAGE).decode())
    [first, second] = [a for a in tree.iter("a") if a.get("class") == "comment__report"]

    assert first.get("href") == f"/api/comments/{number}/report?lang=en"
    assert first.get("aria-label") == "Report the comment by Bob"
    assert first.get("rel") == "nofollow"
    assert second.get("aria-label") == "Report the comment by Alice"


def test_the_page_shows_the_comment_and_the_reasons(bob, number):
    answer = bob.get(f"/api/comments/{number}/report", headers=HTML)

    assert answer.status_code == 200
    assert "Somebody lives at number 5." in said(answer)
    radios = [e.get("value") for e in parse(answer.text).iter("input") if e.get("type") == "radio"]
    assert radios == ["spam", "abuse", "private", "danger", "off-topic", "legal"]
    assert "a person reads it and answers you" in said(answer)


def test_it_is_stored_and_she_is_thanked(bob, number, filed, stored):
    answer = report(bob, number, words="That is my address.")

    assert answer.status_code == 303
    assert "Thank you" in said(bob.get(answer.headers["Location"], headers=HTML))
    assert filed() == [(number, "private", "That is my address.", "")]
    assert stored()[0].status == "approved"


def test_nothing_is_kept_of_who_reports(bob, number):
    answer = report(bob, number)

    assert "Set-Cookie" not in answer.headers


def test_a_program_gets_thanks_too(bob, number, filed):
    answer = bob.post(f"/api/comments/{number}/report", json=NOTICE)

    assert answer.status_code == 201
    assert "Thank you" in answer.json["message"]
    assert filed() == [(number, *NOTICE.values())]


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(bob, number, filed):
    answer = report(bob, number, reason="legal", words="", email="carol at example")

    assert answer.status_code == 422
    assert "which words break the law" in beside(answer, "words")
    assert "not an e-mail address" in beside(answer, "email")
    assert filled(answer, "/report")["email"] == "carol at example"
    chosen = [e.get("value") for e in parse(answer.text).iter("input") if "checked" in e.attrib]
    assert chosen == ["legal"]
    assert filed() == []


@ON_SQLITE
def test_without_a_reason_one_is_asked_for(bob, number):
    answer = report(bob, number, reason="")

    assert answer.status_code == 422
    assert "Please choose what is wrong with it." in said(answer)


@ON_SQLITE
def test_sent_from_another_site_it_is_refused_and_given_back(bob, number, filed):
    answer = report(bob, number, {"Sec-Fetch-Site": "cross-site"}, words="My long words.")

    assert answer.status_code == 403
    assert filled(answer, "/report")["words"].strip() == "My long words."
    assert filed() == []


@ON_SQLITE
@pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.TRASH, Status.WITHDRAWN])
def test_what_is_not_public_cannot_be_reported(bob, comment, filed, status):
    number = comment(status)

    assert bob.get(f"/api/comments/{number}/report").status_code == 404
    assert report(bob, number).status_code == 404
    assert filed() == []


@ON_SQLITE
def test_her_own_that_waits_cannot_either(bob, stored, filed):
    bob.send()

    assert report(bob, stored()[0].id).status_code == 404
    assert filed() == []


def test_a_network_can_do_so_five_times_an_hour(app, bob, number, filed, watch):
    for words in "abcde":
        assert report(bob, number, words=words).status_code == 303

    answer = report(app.test_client(), number, words="One more.")
    other = bob.post(
        f"/api/comments/{number}/report",
        json={"reason": "spam"},
        environ_base={"REMOTE_ADDR": "198.51.100.7"},
    )
    watch.forward(minutes=13)
    later = report(bob, number, words="Later.")

    assert (answer.status_code, other.status_code, later.status_code) == (429, 201, 303)
    assert int(answer.headers["Retry-After"]) <= 720
    assert filled(answer, "/report")["words"].strip() == "One more."
    assert len(filed()) == 7


def test_moderators_see_it_in_words_and_say_that_they_looked(alice, bob, number, filed):
    report(bob, number, words="That is <b>my</b> address.")
    bob.post(f"/api/comments/{number}/report", json=NOTICE)

    page = alice.get("/moderate/reported")
    answer = alice.post(
        f"/moderate/comments/{number}/settle", data={"seen": "2", "tab": "reported"}
    )

    text = said(page)
    assert "It shows private details of somebody" in text
    assert "That is <b>my</b> address." in text
    assert text.index("It breaks the law") < text.index("It shows private details")
    assert "carol@example.org" in text
    assert "Reported 1" in " ".join("".join(parse(page.text).itertext()).split())
    went = answer.headers["Location"].partition("&batch=")[0]
    assert went == f"/moderate/reported?did=settle&comment={number}"
    assert "Nobody has reported" in said(alice.get(answer.headers["Location"]))
    assert len(filed()) == 2


@ON_SQLITE
def test_what_came_after_she_looked_stays_open(alice, bob, number):
    report(bob, number, words="First.")
    report(bob, number, words="Second.")

    alice.post(f"/moderate/comments/{number}/settle", data={"seen": "1"})

    page = said(alice.get("/moderate/reported"))
    assert "Second." in page
    assert "First." not in page


@ON_SQLITE
@pytest.mark.parametrize("seen", ["", "x", "-1", "0", "9" * 30])
def test_to_say_so_of_nothing_is_refused(alice, bob, number, seen):
    report(bob, number)

    answer = alice.post(f"/moderate/comments/{number}/settle", data={"seen": seen})

    assert answer.status_code == 409
    assert "cannot be done" in said(answer)


@ON_SQLITE
def test_a_decision_taken_there_leads_back_there(alice, bob, number):
    report(bob, number)

    answer = alice.decide(number, "hold", 2, tab="reported")

    assert answer.headers["Location"].startswith("/moderate/reported?")
    assert "That" not in said(bob.get(f"/api/comments/{number}/report"))


@ON_SQLITE
def test_only_moderators_see_it(bob, number):
    assert bob.get("/moderate/reported").headers["Location"].startswith("/moderate/sign-in")
    answer = bob.post(f"/moderate/comments/{number}/settle", data={"seen": "1"})
    assert answer.headers["Location"] == "/moderate/sign-in"
