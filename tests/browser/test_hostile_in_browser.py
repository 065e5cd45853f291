"""Hostile text in a real browser: nothing runs, nothing is asked for, the console stays silent."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import expect

from comments_api import devsite, moderators, publishing
from comments_api.models import Status
from tests.browser.conftest import enter
from tests.browser.small import serving
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator
from tests.http import hostile
from tests.http.conftest import comment, new_app, watch
from tests.http.test_hostile_text import ATTACKS
from tests.site.building import CONTENT, build

__all__ = ["comment", "new_app", "watch"]  # fixtures
pytestmark = ON_SQLITE

PAGES = ["/2026/11/the-vote/", "/", "/page/2/", "/comments/", "/tag/vote/", "/archives/"]
FEEDS = ["/feeds/comments.atom.xml", "/feeds/threads/post-the-vote.atom.xml", "/feeds/all.atom.xml"]


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The small site, with a title that Mallory would have chosen."""
    content = tmp_path_factory.mktemp("hostile") / "content"
    shutil.copytree(CONTENT, content)
    post = content / "posts" / "the-vote.md"
    post.write_text(f"Title: {hostile.TITLE}\n" + post.read_text().partition("\n")[2])
    return build(tmp_path_factory.mktemp("built"), content=content, DEFAULT_PAGINATION=1)


@pytest.fixture
def small(new_app, watched):
    """The small site, served."""
    with serving(new_app(devsite.bp, post_limit_block=1000), watched.open) as running:
        yield running


@pytest.fixture
def approved(small, comment, database, site, now):
    """Every attack, approved and published."""
    numbers = [comment(Status.APPROVED, **attack) for attack in ATTACKS]
    publishing.publish(database, site, now)
    return numbers


def hover_and_press(page):
    """Do what sets off a handler: point at, focus and press whatever a comment holds."""
    page.evaluate(
        """() => document.querySelectorAll(".comment__body *, .comment__head *").forEach(node => {
            for (const name of ["mouseover", "focus", "load", "error", "toggle"])
                node.dispatchEvent(new Event(name, { bubbles: true }));
        })"""
    )


def test_pages_of_the_site_run_nothing(small, approved):
    page = small.open("/")

    for path in PAGES:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        hover_and_press(page)
        assert page.evaluate("document.title.length") > 0
        assert page.url.endswith(path)


def test_a_link_of_mallorys_runs_nothing(small, approved):
    page = small.open(PAGES[0])

    links = page.locator(".comment__body a[href]")
    schemes = links.evaluate_all("links => links.map(link => link.protocol)")

    assert set(schemes) <= {"https:", "http:", "mailto:"}


def test_feeds_run_nothing(small, approved, watched):
    watched.expected = ["status of 404"]  # Chromium asks for an icon
    page = small.open("/about/")

    for path in FEEDS:
        assert page.goto(path).status == 200
        page.wait_for_load_state("networkidle")


def test_moderation_runs_nothing(small, comment, database, now):
    for attack in ATTACKS:
        comment(Status.PENDING, **attack)
    with database.session() as session:
        token = moderators.new_link(session, make_moderator(session, now), now)
    page = small.open(f"/moderate/enter/{token}")
    enter(page)

    for path in ("/moderate/", "/moderate/record"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        hover_and_press(page)
    page.goto("/moderate/")
    page.get_by_role("button", name="Approve", exact=True).first.click()
    page.get_by_role("status").get_by_text("Now approved").wait_for()


def test_what_the_script_swaps_in_runs_nothing(small, comment, database, now):
    page = small.open(PAGES[0])
    page.wait_for_load_state("networkidle")
    numbers = [comment(Status.APPROVED, **attack) for attack in ATTACKS]  # not in the file yet

    page.reload()
    page.locator(".thread").scroll_into_view_if_needed()
    page.locator(f"#comment-{numbers[-1]}").wait_for()

    hover_and_press(page)
    page.wait_for_load_state("networkidle")


def test_own_held_comments_run_nothing(small, watched):
    page = small.open(PAGES[0])

    for attack in ATTACKS[:6] + ATTACKS[-9:-3]:
        page.locator("textarea[name=content]").fill(attack["content"])
        page.locator("input[name=author_name]").fill(attack.get("author_name", "Mallory"))
        page.locator("button[value=send]").click()
        expect(page.locator("textarea[name=content]")).to_have_value("")

    hover_and_press(page)
    page.reload()
    page.locator("[data-held]").first.wait_for()
    hover_and_press(page)


def test_a_preview_runs_nothing(small):
    page = small.open(PAGES[0])

    for attack in ATTACKS[::4]:
        page.goto(PAGES[0])
        page.locator("textarea[name=content]").fill(attack["content"])
        page.locator("input[name=author_name]").fill(attack.get("author_name", "Mallory"))
        page.get_by_role("button", name="Preview").click()
        page.locator(".form__preview").wait_for()
        hover_and_press(page)
