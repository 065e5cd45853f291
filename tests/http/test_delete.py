"""Deleting for ever: asked twice, of one comment, of the chosen ones, of all spam or trash."""

from __future__ import annotations

import pytest

from comments_api.models import Status
from tests.conftest import ON_SQLITE
from tests.http.conftest import signed_in
from tests.http.reading import parse, said
from tests.http.staff import HASH, change
from tests.http.test_bulk import PRESSED


def sure(browser, answer):
    """Press the button of the second question."""
    assert answer.status_code == 200
    assert "Nobody can undo this." in said(answer)
    form = next(f for f in parse(answer.text).iter("form") if f.get("class", "").endswith("narrow"))
    fields = [(e.get("name"), e.get("value")) for e in form.iter("input")]
    data = {}
    for name, value in [*fields, ("sure", "yes")]:
        data.setdefault(name, []).append(value)
    return browser.post(form.get("action"), data=data)


def test_a_comment_goes_only_at_the_second_yes(alice, comment, stored):
    number, rest = comment(Status.TRASH), comment(Status.TRASH)

    asked = alice.decide(number, "delete", stored()[0].version, list="/moderate/trash")
    assert [one.id for one in stored()] == [number, rest]
    answer = sure(alice, asked)

    assert answer.headers["Location"] == "/moderate/trash?did=delete"
    assert "Deleted for ever." in said(alice.get(answer.headers["Location"]))
    assert [one.id for one in stored()] == [rest]


@ON_SQLITE
def test_a_whole_page_is_kept_while_the_password_is_asked_for(
    alice, comment, stored, database, watch
):
    for _ in range(60):
        comment(Status.TRASH)
    change(database, "Alice", watch.now, password_hash=HASH)
    watch.forward(minutes=20)
    boxes = [f"{one.id}:{one.version}" for one in stored()]

    asked = alice.post("/moderate/bulk/delete", data={"comment": boxes, "list": "/moderate/trash"})

    assert asked.status_code == 403
    fields = [e for e in parse(asked.text).iter("input") if e.get("name") == "comment"]
    assert [e.get("value") for e in fields] == boxes


@ON_SQLITE
@pytest.mark.parametrize("status", [Status.PENDING, Status.APPROVED])
def test_what_is_neither_spam_nor_trash_stays(alice, comment, stored, status):
    number = comment(status)

    answer = sure(alice, alice.decide(number, "delete", stored()[0].version))

    assert answer.status_code == 409
    assert len(stored()) == 1


@ON_SQLITE
def test_what_a_colleague_restored_between_the_two_questions_stays(
    app, alice, comment, stored, database, now
):
    number = comment(Status.TRASH)
    asked = alice.decide(number, "delete", stored()[0].version)
    signed_in(app, database, now, "Carol").decide(number, "restore", stored()[0].version)

    answer = sure(alice, asked)

    assert answer.status_code == 409
    assert "by Carol: it is now pending." in said(answer)
    assert "You wanted: delete it for ever." in said(answer)
    assert len(stored()) == 1


@ON_SQLITE
@pytest.mark.parametrize(
    ("restored", "deleted"),
    [(["Zoe"], "Deleted for ever: 1 comment. 1 was left"), (["Zoe", "Eve"], "2 were left")],
    ids=["one", "all"],
)
def test_it_says_how_many_went_and_names_what_a_colleague_restored(
    app, alice, comment, stored, database, now, restored, deleted
):
    numbers = {name: comment(Status.TRASH, author_name=name) for name in ("Zoe", "Eve")}
    boxes = [f"{one.id}:{one.version}" for one in stored()]
    asked = alice.post("/moderate/bulk/delete", data={"comment": boxes, "list": "/moderate/trash"})
    carol = signed_in(app, database, now, "Carol")
    for name in restored:
        carol.decide(numbers[name], "restore", 2)

    notice = said(alice.get(sure(alice, asked).headers["Location"]))

    assert [one.author_name for one in stored()] == restored
    assert deleted in notice
    assert ("Deleted for ever" in notice) == (len(restored) < 2)
    assert all(f"{name}: Pending; Restored by Carol" in notice for name in restored)


@ON_SQLITE
def test_the_chosen_ones_go_together(alice, comment, stored):
    numbers = [comment(Status.SPAM) for _ in range(3)]
    boxes = [f"{one.id}:{one.version}" for one in stored()][:2]

    asked = alice.post("/moderate/bulk/delete", data={"comment": boxes, "list": "/moderate/spam"})
    assert "2 comments are deleted for ever." in said(asked)
    answer = sure(alice, asked)

    assert "Deleted for ever: 2 comments." in said(alice.get(answer.headers["Location"]))
    assert [one.id for one in stored()] == numbers[2:]
    again = sure(alice, asked)
    assert "2 comments are not there any more." in said(alice.get(again.headers["Location"]))


@ON_SQLITE
@pytest.mark.parametrize("status", [Status.SPAM, Status.TRASH])
def test_a_list_is_emptied(alice, comment, stored, status):
    for _ in range(3):
        comment(status)
    rest = comment(Status.APPROVED)

    answer = sure(alice, alice.post(f"/moderate/empty/{status.value}", data=PRESSED))

    assert answer.headers["Location"] == f"/moderate/{status.value}?did=empty"
    assert [one.id for one in stored()] == [rest]


@ON_SQLITE
def test_other_lists_cannot_be_emptied(alice, comment, stored):
    comment()

    assert alice.post("/moderate/empty/pending", data={"sure": "yes"}).status_code == 404
    assert len(stored()) == 1


@ON_SQLITE
@pytest.mark.parametrize("path", ["bulk/delete", "empty/spam", "comments/1/delete"])
def test_who_signed_in_long_ago_is_asked_for_her_password(alice, comment, stored, watch, path):
    comment(Status.SPAM)
    watch.forward(minutes=20)

    answer = alice.post(f"/moderate/{path}", data={"sure": "yes", "comment": "1:2", "version": "2"})

    assert answer.status_code == 403
    assert len(stored()) == 1


@ON_SQLITE
@pytest.mark.parametrize("path", ["bulk/delete", "empty/spam", "comments/1/delete"])
def test_only_moderators_can(bob, comment, stored, path):
    comment(Status.SPAM)

    answer = bob.post(f"/moderate/{path}", data={"sure": "yes", "comment": "1:2", "version": "2"})

    assert answer.headers["Location"].startswith("/moderate/sign-in")
    assert len(stored()) == 1
