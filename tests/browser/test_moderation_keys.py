"""The keys of the moderation page: what each does, on one comment and on all chosen ones."""

from __future__ import annotations

import re

import pytest

from comments_api.models import Status
from tests.browser.desks import (
    LOST,
    comment,
    declare,
    desk,
    drained,
    fill,
    focused,
    new_app,
    small,
    statuses,
    stored,
    watch,
)
from tests.conftest import ON_SQLITE

__all__ = ["comment", "declare", "desk", "fill", "new_app", "small", "stored", "watch"]
pytestmark = ON_SQLITE

FAILED_LOADS = "Failed to load resource"
DELETED = re.compile("did=delete")  # the script takes it away again, once it is there

DECIDES = [
    ("a", Status.PENDING, "approved"),
    ("s", Status.PENDING, "spam"),
    ("d", Status.PENDING, "trash"),
    ("u", Status.APPROVED, "pending"),
    ("a", Status.SPAM, "approved"),
    ("z", Status.SPAM, "pending"),
    ("z", Status.TRASH, "pending"),
]


@pytest.mark.parametrize(("key", "before", "after"), DECIDES)
def test_a_key_decides(desk, comment, stored, key, before, after):
    comment(before)
    page = desk(f"/moderate/{before.value}")

    page.keyboard.press(key)
    page.locator("article.card").wait_for(state="detached")
    drained(page)

    assert statuses(stored) == [after]


def test_keys_move_choose_open_and_close(desk, fill):
    one, two = fill(2)
    page = desk()

    page.keyboard.press("j")
    assert focused(page) == two
    page.keyboard.press("k")
    assert focused(page) == one
    page.keyboard.press("x")
    assert page.locator("[data-choose]:checked").count() == 1
    page.keyboard.press("X")
    assert page.locator("[data-choose]:checked").count() == 2
    page.keyboard.press("X")
    assert page.locator("[data-choose]:checked").count() == 0
    for key, field in (("r", "reply"), ("n", "note"), ("w", "why"), ("b", "who")):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == f"{field}-{one}", key
        page.keyboard.press("Escape")
        assert focused(page) == one
        assert page.locator("details[open]").count() == 0
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.locator("h1").click()
    page.keyboard.press("?")
    assert page.locator("[data-sheet]").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("[data-sheet]").is_visible()


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("A", Status.PENDING, "approved"),
        ("S", Status.PENDING, "spam"),
        ("T", Status.PENDING, "trash"),
        ("D", Status.PENDING, "trash"),
        ("U", Status.APPROVED, "pending"),
        ("Z", Status.TRASH, "pending"),
    ],
)
def test_a_key_decides_on_all_chosen_ones_and_z_undoes_them(desk, fill, stored, key, before, after):
    fill(3, before)
    page = desk(f"/moderate/{before.value}")
    page.keyboard.press("X")

    page.keyboard.press(key)
    page.locator("article.card").first.wait_for(state="detached")
    drained(page)

    assert statuses(stored) == [after] * 3
    page.keyboard.press("z")
    page.wait_for_function("() => document.querySelectorAll('article.card').length === 3")
    drained(page)
    assert statuses(stored) == [before.value] * 3


def test_a_key_rejects_all_chosen_ones_for_a_reason_and_z_undoes_it(desk, fill, stored):
    fill(3)
    page = desk()

    page.keyboard.press("W")
    page.get_by_text("Choose comments first, with x.").wait_for()
    page.keyboard.press("X")
    page.keyboard.press("W")
    assert page.evaluate("document.activeElement.id") == "bulk-why"
    page.keyboard.press("Escape")
    assert focused(page)
    page.keyboard.press("W")
    page.get_by_role("button", name="Reject them").click()
    assert statuses(stored) == ["pending"] * 3  # no reason yet: the browser asks for one
    page.locator("#bulk-why").select_option("advert")
    page.get_by_role("button", name="Reject them").click()
    page.get_by_text("Rejected, with a reason: 3 comments.").wait_for()
    assert statuses(stored) == ["trash"] * 3
    page.keyboard.press("z")
    page.locator("article.card").nth(2).wait_for()
    drained(page)

    assert statuses(stored) == ["pending"] * 3


def test_in_the_trash_a_key_deletes_for_ever_but_asks(desk, fill, stored):
    fill(2, Status.TRASH)
    page = desk("/moderate/trash")

    page.keyboard.press("d")
    with page.expect_navigation(url=DELETED):
        page.get_by_role("button", name="Delete it for ever").click()
    assert len(stored()) == 1
    page.keyboard.press("X")
    page.keyboard.press("D")
    with page.expect_navigation(url=DELETED):
        page.get_by_role("button", name="Delete them for ever").click()

    assert stored() == []


def test_the_sheet_names_every_key(desk):
    page = desk()
    page.keyboard.press("?")

    named = page.locator("[data-sheet] kbd").all_inner_texts()

    assert named == [
        *("j", "k", "a", "u", "s", "d", "z", "r", "q", "e", "w", "n", "b", "x"),
        *("⇧ X", "⇧ A", "⇧ U", "⇧ S", "⇧ D", "⇧ T", "⇧ W", "⇧ Z", "/", "Esc", "?"),
    ]


def test_a_comment_is_edited_in_place_and_on_a_page_of_its_own(desk, comment, stored):
    comment(content="My number is 01632.")
    page = desk()

    page.keyboard.press("q")
    form = page.locator("[data-inline] form")
    form.locator("textarea").fill("")
    form.locator("textarea").fill("It is taken out.")
    form.locator("select").select_option("personal")
    form.get_by_role("button", name="Save the text").click()
    page.get_by_text("edited by a moderator").wait_for()

    assert stored()[0].source == "It is taken out."
    assert page.locator("[data-inline]").count() == 0
    page.keyboard.press("e")
    page.wait_for_url(re.compile("/edit"))
    assert page.locator("textarea").input_value().strip() == "It is taken out."


def test_an_edit_that_is_wrong_comes_back_in_place(desk, comment, watched):
    watched.expected = [FAILED_LOADS]
    comment(content="My number is 01632.")
    page = desk()
    page.keyboard.press("q")
    form = page.locator("[data-inline] form")
    form.locator("textarea").fill("x" * 10_001)

    form.get_by_role("button", name="Save the text").click()
    page.locator("[data-inline] .form__error").first.wait_for()

    assert page.locator("[data-inline] textarea").input_value().strip() == "x" * 10_001
    assert not page.evaluate(LOST)


def test_keys_can_be_switched_off_and_on(desk, comment, stored):
    comment()
    page = desk()
    page.get_by_role("button", name="Keys").click()
    page.get_by_role("button", name="Switch the keys off").click()
    page.get_by_text("Your keys are as you said.").wait_for()

    page.keyboard.press("a")
    page.keyboard.press("?")

    assert not page.locator("[data-sheet]").is_visible()
    assert not page.locator(".key").first.is_visible()
    page.get_by_role("button", name="Keys").click()
    with page.expect_navigation():  # until its script runs: it is there at the load event
        page.get_by_role("button", name="Switch the keys on").click()
    page.keyboard.press("a")
    page.locator("article.card").wait_for(state="detached")
    drained(page)
    assert statuses(stored) == ["approved"]


@pytest.mark.parametrize("key", ["Control+a", "Alt+a", "Meta+a"])
def test_keys_with_others_belong_to_the_browser(desk, comment, stored, key):
    comment()
    page = desk()

    page.keyboard.press(key)
    page.wait_for_timeout(100)

    assert statuses(stored) == ["pending"]


def test_a_key_that_is_held_down_decides_once(desk, fill, stored):
    fill(3)
    page = desk()

    page.keyboard.down("s")
    page.keyboard.down("s")
    page.keyboard.down("s")
    drained(page)

    assert statuses(stored) == ["spam", "pending", "pending"]
