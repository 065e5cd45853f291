"""What programs fall into: a field that nobody sees, and a form that comes back too soon."""

from __future__ import annotations

import pytest

from comments_api.models import Status
from tests.conftest import ON_SQLITE
from tests.http.conftest import API
from tests.http.reading import parse

pytestmark = ON_SQLITE


def field(answer, name):
    """Return the value of a hidden field of the form."""
    inputs = parse(answer.text).iter("input")
    return next((one.get("value") for one in inputs if one.get("name") == name), None)


def test_who_fills_in_the_field_that_nobody_sees_is_spam_and_is_thanked_like_others(bob, stored):
    answer = bob.send(phone="555-1234")

    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/api/threads/post-the-vote/thanks?lang=en",
    )
    assert stored()[0].status == Status.SPAM
    assert "trap" in stored()[0].reasons


def test_an_empty_trap_catches_nobody(bob, stored):
    bob.send(phone="")

    assert "trap" not in stored()[0].reasons


def test_a_program_has_no_such_field(bob):
    assert "phone" in bob.send_json(phone="").json["errors"]


@pytest.mark.parametrize("path", [f"{API}/form", f"{API}/form?reply="])
def test_the_form_has_a_stamp_and_what_comes_back_at_once_is_held(bob, watch, stored, path):
    stamp = field(bob.get(path), "stamp")
    watch.forward(seconds=1.9)

    bob.send(stamp=stamp)

    assert "too-fast" in stored()[0].reasons


def test_what_comes_back_later_is_not(bob, watch, stored):
    stamp = field(bob.get(f"{API}/form"), "stamp")
    watch.forward(seconds=2)

    bob.send(stamp=stamp)

    assert "too-fast" not in stored()[0].reasons


def test_a_form_that_comes_again_keeps_the_time_of_the_first(bob, watch):
    first = field(bob.get(f"{API}/form"), "stamp")
    watch.forward(seconds=5)

    preview = bob.send(do="preview", stamp=first)
    wrong = bob.send(content="", stamp=first)
    strange = bob.send(do="preview", stamp="made up")

    assert field(preview, "stamp") == field(wrong, "stamp") == first
    assert field(strange, "stamp") not in {first, "made up"}


def test_the_page_itself_has_no_stamp(site):
    page = site.live().read("2026/11/the-vote/index.html").decode()

    assert 'name="stamp"' not in page
    assert 'name="phone"' in page


@pytest.mark.parametrize("fresh", [True, False], ids=["200", "304"])
def test_the_script_gets_a_stamp_with_the_thread(bob, watch, stored, fresh):
    headers = {} if fresh else {"If-None-Match": bob.get(API).headers["ETag"]}
    answer = bob.get(API, headers=headers)
    watch.forward(seconds=1)

    bob.send_json(stamp=answer.headers["Comment-Stamp"])

    assert answer.status_code == (200 if fresh else 304)
    assert "too-fast" in stored()[0].reasons


@pytest.mark.parametrize("value", ["", "now", "1.2.3", "９.x", "\x00", "0" * 5000, None])
def test_a_stamp_that_is_not_ours_says_nothing(bob, stored, value):
    assert bob.send_json(stamp=value).status_code == 201
    assert "too-fast" not in stored()[0].reasons


def test_a_stamp_must_be_text(bob):
    assert bob.send_json(stamp=7).json["errors"] == {"stamp": "This must be text."}
