"""A page that cannot be written: the decision stands, the worker mends the page."""

from __future__ import annotations

import pytest

from comments_api.worker import Worker
from tests.conftest import ON_SQLITE
from tests.http.conftest import PAGE
from tests.http.reading import parse, words

pytestmark = ON_SQLITE

NOT_YET = "not yet on the page"
NOT_WRITTEN = "could not be written yet"


def damage(path):
    """Take the markers from a page, as somebody who edits it by hand."""
    path.write_bytes(path.read_bytes().replace(b"<!--", b"<!-- "))


def remove(path):
    """Delete a page."""
    path.unlink()


def lead_out(path):
    """Put a link in place of a page."""
    path.unlink()
    path.symlink_to("/etc/hostname")


BREAK = pytest.mark.parametrize("break_", [damage, remove, lead_out])


@pytest.fixture
def page(site):
    """The file of the post."""
    return site.live().web / PAGE


@BREAK
def test_the_decision_stands_and_the_others_are_published(
    alice, comment, stored, site, page, break_
):
    number = comment()
    break_(page)

    answer = alice.decide(number, "approve", tab="pending")

    assert answer.status_code == 303
    assert stored()[0].status == "approved"
    assert f"#comment-{number}".encode() in site.live().read("feeds/comments.atom.xml")


@BREAK
def test_the_moderator_sees_that_it_is_not_yet_on_the_page(alice, comment, page, break_):
    number = comment()
    break_(page)

    answer = alice.get(alice.decide(number, "approve", tab="pending").headers["Location"])

    assert NOT_YET in words(parse(answer.text)).lower()
    assert NOT_WRITTEN in words(parse(alice.get("/moderate/approved").text)).lower()


@BREAK
def test_the_worker_mends_it_when_the_page_is_there_again(
    alice, comment, database, site, page, watch, break_
):
    whole = page.read_bytes()
    number = comment()
    break_(page)
    alice.decide(number, "approve")
    page.unlink(missing_ok=True)
    page.write_bytes(whole)

    Worker(database, site).step(watch.forward(seconds=6))

    assert f'id="comment-{number}"'.encode() in page.read_bytes()
    assert NOT_WRITTEN not in alice.get("/moderate/approved").text.lower()


def test_a_page_that_lost_its_markers_is_left_as_it_is(alice, comment, page):
    damage(page)
    before = page.read_bytes()

    alice.decide(comment(), "approve")

    assert page.read_bytes() == before


def test_a_page_that_waits_for_long_makes_the_api_unready(alice, comment, page, watch):
    damage(page)
    alice.decide(comment(), "approve")
    before = alice.get("/api/health/ready").json
    assert (before["ready"], before["pages_waiting"]) == (True, 1)

    watch.forward(minutes=6)

    answer = alice.get("/api/health/ready")
    assert (answer.status_code, answer.json["trouble"]) == (503, "publishing")


def test_a_moderators_own_comment_is_taken_though_its_page_cannot_be_written(alice, stored, page):
    damage(page)

    assert alice.send_json().status_code == 201
    assert stored()[0].status == "approved"
