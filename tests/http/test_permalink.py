"""GET /api/comments/{comment}: an address that always leads somewhere, and gives nothing away."""

from __future__ import annotations

import pytest

from comments_api.models import Status
from tests.conftest import ON_SQLITE
from tests.http.reading import parse, said

HTML = {"Accept": "text/html"}
POST = "/2026/11/the-vote/"


def links(answer):
    """Return where the links of an answer lead."""
    return [link.get("href") for link in parse(answer.text).iter("a")]


def test_a_public_comment_is_found_on_its_page(bob, comment):
    number = comment(Status.APPROVED)

    answer = bob.get(f"/api/comments/{number}")

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{POST}#comment-{number}"
    assert answer.headers["Cache-Control"] == "no-store"


def test_so_is_a_tombstone_with_replies(bob, comment):
    number = comment(Status.WITHDRAWN)
    comment(Status.APPROVED, parent=None)
    assert bob.get(f"/api/comments/{number}").status_code == 404

    kept = comment(Status.APPROVED)
    comment(Status.APPROVED, parent=kept)
    with_replies = bob.get(f"/api/comments/{kept}")

    assert with_replies.headers["Location"] == f"{POST}#comment-{kept}"


@ON_SQLITE
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_page_is_in_the_readers_language(bob, comment, site, lang):
    number = comment(Status.APPROVED)
    page = site.live().manifest.threads["post-the-vote"].page(lang)[0]

    answer = bob.get(f"/api/comments/{number}?lang={lang}")

    assert answer.headers["Location"] == f"{page}#comment-{number}"


def test_her_own_that_waits_is_found_where_she_sees_it(bob, stored):
    bob.send(content="Still waiting.")
    number = stored()[0].id

    answer = bob.get(f"/api/comments/{number}", headers=HTML)

    page = bob.get(answer.headers["Location"], headers=HTML)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"#held-{number}")
    assert f'id="held-{number}"' in page.text
    assert "Still waiting." in said(page)


def test_what_was_public_once_leads_to_its_page_in_words(bob, alice, comment, stored):
    number = comment(Status.APPROVED)
    alice.decide(number, "trash", stored()[0].version)

    answer = bob.get(f"/api/comments/{number}", headers=HTML)

    assert answer.status_code == 404
    assert "not on the page, or no longer" in said(answer)
    assert f"{POST}#thread" in links(answer)


@ON_SQLITE
@pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.TRASH])
def test_what_never_was_public_leads_nowhere(bob, comment, status):
    number = comment(status)

    answer = bob.get(f"/api/comments/{number}", headers=HTML)

    assert answer.status_code == 404
    assert f"{POST}#thread" not in links(answer)


@ON_SQLITE
def test_what_was_said_on_a_page_that_is_gone_leads_nowhere(bob, database, now):
    from tests.factories import make_comment, make_thread

    with database.session() as session:
        number = make_comment(session, now, thread=make_thread("post-gone")).id

    assert bob.get(f"/api/comments/{number}").status_code == 404
