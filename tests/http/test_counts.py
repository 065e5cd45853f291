"""What the script asks again and again: numbers, what came, what colleagues decided."""

from __future__ import annotations

import pytest

from comments_api.models import Status
from tests.conftest import ON_SQLITE
from tests.http.conftest import signed_in

COUNTS = "/moderate/counts"


def test_it_has_all_numbers_and_the_title(alice, comment):
    comment()
    comment(Status.SPAM)

    found = alice.get(COUNTS).json

    assert found["counts"] == {
        **{"pending": 1, "approved": 0, "spam": 1, "trash": 0, "mine": 0, "reported": 0}
    }
    assert found["title"].startswith("(1) Pending | Moderation | ")
    assert found["heading"] == "1 comment waits for you"


@ON_SQLITE
def test_nothing_new_is_304_and_nothing_is_kept_by_the_browser(alice, comment):
    comment()
    first = alice.get(COUNTS)

    again = alice.get(COUNTS, headers={"If-None-Match": first.headers["ETag"]})
    comment()
    later = alice.get(COUNTS, headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code, later.status_code) == (200, 304, 200)
    assert again.data == b""
    assert first.headers["Cache-Control"] == "no-store"


@ON_SQLITE
def test_what_came_since_is_counted(alice, comment):
    number = comment()
    assert alice.get(f"{COUNTS}?tab=pending&newest={number}").json["came"] == ""

    comment()
    comment()
    comment(Status.SPAM)

    assert alice.get(f"{COUNTS}?tab=pending&newest={number}").json["came"] == "2 new comments"


def test_what_a_colleague_decided_since_is_told_and_what_she_did_is_not(
    app, alice, comment, database, now
):
    one, two = comment(author_name="Bob"), comment(author_name="Zoe")
    before = alice.get(f"{COUNTS}?decided=0").json["last"]
    signed_in(app, database, now, "Carol & Co").decide(one, "trash")
    alice.decide(two, "spam")

    found = alice.get(f"{COUNTS}?decided={before}").json

    assert found["decided"] == {str(one): "Moved to the trash by Carol & Co"}
    assert alice.get(f"{COUNTS}?decided={found['last']}").json["decided"] == {}


@ON_SQLITE
@pytest.mark.parametrize("query", ["tab=x", "newest=x", "newest=-1", "decided=" + "9" * 40])
def test_nonsense_does_no_harm(alice, query):
    assert alice.get(f"{COUNTS}?{query}").status_code == 200


@ON_SQLITE
def test_a_script_that_asks_by_itself_keeps_nobody_signed_in(alice, watch):
    for _ in range(7):
        watch.forward(minutes=10)
        alice.get(COUNTS)

    assert alice.get("/moderate/").headers["Location"].startswith("/moderate/sign-in")


@ON_SQLITE
def test_nobody_else_learns_them(bob):
    assert bob.get(COUNTS).headers["Location"].startswith("/moderate/sign-in")
