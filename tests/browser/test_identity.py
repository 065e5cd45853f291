"""Being known, in a real browser: by a provider, by a link in a mail; and seeing what is kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from comments_api import confirmations, devsite, publishing
from comments_api.models import Outbox
from tests.browser.small import serving
from tests.conftest import ON_SQLITE
from tests.factories import THREAD
from tests.http.conftest import declare, new_app, stored, watch
from tests.provider import OF_THE_PROVIDER

__all__ = ["declare", "new_app", "stored", "watch"]  # fixtures
pytestmark = [ON_SQLITE, OF_THE_PROVIDER]
POST = "/2026/11/the-vote/"
BOB = "bob@example.org"


@pytest.fixture
def now():
    """The time by which the provider signs."""
    return datetime.now(UTC)


@pytest.fixture
def small(new_app, watched, declare, club, database, site):
    """The small site, served, where one can sign in with the club."""
    declare(sensitive=False, sign_in=[["club", "The club"]])
    publishing.publish_all(database, site.live())
    with serving(new_app(devsite.bp, oidc_providers=(club.declared(),)), watched.open) as running:
        yield running


@pytest.fixture
def sign_in(small, club, watched):
    """Presses the button and signs Bob in at the club, whose own pages are none of our business."""

    def signed_in(page):
        def at_the_club(route):
            back = club.sign_in(route.request.url).replace("http://127.0.0.1:8000", small.url)
            route.fulfill(status=302, headers={"Location": back})

        page.route(f"{club.url}/**", at_the_club)
        page.get_by_role("button", name="Sign in with The club").click()
        page.get_by_role("link", name="Go on to The club").click()
        page.wait_for_url(lambda url: club.url not in url and "/api/sign-in/" not in url)
        (there,) = [one for one in watched.trouble if club.url in one]
        watched.trouble.remove(there)

    return signed_in


@pytest.fixture
def link(database, now):
    """The address of a link that was sent to Bob."""
    with database.session() as session:
        confirmations.ask(session, BOB, "en", now, network="net", thread_key=THREAD)
        session.flush()
        payload = session.scalars(sa.select(Outbox.payload)).one()
    return f"/api/confirm/{payload['token']}"


def test_somebody_signs_in_while_she_writes_and_her_words_are_still_there(small, sign_in, stored):
    page = small.open(POST)
    page.get_by_label("Your comment").fill("I wrote on Monday.")

    sign_in(page)

    assert page.url == f"{small.url}{POST}#comment-form"
    page.get_by_text(f"You are known here as {BOB}.").wait_for()
    assert page.get_by_label("Your comment").input_value() == "I wrote on Monday."
    assert page.get_by_role("button", name="Sign in with The club").count() == 0
    page.get_by_label("Your name").fill("Bob")
    page.get_by_role("button", name="Send my comment").click()
    page.locator("[data-thread-mine] [data-held]").wait_for()
    assert stored()[0].identity_id is not None


def test_without_a_script_she_is_back_on_the_page_and_known(small, sign_in):
    page = small.open(POST, java_script_enabled=False)

    sign_in(page)
    page.goto("/api/me")

    assert page.get_by_text("You have signed in with The club").is_visible()


def test_a_link_in_a_mail_makes_the_browser_known_and_tells_its_address_to_nobody(
    small, link, stored
):
    page = small.open(POST)
    page.get_by_label("Your comment").fill("I wrote on Monday.")
    page.get_by_label("Your name").fill("Bob")
    page.get_by_label("E-mail").fill(BOB)
    page.get_by_role("button", name="Send my comment").click()
    page.locator("[data-thread-mine] [data-held]").wait_for()
    referrers = []
    page.on("request", lambda request: referrers.append(request.all_headers().get("referer")))

    page.goto(link)
    page.get_by_label("I wrote this").wait_for()
    page.get_by_role("button", name="Yes, this is my address").click()
    page.get_by_text("Thank you. Your address is confirmed.").wait_for()

    assert stored()[0].identity_id is not None
    assert link.rpartition("/")[2] not in str(referrers)
    assert f"{small.url}/" in referrers


def test_what_is_kept_can_be_taken_along_and_erased(small, link, stored):
    page = small.open(link)
    page.get_by_role("button", name="Yes, this is my address").click()
    page.get_by_role("link", name="Go back to the page").click()
    page.get_by_label("Your comment").fill("I wrote on Monday.")
    page.get_by_label("Your name").fill("Bob")
    page.get_by_role("button", name="Send my comment").click()
    page.locator("[data-thread-mine] [data-held]").wait_for()

    page.goto("/api/me")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download all of this").click()
    page.get_by_role("link", name="Erase everything of mine").click()
    page.get_by_label("Erase the texts too").check()
    page.get_by_role("button", name="Erase everything for ever").click()
    page.get_by_text("Everything is erased, and this browser is forgotten.").wait_for()

    assert b"I wrote on Monday." in downloading.value.path().read_bytes()
    assert (stored()[0].source, stored()[0].author_name) == ("", "")
    assert page.context.cookies() == []


@pytest.mark.parametrize("path", ["/api/me", "/api/me/erase", "link"])
def test_her_pages_are_silent_by_day_and_by_night_and_fit_on_a_phone(small, link, path):
    page = small.open(link if path == "link" else path, viewport={"width": 320, "height": 640})

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
