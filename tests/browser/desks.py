"""A moderator's browser on the small site, and what stands in it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from re import Pattern
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from comments_api import devsite, sessions
from comments_api.models import Comment, Status
from tests.browser.small import Small, serving
from tests.factories import make_comment, make_moderator
from tests.http.conftest import comment, declare, new_app, stored, watch

__all__ = ["comment", "declare", "desk", "fill", "new_app", "small", "stored", "watch"]

DRAINED = "() => !document.querySelector('[data-desk]').dataset.waiting"
FOCUSED = "() => document.activeElement?.closest('article')?.dataset.card"
LOST = "() => [null, document.body].includes(document.activeElement)"


@pytest.fixture
def small(new_app: Any, watched: Any) -> Any:
    """The small site, served."""
    with serving(new_app(devsite.bp, flood_seconds=0), watched.open) as running:
        yield running


@pytest.fixture
def desk(small: Small, database: Any, now: datetime) -> Callable[..., Page]:
    """Opens an address in the browser of somebody who is signed in."""

    def opened(path: str = "/moderate/", name: str = "Alice", **options: Any) -> Page:
        state = {"cookies": [cookie(database, now, name)], "origins": []}
        return small.open(path, storage_state=state, **options)

    return opened


def cookie(database: Any, now: datetime, name: str = "Alice") -> dict[str, Any]:
    """Return the cookie of a new session."""
    with database.session() as session:
        token = sessions.begin(session, make_moderator(session, now, name).id, now)
    place = {"domain": "127.0.0.1", "path": "/", "expires": -1}
    return {
        **{"name": "session", "value": token, "httpOnly": True, "secure": False},
        **{"sameSite": "Lax", **place},
    }


@pytest.fixture
def fill(database: Any, now: datetime) -> Callable[..., list[int]]:
    """Stores many comments of a status, and returns their numbers."""

    def filled(many: int, status: Status = Status.PENDING) -> list[int]:
        with database.session() as session:
            return [
                make_comment(session, now, status, content=f"Number {number}.").id
                for number in range(1, many + 1)
            ]

    return filled


def cards(page: Page) -> list[int]:
    """Return the comments of the list, in their order."""
    found = page.locator("article.card").evaluate_all("all => all.map(one => one.dataset.card)")
    return [int(number) for number in found]


def focused(page: Page) -> int | None:
    """Return the comment that has the focus."""
    found = page.evaluate(FOCUSED)
    return int(found) if found else None


def drained(page: Page) -> None:
    """Wait until every decision was answered."""
    page.wait_for_function(DRAINED)


def held(page: Page, address: str | Pattern[str]) -> Callable[..., None]:
    """Hold back what the page sends to an address; return what lets it go, or cuts it off."""
    routes: list[Route] = []
    page.route(address, lambda route: routes.append(route))

    def let_go(cut: bool = False) -> None:
        deadline = time.monotonic() + 60
        while not routes:
            assert time.monotonic() < deadline, f"the page sent nothing to {address}"
            page.wait_for_timeout(20)
        for route in routes:
            route.abort() if cut else route.continue_()
        page.unroute(address)

    return let_go


def posts(page: Page) -> list[str]:
    """Return a list in which each form that the page sends will be noted."""
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    return sent


def statuses(stored: Callable[[], list[Comment]]) -> list[str]:
    """Return the statuses of all comments, oldest first."""
    return [one.status for one in stored()]


def text_of(page: Page, selector: str) -> str:
    """Return what stands in a part of the page."""
    return " ".join(page.locator(selector).inner_text().split())
