"""The moderators' lists in each of their states: open to all, and never wider than a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from comments_api import decisions
from comments_api.models import Status
from tests.browser.desks import (
    comment,
    declare,
    desk,
    drained,
    fill,
    new_app,
    small,
    stored,
    watch,
)
from tests.browser.test_axe import violations
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator

__all__ = ["comment", "declare", "desk", "fill", "new_app", "small", "stored", "watch"]
pytestmark = ON_SQLITE

WIDE = "document.documentElement.scrollWidth > innerWidth"
LONG = {
    "author_name": "A name that goes on and on, as some names do",
    "author_email": "somebody.with.a.rather.long.name@a-domain-with-a-long-name.example.org",
    "author_url": "https://a-domain-with-a-long-name.example.org/with/a/path/as/well",
}


@pytest.fixture
def look(desk):
    """Looks at a state, by day and by night and on a phone; returns all that is wrong with it."""

    def looked(page):
        wrong = violations(page)
        page.set_viewport_size({"width": 320, "height": 640})
        wrong += ["too wide"] if page.evaluate(WIDE) else []
        page.set_viewport_size({"width": 1280, "height": 900})
        return wrong

    return looked


def chosen(page):
    page.keyboard.press("X")


def rejecting(page):
    page.keyboard.press("X")
    page.keyboard.press("W")


def decided(page):
    page.keyboard.press("s")
    drained(page)


def sheet(page):
    page.keyboard.press("?")


def opened(page):
    for summary in page.locator("article.card").first.locator("summary").all():
        summary.click()


def edited(page):
    page.keyboard.press("q")
    page.locator("[data-inline] textarea").wait_for()


def filtered(page):
    page.locator(".filters__more > summary").click()


def emptied(page):
    page.keyboard.press("X")
    page.keyboard.press("S")
    drained(page)


@pytest.mark.parametrize(
    "state",
    [chosen, rejecting, decided, sheet, opened, edited, filtered, emptied],
    ids=lambda s: s.__name__,
)
def test_a_list_is_open_to_all(desk, comment, look, state):
    comment(**LONG)
    comment()
    page = desk("/moderate/pending?q=wrote")

    state(page)

    assert look(page) == []


def test_what_a_colleague_did_first_is_open_to_all(desk, comment, look, database, now, watched):
    watched.expected = ["Failed to load resource"]
    number, _rest = comment(), comment()
    page = desk()
    with database.session() as session:
        carol = make_moderator(session, now, "Carol").id
        decisions.decide(session, number, "trash", 1, carol, now)

    page.keyboard.press("a")
    page.get_by_role("alert").wait_for()
    drained(page)

    assert look(page) == []


@pytest.mark.parametrize("path", ["", "/edit"])
def test_one_comment_is_open_to_all(desk, comment, look, path):
    page = desk(f"/moderate/comments/{comment(**LONG)}{path}")

    assert look(page) == []


@pytest.mark.parametrize("path", ["/moderate/spam", "/moderate/trash", "/moderate/mine"])
def test_other_lists_are_open_to_all(desk, comment, look, path):
    comment(Status.SPAM, **LONG)
    comment(Status.TRASH, **LONG)

    assert look(desk(path)) == []


def test_the_second_question_is_open_to_all(desk, comment, look):
    comment(Status.TRASH)
    page = desk("/moderate/trash")
    page.get_by_role("button", name="Empty the trash").click()

    assert look(page) == []


@pytest.mark.parametrize("script", [True, False])
def test_whom_a_block_would_meet_is_seen_at_once(desk, comment, look, script):
    comment(Status.APPROVED, author_name="Bob", author_email="bob@example.org")
    page = desk("/moderate/approved", java_script_enabled=script)
    page.locator("summary", has_text="Block").click()
    page.locator("select[name=who]").select_option("domain:example.org")
    page.get_by_role("button", name="Block", exact=True).click()

    asked = page.get_by_text("So nobody is blocked yet")
    expect(asked).to_be_in_viewport(ratio=1, timeout=60_000)  # ms; Chromium scrolls a bit later

    if script:  # what looks is a script too
        assert look(page) == []
    page.get_by_role("button", name="Block all the same").click()
    page.get_by_text("The block is stored").wait_for()


def test_words_are_given_back_without_the_script_too(desk, comment, watch, watched):
    watched.expected = ["status of 403"]
    comment()
    page = desk(java_script_enabled=False)
    page.locator("summary", has_text="Reply").click()
    page.locator("textarea[name=content]").fill("My long answer.")
    watch.forward(minutes=61)

    page.get_by_role("button", name="Approve and reply").click()

    assert page.get_by_role("heading").inner_text() == "You are not signed in any more"
    assert page.locator("textarea").input_value().strip() == "My long answer."
