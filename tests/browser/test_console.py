"""Every page, light and dark: the console stays silent and nothing is asked of another host."""

from __future__ import annotations

from tests.browser import addresses


def look_at_both(page, path):
    """Look at an address by day and by night, down to its end."""
    answer = page.goto(path)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    return answer.status


def test_every_page_of_the_site_is_silent(visit, served):
    page = visit()

    for path in addresses.every(served.live):
        assert look_at_both(page, path) == 200, path


def test_pages_that_the_api_draws_are_silent(visit, served, watched):
    watched.expected = ["status of 404", "status of 422"]  # Chromium says so of every such page
    page = visit()

    for path in [*addresses.shells(served.live).values(), *addresses.ENTRANCE.values(), "/nothing"]:
        assert look_at_both(page, path) < 500, path


def test_moderation_is_silent(visit, staff):
    page = visit(storage_state=staff)

    for path in addresses.MODERATION.values():
        assert look_at_both(page, path) == 200, path
        assert "/sign-in" not in page.url


def test_feeds_and_files_are_silent(visit, served, watched):
    # Files name no icon, so Chromium asks for one; and it shows bare XML in a style of its own.
    watched.expected = ["status of 404", "Applying inline style"]
    page = visit()
    feeds = sorted(served.live.web.rglob("*.xml"))

    for path in [*served.live.manifest.assets.values(), "/robots.txt"]:
        assert page.goto(path).status == 200
    for feed in feeds:
        assert page.goto("/" + feed.relative_to(served.live.web).as_posix()).status == 200


def test_printing_is_silent(visit, served):
    page = visit()

    for path in addresses.types(served.live).values():
        page.goto(path)
        page.emulate_media(media="print")


def test_the_policy_lets_nothing_of_another_host_in(visit, watched):
    watched.expected = ["violates the following Content Security Policy", "Refused to"]
    page = visit()

    loaded = page.evaluate(
        """() => new Promise(done => {
            const image = new Image();
            image.onload = () => done(true);
            image.onerror = () => done(false);
            image.src = "https://mallory.example/x.png";
        })"""
    )

    assert not loaded
    assert watched.trouble in ([], ["request: https://mallory.example/x.png"])
    watched.trouble.clear()
