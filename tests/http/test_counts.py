"""What the script asks again and again: numbers, what came, what colleagues decided."""

from __future__ import annotations

import pytest

from comments_api import decisions, list_news
from comments_api.models import Status
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator
from tests.http.conftest import signed_in
from tests.http.reading import parse

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


def drawn(answer):
    """Return what the script takes of a list: its address, and what was the last of all then."""
    found = next(e for e in parse(answer.text).iter("div") if "data-queue" in e.attrib)
    return {name: found.get(f"data-{name}") for name in ("list", "newest", "drawn", "decided")}


@ON_SQLITE
def test_what_came_since_is_counted_as_its_list_would_show_it(alice, comment):
    comment()
    page = drawn(alice.get("/moderate/?author=Zoe"))
    assert alice.get(COUNTS, query_string=page).json["came"] == ""

    comment(author_name="Zoe")
    comment(author_name="Bob")

    assert alice.get(COUNTS, query_string=page).json["came"] == "1 new comment"
    page["list"] = "/moderate/pending"
    assert alice.get(COUNTS, query_string=page).json["came"] == "2 new comments"


@ON_SQLITE
def test_what_was_reported_since_is_counted(alice, bob, comment):
    number = comment(Status.APPROVED)
    page = drawn(alice.get("/moderate/reported"))

    bob.post(f"/api/comments/{number}/report", data={"reason": "abuse"})

    assert alice.get(COUNTS, query_string=page).json["came"] == "1 comment was reported"


@ON_SQLITE
def test_what_is_new_is_said_aloud(alice):
    tree = parse(alice.get("/moderate/").text)

    [place] = [e for e in tree.iter() if "data-new" in e.attrib]

    assert place.get("role") == "status"
    assert "hidden" not in place.attrib
    assert "hidden" in place[0].attrib


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
def test_decisions_beyond_those_told_at_once_are_told_the_next_time(alice, comment, database, now):
    numbers = [comment() for _ in range(list_news.MOST + 1)]
    with database.session() as session:
        carol = make_moderator(session, now, "Carol").id
        for number in numbers:
            decisions.decide(session, number, "spam", 1, carol, now)

    first = alice.get(f"{COUNTS}?decided=0").json
    second = alice.get(f"{COUNTS}?decided={first['last']}").json

    assert [int(number) for number in first["decided"]] == numbers[:-1]
    assert [int(number) for number in second["decided"]] == numbers[-1:]


@ON_SQLITE
@pytest.mark.parametrize(
    "query",
    ["tab=x", "list=x", "list=//[", "newest=x", "newest=-1", "drawn=x", "decided=" + "9" * 40],
)
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
