"""The moderators' script when things cross: undo, answers that come late, words unsent."""

from __future__ import annotations

import re

import pytest

from comments_api import decisions, removing, rewriting
from comments_api.models import Status
from tests.browser.desks import (
    LOST,
    cards,
    comment,
    declare,
    desk,
    drained,
    fill,
    focused,
    held,
    new_app,
    posts,
    small,
    statuses,
    stored,
    text_of,
    watch,
)
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator

__all__ = ["comment", "declare", "desk", "fill", "new_app", "small", "stored", "watch"]
pytestmark = ON_SQLITE

FAILED_LOADS = "Failed to load resource"
FAILED = "This could not be sent"
UNSENT = "You have typed something here"
NOTHING = "There is nothing to undo."
SAID = "[data-said]"


def keep(page, number, form, words):
    """Let the browser have kept what was typed into a form of a comment."""
    name = f"/moderate/comments/{number}/{form}"
    page.evaluate(
        "([name, words]) => sessionStorage['moderation:typed'] = JSON.stringify({ [name]: words })",
        [name, words],
    )


def go(page, path):
    """Go to another page of the moderators' side."""
    page.goto(re.sub("/moderate/.*", path, page.url))


# -- undoing ----------------------------------------------------------------------------------


def test_what_is_done_after_all_leaves_the_list(desk, fill, stored):
    one, two = fill(2)
    page = desk()
    page.keyboard.press("a")
    page.keyboard.press("z")
    page.locator(f"#comment-{one}").wait_for()

    page.get_by_role("button", name="Do it after all").click()
    page.locator(f"#comment-{one}").wait_for(state="detached")
    drained(page)

    assert statuses(stored) == ["approved", "pending"]
    assert focused(page) == two


def test_an_edit_on_a_page_of_its_own_is_undone_by_z_and_said_once(desk, fill, stored):
    fill(2)
    page = desk()
    page.keyboard.press("a")
    drained(page)
    page.keyboard.press("e")
    page.wait_for_url(re.compile("/edit"))
    page.get_by_label("Text").fill("It is taken out.")
    page.get_by_label("Why").select_option("personal")
    page.get_by_role("button", name="Save the text").click()
    page.get_by_text("The text is changed").wait_for()

    page.wait_for_url(lambda url: "did=" not in url)  # the script takes it away
    assert text_of(page, SAID) == ""  # nothing that was typed is unsent
    page.keyboard.press("z")
    page.locator(SAID).get_by_text("Undone.").wait_for()
    assert [one.source for one in stored()] == ["Number 1.", "Number 2."]
    assert statuses(stored) == ["approved", "pending"]
    page.reload()
    assert page.locator(".told").count() == 0


def test_an_undo_that_failed_is_tried_again_by_the_next_z(desk, fill, stored, watched):
    watched.expected = [FAILED_LOADS]
    fill(3)
    page = desk()
    page.keyboard.press("a")
    page.keyboard.press("a")
    drained(page)
    page.route("**/undo/*", lambda route: route.abort())

    page.keyboard.press("z")
    page.keyboard.press("z")  # meant for the one before
    page.get_by_text(FAILED).wait_for()
    drained(page)

    assert not page.evaluate(LOST)
    assert statuses(stored) == ["approved", "approved", "pending"]
    page.unroute("**/undo/*")
    page.keyboard.press("z")
    page.locator(SAID).get_by_text("Undone.").wait_for()
    assert statuses(stored) == ["approved", "pending", "pending"]


def test_z_after_a_decision_that_fails_undoes_none_before_it(desk, fill, stored, watched):
    watched.expected = [FAILED_LOADS]
    fill(2)
    page = desk()
    page.keyboard.press("a")
    drained(page)
    let_go = held(page, "**/approve")

    page.keyboard.press("a")
    page.keyboard.press("z")
    let_go(cut=True)
    page.get_by_text(FAILED).wait_for()
    page.wait_for_timeout(100)
    drained(page)

    assert statuses(stored) == ["approved", "pending"]


def test_an_error_stops_no_later_decision(desk, fill, stored, watched):
    watched.expected = ["TypeError"]
    fill(2)
    page = desk()
    page.evaluate("document.querySelector('[data-heading]').remove()")

    page.keyboard.press("a")
    page.keyboard.press("a")
    page.get_by_text(FAILED).wait_for()
    drained(page)

    assert statuses(stored) == ["approved", "approved"]


def test_what_a_card_undoes_itself_is_not_undone_again_by_z(desk, comment):
    comment(Status.APPROVED)
    page = desk("/moderate/approved")
    page.get_by_role("button", name="Highlight").click()
    page.get_by_role("button", name="No highlight").wait_for()

    page.get_by_role("button", name="Undo what was decided last").click()
    page.get_by_role("button", name="Highlight", exact=True).first.wait_for()
    drained(page)
    page.keyboard.press("z")

    page.get_by_text(NOTHING).wait_for()


def test_z_on_a_comment_by_itself_keeps_it_and_reaches_no_other(desk, fill, stored):
    _one, two = fill(2)
    page = desk()
    page.keyboard.press("a")
    drained(page)
    go(page, f"/moderate/comments/{two}")

    page.keyboard.press("a")
    page.keyboard.press("z")
    page.locator(SAID).get_by_text("Undone.").wait_for()
    drained(page)

    assert cards(page) == [two]
    assert statuses(stored) == ["approved", "pending"]
    page.keyboard.press("z")
    page.get_by_text(NOTHING).wait_for()
    assert statuses(stored) == ["approved", "pending"]


def test_what_comes_back_stands_before_those_that_filled_the_list_up(desk, fill):
    numbers = fill(51)
    page = desk()
    page.locator(f"#comment-{numbers[49]}").focus()
    page.keyboard.press("a")
    page.locator(f"#comment-{numbers[50]}").wait_for()

    page.keyboard.press("z")
    page.locator(f"#comment-{numbers[49]}").wait_for()

    assert cards(page) == numbers


# -- while an answer is on its way ------------------------------------------------------------


def test_who_types_keeps_the_focus_when_an_answer_comes(desk, comment):
    comment(Status.APPROVED)
    page = desk("/moderate/approved")
    let_go = held(page, "**/highlight")
    page.get_by_role("button", name="Highlight").click()

    page.keyboard.press("/")
    page.keyboard.type("Zo")
    let_go()
    page.get_by_role("button", name="No highlight").wait_for()
    page.keyboard.type("ea")  # else a key that decides

    assert page.locator("#q").input_value() == "Zoea"


def test_a_comment_on_its_way_opens_no_field(desk, comment):
    comment(Status.APPROVED)
    page = desk("/moderate/approved")
    let_go = held(page, "**/highlight")
    page.get_by_role("button", name="Highlight").click()

    for key in "nqre":
        page.keyboard.press(key)
        assert text_of(page, SAID) == "Sending …", key
    assert page.locator("details[open], [data-inline]").count() == 0
    let_go()

    page.get_by_role("button", name="No highlight").wait_for()
    assert not page.evaluate(LOST)


def test_all_chosen_ones_are_sent_once(desk, fill, stored):
    fill(2, Status.APPROVED)
    page = desk("/moderate/approved")
    sent = posts(page)
    let_go = held(page, "**/bulk")
    page.keyboard.press("X")

    for _ in range(2):
        page.locator("#bulk").get_by_role("button", name="Highlight").click()
    assert text_of(page, SAID) == "Sending …"
    let_go()
    page.get_by_role("button", name="No highlight").nth(1).wait_for()
    drained(page)

    assert len(sent) == 1
    assert [one.highlighted for one in stored()] == [True, True]


def test_q_pressed_twice_opens_one_form(desk, comment):
    comment()
    page = desk()
    let_go = held(page, re.compile(r"/edit\?"))

    page.keyboard.press("q")
    page.keyboard.press("q")
    let_go()
    page.locator("[data-inline]").first.wait_for()
    page.wait_for_timeout(200)

    assert page.locator("[data-inline]").count() == 1


def test_a_comment_that_is_gone_leaves_the_list(desk, fill, stored, database, now, watched):
    watched.expected = [FAILED_LOADS]
    one, two = fill(2, Status.SPAM)
    page = desk("/moderate/spam")
    with database.session() as session:
        carol = make_moderator(session, now, "Carol").id
        removing.delete_for_ever(session, one, 2, carol, now)

    page.locator(f"#comment-{one}").focus()
    page.keyboard.press("a")
    page.get_by_text("There is no such comment.").wait_for()

    assert cards(page) == [two]
    assert focused(page) == two


# -- keys -------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", [True, False])
def test_enter_in_a_box_decides_nothing(desk, fill, stored, script):
    fill(2)
    page = desk(java_script_enabled=script)
    box = page.get_by_role("checkbox", name="Choose").first
    box.check()

    box.press("Enter")
    page.wait_for_timeout(300)

    assert statuses(stored) == ["pending", "pending"]
    assert page.locator(".told").count() == 0


def test_caps_lock_does_not_choose_all(desk, fill):
    fill(2)
    page = desk()

    page.evaluate(
        """() => document.body.dispatchEvent(
            new KeyboardEvent("keydown", { key: "X", modifierCapsLock: true, bubbles: true }))"""
    )

    assert page.locator("[data-choose]:checked").count() == 1


# -- words that were not sent -----------------------------------------------------------------


def test_all_chosen_ones_stay_where_words_were_not_sent(desk, fill, stored):
    fill(2)
    page = desk()
    page.keyboard.press("r")
    page.keyboard.type("Half a sen")
    page.keyboard.press("Escape")

    page.keyboard.press("X")
    page.keyboard.press("A")
    page.get_by_text(UNSENT).wait_for()

    assert len(cards(page)) == 2
    assert page.locator("textarea:focus").input_value().strip() == "Half a sen"
    assert statuses(stored) == ["pending", "pending"]


def test_words_that_were_given_back_are_still_unsent(desk, comment, stored, watched):
    watched.expected = [FAILED_LOADS]
    comment()
    page = desk()
    page.keyboard.press("r")
    page.locator("textarea:focus").fill("x" * 10_001)
    page.get_by_role("button", name="Approve and reply").click()
    page.get_by_role("alert").wait_for()
    drained(page)

    page.locator("article.card").focus()
    page.keyboard.press("a")
    page.get_by_text(UNSENT).wait_for()

    assert statuses(stored) == ["pending"]


def test_words_without_a_form_are_shown_once_to_copy(desk, comment, database, now):
    number = comment()
    page = desk()
    keep(page, number, "reply content", "My long answer.")
    with database.session() as session:
        carol = make_moderator(session, now, "Carol").id
        decisions.decide(session, number, "trash", 1, carol, now)
    go(page, "/moderate/")

    page.get_by_role("link", name=f"Comment {number}").click()
    page.wait_for_url(f"**/comments/{number}")

    assert page.get_by_label("What you typed is kept:").input_value() == "My long answer."
    assert text_of(page, SAID) == ""
    go(page, "/moderate/")
    assert text_of(page, SAID) == ""


@pytest.mark.parametrize(
    ("key", "fields", "button"),
    [("q", "[data-inline]", "Save the text"), ("r", "form[action$='/reply']", "Approve and reply")],
)
def test_words_for_a_comment_that_is_gone_are_shown_once_to_copy(
    desk, fill, stored, database, now, watched, key, fields, button
):
    watched.expected = [FAILED_LOADS]
    one, two = fill(2, Status.PENDING)
    page = desk()
    page.locator(f"#comment-{one}").focus()
    page.keyboard.press(key)
    page.locator(f"#comment-{one} {fields} textarea").fill("My long words.")
    with database.session() as session:
        carol = make_moderator(session, now, "Carol").id
        decisions.decide(session, one, "trash", 1, carol, now)
        removing.delete_for_ever(session, one, 2, carol, now)

    page.locator(f"#comment-{one} {fields}").get_by_role("button", name=button).click()
    page.get_by_text("There is no such comment.").wait_for()

    assert cards(page) == [two]
    assert page.get_by_label("What you typed is kept:").input_value() == "My long words."
    go(page, "/moderate/")
    assert text_of(page, SAID) == ""


def test_an_edit_that_was_kept_is_opened_where_its_comment_is(desk, comment):
    number = comment(content="My number is 01632.")
    page = desk()
    keep(page, number, "edit content", "It is taken")

    go(page, f"/moderate/comments/{number}")
    page.locator("[data-inline]").wait_for()

    assert page.locator("[data-inline] textarea").input_value() == "It is taken"


# -- editing in place -------------------------------------------------------------------------


def test_two_comments_that_are_edited_at_once_have_their_own_fields(desk, fill):
    one, two = fill(2)
    page = desk()
    page.keyboard.press("q")
    page.locator(f"#comment-{one} [data-inline]").wait_for()
    page.locator(f"#comment-{two}").focus()
    page.keyboard.press("q")
    page.locator(f"#comment-{two} [data-inline]").wait_for()

    page.locator(f"#comment-{two} [data-inline]").get_by_text("Text", exact=True).click()

    assert focused(page) == two
    assert page.locator("textarea:focus").input_value() == "Number 2."
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))


def test_a_form_with_an_error_can_be_left_as_it_is(desk, comment, stored, watched):
    watched.expected = [FAILED_LOADS]
    number = comment()
    page = desk()
    page.keyboard.press("q")
    form = page.locator("[data-inline]")
    form.get_by_label("Text").fill("x" * 10_001)
    form.get_by_role("button", name="Save the text").click()
    form.get_by_role("alert").wait_for()
    drained(page)
    address = page.url

    form.get_by_role("link", name="Leave it as it is").click()

    assert page.locator("[data-inline]").count() == 0
    assert page.url == address
    assert focused(page) == number
    page.reload()
    assert page.locator("article.card").is_visible()
    assert text_of(page, SAID) == ""


def test_a_text_that_changed_meanwhile_is_seen_on_the_card_before_it_is_replaced(
    desk, comment, stored, database, now, watched
):
    watched.expected = [FAILED_LOADS]
    number = comment(content="My number is 01632.")
    page = desk()
    page.keyboard.press("q")
    form = page.locator("[data-inline]")
    form.get_by_label("Text").fill("My number is taken out.")
    with database.session() as session:
        carol = make_moderator(session, now, "Carol").id
        words = {"content": "Nothing to see."}
        rewriting.rewrite(session, number, 1, words, "personal", carol, now)

    form.get_by_role("button", name="Save the text").click()
    form.get_by_role("alert").wait_for()
    drained(page)

    assert text_of(page, ".comment__body").strip() == "Nothing to see."
    assert page.locator(".comment__body").count() == 1
    assert form.get_by_label("Text").input_value() == "My number is taken out."
    form.get_by_role("button", name="Save the text").click()
    page.locator("[data-inline]").wait_for(state="detached")
    assert [one.source for one in stored()] == ["My number is taken out."]
