"""Strange texts in every field of what is done to a comment, and of a wish for mail, over HTTP.

All ten thousand go through the checks behind these: tests/comments_api/test_strange_verbs.py.
"""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from comments_api import complaints
from comments_api.mail import wishes
from comments_api.models import Comment, Complaint, Reply, Status
from comments_api.replies import FIELDS as MARKING
from comments_api.senders import reader_hash
from tests.conftest import ON_SQLITE
from tests.http import hostile
from tests.http.conftest import FORM, SECRET
from tests.http.reading import filled, parse
from tests.http.test_hostile_text import demand_inert
from tests.http.test_openapi import UNLIMITED
from tests.strange import different, kept, storable

pytestmark = ON_SQLITE

PART = different(10_000)[7::37]  # of every kind
TYPED = [text for text in PART if storable(text)]  # what a form can send


@pytest.fixture
def browser(new_app):
    """Bob's browser, which may do as much as it likes."""
    browser = new_app(**UNLIMITED).test_client()
    browser.set_cookie("reader", "Bob")
    return browser


@pytest.fixture
def number(comment):
    """The number of a comment of Bob's that waits."""
    return comment(reader=reader_hash(SECRET, "Bob"))


@pytest.fixture
def newest(database):
    """Reads the newest row of a table."""

    def read(kind):
        with database.session() as session:
            return session.scalars(
                sa.select(kind).order_by(sa.desc(sa.inspect(kind).primary_key[0]))
            ).first()

    return read


def send(browser, address, **fields):
    """Send a form; what is no Unicode too."""
    body = urlencode(fields, errors="surrogatepass").encode()
    return browser.post(address, data=body, **FORM)


def demand_named(answer, *fields):
    """Demand a refusal that names these fields, and no other."""
    assert answer.status_code == 422
    assert answer.json["errors"].keys() == set(fields)
    assert all(answer.json["errors"].values())


def test_a_program_edits_a_text_or_is_told_what_is_wrong(browser, number, newest):
    for text in PART:
        answer = browser.post(f"/api/comments/{number}/edit", json={"content": text})

        if answer.status_code == 200:
            assert newest(Comment).source == kept(text)
            rendered = answer.json["content"]["rendered"]
            hostile.demand_inert_body(parse(f"<div>{rendered}</div>").find(".//div"))
        else:
            demand_named(answer, "content")


@pytest.mark.parametrize("do", ["send", "preview"])
def test_the_edit_form_takes_a_text_or_gives_it_back(browser, number, newest, do):
    before = newest(Comment).source
    for text in TYPED[::2]:
        answer = send(browser, f"/api/comments/{number}/edit", content=text, do=do)

        if answer.status_code == 303:
            assert newest(Comment).source == kept(text)
        else:
            assert answer.status_code in ({422} if do == "send" else {200, 422})
            demand_inert(answer.text)
            given_back = filled(answer, "/edit")["content"]
            assert kept(given_back) == kept(text.replace("\0", "\ufffd"))

    assert do == "send" or newest(Comment).source == before


def test_every_field_of_a_report_is_named_or_its_words_are_kept(browser, comment, newest):
    address = f"/api/comments/{comment(Status.APPROVED)}/report"
    for text in PART:
        strange = dict.fromkeys(("reason", "words", "email"), text)
        errors = browser.post(address, json=strange).json["errors"]
        assert "reason" in errors

        answer = browser.post(address, json={"reason": "abuse", "words": text})

        if "words" in errors:
            demand_named(answer, "words")
        else:
            assert answer.status_code == 201
            assert newest(Complaint).words == kept(text)


def test_the_report_form_gives_words_and_address_back(browser, comment):
    address = f"/api/comments/{comment(Status.APPROVED)}/report"
    for text in TYPED[::3]:
        answer = send(browser, address, reason=text, words=text, email=text)

        assert answer.status_code == 422
        demand_inert(answer.text)
        found = filled(answer, "/report")
        shown = kept(text.replace("\0", "\ufffd"))
        assert {kept(found["words"]), kept(found["email"])} == {shown}


def test_every_field_of_a_wish_for_mail_is_named(browser):
    for text in PART:
        answer = browser.post("/api/follow", json=dict.fromkeys(wishes.FIELDS, text))

        demand_named(answer, *({"scope", "pace", "email"} if text else {"email"}))


def test_the_form_for_mail_gives_the_address_back(browser):
    for text in TYPED[::3]:
        answer = send(browser, "/api/follow", email=text, thread=text, pace=text)

        assert answer.status_code == 422
        demand_inert(answer.text)
        assert kept(filled(answer, "/follow")["email"]) == kept(text.replace("\0", "\ufffd"))


def test_a_moderators_reply_is_kept_or_comes_back(alice, comment, newest):
    above = comment(Status.APPROVED)
    for text in TYPED[::4]:
        answer = alice.decide(above, "reply", 2, content=text)

        if answer.status_code == 303:
            assert newest(Comment).source == kept(text)
        else:
            assert answer.status_code == 422
            demand_inert(answer.text)


@pytest.mark.parametrize(
    ("act", "field"),
    [("reply", "content"), ("note", "text"), ("edit", "content"), ("reject", "sentence")],
)
def test_what_was_typed_for_a_comment_that_is_gone_is_shown_to_copy(alice, act, field):
    for text in TYPED[::40]:
        if text.strip():
            answer = alice.decide(999, act, **{"reason": "spam", field: text})

            assert answer.status_code == 404
            assert "There is no such comment." in answer.text
            demand_inert(answer.text)
            areas = ["".join(area.itertext()) for area in parse(answer.text).iter("textarea")]
            assert [kept(area) for area in areas] == [kept(text.replace("\0", "\ufffd"))]


@pytest.mark.usefixtures("letter")
def test_every_field_of_a_marked_answer_comes_back_or_is_kept(alice, comment, newest):
    number = comment(Status.APPROVED)
    for text in TYPED[::4]:
        refused = alice.mark(number, newest(Comment).version, **dict.fromkeys(MARKING, text))
        assert refused.status_code == 422
        demand_inert(refused.text)

        answer = alice.mark(number, newest(Comment).version, text=text)

        if answer.status_code == 303:
            assert newest(Reply).text == kept(text)
        else:
            assert answer.status_code == 422


def test_what_readers_report_is_shown_to_moderators_as_text(alice, comment, database, now):
    number = comment(Status.APPROVED)
    with database.session() as session:
        for text in TYPED:
            if kept(text) and not complaints.wrong_text(text, complaints.LONGEST_WORDS, "en"):
                said = complaints.check({"reason": "abuse", "words": text}, "en")
                complaints.complain(session, number, said, [], now)

    demand_inert(alice.get("/moderate/reported").text)
