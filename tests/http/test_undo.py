"""Every decision can be undone from its notice, and undoing it too."""

from __future__ import annotations

import pytest

from comments_api.models import Status
from tests.conftest import ON_SQLITE
from tests.http.conftest import PAGE, signed_in
from tests.http.reading import parse, said
from tests.http.test_bulk import PRESSED, undo_of


@pytest.mark.parametrize(
    ("status", "action"),
    [
        (Status.PENDING, "approve"),
        (Status.PENDING, "spam"),
        (Status.PENDING, "trash"),
        (Status.PENDING, "reject"),
        (Status.APPROVED, "hold"),
        (Status.APPROVED, "spam"),
        (Status.APPROVED, "trash"),
        (Status.SPAM, "restore"),
        (Status.SPAM, "approve"),
        (Status.TRASH, "restore"),
    ],
)
def test_undo_puts_back_what_was_and_redo_does_it_after_all(
    alice, comment, stored, site, status, action
):
    number = comment(status)
    answer = alice.decide(number, action, stored()[0].version, reason="spam")
    after = stored()[0].status

    undone = alice.post(undo_of(alice.get(answer.headers["Location"])), data=PRESSED)

    assert stored()[0].status == status
    assert (f'id="comment-{number}"'.encode() in site.live().read(PAGE)) == (status == "approved")
    notice = alice.get(undone.headers["Location"])
    assert "Undone." in said(notice)
    alice.post(undo_of(notice), data=PRESSED)
    assert stored()[0].status == after


@ON_SQLITE
@pytest.mark.parametrize("action", ["pin", "highlight"])
def test_what_stands_out_can_be_undone(alice, comment, stored, action):
    number = comment(Status.APPROVED)
    answer = alice.decide(number, action, stored()[0].version)

    alice.post(undo_of(alice.get(answer.headers["Location"])), data=PRESSED)

    assert not stored()[0].pinned
    assert not stored()[0].highlighted


@ON_SQLITE
def test_a_reply_is_undone_with_the_approval(alice, comment, stored):
    number = comment()
    answer = alice.decide(number, "reply", content="Thank you.")

    alice.post(undo_of(alice.get(answer.headers["Location"])), data=PRESSED)

    assert [one.status for one in stored()] == ["pending", "trash"]


@ON_SQLITE
def test_nothing_is_undone_if_a_colleague_decided_since(app, alice, comment, stored, database, now):
    number = comment()
    answer = alice.decide(number, "approve")
    undo = undo_of(alice.get(answer.headers["Location"]))
    signed_in(app, database, now, "Carol").decide(number, "spam", 2)

    answer = alice.post(undo, data=PRESSED)

    assert answer.status_code == 409
    assert "Carol" in said(answer)
    assert stored()[0].status == "spam"


@ON_SQLITE
@pytest.mark.parametrize("batch", ["made-up", "x" * 3_000, "%00", "ä"])
def test_a_batch_that_is_made_up_undoes_nothing(alice, comment, stored, batch):
    alice.decide(comment(), "approve")

    answer = alice.post(f"/moderate/undo/{batch}", data=PRESSED)

    assert answer.status_code == 409
    assert stored()[0].status == "approved"


@ON_SQLITE
def test_a_card_offers_to_undo_what_a_colleague_decided(app, alice, comment, stored, database, now):
    signed_in(app, database, now, "Carol").decide(comment(), "trash")

    page = parse(alice.get("/moderate/trash").text)
    actions = [form.get("action", "") for form in page.iter("form")]
    undo = next(action for action in actions if "/undo/" in action)
    alice.post(undo, data=PRESSED)

    assert stored()[0].status == "pending"


@ON_SQLITE
def test_an_undo_from_the_record_leads_back_to_it(alice, comment, stored):
    alice.decide(comment(), "approve")
    page = parse(alice.get("/moderate/record").text)
    undo = next(f for f in page.iter("form") if "/undo/" in f.get("action", ""))
    fields = {e.get("name"): e.get("value") for e in undo.iter("input")}

    answer = alice.post(undo.get("action"), data=fields)

    assert answer.headers["Location"] == "/moderate/record?did=undo"
    assert stored()[0].status == "pending"


@ON_SQLITE
def test_only_moderators_can(alice, bob, comment, stored):
    answer = alice.decide(comment(), "approve")
    undo = undo_of(alice.get(answer.headers["Location"]))

    assert bob.post(undo, data=PRESSED).headers["Location"].startswith("/moderate/sign-in")
    assert stored()[0].status == "approved"
