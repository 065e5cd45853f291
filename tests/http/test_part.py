"""What the script gets of a decision: a notice with Undo, numbers, the comment, the next one."""

from __future__ import annotations

import pytest

from comments_api.models import Status
from tests.conftest import ON_SQLITE
from tests.factories import make_comment
from tests.http.conftest import signed_in
from tests.http.reading import parse, words

pytestmark = ON_SQLITE


def decide(browser, number, action, version=1, **fields):
    """Send a decision as the script does."""
    return browser.decide(number, action, version, part="1", list="/moderate/pending", **fields)


def piece(answer, name):
    """Return a part of an answer."""
    return next(e for e in parse(answer.text).iter("div") if e.get("data-part") == name)


def ids(answer, name):
    """Return the comments of a part of an answer."""
    return [int(e.get("data-card")) for e in piece(answer, name) if e.get("data-card")]


def body(answer):
    """Return what the answer says of itself."""
    return parse(answer.text).find("body")


def numbers(answer):
    """Return how many comments each list holds."""
    spans = (e for e in body(answer) if e.get("data-count"))
    return {e.get("data-count"): int(words(e)) for e in spans}


def test_a_decision_answers_notice_numbers_and_title_but_no_comment_that_left(alice, comment):
    number, _rest = comment(), comment()

    answer = decide(alice, number, "approve")

    assert answer.status_code == 200
    assert "Now approved: the comment by Bob." in words(piece(answer, "notice"))
    assert ids(answer, "cards") == []
    assert (numbers(answer)["pending"], numbers(answer)["approved"]) == (1, 1)
    assert words(parse(answer.text).find("head/title")).startswith("(1) Pending | Moderation")
    batch = body(answer).get("data-batch")
    assert alice.post(f"/moderate/undo/{batch}", data={"part": "1"}).status_code == 200


def test_the_next_comment_fills_the_list_up(alice, database, now):
    with database.session() as session:
        made = [make_comment(session, now, Status.PENDING).id for _ in range(52)]
    first = parse(alice.get("/moderate/").text)
    after = next(e for e in first.iter("div") if e.get("data-after")).get("data-after")

    one = decide(alice, made[0], "spam", after=after)
    two = decide(alice, made[1], "spam", after=body(one).get("data-after"))
    three = decide(alice, made[2], "spam", after=body(two).get("data-after"))

    assert [ids(answer, "following") for answer in (one, two, three)] == [
        [made[50]],
        [made[51]],
        [],
    ]
    assert body(two).get("data-after") == ""


def test_what_is_undone_comes_back_with_its_card(alice, comment):
    number = comment()
    batch = body(decide(alice, number, "trash")).get("data-batch")

    answer = alice.post(f"/moderate/undo/{batch}", data={"part": "1", "list": "/moderate/pending"})

    assert ids(answer, "cards") == [number]
    assert "Undone." in words(piece(answer, "notice"))
    assert numbers(answer)["pending"] == 1


@pytest.mark.parametrize("action", ["pin", "highlight"])
def test_a_comment_that_stays_comes_as_it_is_now(alice, comment, stored, action):
    number = comment(Status.APPROVED)
    fields = {"version": stored()[0].version, "part": "1", "list": "/moderate/approved"}

    answer = alice.post(f"/moderate/comments/{number}/{action}", data=fields)

    assert ids(answer, "cards") == [number]
    assert {"pin": "Unpin", "highlight": "No highlight"}[action] in words(piece(answer, "cards"))


def test_both_decisions_are_shown_where_a_colleague_was_first(app, alice, comment, database, now):
    number = comment()
    signed_in(app, database, now, "Carol").decide(number, "trash")

    answer = decide(alice, number, "approve")

    assert answer.status_code == 409
    shown = words(piece(answer, "cards"))
    assert "by Carol: it is now in the trash." in shown
    assert "You wanted: approve it." in shown
    assert body(answer).get("data-batch") == ""


def test_the_same_decision_sent_twice_is_one_decision(alice, comment, stored):
    number = comment()

    first, second = decide(alice, number, "approve"), decide(alice, number, "approve")

    assert (first.status_code, second.status_code) == (200, 200)
    assert body(first).get("data-batch") == body(second).get("data-batch")
    assert (stored()[0].status, stored()[0].version) == ("approved", 2)


def test_pressed_twice_without_the_script_is_one_decision_too(alice, comment, stored):
    number = comment()

    answers = [alice.decide(number, "spam").status_code for _ in range(2)]

    assert answers == [303, 303]
    assert stored()[0].version == 2


def test_a_reply_that_is_wrong_comes_back_with_its_words(alice, comment):
    answer = decide(alice, comment(), "reply", content="x" * 10_001)

    assert answer.status_code == 422
    assert "x" * 10_001 in answer.text


def test_a_rejection_that_is_wrong_comes_back_with_its_words(alice, comment):
    answer = decide(alice, comment(), "reject", reason="spam", sentence="No address, so no mail.")

    assert answer.status_code == 422
    assert "Nobody would read this" in words(piece(answer, "cards"))


def test_of_many_the_ones_left_say_why(app, alice, comment, stored, database, now):
    first, second = comment(), comment()
    boxes = [f"{one.id}:{one.version}" for one in stored()]
    signed_in(app, database, now, "Carol").decide(second, "spam")
    fields = {"part": "1", "list": "/moderate/pending", "action": "approve", "comment": boxes}

    answer = alice.post("/moderate/bulk", data=fields)

    assert ids(answer, "cards") == [second]
    assert "by Carol: it is now spam." in words(piece(answer, "cards"))
    assert "Approved: 1 comment." in words(piece(answer, "notice"))
    assert stored()[0].id == first


def test_an_undo_that_came_too_late_says_why(app, alice, comment, database, now):
    number = comment()
    batch = body(decide(alice, number, "approve")).get("data-batch")
    signed_in(app, database, now, "Carol").decide(number, "spam", 2)

    answer = alice.post(f"/moderate/undo/{batch}", data={"part": "1"})

    assert answer.status_code == 409
    assert "Carol" in words(piece(answer, "notice"))


def test_a_comment_that_is_gone_is_not_found(alice):
    assert decide(alice, 999, "approve").status_code == 404


def test_who_is_not_signed_in_is_sent_to_sign_in(bob, comment):
    answer = decide(bob, comment(), "reply", content="My long answer.")

    assert answer.headers["Location"].startswith("/moderate/sign-in")


def about(answer):
    """Return the comments that an answer is about."""
    return [int(number) for number in body(answer).get("data-about").split()]


def test_an_answer_names_what_it_is_about_so_that_the_rest_can_leave(alice, comment, stored):
    numbers = [comment(), comment()]
    boxes = ["999:1", *(f"{one.id}:{one.version}" for one in stored())]
    fields = {"part": "1", "list": "/moderate/pending"}
    answer = alice.post("/moderate/bulk", data={**fields, "action": "spam", "comment": boxes})

    undone = alice.post(f"/moderate/undo/{body(answer).get('data-batch')}", data=fields)
    redone = alice.post(f"/moderate/undo/{body(undone).get('data-batch')}", data=fields)

    assert sorted(about(answer)) == [*numbers, 999]
    assert (about(undone), ids(undone, "cards")) == (numbers, numbers)
    assert (about(redone), ids(redone, "cards")) == (numbers, [])


@pytest.mark.parametrize("action", ["approve", "reject", "note"])
def test_of_a_comment_that_is_gone_the_script_is_told_in_part(alice, action):
    answer = decide(alice, 999, action, text="Ask Zoe.", reason="spam")

    assert answer.status_code == 404
    assert "There is no such comment." in words(piece(answer, "notice"))
    assert about(answer) == [999]


def test_what_is_undone_on_a_page_of_its_own_stays_there(alice, comment):
    numbers = [comment(), comment(Status.APPROVED)]
    batch = body(decide(alice, numbers[0], "reply", content="Thank you.")).get("data-batch")
    fields = {"part": "1", "list": "/moderate/approved", "single": "1"}

    answer = alice.post(f"/moderate/undo/{batch}", data=fields)

    assert numbers[0] in ids(answer, "cards")


def test_a_list_that_nothing_left_is_not_filled_up(alice, database, now, stored):
    with database.session() as session:
        made = [make_comment(session, now, Status.APPROVED).id for _ in range(51)]
    first = parse(alice.get("/moderate/approved?order=oldest").text)
    after = next(e for e in first.iter("div") if e.get("data-after")).get("data-after")
    boxes = [f"{one.id}:{one.version}" for one in stored()[:2]]
    place = {"part": "1", "list": "/moderate/approved?order=oldest", "after": after}

    pinned = alice.post("/moderate/bulk", data={**place, "action": "highlight", "comment": boxes})
    boxes = [f"{one.id}:{one.version}" for one in stored()[:2]]
    trashed = alice.post("/moderate/bulk", data={**place, "action": "trash", "comment": boxes})

    assert (ids(pinned, "cards"), ids(pinned, "following")) == (made[:2], [])
    assert ids(trashed, "following") == made[50:]
