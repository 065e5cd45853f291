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
