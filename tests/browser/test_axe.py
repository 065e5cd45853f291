"""axe on each type of page, by day and by night: nothing that shuts somebody out."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import addresses

WCAG = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


def violations(page):
    """Return what axe finds on the page as it is, by day and by night."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for one in Axe().run(page, options=WCAG).response["violations"]:
            nodes = "; ".join(node["html"][:160] for node in one["nodes"][:3])
            found.append(f"{scheme}: {one['id']}: {one['help']}: {nodes}")
    return found


def test_every_type_of_page_is_open_to_all(visit, served):
    page = visit()

    found = {}
    for name, path in addresses.types(served.live).items():
        page.goto(path)
        found |= {name: wrong} if (wrong := violations(page)) else {}

    assert found == {}


def test_pages_that_the_api_draws_are_open_to_all(visit, served, watched):
    watched.expected = ["status of 404", "status of 422"]
    page = visit()

    found = {}
    for name, path in {**addresses.shells(served.live), **addresses.ENTRANCE}.items():
        page.goto(path)
        found |= {name: wrong} if (wrong := violations(page)) else {}

    assert found == {}


def test_moderation_is_open_to_all(visit, staff):
    page = visit(storage_state=staff)

    found = {}
    for name, path in addresses.MODERATION.items():
        page.goto(path)
        found |= {name: wrong} if (wrong := violations(page)) else {}

    assert found == {}


@pytest.mark.parametrize("wrong", [False, True], ids=["a preview", "a form with errors"])
def test_an_answered_form_is_open_to_all(visit, served, watched, wrong):
    watched.expected = ["status of 422"]
    page = visit(addresses.post(served.live, addresses.busiest(served.live)))
    page.get_by_label("Your comment").fill("" if wrong else "I wrote on **Monday**.")
    page.get_by_label("Your name").fill("" if wrong else "Bob")

    page.get_by_role("button", name="Preview").click()
    page.wait_for_url("**/comments*")

    assert violations(page) == []


def test_the_script_makes_nothing_that_shuts_somebody_out(visit, served, watched):
    watched.expected = ["status of 422"]
    page = visit(addresses.post(served.live, addresses.busiest(served.live)))
    page.locator("[data-reply]").first.click()
    page.get_by_label("Your comment").fill(" ")
    page.get_by_label("Your name").fill("Bob")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("alert").wait_for()

    assert violations(page) == []


def test_what_she_can_do_with_her_own_comment_is_open_to_all(visit, served):
    post = addresses.post(served.live, addresses.busiest(served.live))
    page = visit(post)
    page.get_by_label("Your comment").fill("> They answered.\n\nI wrote on **Monday**.")
    page.get_by_label("Your name").fill("Bob")
    page.get_by_role("button", name="Send").click()
    page.locator("[data-held]").wait_for()

    found = {"held": violations(page)}
    for name in ("edit", "withdraw"):
        page.goto(post)
        page.locator("[data-held]").get_by_role("link", name=name).click()
        found[name] = violations(page)

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_what_readers_reported_and_changed_is_open_to_all(visit, served, staff, watched):
    watched.expected = ["status of 422"]
    post = addresses.post(served.live, addresses.busiest(served.live))
    page = visit(post)
    number = addresses.comments_of(served.live, addresses.busiest(served.live))[0]
    page.goto(f"/api/comments/{number}/report")
    page.get_by_label("It breaks the law").check()
    page.get_by_role("button", name="Report this comment").click()
    page.get_by_role("alert").wait_for()
    wrong = violations(page)
    page.get_by_label("In your words").fill("The second sentence is not true.")
    page.locator("input[name=email]").fill("carol@example.org")
    page.get_by_role("button", name="Report this comment").click()
    page.wait_for_url("**sent=1")
    desk = visit("/moderate/", storage_state=staff)
    change_a_comment(page, desk, post)

    desk.goto("/moderate/")
    assert desk.locator(".change__text ins").count() == 1
    assert wrong + violations(desk) == []
    desk.goto("/moderate/reported")
    assert desk.locator(".card__notice").count() == 1
    assert violations(desk) == []


def change_a_comment(page, desk, post):
    """Have a comment approved, and then edited by its author so that the edit waits."""
    page.goto(post)
    page.get_by_label("Your comment").fill("A comment that will be changed.")
    page.get_by_label("Your name").fill("Bob")
    page.get_by_role("button", name="Send").click()
    page.locator("[data-held]").wait_for()
    desk.goto("/moderate/")
    card = desk.locator("article.card", has_text="A comment that will be changed.")
    card.get_by_role("button", name="Approve", exact=True).click()
    desk.get_by_text("Now approved:").wait_for()
    page.goto(post)
    page.locator("[data-own]").get_by_role("link", name="edit").click()
    page.locator("textarea").fill("A comment that was changed.")
    page.get_by_role("button", name="Save my new text").click()


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_has_to_be_moved_sideways(visit, served, staff, width):
    page = visit(storage_state=staff, viewport={"width": width, "height": 640})
    every = {**addresses.types(served.live), **addresses.MODERATION}

    wide = []
    for name, path in every.items():
        page.goto(path)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(name)

    assert wide == []
