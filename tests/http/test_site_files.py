"""GET /<path>: the site's own files, as development and the demonstration serve them."""

from __future__ import annotations

from pathlib import Path

import pytest

from comments_api import devsite
from tests.conftest import ON_SQLITE

pytestmark = ON_SQLITE


@pytest.fixture
def browser(new_app, letter):
    """A reader of a small site whose files and API have one origin."""
    return new_app(devsite.bp).test_client()


def open_files(folder):
    """Return which files of a folder this process holds open."""
    links = Path("/proc/self/fd").iterdir()
    targets = [link.readlink() for link in links if link.is_symlink()]
    return [target for target in targets if target.is_relative_to(folder)]


def test_a_reader_who_goes_away_leaves_no_file_open(browser, site):
    answer = browser.get("/2026/11/the-vote/", buffered=False)

    assert answer.status_code == 200
    assert open_files(site.live().web.resolve()) == []
    answer.close()


def test_what_a_browser_has_is_not_sent_again(browser):
    first = browser.get("/2026/11/the-vote/")

    again = browser.get("/2026/11/the-vote/", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")


def test_a_changed_page_has_another_mark(browser, site):
    before = browser.get("/2026/11/the-vote/").headers["ETag"]
    page = site.live().web / "2026/11/the-vote/index.html"
    page.write_text(page.read_text("utf-8").replace("</h1>", "!</h1>", 1), "utf-8")

    answer = browser.get("/2026/11/the-vote/", headers={"If-None-Match": before})

    assert answer.status_code == 200
    assert answer.headers["ETag"] != before


def test_a_part_of_a_file_may_be_asked_for(browser):
    whole = browser.get("/2026/11/the-vote/").data

    part = browser.get("/2026/11/the-vote/", headers={"Range": "bytes=5-14"})

    assert (part.status_code, part.data) == (206, whole[5:15])
