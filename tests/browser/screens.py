"""Pictures of each type of page, to be looked at: `python -m tests.browser.screens FOLDER`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import addresses, chromium
from tests.browser.conftest import enter
from tests.cli.serving import Served, demo

# How a page is looked at: the window, and what it is told of its medium.
WAYS = {
    "light": ({"width": 1280, "height": 900}, {"color_scheme": "light"}),
    "dark": ({"width": 1280, "height": 900}, {"color_scheme": "dark"}),
    "320": ({"width": 320, "height": 640}, {"color_scheme": "light"}),
    "print": ({"width": 794, "height": 1123}, {"media": "print"}),  # A4 at 96 pixels to the inch
}


def main(folder: Path) -> None:
    """Start the demonstration and take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    path = chromium.find()
    with (
        tempfile.TemporaryDirectory() as place,
        demo(Path(place)) as served,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=chromium.LAUNCH_ARGS)
        print(f"{take(browser, served, folder)} pictures are in {folder}.")
        browser.close()


def take(browser: Browser, served: Served, folder: Path) -> int:
    """Take a picture of each page in each way, and return how many."""
    context = browser.new_context(base_url=served.url)
    page = context.new_page()
    every = {**addresses.types(served.live), **addresses.shells(served.live), **addresses.ENTRANCE}
    for name, path in every.items():
        page.goto(path)
        _take(page, folder, name)
    _take_answers(page, served, folder)
    _take_own(page, served, folder)
    page.goto(served.link)
    enter(page)
    for name, path in addresses.MODERATION.items():
        page.goto(path)
        _take(page, folder, name)
    context.close()
    return len(list(folder.glob("*.png")))


def _take_answers(page: Page, served: Served, folder: Path) -> None:
    """Take the pages that only a sent form makes."""
    post = addresses.post(served.live, addresses.busiest(served.live))
    for name, words, button in (
        ("preview", "> They answered.\n\nI wrote on **Monday**.", "Preview"),
        ("errors", "", "Preview"),
    ):
        page.goto(post)
        page.get_by_label("Your comment").fill(words)
        page.get_by_label("Your name").fill("Bob" if words else "")
        page.get_by_role("button", name=button).click()
        page.wait_for_url("**/comments*")
        _take(page, folder, name)


def _take_own(page: Page, served: Served, folder: Path) -> None:
    """Take what somebody sees of a comment that she has just sent."""
    post = addresses.post(served.live, addresses.busiest(served.live))
    page.goto(post)
    page.get_by_label("Your comment").fill("> They answered.\n\nI wrote on **Monday**.")
    page.get_by_label("Your name").fill("Bob")
    page.get_by_role("button", name="Send").click()
    page.locator("[data-held]").wait_for()
    _take(page, folder, "held")
    for name in ("edit", "withdraw"):
        page.goto(post)
        page.locator("[data-held]").get_by_role("link", name=name).click()
        _take(page, folder, name)


def _take(page: Page, folder: Path, name: str) -> None:
    for way, (size, medium) in WAYS.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(**{"media": "screen", **medium})  # type: ignore[arg-type]
        page.screenshot(path=folder / f"{name}-{way}.png", full_page=True)
    page.emulate_media(media="screen", color_scheme="light")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Say where the pictures go: python -m tests.browser.screens FOLDER")
    main(Path(sys.argv[1]))
