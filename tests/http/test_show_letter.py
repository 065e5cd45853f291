"""GET /api/letters/{slug}: what has become of a letter, cheap to ask again."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.conftest import ON_SQLITE
from tests.http.conftest import LETTER_API, LETTER_PAGE
from tests.http.reading import parse
from tests.http.statements import asked

HTML = {"Accept": "text/html"}
KINDS = pytest.mark.parametrize("kind", ["application/json", "text/html"])
BY_AUTHOR = {
    "day": "2026-11-15", "target": "clerk", "outcome": "none", "permission": "summary",
    "text": "Nothing <yet>.",
}  # fmt: skip


def test_it_answers_what_is_known_in_json(alice, comment, put_letter):
    put_letter(goal=100, replies=[BY_AUTHOR])
    number = comment()
    alice.mark(number)
    alice.report()

    answer = alice.get(LETTER_API)

    assert answer.mimetype == "application/json"
    assert answer.json == {
        "letter": "write-to-the-mayor",
        "title": "Write to the mayor",
        "link": "http://127.0.0.1:8000/letters/write-to-the-mayor/",
        "state": "open",
        "sent": 1,
        "goal": 100,
        "replies": [
            {
                "date": "2026-11-15",
                "target": {"id": "clerk", "title": "Kim Clerk"},
                "outcome": "none",
                "permission": "summary",
                "content": {"rendered": "<p>Nothing &lt;yet&gt;.</p>\n"},
                "days_waited": 4,
                "comment": None,
            },
            {
                "date": "2026-11-20",
                "target": {"id": "mayor", "title": "The mayor"},
                "outcome": "answered",
                "permission": "full",
                "content": {"rendered": "<p>The mayor writes: <em>yes</em>.</p>\n"},
                "days_waited": 9,
                "comment": number,
            },
        ],
    }


def test_a_browser_gets_exactly_what_stands_in_the_page(alice, comment, site, letter):
    alice.mark(comment())
    alice.report()

    answer = alice.get(LETTER_API, headers=HTML)

    section = parse(answer.text).find(".//section")
    assert answer.data in site.live().read(LETTER_PAGE)
    assert (section.get("data-src"), section.get("data-live")) == (LETTER_API, "ledger")
    assert answer.headers["ETag"] == f'"{section.get("data-version")}"'


@KINDS
def test_the_validator_changes_with_what_is_shown(alice, comment, letter, kind):
    def etag():
        return alice.get(LETTER_API, headers={"Accept": kind}).headers["ETag"]

    number = comment()
    seen = [etag()]
    alice.report()
    seen.append(etag())
    alice.mark(number)
    seen.append(etag())
    alice.decide(number, "unmark-reply", version=3)

    assert len(set(seen)) == 3
    assert etag() == seen[1]
    assert all(one.startswith('"') for one in seen)


@ON_SQLITE
@KINDS
@pytest.mark.parametrize("asked", ["{}", '"other", {}', "*", "W/{}"])
def test_what_the_browser_has_already_is_not_sent_again(bob, letter, kind, asked):
    full = bob.get(LETTER_API, headers={"Accept": kind})
    headers = {"Accept": kind, "If-None-Match": asked.format(full.headers["ETag"])}

    short = bob.get(LETTER_API, headers=headers)

    assert (short.status_code, short.data) == (304, b"")
    for name in ("ETag", "Vary", "Content-Security-Policy", "Cache-Control"):
        assert short.headers[name] == full.headers[name]
    assert full.headers["Vary"] == "Accept, Accept-Language"


@ON_SQLITE
@KINDS
def test_it_neither_sets_nor_reads_a_cookie(app, bob, alice, letter, kind):
    bob.send(content="Held.")

    answers = [
        one.get(LETTER_API, headers={"Accept": kind}) for one in (bob, alice, app.test_client())
    ]

    assert len({answer.data for answer in answers}) == 1
    assert not any("Set-Cookie" in answer.headers for answer in answers)
    assert not any("Cookie" in answer.headers["Vary"] for answer in answers)


@KINDS
def test_what_is_held_is_never_there(alice, comment, letter, kind):
    alice.mark(comment(author_email="bob@secret.example"), text="Hidden words.")
    shown = alice.get(LETTER_API, headers={"Accept": kind}).text
    alice.decide(1, "hold", version=3)

    hidden = alice.get(LETTER_API, headers={"Accept": kind}).text

    assert "Hidden words." in shown
    assert "Hidden words." not in hidden
    assert "secret.example" not in shown


@ON_SQLITE
@pytest.mark.parametrize("slug", ["nothing", "post-the-vote", "write-to-the-chair.", "%00"])
@KINDS
def test_a_letter_that_no_page_has_is_unknown(bob, letter, kind, slug):
    answer = bob.get(f"/api/letters/{slug}", headers={"Accept": kind})

    assert answer.status_code == 404
    assert "There is no such letter on this site." in answer.text


@ON_SQLITE
def test_it_shows_the_state_as_the_clock_has_it(bob, database, letter):
    before = bob.get(LETTER_API).json["state"]

    with database.session() as session:
        session.execute(sa.text("UPDATE clock SET as_of = '2026-12-13 00:00:00'"))

    assert (before, bob.get(LETTER_API).json["state"]) == ("open", "closed")


@KINDS
def test_it_asks_the_database_as_often_however_much_it_holds(app, alice, comment, letter, kind):
    few = asked(app, LETTER_API, kind)
    for _ in range(5):
        alice.mark(comment())
        alice.report()

    assert asked(app, LETTER_API, kind) == few
    assert few[1] <= 1
