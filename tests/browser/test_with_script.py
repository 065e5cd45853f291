"""The reader's script: sending without leaving the page, and never losing a word."""

from __future__ import annotations

from datetime import datetime

import pytest

from comments_api import decisions, devsite, marks, moderators, publishing
from comments_api.models import Comment, Status
from tests.browser.conftest import enter
from tests.browser.small import serving
from tests.conftest import ON_SQLITE
from tests.factories import approve, make_moderator
from tests.http.conftest import comment, declare, new_app, stored, watch

__all__ = ["comment", "declare", "new_app", "stored", "watch"]  # fixtures
pytestmark = ON_SQLITE

POST = "/2026/11/the-vote/"
KEPT = "Your comment has not been sent"
FAILED_LOADS = "Failed to load resource"


@pytest.fixture
def small(new_app, watched):
    """The small site, served."""
    app = new_app(devsite.bp, post_limit_block=1000, flood_seconds=0)
    with serving(app, watched.open) as running:
        yield running


@pytest.fixture
def show(small, database, site, now: datetime):
    """Approves a comment and publishes it, as a moderator elsewhere."""

    def shown(number: int) -> int:
        approve(database, number, now)
        publishing.publish(database, site, now)
        return number

    return shown


def write(page, content="I wrote to them.", name="Bob"):
    """Type a comment."""
    page.locator("textarea[name=content]").fill(content)
    page.locator("input[name=author_name]").fill(name)


def send(page):
    """Press the button."""
    page.locator("button[name=do][value=send]").click()


def typed(page):
    """Return what stands in the form."""
    return page.locator("textarea[name=content]").input_value()


def held(page):
    """Return the reader's own held comments."""
    return page.locator("[data-thread-mine] [data-held]")


def test_a_comment_is_sent_without_leaving_the_page(small, stored):
    page = small.open(POST)
    page.evaluate("window.same = true")
    write(page, "I wrote on **Monday**.")

    send(page)
    held(page).wait_for()

    assert page.evaluate("window.same")
    assert held(page).locator("strong").inner_text() == "Monday"
    assert typed(page) == ""
    assert [one.source for one in stored()] == ["I wrote on **Monday**."]
    assert page.evaluate("document.activeElement.dataset.held") == str(stored()[0].id)


def test_a_held_comment_is_there_after_a_reload_for_its_author_only(small):
    page = small.open(POST)
    write(page, "Only I can see this.")
    send(page)
    held(page).wait_for()

    page.reload()
    held(page).wait_for()

    assert "Only I can see this." in held(page).inner_text()
    other = small.open(POST)
    other.wait_for_load_state("networkidle")
    assert held(other).count() == 0


def test_after_a_moderator_decided_it_is_held_no_more(small, stored, show):
    page = small.open(POST)
    write(page)
    send(page)
    held(page).wait_for()
    number = show(stored()[0].id)

    page.reload()
    page.wait_for_load_state("networkidle")

    assert held(page).count() == 0
    assert page.locator(f"#comment-{number}").count() == 1


def test_errors_stand_beside_their_fields_and_go_when_mended(small, watched, stored):
    watched.expected = [FAILED_LOADS]
    page = small.open(POST)
    write(page, "I wrote to them.")
    page.locator("input[name=author_url]").fill("ftp://bob.example/")  # fine for the browser

    send(page)
    page.get_by_role("alert").wait_for()

    field = page.locator("input[name=author_url]")
    described = field.get_attribute("aria-describedby").split()
    assert field.get_attribute("aria-invalid") == "true"
    assert any(
        "A website begins with" in page.locator(f"#{name}").inner_text() for name in described
    )
    assert typed(page) == "I wrote to them."
    field.fill("")
    send(page)
    held(page).wait_for()
    assert page.get_by_role("alert").count() == 0
    assert field.get_attribute("aria-invalid") is None
    assert len(stored()) == 1


def test_a_reply_is_written_below_its_comment(small, comment, show, stored):
    first = show(comment(content="What did they say?"))
    page = small.open(POST)

    page.locator(f'[data-reply="{first}"]').click()
    assert page.locator(f"#comment-{first} form.form").count() == 1
    assert page.evaluate("document.activeElement.name") == "content"
    write(page, "Nothing yet.")
    send(page)
    held(page).wait_for()

    assert stored()[-1].parent_id == first


def test_a_reply_can_be_given_up_with_its_text_kept(small, comment, show):
    first = show(comment())
    page = small.open(POST)
    page.locator(f'[data-reply="{first}"]').click()
    write(page, "On second thoughts.")

    page.get_by_role("button", name="Cancel").click()

    assert page.locator(f"#comment-{first} form").count() == 0
    assert page.locator("form.form").count() == 1
    assert page.locator("form.form [name=parent]").count() == 0
    assert typed(page) == "On second thoughts."


def test_text_is_kept_over_a_reload_and_a_closed_window(small):
    page = small.open(POST)
    write(page, "Half a thought, and a name.", "Bob")

    page.reload()

    assert typed(page) == "Half a thought, and a name."
    second = page.context.new_page()
    second.goto(page.url)
    assert typed(second) == "Half a thought, and a name."
    assert second.locator("input[name=author_name]").input_value() == "Bob"


def test_text_of_one_page_does_not_stand_on_another(small):
    page = small.open(POST)
    write(page, "About the vote.")

    page.goto("/2026/11/the-answer/")

    assert typed(page) == ""
    assert page.locator("input[name=author_name]").input_value() == "Bob"


def test_on_a_sensitive_page_nothing_outlives_the_window(small, declare, database, site):
    declare(sensitive=True)
    publishing.publish_all(database, type(site)(site.root).live())
    page = small.open(POST)
    write(page, "Where I live now.", "Alice")
    page.reload()
    assert typed(page) == "Where I live now."

    second = page.context.new_page()
    second.goto(page.url)

    assert typed(second) == ""
    assert second.locator("input[name=author_name]").input_value() == ""
    assert second.evaluate("localStorage.length") == 0


def test_when_the_server_is_gone_the_page_is_whole_and_the_text_kept(small, watched, comment, show):
    watched.expected = [FAILED_LOADS]
    first = show(comment(content="What did they say?"))
    page = small.open(POST)
    write(page, "They said no.")
    page.wait_for_load_state("networkidle")
    small.stop()

    send(page)
    page.get_by_role("alert").wait_for()

    assert KEPT in page.get_by_role("alert").inner_text()
    assert typed(page) == "They said no."
    assert page.locator(f"#comment-{first}").is_visible()
    assert page.locator("button[name=do][value=send]").is_enabled()


ANSWERS = {
    "an error": {"status": 500, "body": "{}", "content_type": "application/json"},
    "a page": {"status": 502, "body": "<h1>Bad gateway</h1>", "content_type": "text/html"},
    "a page as if well": {"status": 200, "body": "<h1>Welcome</h1>", "content_type": "text/html"},
    "garbage": {"status": 201, "body": "{[", "content_type": "application/json"},
    "nothing": {"status": 201, "body": "", "content_type": "application/json"},
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_makes_no_sense_loses_nothing(small, watched, answer):
    watched.expected = [FAILED_LOADS]
    page = small.open(POST)
    page.wait_for_load_state("networkidle")
    page.route("**/api/**", lambda route: route.fulfill(**answer))
    write(page, "They said no.")

    send(page)
    page.get_by_role("alert").wait_for()

    assert KEPT in page.get_by_role("alert").inner_text()
    assert typed(page) == "They said no."
    page.reload()
    assert typed(page) == "They said no."


def test_sent_again_after_a_lost_answer_it_is_stored_once(small, watched, stored):
    watched.expected = [FAILED_LOADS]
    page = small.open(POST)
    page.wait_for_load_state("networkidle")

    def lose(route):
        route.fetch()
        route.abort()

    page.route("**/comments*", lose, times=1)
    write(page, "Once, I hope.")
    send(page)
    page.get_by_role("alert").wait_for()
    send(page)
    held(page).wait_for()

    assert [one.source for one in stored()] == ["Once, I hope."]


def test_a_double_click_stores_one_comment(small, stored):
    page = small.open(POST)
    write(page)

    page.locator("button[name=do][value=send]").dblclick()
    held(page).wait_for()
    page.wait_for_load_state("networkidle")

    assert len(stored()) == 1


def test_what_was_approved_meanwhile_comes_in_while_she_types(small, site, database, comment, now):
    number = comment(content="Approved a moment ago.")
    page = small.open(POST, viewport={"width": 800, "height": 300})
    page.wait_for_load_state("networkidle")
    approve(database, number, now)  # the file still lacks it
    page.reload()
    write(page, "I am in the middle of a")

    page.locator(f"#comment-{number}").wait_for()

    page.keyboard.type(" sentence.")
    assert "Approved a moment ago." in page.locator(f"#comment-{number}").inner_text()
    assert "I am in the middle of a" in typed(page)
    assert page.locator("form.form").count() == 1


def test_fresh_comments_keep_the_reply_form_and_its_focus(small, comment, show, database, now):
    first = show(comment(content="What did they say?"))
    page = small.open(POST)
    page.wait_for_load_state("networkidle")
    newer = comment(content="Approved a moment ago.")
    approve(database, newer, now)
    page.locator(f'[data-reply="{first}"]').click()
    page.keyboard.type("Nothing ")
    page.reload()

    page.locator(f"#comment-{newer}").wait_for()

    assert typed(page) == "Nothing "
    assert page.locator(f"#comment-{first} form.form").count() == 1


def test_nothing_is_fetched_again_when_the_page_is_fresh(small, comment, show):
    show(comment())
    page = small.open("/about/")
    statuses = []
    page.on("response", lambda answer: statuses.append((answer.url, answer.status)))

    page.goto(POST)
    page.locator(".thread").scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")

    asked = [status for url, status in statuses if "/api/threads/" in url]
    assert asked == [304]


def test_a_moderators_comment_is_on_the_page_at_once(small, database, now):
    with database.session() as session:
        token = moderators.new_link(session, make_moderator(session, now), now)
    page = small.open(f"/moderate/enter/{token}")
    enter(page)
    page.goto(POST)
    write(page, "From the campaign.", "Alice")
    send(page)

    page.locator("[data-comment]", has_text="From the campaign.").wait_for()

    assert held(page).count() == 0


def test_a_comment_that_was_removed_meanwhile_is_said_so(
    small, watched, comment, show, database, now, stored
):
    watched.expected = [FAILED_LOADS]
    first = show(comment())
    page = small.open(POST)
    page.locator(f'[data-reply="{first}"]').click()
    page.wait_for_load_state("networkidle")
    with database.session() as session:
        alice = make_moderator(session, now)
        decisions.decide(session, first, "spam", 2, alice.id, now)
    write(page, "But what about this?")
    send(page)
    page.get_by_role("alert").wait_for()

    assert "is not on the page" in page.get_by_role("alert").inner_text()
    assert typed(page) == "But what about this?"
    assert [one.status for one in stored()] == [Status.SPAM.value]


# -- what is hers, and reading in comfort -----------------------------------------------------

LONG = "> " + "They wrote this, and much more. " * 30


@pytest.fixture
def trusting(new_app, watched, declare, database, site):
    """The small site where comments are public at once, but for those with two links."""
    declare(mode="open")
    publishing.publish_all(database, type(site)(site.root).live())
    # The clock of the application stands still: to its eyes everybody types within a moment.
    unhurried = {"trust_after": 0, "fastest_seconds": 0}
    app = new_app(devsite.bp, post_limit_block=1000, flood_seconds=0, **unhurried)
    with serving(app, watched.open) as running:
        yield running


@pytest.fixture
def three(comment, show):
    """Three public comments; the first of them has a reply."""
    numbers = [show(comment(content=f"Comment {word}.")) for word in ("one", "two", "three")]
    return [*numbers, show(comment(content="A reply.", parent=numbers[0]))]


def order(page):
    """Return the numbers of the top-level comments as they stand on the page."""
    items = page.locator("[data-thread-list] > li").all()
    return [int(item.get_attribute("data-comment")) for item in items]


def test_a_comment_that_is_public_at_once_says_how_long_it_can_be_changed(trusting, stored):
    page = trusting.open(POST)
    write(page, "At once.")
    send(page)
    line = page.locator("[data-comment] > .comment > [data-own]")
    line.wait_for()

    number = stored()[0].id
    links = [link.get_attribute("href") for link in line.locator("a").all()]
    page.reload()
    line.wait_for()

    assert links == [f"/api/comments/{number}/{act}?lang=en" for act in ("edit", "withdraw")]
    assert "until 12:15" in line.inner_text()
    assert line.count() == 1
    assert held(page).count() == 0


def test_her_line_stays_when_fresh_comments_come_in(trusting, comment, database, now):
    page = trusting.open(POST)
    write(page, "At once.")
    send(page)
    page.locator("[data-own]").wait_for()
    number = comment(content="Approved a moment ago.")
    approve(database, number, now)

    write(page, "And again.")
    send(page)
    page.locator("[data-own]").nth(1).wait_for()

    assert page.locator(f"#comment-{number}").count() == 1
    assert page.locator("[data-own]").count() == 2


def test_a_held_comment_is_edited_and_withdrawn_from_its_place(small, stored):
    page = small.open(POST)
    write(page, "My first text.")
    send(page)
    held(page).get_by_role("link", name="edit").click()
    page.locator("textarea[name=content]").fill("My new text.")
    page.get_by_role("button", name="Save my new text").click()
    page.get_by_role("link", name="Back to the comments").click()
    held(page).wait_for()

    assert "My new text." in held(page).inner_text()
    held(page).get_by_role("link", name="withdraw").click()
    page.get_by_role("button", name="Withdraw my comment").click()
    page.wait_for_url(f"**{POST}#thread")
    page.wait_for_load_state("networkidle")
    assert held(page).count() == 0
    assert [one.status for one in stored()] == ["withdrawn"]


def test_the_newest_can_stand_first_and_it_is_remembered(small, three):
    page = small.open(POST)
    assert order(page) == three[:3]

    page.get_by_role("button", name="Show the newest first").click()
    turned = order(page)
    page.reload()

    assert turned == order(page) == three[2::-1]
    page.get_by_role("button", name="Show the oldest first").click()
    page.reload()
    assert order(page) == three[:3]


def test_what_is_pinned_stands_first_in_either_order(small, three, database, site, now):
    with database.session() as session:
        pinned = session.get_one(Comment, three[1])
        alice = make_moderator(session, now).id
        marks.mark(session, pinned.id, pinned.version, "pin", alice, now)
    publishing.publish(database, site, now)
    page = small.open(POST)
    assert order(page) == [three[1], three[0], three[2]]

    page.get_by_role("button", name="Show the newest first").click()

    assert order(page) == [three[1], three[2], three[0]]


def test_fresh_comments_come_in_in_her_order(small, three, comment, database, now):
    page = small.open(POST)
    page.get_by_role("button", name="Show the newest first").click()
    number = comment(content="Approved a moment ago.")
    approve(database, number, now)  # the file still lacks it

    page.reload()
    page.locator(f"#comment-{number}").wait_for()

    assert order(page) == [number, *three[2::-1]]
    assert page.get_by_role("button", name="Show the oldest first").count() == 1


def test_on_a_sensitive_page_even_the_order_is_forgotten(small, declare, database, site, three):
    declare(sensitive=True)
    publishing.publish_all(database, type(site)(site.root).live())
    page = small.open(POST)
    page.get_by_role("button", name="Show the newest first").click()

    assert page.evaluate("localStorage.length") == 0


def test_replies_can_be_folded(small, three):
    page = small.open(POST)
    reply = page.locator(f"#comment-{three[3]}")
    button = page.get_by_role("button", name="Replies")
    assert reply.is_visible()

    button.click()

    assert not reply.is_visible()
    assert button.get_attribute("aria-expanded") == "false"
    button.click()
    assert reply.is_visible()


def test_a_long_quotation_is_folded_until_it_is_wanted(small, comment, show):
    number = show(comment(content=f"{LONG}\n\nWhat do you say?\n\n> Short."))
    page = small.open(POST)
    quotes = page.locator(f"#comment-{number} blockquote").all()
    folded = quotes[0].evaluate("node => node.scrollHeight > node.clientHeight + 20")

    page.get_by_role("button", name="Show the whole quotation").click()

    assert folded
    assert not quotes[0].evaluate("node => node.scrollHeight > node.clientHeight + 20")
    assert page.locator(f"#comment-{number} .fold").count() == 1


def test_she_is_told_what_would_hold_it_and_can_insist(trusting, watched, stored):
    watched.expected = [FAILED_LOADS]
    page = trusting.open(POST)
    text = "Look: https://one.example/ and https://two.example/"
    write(page, text)
    send(page)
    page.get_by_role("alert").wait_for()

    assert stored() == []
    assert typed(page) == text
    page.get_by_role("button", name="Send it as it is").click()
    held(page).wait_for()

    assert [(one.source, one.status) for one in stored()] == [(text, "pending")]
    assert page.get_by_role("button", name="Send it as it is").count() == 0


def test_she_can_mend_it_instead(trusting, watched, stored):
    watched.expected = [FAILED_LOADS]
    page = trusting.open(POST)
    write(page, "Look: https://one.example/ and https://two.example/")
    send(page)
    page.get_by_role("alert").wait_for()

    write(page, "Look at one.example and two.example.")
    send(page)
    page.locator("[data-own]").wait_for()

    assert [one.status for one in stored()] == ["approved"]
    assert page.get_by_role("alert").count() == 0


def test_the_time_of_the_check_is_sent_along_and_nothing_else_is_kept_of_it(small):
    page = small.open(POST)
    page.wait_for_load_state("networkidle")
    write(page)

    with page.expect_request("**/comments*") as sent:
        send(page)
    held(page).wait_for()

    assert "&stamp=" in sent.value.post_data
    assert "stamp" not in page.evaluate("JSON.stringify(localStorage)")
    assert "phone" not in page.evaluate("JSON.stringify(localStorage)")
