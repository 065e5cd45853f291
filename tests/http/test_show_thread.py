"""GET /api/threads/{thread}: what everybody may read, cheap to ask again."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa

from comments_api import publishing
from comments_api.models import Status
from comments_api.sites import FolderSite
from tests.conftest import ON_SQLITE
from tests.http.conftest import API, PAGE
from tests.http.reading import parse
from tests.http.statements import asked

HTML = {"Accept": "text/html"}
KINDS = pytest.mark.parametrize("kind", ["application/json", "text/html"])


def test_it_answers_approved_comments_in_json(bob, comment):
    first = comment(Status.APPROVED, content="Yes.", author_url="https://bob.example/")
    second = comment(Status.APPROVED, content="No.", parent=first)

    answer = bob.get(API)

    assert answer.mimetype == "application/json"
    assert answer.json["thread"] == "post-the-vote"
    assert (answer.json["count"], answer.json["state"]) == (2, "held")
    assert answer.json["comments"][0] == {
        "id": first,
        "parent": 0,
        "author_name": "Bob",
        "author_url": "https://bob.example/",
        "date_gmt": "2026-11-21T12:00:00",
        "date_edited_gmt": None,
        "edited_by_moderator": False,
        "pinned": False,
        "highlighted": False,
        "content": {"rendered": "<p>Yes.</p>\n"},
        "link": f"http://127.0.0.1:8000/2026/11/the-vote/#comment-{first}",
        "status": "approved",
        "type": "comment",
        "campaign": False,
    }
    assert answer.json["comments"][1]["id"] == second
    assert answer.json["comments"][1]["parent"] == first


def test_a_browser_gets_exactly_what_stands_in_the_page(bob, comment, database, site, now):
    comment(Status.APPROVED)
    publishing.publish(database, site, now)

    answer = bob.get(API, headers=HTML)

    assert answer.mimetype == "text/html"
    assert answer.data in site.live().read(PAGE)


@KINDS
@pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.TRASH])
def test_what_is_not_approved_is_never_there(bob, comment, kind, status):
    comment(status, author_name="Mallory", content="Buy my pills.")

    answer = bob.get(API, headers={"Accept": kind})

    assert "Mallory" not in answer.text
    assert "pills" not in answer.text


@KINDS
def test_an_email_is_never_there(bob, comment, kind):
    comment(Status.APPROVED, author_email="bob@secret.example")

    answer = bob.get(API, headers={"Accept": kind})

    assert "secret.example" not in answer.text
    assert "Bob" in answer.text


def test_a_withdrawn_comment_leaves_only_its_place(bob, comment):
    gone = comment(Status.WITHDRAWN, content="Forget this.")

    found = bob.get(API).json["comments"][0]

    assert (found["id"], found["status"]) == (gone, "withdrawn")
    assert (found["author_name"], found["content"]["rendered"]) == ("", "")


@ON_SQLITE
@pytest.mark.parametrize(
    ("query", "accepted", "lang"),
    [
        ("", None, "en"),
        ("?lang=fr", None, "fr"),
        ("", "fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7", "fr"),
        ("?lang=en", "fr", "en"),
        ("?lang=tlh", "tlh", "en"),
    ],
    ids=["the site's own", "named", "the browser's", "named before the browser's", "unknown"],
)
def test_it_answers_in_the_language_asked_for(bob, query, accepted, lang):
    headers = HTML | ({"Accept-Language": accepted} if accepted else {})

    answer = bob.get(API + query, headers=headers)

    assert parse(answer.text).find(".//section").get("data-lang") == lang


@KINDS
def test_the_validator_is_strong_and_names_the_bytes(app, bob, alice, comment, kind):
    once = bob.get(API, headers={"Accept": kind})
    number = comment(Status.APPROVED)
    other = bob.get(API, headers={"Accept": kind})
    alice.decide(number, "hold", version=2)
    again = bob.get(API, headers={"Accept": kind})

    assert once.headers["ETag"].startswith('"')
    assert other.headers["ETag"] != once.headers["ETag"]
    assert (again.data, again.headers["ETag"]) == (once.data, once.headers["ETag"])


@ON_SQLITE
def test_json_and_html_have_different_validators(bob):
    assert bob.get(API).headers["ETag"] != bob.get(API, headers=HTML).headers["ETag"]


@ON_SQLITE
@KINDS
@pytest.mark.parametrize("asked", ["{}", '"other", {}, "third"', "*", "W/{}"])
def test_what_the_browser_has_already_is_not_sent_again(bob, kind, asked):
    etag = bob.get(API, headers={"Accept": kind}).headers["ETag"]

    answer = bob.get(API, headers={"Accept": kind, "If-None-Match": asked.format(etag)})

    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == etag
    assert answer.headers["Vary"] == "Accept, Accept-Language"


@ON_SQLITE
@KINDS
def test_a_304_carries_the_policy_of_the_answer_it_stands_for(bob, kind):
    name = "Content-Security-Policy"
    full = bob.get(API, headers={"Accept": kind})

    short = bob.get(API, headers={"Accept": kind, "If-None-Match": full.headers["ETag"]})

    assert short.headers[name] == full.headers[name]


@ON_SQLITE
@KINDS
def test_another_validator_gets_the_whole_answer(bob, kind):
    answer = bob.get(API, headers={"Accept": kind, "If-None-Match": '"other"'})

    assert answer.status_code == 200


@ON_SQLITE
def test_caches_keep_the_kinds_and_languages_apart(bob):
    answer = bob.get(API)

    assert answer.headers["Vary"] == "Accept, Accept-Language"
    assert answer.headers["Cache-Control"] == "no-cache"


@ON_SQLITE
def test_a_head_request_answers_the_same_headers_and_no_body(bob):
    full, head = bob.get(API), bob.head(API)

    assert head.data == b""
    assert head.headers["ETag"] == full.headers["ETag"]
    assert head.headers["Content-Length"] == full.headers["Content-Length"]


@ON_SQLITE
@KINDS
def test_it_neither_sets_nor_reads_a_cookie(app, bob, alice, kind):
    bob.send(content="Held.")

    answers = [one.get(API, headers={"Accept": kind}) for one in (bob, alice, app.test_client())]

    assert len({answer.data for answer in answers}) == 1
    assert not any("Set-Cookie" in answer.headers for answer in answers)
    assert not any("Cookie" in answer.headers["Vary"] for answer in answers)


@ON_SQLITE
@KINDS
def test_a_thread_that_no_page_has_is_unknown(bob, kind):
    answer = bob.get("/api/threads/post-nobody-wrote", headers={"Accept": kind})

    assert answer.status_code == 404
    assert "There is no page with these comments." in answer.text


@KINDS
def test_it_asks_the_database_as_often_however_much_it_holds(app, comment, kind):
    few = asked(app, API, kind)
    for _ in range(10):
        comment(Status.APPROVED)
        comment(Status.SPAM)

    assert asked(app, API, kind) == few
    assert few[1] <= 1


def test_it_shows_the_page_as_the_clock_has_it(bob, database, site: FolderSite, now: datetime):
    before = bob.get(API).json["state"]

    with database.session() as session:
        session.execute(sa.text("UPDATE clock SET as_of = '2026-12-06 00:00:00'"))

    assert (before, bob.get(API).json["state"]) == ("held", "closed")
