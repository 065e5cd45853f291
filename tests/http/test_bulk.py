"""One decision on many comments: those that changed meanwhile are left, and she is told which."""

from __future__ import annotations

import pytest

from comments_api.models import Status
from tests.conftest import ON_SQLITE
from tests.http.conftest import PAGE, signed_in
from tests.http.reading import parse, said

PRESSED = {"list": ""}  # of a form in which nothing was typed


def chosen(stored, *ids):
    """Return what the boxes of these comments send."""
    return [f"{one.id}:{one.version}" for one in stored() if not ids or one.id in ids]


def test_all_chosen_comments_are_decided_published_and_undone_together(
    alice, comment, stored, site
):
    numbers = [comment() for _ in range(3)]
    rest = comment()

    answer = alice.post(
        "/moderate/bulk", data={"action": "approve", "comment": chosen(stored, *numbers)}
    )

    assert answer.status_code == 303
    assert [one.status for one in stored()] == ["approved"] * 3 + ["pending"]
    page = site.live().read(PAGE)
    assert all(f'id="comment-{number}"'.encode() in page for number in numbers)
    notice = alice.get(answer.headers["Location"])
    assert "Approved: 3 comments." in said(notice)
    alice.post(undo_of(notice), data=PRESSED)
    assert [one.status for one in stored()] == ["pending"] * 4
    page = site.live().read(PAGE)
    assert not any(f'id="comment-{number}"'.encode() in page for number in [*numbers, rest])


def undo_of(answer):
    """Return where the button leads that undoes what was just done."""
    forms = parse(answer.text).iter("form")
    return next(f.get("action") for f in forms if "told__undo" in f.get("class", ""))


def test_what_a_colleague_decided_meanwhile_is_left_and_named(
    app, alice, comment, stored, database, now
):
    first, second = comment(author_name="Bob"), comment(author_name="Zoe")
    boxes = chosen(stored)
    signed_in(app, database, now, "Carol").decide(second, "spam")

    answer = alice.post("/moderate/bulk", data={"action": "trash", "comment": boxes})

    assert [one.status for one in stored()] == ["trash", "spam"]
    read = said(alice.get(answer.headers["Location"]))
    assert "Moved to the trash: 1 comment." in read
    assert "1 was left" in read
    assert "Zoe: Spam; Marked as spam by Carol" in read
    assert first != second


@ON_SQLITE
def test_the_chosen_ones_are_rejected_for_one_reason(alice, comment, stored):
    numbers = [comment(), comment()]
    form = {"action": "reject", "comment": chosen(stored)}

    missing = alice.post("/moderate/bulk", data=form)
    assert "Nothing was rejected. Choose a reason first." in said(
        alice.get(missing.headers["Location"])
    )
    assert [one.status for one in stored()] == ["pending"] * 2
    answer = alice.post("/moderate/bulk", data={**form, "reason": "advert"})

    assert [one.status for one in stored()] == ["trash"] * 2
    notice = alice.get(answer.headers["Location"])
    assert "Rejected, with a reason: 2 comments." in said(notice)
    record = said(alice.get(f"/moderate/record?action=reject&comment={numbers[0]}"))
    assert "It is advertising." in record
    alice.post(undo_of(notice), data=PRESSED)
    assert [one.status for one in stored()] == ["pending"] * 2


@pytest.mark.parametrize("action", ["pin", "highlight"])
def test_the_chosen_ones_stand_out_on_their_page(alice, comment, stored, site, action):
    for _ in range(2):
        comment(Status.APPROVED)

    answer = alice.post("/moderate/bulk", data={"action": action, "comment": chosen(stored)})

    column = {"pin": "pinned", "highlight": "highlighted"}[action]
    assert [getattr(one, column) for one in stored()] == [True, True]
    label = {"pin": b">Pinned<", "highlight": b">Highlighted<"}[action]
    assert site.live().read(PAGE).count(label) == 2
    notice = alice.get(answer.headers["Location"])
    alice.post(undo_of(notice), data=PRESSED)
    assert [getattr(one, column) for one in stored()] == [False, False]


@ON_SQLITE
@pytest.mark.parametrize(
    "form",
    [
        {"action": "approve"},
        {"action": "approve", "comment": ["x", "1", "1:x", "-1:1", "9" * 30 + ":1"]},
        {"action": "erase", "comment": ["1:1"]},
        {"comment": ["1:1"]},
    ],
    ids=["nothing chosen", "nonsense chosen", "no such action", "no action"],
)
def test_nonsense_decides_nothing_and_says_so(alice, comment, stored, form):
    comment()

    answer = alice.post("/moderate/bulk", data=form)

    assert answer.status_code == 303
    assert [one.status for one in stored()] == ["pending"]
    assert "Nothing was chosen." in said(alice.get(answer.headers["Location"]))


@ON_SQLITE
def test_a_comment_that_is_gone_is_left(alice, comment, stored):
    comment()

    answer = alice.post(
        "/moderate/bulk", data={"action": "approve", "comment": ["999:1", *chosen(stored)]}
    )

    assert answer.status_code == 303
    assert [one.status for one in stored()] == ["approved"]


@ON_SQLITE
def test_a_form_with_far_too_many_fields_is_refused(alice, comment, stored):
    comment()

    answer = alice.post("/moderate/bulk", data={"action": "spam", "comment": ["1:1"] * 400})

    assert answer.status_code == 400
    assert [one.status for one in stored()] == ["pending"]


@ON_SQLITE
def test_a_page_of_50_can_be_chosen_whole(alice, comment, stored):
    for _ in range(50):
        comment()

    alice.post("/moderate/bulk", data={"action": "spam", "comment": chosen(stored)})

    assert {one.status for one in stored()} == {"spam"}


@ON_SQLITE
def test_each_box_stands_in_the_form_of_all_chosen_ones(alice, comment, stored):
    number = comment()

    page = parse(alice.get("/moderate/").text)

    boxes = [e for e in page.iter("input") if e.get("name") == "comment"]
    assert [(e.get("value"), e.get("form")) for e in boxes] == [(f"{number}:1", "bulk")]
    form = next(e for e in page.iter("form") if e.get("id") == "bulk")
    assert form.get("action") == "/moderate/bulk"
    actions = [e.get("value") for e in form.iter("button")]
    assert actions == ["approve", "spam", "trash", "reject"]


@ON_SQLITE
def test_only_moderators_can(bob, comment, stored):
    comment()

    answer = bob.post("/moderate/bulk", data={"action": "spam", "comment": chosen(stored)})

    assert answer.headers["Location"].startswith("/moderate/sign-in")
    assert stored()[0].status == Status.PENDING
