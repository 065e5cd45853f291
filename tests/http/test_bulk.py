"""One decision on many comments: those that changed meanwhile are left, and she is told which."""

from __future__ import annotations

import pytest

from comments_api import own
from comments_api.models import Status
from tests.conftest import ON_SQLITE
from tests.factories import make_comment
from tests.http.conftest import PAGE, signed_in
from tests.http.reading import parse, said, words

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
@pytest.mark.parametrize("part", ["", "1"])
def test_a_comment_that_is_gone_is_left_and_that_is_said(alice, comment, stored, part):
    comment()
    form = {"action": "approve", "part": part}

    some = alice.post("/moderate/bulk", data={**form, "comment": ["999:1", *chosen(stored)]})
    none = alice.post("/moderate/bulk", data={**form, "comment": ["998:1", "999:1"]})

    assert [one.status for one in stored()] == ["approved"]
    assert "Approved: 1 comment. 1 comment is not there any more." in told(alice, some)
    assert told(alice, none) == "2 comments are not there any more."


def told(browser, answer):
    """Return the line that says what was done: in an answer, or on the page that it leads to."""
    page = browser.get(answer.headers["Location"]) if answer.status_code == 303 else answer
    lines = (e for e in parse(page.text).iter("div") if e.get("class") == "told")
    return " ".join(words(next(lines)).split()).removesuffix("Undo z").strip()


@ON_SQLITE
@pytest.mark.parametrize("part", ["", "1"])
def test_all_that_is_left_is_counted_and_named(app, alice, database, now, stored, part):
    with database.session() as session:
        for number in range(60):
            make_comment(session, now, Status.PENDING, author_name=f"Reader {number}")
    boxes = chosen(stored)
    carol = signed_in(app, database, now, "Carol")
    carol.post("/moderate/bulk", data={"action": "spam", "comment": boxes})

    answer = alice.post("/moderate/bulk", data={"action": "trash", "comment": boxes, "part": part})

    line = told(alice, answer)
    assert line.startswith("60 were left")
    assert line.count("Marked as spam by Carol") == 60


@ON_SQLITE
def test_of_what_is_left_it_says_if_its_author_changed_it(alice, comment, stored, database, now):
    number = comment(Status.APPROVED, reader="hash of Bob's cookie")
    boxes = chosen(stored)
    with database.session() as session:
        own.withdraw(session, number, "hash of Bob's cookie", now)

    line = told(alice, alice.post("/moderate/bulk", data={"action": "hold", "comment": boxes}))

    assert f"Comment {number}: Withdrawn; changed 1 second ago by its author" in line


@pytest.mark.parametrize("part", ["", "1"])
@pytest.mark.parametrize("action", ["approve", "pin"])
def test_the_same_sent_twice_is_answered_as_done_with_its_undo(
    app, alice, comment, stored, database, now, action, part
):
    before = {"approve": Status.PENDING, "pin": Status.APPROVED}[action]
    numbers = [comment(before) for _ in range(3)]
    form = {"action": action, "comment": chosen(stored), "part": part}
    signed_in(app, database, now, "Carol").decide(numbers[0], "trash", stored()[0].version)

    first, second = (alice.post("/moderate/bulk", data=form) for _ in range(2))

    line = told(alice, second)
    assert line == told(alice, first)
    assert ": 2 comments. 1 was left" in line
    page = alice.get(second.headers["Location"]) if second.status_code == 303 else second
    alice.post(undo_of(page), data=PRESSED)
    assert [one.status for one in stored()][1:] == [before] * 2


@ON_SQLITE
def test_what_a_colleague_did_just_so_is_hers(app, alice, comment, stored, database, now):
    comment(), comment()
    form = {"action": "approve", "comment": chosen(stored)}
    signed_in(app, database, now, "Carol").post("/moderate/bulk", data=form)

    line = told(alice, alice.post("/moderate/bulk", data=form))

    assert line.startswith("2 were left")
    assert line.count("Approved by Carol") == 2


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
