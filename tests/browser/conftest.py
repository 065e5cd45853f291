"""One Chromium and one demonstration for all tests; every page is watched while it is open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import chromium
from tests.cli.serving import Served, demo

UNLIMITED: dict[str, Any] = {
    f"post_limit_{name}": 100_000 for name in ("block", "block_hour", "thread", "site")
}
UNLIMITED |= {"complaint_limit_block_hour": 100_000, "flood_seconds": 0}
NOWHERE = "https://nowhere.invalid/"  # nobody asks for it
# Its pages offer mail, though nobody is there to take any.
MAIL: dict[str, Any] = {
    "smtp_url": "smtp://127.0.0.1:9",
    "mail_from": "The campaign <news@example.org>",
}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; each test opens windows of its own."""
    path = chromium.find()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=chromium.LAUNCH_ARGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demonstration, where one may comment as often as one likes, and ask for mail."""
    with demo(tmp_path_factory.mktemp("demo"), **UNLIMITED, **MAIL) as running:
        yield running


@pytest.fixture(scope="session")
def staff(browser: Browser, served: Served) -> Any:
    """What the browser of the demonstration's moderator holds when she is signed in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(served.link)
    enter(page)
    state = context.storage_state()
    context.close()
    return state


def enter(page: Page) -> None:
    """Sign in on the page of a one-time link, and wait for the list it leads to."""
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/moderate/")


@dataclass
class Watched:
    """Opens pages and notes whatever happens in them that must not.

    :ivar slow: whether each page lives on a slow machine, at the end of a slow line.
    :ivar expected: parts of console messages that belong to a test.
    """

    browser: Browser
    slow: bool = False
    expected: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, url: str, **options: Any) -> Page:
        """Return a page of a window of its own, at an address."""
        context = self.browser.new_context(base_url=url, **options)
        context.set_default_timeout(60_000)  # ms; on a machine that others share
        self.contexts.append(context)
        # From the first request on: Chromium loses a request that is sent while a test begins or
        # ends to intercept requests.
        context.route(NOWHERE, lambda route: route.abort())
        page = context.new_page()
        if self.slow:
            slow_down(page)
        host = urlsplit(url).netloc
        page.on("console", lambda message: self._note("console", message.text))
        page.on("pageerror", lambda error: self._note("error", str(error)))
        page.on("dialog", lambda dialog: self._dialog(dialog))
        page.on("request", lambda request: self._request(request.url, host))
        page.goto(url)
        return page

    def _note(self, kind: str, text: str) -> None:
        if not any(part in text for part in self.expected):
            self.trouble.append(f"{kind}: {text}")

    def _dialog(self, dialog: Any) -> None:
        self.trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, url: str, host: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "data" and parts.netloc != host:
            self.trouble.append(f"request: {url}")


def slow_down(page: Page) -> None:
    """Make a page six times slower, and each of its requests wait for 250 ms.

    A test that looks at what the page has yet to do fails here every time, elsewhere once a month.
    """
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    line = {"offline": False, "latency": 250, "downloadThroughput": -1, "uploadThroughput": -1}
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", line)


@pytest.fixture
def watched(browser: Browser, pytestconfig: pytest.Config) -> Iterator[Watched]:
    """Opens pages; fails the test for any console message, error, dialog or foreign request."""
    watching = Watched(browser, pytestconfig.getoption("slow_browser"))
    yield watching
    for context in watching.contexts:
        context.close()
    assert watching.trouble == []


@pytest.fixture
def visit(watched: Watched, served: Served) -> Callable[..., Page]:
    """Opens an address of the demonstration."""

    def opened(path: str = "/", **options: Any) -> Page:
        return watched.open(served.url + path, **options)

    return opened
