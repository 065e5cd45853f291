"""The whole main job with the script switched off: plain forms and static pages."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from comments_api.models import Comment
from tests.browser import addresses

OFF = {"java_script_enabled": False}


@pytest.fixture
def path(served):
    """The address of a post that takes comments."""
    return addresses.post(served.live, addresses.busiest(served.live))


def write(page, content, name="Bob"):
    """Fill the comment form."""
    page.locator("form.form textarea[name=content]").fill(content)
    page.locator("form.form input[name=author_name]").fill(name)


def on_disk(served, path):
    """Return the page as it stands on the disk."""
    return (served.live.web / path.strip("/") / "index.html").read_text()


def test_comments_are_part_of_the_page(visit, path):
    page = visit(path, **OFF)

    assert page.locator("[data-comment]").count() > 3
    assert page.locator("[data-comment] .comment__body").first.is_visible()


def test_previewing_then_sending_leads_to_thanks_and_back(visit, path, served):
    page = visit(path, **OFF)
    write(page, "I wrote on **Monday** without a script.")
    page.get_by_role("button", name="Preview").click()

    assert page.locator(".form__preview strong").inner_text() == "Monday"
    page.get_by_role("button", name="Send my comment").click()

    assert "Thank you" in page.locator("h1").inner_text()
    assert "Monday without a script" in page.locator("main").inner_text()
    page.get_by_role("link", name="Back to the comments").click()
    assert page.url == f"{served.url}{path}#thread"
    assert "without a script" not in page.content()


def test_a_reply_has_a_page_of_its_own(visit, path):
    page = visit(path, **OFF)
    first = page.locator("[data-comment]").first
    words = first.locator(".comment__body").first.inner_text()
    first.locator("[data-reply]").first.click()

    assert words[:40] in page.locator("main").inner_text()
    write(page, "I agree with this, without a script.")
    page.get_by_role("button", name="Send my reply").click()

    assert "Thank you" in page.locator("h1").inner_text()


def test_an_error_keeps_the_text_and_stands_beside_its_field(visit, path, watched):
    watched.expected = ["status of 422"]
    page = visit(path, **OFF)
    write(page, "A text that must not be lost.", name="Bob")
    page.locator("form.form input[name=author_url]").fill("ftp://bob.example/")
    page.get_by_role("button", name="Send my comment").click()

    field = page.locator("input[name=author_url]")
    assert field.get_attribute("aria-invalid") == "true"
    assert "A website begins with" in page.locator("main").inner_text()
    assert page.locator("textarea[name=content]").input_value() == "A text that must not be lost."


def test_a_moderator_approves_with_a_reply_and_both_are_in_the_static_page(
    visit, path, served, staff
):
    reader = visit(path, **OFF)
    write(reader, "Did they answer you yet?")
    reader.get_by_role("button", name="Send my comment").click()
    page = visit("/moderate/", storage_state=staff, **OFF)
    card = page.locator("article.card", has_text="Did they answer you yet?")

    card.locator("summary", has_text="Reply").click()
    card.get_by_label("Your reply to").fill("They did, on Friday.")
    card.get_by_role("button", name="Approve and reply").click()

    assert "Your reply is stored." in page.locator(".told").inner_text()
    text = on_disk(served, path)
    assert "Did they answer you yet?" in text
    assert "They did, on Friday." in text
    reader.goto(path)
    assert "They did, on Friday." in reader.locator(".thread").inner_text()


def test_a_moderator_puts_it_on_hold_and_it_is_gone(visit, path, served, staff):
    page = visit("/moderate/approved", storage_state=staff, **OFF)
    card = page.locator("article.card").first
    number = re.sub(r"\D", "", card.get_attribute("id"))

    card.get_by_role("button", name="Hold").click()

    everything = "".join(file.read_text() for file in served.live.web.rglob("index.html"))
    assert f'id="comment-{number}"' not in everything


def test_a_wrong_password_is_said(visit, watched):
    watched.expected = ["status of 403"]
    page = visit("/moderate/sign-in", **OFF)
    page.get_by_label("E-mail").fill("moderator@example.org")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()

    assert "do not fit together" in page.get_by_role("alert").inner_text()


def test_a_letter_can_be_read_and_copied(visit, served):
    page = visit(addresses.types(served.live)["letter"], **OFF)

    assert page.locator("h1").inner_text().strip()
    assert page.locator("main").inner_text().count("\n") > 5


def test_all_is_open_and_in_order(visit, path):
    page = visit(path, **OFF)

    assert page.locator(".fold").count() == 0
    replies = page.locator(".thread__replies").all()
    assert replies
    assert all(one.is_visible() for one in replies)
    cut = "node => node.scrollHeight > node.clientHeight + 20"
    assert not any(quote.evaluate(cut) for quote in page.locator("blockquote").all())


def test_ones_own_comment_is_edited_and_withdrawn_by_plain_forms(visit, path, served):
    page = visit(path, **OFF)
    write(page, "My first text, without a script.")
    page.get_by_role("button", name="Send my comment").click()

    page.get_by_role("link", name="edit").click()
    assert "My first text" in page.locator("textarea[name=content]").input_value()
    page.locator("textarea[name=content]").fill("My **new** text, without a script.")
    page.get_by_role("button", name="Preview").click()
    assert page.locator(".form__preview strong").inner_text() == "new"
    page.get_by_role("button", name="Save my new text").click()
    assert "My new text, without a script." in page.locator("main").inner_text()

    page.get_by_role("link", name="withdraw").click()
    assert "My new text" in page.locator("main").inner_text()
    page.get_by_role("button", name="Withdraw my comment").click()

    assert page.url == f"{served.url}{path}#thread"
    with served.database().session() as session:
        withdrawn = session.scalars(sa.select(Comment).where(Comment.status == "withdrawn"))
        assert {one.source for one in withdrawn} == {""}


def test_a_comment_is_reported_and_a_moderator_looks_at_it(visit, path, staff):
    page = visit(path, **OFF)
    first = page.locator("[data-comment]").first
    number = first.get_attribute("data-comment")
    first.get_by_role("link", name="Report").first.click()

    page.get_by_label("It shows private details of somebody").check()
    page.get_by_label("In your words").fill("That is where I live, without a script.")
    page.get_by_role("button", name="Report this comment").click()
    assert "Thank you" in page.locator("h1").inner_text()

    desk = visit("/moderate/reported", storage_state=staff, **OFF)
    card = desk.locator(f"#comment-{number}")
    assert "That is where I live, without a script." in card.inner_text()
    card.get_by_role("button", name="Looked at").click()
    assert desk.locator(f"#comment-{number}").count() == 0


def test_the_field_that_is_a_trap_is_nowhere_for_people(visit, path):
    page = visit(path, **OFF)
    page.locator("form.form textarea[name=content]").focus()
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.name ?? ''"))

    on_top = page.locator("form.form [name=phone]").evaluate(
        """field => {
            field.scrollIntoView({ block: "center" });
            const { left, top, width, height } = field.getBoundingClientRect();
            return document.elementFromPoint(left + width / 2, top + height / 2) === field;
        }"""
    )
    assert "author_name" in reached
    assert "phone" not in reached
    assert not on_top
    assert page.get_by_role("textbox", name="Leave this empty").count() == 0
