"""The moderators' script: one key and one request clear a comment, and everything can be undone."""

from __future__ import annotations

import re

from comments_api import decisions
from comments_api.models import Status
from tests.browser.desks import (
    LOST,
    cards,
    comment,
    cookie,
    declare,
    desk,
    drained,
    fill,
    focused,
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

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
OFF = {"java_script_enabled": False}
FAILED_LOADS = "Failed to load resource"


# -- a queue of 50 ----------------------------------------------------------------------------


def test_a_queue_of_50_is_cleared_by_keyboard_with_one_key_and_one_request_each(desk, fill, stored):
    fill(50)
    page = desk()
    sent = posts(page)
    keys = "asd" * 16 + "aa"
    becomes = {"a": "approved", "s": "spam", "d": "trash"}

    for key in keys:
        page.keyboard.press(key)
        assert not page.evaluate(LOST)
    drained(page)

    assert statuses(stored) == [becomes[key] for key in keys]
    assert len(sent) == 50
    assert cards(page) == []
    assert text_of(page, "h1") == "Nothing waits for you"
    assert "cup of tea" in text_of(page, "[data-empty]")
    assert page.title().startswith("Pending | ")
    assert text_of(page, "[data-count=approved]") == str(keys.count("a"))
    for _ in keys:
        page.keyboard.press("z")
        assert not page.evaluate(LOST)
    back = "() => document.querySelectorAll('article.card').length === 50"
    page.wait_for_function(back, timeout=90_000)
    drained(page)
    assert statuses(stored) == ["pending"] * 50
    assert len(sent) == 100
    assert cards(page) == sorted(cards(page))
    assert page.title().startswith("(50) Pending | ")


def test_the_same_by_thumb_on_a_phone(desk, fill, stored):
    fill(50)
    page = desk(**PHONE)
    sent = posts(page)

    for _ in range(50):
        page.locator("article.card").first.get_by_role("button", name="Approve").tap()
    drained(page)

    assert statuses(stored) == ["approved"] * 50
    assert len(sent) == 50
    page.locator("[data-said]").get_by_role("button", name="Undo").tap()
    drained(page)
    assert statuses(stored).count("pending") == 1
    assert page.locator("article.card").count() == 1


def test_the_same_without_the_script(desk, fill, stored):
    fill(50)
    page = desk(**OFF)
    actions = ("Approve", "Spam", "Trash")

    for number in range(50):
        button = {"name": actions[number % 3], "exact": True}
        page.locator("article.card").first.get_by_role("button", **button).click()
        if number >= 12:  # enough of them: all 50 are undone below
            continue
        page.locator(".told__undo button").click()
        assert "Undone." in text_of(page, ".told")
        page.locator("article.card").first.get_by_role("button", **button).click()

    assert statuses(stored) == [*["approved", "spam", "trash"] * 16, "approved", "spam"]
    assert page.locator("article.card").count() == 0


def test_50_at_once_without_the_script(desk, fill, stored):
    fill(50)
    page = desk(**OFF)
    for box in page.locator("[data-choose]").all():
        box.check()

    page.locator("#bulk").get_by_role("button", name="Approve").click()

    assert statuses(stored) == ["approved"] * 50
    assert "Approved: 50 comments." in text_of(page, ".told")
    page.locator(".told__undo button").click()
    assert statuses(stored) == ["pending"] * 50


def test_the_list_fills_itself_up_and_the_last_key_turns_the_page(desk, fill, stored):
    numbers = fill(53)
    page = desk()

    page.keyboard.press("a")
    page.keyboard.press("a")
    drained(page)

    assert cards(page) == numbers[2:52]
    for _ in range(49):
        page.keyboard.press("j")
    assert focused(page) == numbers[51]
    page.keyboard.press("j")
    page.wait_for_url(re.compile("cursor="))
    page.wait_for_function("() => document.activeElement.matches('article.card')")
    assert cards(page) == numbers[52:]
    assert focused(page) == numbers[52]


# -- true on the server -----------------------------------------------------------------------


def carol(database, now, number, action, version=1):
    """Let a colleague decide meanwhile."""
    with database.session() as session:
        who = make_moderator(session, now, "Carol").id
        decisions.decide(session, number, action, version, who, now)


def test_a_colleague_who_was_first_is_named_and_the_comment_comes_back(
    desk, fill, stored, database, now, watched
):
    watched.expected = [FAILED_LOADS]
    one, two = fill(2)
    page = desk()
    carol(database, now, one, "trash")

    page.keyboard.press("a")
    page.get_by_role("alert").wait_for()
    drained(page)

    shown = text_of(page, f"#comment-{one} [role=alert]")
    assert "by Carol: it is now in the trash." in shown
    assert "You wanted: approve it." in shown
    assert "Carol" in text_of(page, "[data-said]")
    assert cards(page) == [one, two]
    assert focused(page) == two
    assert statuses(stored) == ["trash", "pending"]


def test_pressed_twice_sends_once(desk, comment, stored):
    comment(Status.APPROVED)
    page = desk("/moderate/approved")
    sent = posts(page)

    page.get_by_role("button", name="Highlight").dblclick()
    page.get_by_role("button", name="No highlight").wait_for()
    drained(page)

    assert len(sent) == 1
    assert stored()[0].version == 3


def test_when_nobody_answers_the_comment_comes_back(desk, small, comment, watched):
    watched.expected = [FAILED_LOADS]
    number = comment()
    page = desk()
    page.route("**/approve", lambda route: route.abort())

    page.keyboard.press("a")
    page.get_by_text("This could not be sent").wait_for()

    assert cards(page) == [number]
    assert focused(page) == number
    page.unroute("**/approve")
    page.keyboard.press("a")
    page.locator("article.card").wait_for(state="detached")
    drained(page)


def test_what_is_new_is_counted_and_nothing_moves(desk, fill, comment, database, now):
    one, _two = fill(2)
    page = desk("/moderate/pending?order=newest")
    page.keyboard.press("j")
    assert focused(page) == one

    comment()
    look(page)
    page.get_by_role("link", name="1 new comment").wait_for()

    assert page.title().startswith("(3) Pending")
    assert text_of(page, "[data-count=pending]") == "3"
    assert focused(page) == one
    page.get_by_role("link", name="1 new comment").click()
    page.wait_for_function("() => document.querySelectorAll('article.card').length === 3")


def test_what_a_filtered_list_would_not_show_is_not_offered(desk, comment):
    comment(content="A needle.")
    page = desk("/moderate/pending?q=needle")

    comment(content="Hay.")
    look(page)
    page.wait_for_function("() => document.title.startsWith('(2)')")
    assert page.locator("[data-new] a").is_hidden()

    comment(content="Another needle.")
    look(page)
    page.get_by_role("link", name="1 new comment").click()
    page.wait_for_function("() => document.querySelectorAll('article.card').length === 2")


def look(page):
    """Let the script look now at what is new."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_what_a_colleague_decides_is_said_on_the_card(desk, fill, database, now):
    one, two = fill(2)
    page = desk()
    carol(database, now, two, "spam")

    look(page)
    page.locator(f"#comment-{two} [data-first]").wait_for()

    assert text_of(page, f"#comment-{two} [data-first]") == "Marked as spam by Carol"
    assert cards(page) == [one, two]


# -- what is typed ----------------------------------------------------------------------------


def test_a_reply_approves_and_the_next_comment_has_the_focus(desk, fill, stored):
    _one, two = fill(2)
    page = desk()

    page.keyboard.press("r")
    page.keyboard.type("Thank you, as ever.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("article.card").nth(1).wait_for(state="detached")

    assert statuses(stored) == ["approved", "pending", "approved"]
    assert stored()[2].source == "Thank you, as ever."
    assert focused(page) == two
    page.keyboard.press("z")
    page.locator("article.card").nth(1).wait_for()
    drained(page)
    assert statuses(stored) == ["pending", "pending", "trash"]


def test_a_reply_that_was_not_sent_keeps_the_comment_and_asks_before_the_page_is_left(
    desk, comment, stored, watched
):
    comment()
    page = desk()
    page.keyboard.press("r")
    page.keyboard.type("Half a sen")
    page.keyboard.press("Escape")

    page.keyboard.press("a")
    page.get_by_text("You have typed something here").wait_for()
    assert statuses(stored) == ["pending"]
    with page.expect_event("dialog"):
        page.evaluate("setTimeout(() => location.reload())")

    assert watched.trouble == ["dialog: "]
    watched.trouble.clear()
    assert page.locator("textarea[name=content]").input_value().strip() == "Half a sen"


def test_a_session_that_ended_in_the_middle_of_a_reply_loses_no_word(
    desk, comment, stored, database, now, watch, watched
):
    number = comment()
    page = desk()
    page.keyboard.press("r")
    page.keyboard.type("My long answer.")
    watch.forward(minutes=61)

    page.get_by_role("button", name="Approve and reply").click()
    page.get_by_text("You are not signed in any more").wait_for()
    page.get_by_role("link", name="Sign in again").click()
    page.wait_for_url("**/sign-in")
    page.context.add_cookies([cookie(database, watch.now)])
    page.goto(re.sub("/moderate/.*", "/moderate/", page.url))

    assert page.locator(f"#reply-{number}").input_value().strip() == "My long answer."
    assert page.locator(f"#reply-{number}").is_visible()
    page.get_by_role("button", name="Approve and reply").click()
    page.locator("article.card").wait_for(state="detached")
    assert statuses(stored) == ["approved", "approved"]


def test_what_was_typed_for_a_comment_elsewhere_is_offered(desk, comment):
    number = comment(Status.APPROVED)
    page = desk("/moderate/approved")
    page.keyboard.press("n")
    page.keyboard.type("Ask Zoe.")
    nothing_new = (
        "for (const one of document.querySelectorAll('textarea')) one.defaultValue = one.value"
    )
    page.evaluate(nothing_new)  # else it would ask
    page.goto(re.sub("/moderate/.*", "/moderate/spam", page.url))

    page.get_by_role("link", name=f"Comment {number}").click()
    page.wait_for_url(f"**/comments/{number}")

    assert page.locator(f"#note-{number}").input_value().strip() == "Ask Zoe."


def test_escape_in_the_middle_of_a_composition_closes_nothing(desk, comment):
    comment()
    page = desk()
    page.keyboard.press("r")

    page.evaluate(
        """() => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { key: "Escape", isComposing: true, bubbles: true }))"""
    )

    assert page.locator("details[open]").count() == 1


def test_the_words_that_a_rule_found_are_marked_and_the_html_stays_as_it_is(
    desk, small, comment, database, stored
):
    comment(content="Win the **lottery** today.")
    with database.session() as session:
        session.merge(stored()[0]).reasons = ["held-words:lottery"]
    page = desk()

    marked = page.evaluate("[...CSS.highlights.get('found')].map(range => range.toString())")

    assert "lottery" in marked
    html = page.locator(".comment__body").first.inner_html().strip()
    assert html == stored()[0].rendered.strip()
