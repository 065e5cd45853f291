"""Every decision can be undone from its notice, and undoing it too."""

from __future__ import annotations

import pytest

from comments_api import retention
from comments_api.models import Comment, Status
from tests.conftest import ON_SQLITE
from tests.http.conftest import PAGE, signed_in
from tests.http.reading import parse, said
from tests.http.test_bulk import PRESSED, chosen, told, undo_of


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
    assert "Nothing was undone." in said(answer)
    assert "Bob: Spam; Marked as spam by Carol" in said(answer)
    assert stored()[0].status == "spam"


@pytest.fixture
def approved(alice, comment, stored):
    """Comments of Bob, Zoe and Eve, approved together; and where that is undone."""
    numbers = [comment(author_name=name) for name in ("Bob", "Zoe", "Eve")]
    answer = alice.post("/moderate/bulk", data={"action": "approve", "comment": chosen(stored)})
    return numbers, undo_of(alice.get(answer.headers["Location"]))


@pytest.mark.parametrize("part", ["", "1"])
def test_what_stands_in_the_way_of_undoing_many_is_named(
    app, alice, approved, stored, database, now, part
):
    numbers, undo = approved
    signed_in(app, database, now, "Carol").decide(numbers[1], "spam", 2)

    answer = alice.post(undo, data={"part": part})

    assert answer.status_code == 409
    line = told(alice, answer)
    assert line.startswith("Nothing was undone. This stands in the way:")
    assert "Zoe: Spam; Marked as spam by Carol" in line
    assert "Bob" not in line
    assert f'href="/moderate/comments/{numbers[1]}"' in answer.text
    assert [one.status for one in stored()] == ["approved", "spam", "approved"]


@ON_SQLITE
@pytest.mark.parametrize("part", ["", "1"])
def test_that_one_of_many_is_gone_is_said(alice, approved, stored, database, now, part):
    numbers, undo = approved
    with database.session() as session:
        retention.delete(session, session.get_one(Comment, numbers[0]), now)

    answer = alice.post(undo, data={"part": part})

    assert answer.status_code == 409
    assert "Nothing was undone." in told(alice, answer)
    assert "1 comment is not there any more." in told(alice, answer)
    assert [one.status for one in stored()] == ["approved"] * 2


@pytest.mark.parametrize("part", ["", "1"])
@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
def test_an_undo_sent_twice_is_answered_as_done(request, alice, comment, stored, many, part):
    if many:
        undo = request.getfixturevalue("approved")[1]
    else:
        undo = undo_of(alice.get(alice.decide(comment(), "approve").headers["Location"]))

    first, second = (alice.post(undo, data={"part": part}) for _ in range(2))

    assert first.status_code == second.status_code == (200 if part else 303)
    assert told(alice, first) == told(alice, second)
    assert "Undone" in told(alice, second)
    assert {one.version for one in stored()} == {3}
    page = alice.get(second.headers["Location"]) if second.status_code == 303 else second
    alice.post(undo_of(page), data=PRESSED)
    assert {one.status for one in stored()} == {"approved"}


@ON_SQLITE
def test_what_a_colleague_undid_first_names_her(app, alice, approved, stored, database, now):
    _, undo = approved
    signed_in(app, database, now, "Carol").post(undo, data=PRESSED)

    answer = alice.post(undo, data=PRESSED)

    assert answer.status_code == 409
    assert told(alice, answer).count("Undone by Carol") == 3


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
