"""The smaller forms of a card: reject, note, pin, block, close the thread; and words kept."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from comments_api import identities
from comments_api.models import Block, Comment, Decision, Outbox, Status
from tests.conftest import ON_SQLITE
from tests.factories import THREAD
from tests.http.conftest import PAGE, signed_in
from tests.http.mailing import BOB, MAIL
from tests.http.reading import parse, said, words
from tests.http.test_bulk import PRESSED


def test_a_rejection_goes_to_the_trash_with_its_reason(alice, comment, stored):
    number = comment()

    answer = alice.decide(number, "reject", reason="advert")

    assert stored()[0].status == "trash"
    assert "Rejected." in said(alice.get(answer.headers["Location"]))
    assert "It is advertising." in said(alice.get("/moderate/record"))


@ON_SQLITE
def test_pressed_twice_it_is_rejected_once(alice, comment, database):
    number = comment()
    first = alice.decide(number, "reject", reason="advert")

    second = alice.decide(number, "reject", version=1, reason="advert")

    assert second.status_code == 303
    assert second.headers["Location"] == first.headers["Location"]
    with database.session() as session:
        lines = sa.select(sa.func.count()).where(Decision.action == "reject")
        assert session.scalar(lines) == 1


@ON_SQLITE
def test_without_a_reason_nothing_is_rejected(alice, comment, stored):
    answer = alice.decide(comment(), "reject", reason="because")

    assert answer.status_code == 422
    assert "Please choose why it is rejected." in said(answer)
    assert stored()[0].status == "pending"


@ON_SQLITE
def test_a_sentence_is_offered_only_where_somebody_would_read_it(alice, comment, rows):
    number = comment(author_email="bob@example.org")  # typed, and shown by nobody

    names = {e.get("name") for e in parse(alice.get("/moderate/").text).iter("textarea")}
    answer = alice.decide(number, "reject", reason="spam", sentence="Sorry.")

    assert "sentence" not in names
    assert answer.status_code == 422
    assert [one for one in rows(Outbox) if one.kind == "rejected"] == []


@pytest.fixture
def known(comment, database, now):
    """A comment whose author has shown that an address is hers."""
    number = comment()
    with database.session() as session:
        who = identities.introduce(session, "hash", "email", BOB, BOB, "Bob", now)
        session.get_one(Comment, number).identity_id = who.id
    return number


@ON_SQLITE
@pytest.mark.parametrize(("mail", "status"), [(MAIL, 303), ({}, 422)], ids=["mail", "none"])
def test_a_sentence_is_taken_only_where_mail_is_sent(new_app, database, now, known, mail, status):
    alice = signed_in(new_app(**mail), database, now)

    names = {e.get("name") for e in parse(alice.get("/moderate/").text).iter("textarea")}
    answer = alice.decide(known, "reject", reason="spam", sentence="Sorry.")

    assert ("sentence" in names) == bool(mail)
    assert answer.status_code == status
    if not mail:
        assert "Nobody would read this" in said(answer)
        assert "Sorry." in words(parse(answer.text))


@ON_SQLITE
def test_a_sentence_is_not_lost_when_a_colleague_was_first(new_app, database, now, known):
    app = new_app(**MAIL)
    alice = signed_in(app, database, now)
    signed_in(app, database, now, "Carol").decide(known, "trash")

    answer = alice.decide(known, "reject", version=1, reason="spam", sentence="My long answer.")

    assert answer.status_code == 409
    assert "was not sent. Here it is, to copy:" in said(answer)
    assert "My long answer." in words(parse(answer.text))


def test_a_note_stands_on_the_card_for_colleagues_and_nowhere_else(
    app, alice, comment, database, now, site
):
    number = comment(Status.APPROVED)

    answer = alice.decide(number, "note", text="Ask *Zoe* <b>first</b>.", list="/moderate/approved")

    assert answer.headers["Location"] == f"/moderate/approved?did=note&comment={number}"
    carol = signed_in(app, database, now, "Carol")
    read = said(carol.get(f"/moderate/comments/{number}"))
    assert "Ask *Zoe* <b>first</b>." in read
    assert "Alice, 1 second ago" in read
    assert b"Zoe" not in site.live().read(PAGE)


@ON_SQLITE
@pytest.mark.parametrize("text", ["", "  \n", "x" * 2_001])
def test_a_note_that_is_wrong_comes_back(alice, comment, text):
    answer = alice.decide(comment(), "note", text=text)

    assert answer.status_code == 422
    areas = {"".join(e.itertext()).strip() for e in parse(answer.text).iter("textarea")}
    assert text.strip() in areas


def test_a_pinned_comment_stands_first_on_its_page(alice, comment, stored, site):
    first, second = comment(Status.APPROVED), comment(Status.APPROVED)

    alice.decide(second, "pin", stored()[1].version)

    page = site.live().read(PAGE)
    assert page.index(f'id="comment-{second}"'.encode()) < page.index(
        f'id="comment-{first}"'.encode()
    )


@ON_SQLITE
@pytest.mark.parametrize(
    ("who", "field", "value"),
    [
        ("email:bob@example.org", "email", "bob@example.org"),
        ("domain:example.org", "domain", "example.org"),
        ("name:Bob", "name", "bob"),
        ("address:192.0.2.0/24", "address", "192.0.2.0/24"),
    ],
)
def test_whoever_wrote_a_comment_is_blocked_from_its_card(alice, rows, who, field, value):
    form = {"who": who, "outcome": "spam", "do": "store", "list": "/moderate/pending?q=bob"}

    answer = alice.post("/moderate/rules/blocks", data=form)

    assert answer.headers["Location"] == "/moderate/pending?q=bob&did=block"
    assert "The block is stored" in said(alice.get(answer.headers["Location"]))
    assert [(one.field, one.value, one.outcome) for one in rows(Block)] == [(field, value, "spam")]


@ON_SQLITE
def test_what_a_block_would_have_caught_is_shown_first(alice, comment, rows):
    comment(author_email="bob@example.org")
    form = {"who": "email:bob@example.org", "outcome": "pending", "do": "try"}

    answer = alice.post("/moderate/rules/blocks", data=form)

    assert "This would have held 1 of the last 1 comment." in said(answer)
    assert rows(Block) == []


@ON_SQLITE
def test_a_card_offers_all_by_which_its_author_is_known(alice, bob):
    bob.send_json(author_email="bob@example.org", author_url="https://bob.example/")

    options = parse(alice.get("/moderate/").text).iter("option")

    assert [e.get("value") for e in options if ":" in e.get("value", "")] == [
        *("email:bob@example.org", "domain:example.org", "domain:bob.example"),
        *("name:Bob", "address:127.0.0.0/24"),
    ]


def test_a_thread_is_closed_and_opened_from_a_card(alice, bob, comment, site):
    comment(Status.APPROVED)

    answer = alice.post(f"/moderate/threads/{THREAD}/close", data={"list": "/moderate/approved"})

    assert "The thread is closed" in said(alice.get(answer.headers["Location"]))
    assert bob.send_json().status_code == 403
    assert b"data-thread-form" not in site.live().read(PAGE)
    assert "Closed by a moderator" in said(alice.get("/moderate/approved"))
    alice.post(f"/moderate/threads/{THREAD}/open", data=PRESSED)
    assert bob.send_json().status_code == 201


@ON_SQLITE
def test_a_thread_that_no_page_has_cannot_be_closed(alice):
    assert alice.post("/moderate/threads/made-up/close", data=PRESSED).status_code == 404


@ON_SQLITE
@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("reply", {"content": "My long answer."}),
        ("edit", {"content": "My long answer."}),
        ("note", {"text": "My long answer."}),
        ("reject", {"reason": "spam", "sentence": "My long answer."}),
    ],
)
def test_a_session_that_ended_while_she_wrote_loses_no_word(
    alice, comment, stored, watch, action, fields
):
    number = comment()
    watch.forward(minutes=61)

    answer = alice.decide(number, action, **fields)

    assert answer.status_code == 403
    assert "You are not signed in any more" in said(answer)
    assert "My long answer." in words(parse(answer.text))
    assert "/moderate/sign-in" in {a.get("href") for a in parse(answer.text).iter("a")}
    assert stored()[0].status == "pending"
