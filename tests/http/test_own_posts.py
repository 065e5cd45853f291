"""Authors: the public comments on what they wrote, answered in the campaign's name; no others."""

from __future__ import annotations

import pytest

from comments_api import own_posts
from comments_api.errors import UnknownComment
from comments_api.models import Role, Status
from tests.conftest import ON_SQLITE
from tests.factories import approve, make_comment, make_thread
from tests.http.conftest import PAGE
from tests.http.reading import parse, said, words
from tests.http.staff import working

pytestmark = ON_SQLITE

OWN = "/moderate/own-posts"
TEXT = "Thank you, we asked the council."


@pytest.fixture
def carol(app, database, now, declare):
    """The browser of Carol, who wrote the post and may answer its comments."""
    declare(authors=["CAROL"])
    return working(app, database, now, "Carol", Role.AUTHOR)


@pytest.fixture
def elsewhere(comment):
    """A public comment on what somebody else wrote."""
    return comment(Status.APPROVED, thread=make_thread("post-other"), content="Not hers.")


def reply(browser, number, version=2, content=TEXT):
    """Send the reply form."""
    return browser.post(f"{OWN}/{number}/reply", data={"version": version, "content": content})


def test_she_is_led_to_the_public_comments_on_her_posts_and_sees_no_others(
    carol, comment, elsewhere
):
    comment(Status.APPROVED, content="I wrote to them.", author_email="bob@example.org")
    for status in (Status.PENDING, Status.SPAM, Status.TRASH):
        comment(status, content=f"This one is {status}.")

    page = carol.get(OWN)

    assert carol.get("/moderate/").headers["Location"] == OWN
    assert "I wrote to them." in said(page)
    assert "This one is" not in page.text
    assert "Not hers." not in page.text
    assert "bob@example.org" not in page.text
    assert "/moderate/pending" not in page.text
    assert "/moderate/rules" not in page.text


def test_her_reply_is_on_the_page_with_the_campaigns_label(carol, comment, site, stored):
    number = comment(Status.APPROVED)

    answer = reply(carol, number)

    assert answer.headers["Location"] == f"{OWN}?did=reply#comment-{number}"
    page = site.live().read(PAGE).decode()
    assert TEXT in page
    assert "comment--campaign" in page
    assert [(c.parent_id, c.author_name, c.status) for c in stored()][1:] == [
        (number, "Carol", "approved")
    ]


@pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.TRASH])
def test_what_is_not_public_is_not_hers_to_decide(carol, comment, stored, status):
    number = comment(status)

    assert reply(carol, number, version=stored()[0].version).status_code == 404
    assert [one.status for one in stored()] == [status]


def test_comments_elsewhere_and_nowhere_are_answered_alike(carol, elsewhere, stored):
    for content in (TEXT, ""):
        there, nowhere = (reply(carol, at, content=content) for at in (elsewhere, 4711))

        assert there.status_code == nowhere.status_code == 404
        assert there.data == nowhere.data
    assert len(stored()) == 1


@pytest.mark.parametrize("action", ["hold", "spam", "trash"])
def test_what_a_moderator_took_off_the_page_meanwhile_keeps_her_text_and_tells_nothing_else(
    carol, alice, comment, stored, action
):
    number = comment(Status.APPROVED, author_name="Zoe")
    alice.decide(number, action, version=2)

    answer = reply(carol, number)

    assert answer.status_code == 404
    assert TEXT in words(parse(answer.text))
    assert answer.data == reply(carol, 4711).data
    assert "Alice" not in answer.text
    assert "Zoe" not in answer.text
    assert len(stored()) == 1


def test_what_went_while_it_was_refused_keeps_her_text_too(carol, comment, monkeypatch):
    number, found = comment(Status.APPROVED), [own_posts.authorship.find]

    def find_once(*args):
        if not found:
            raise UnknownComment(number)
        return found.pop()(*args)

    monkeypatch.setattr(own_posts.authorship, "find", find_once)

    answer = reply(carol, number, version=1)

    assert answer.status_code == 404
    assert TEXT in words(parse(answer.text))


def test_a_session_that_ended_while_she_wrote_gives_her_text_back(carol, comment, stored, watch):
    number = comment(Status.APPROVED)
    watch.forward(minutes=61)

    answer = reply(carol, number)

    assert answer.status_code == 403
    assert "You are not signed in any more" in said(answer)
    assert TEXT in words(parse(answer.text))
    assert len(stored()) == 1


def test_a_comment_that_was_changed_meanwhile_keeps_her_text(carol, comment, stored):
    number = comment(Status.APPROVED)

    answer = reply(carol, number, version=1)

    assert answer.status_code == 409
    assert TEXT in answer.text
    assert len(stored()) == 1


@pytest.mark.parametrize("content", ["", "x" * 10_001])
def test_an_empty_and_a_too_long_reply_are_refused(carol, comment, stored, content):
    answer = reply(carol, comment(Status.APPROVED), content=content)

    assert answer.status_code == 422
    assert len(stored()) == 1


def test_on_her_own_page_she_speaks_for_the_campaign(carol, stored):
    carol.send()

    assert stored()[0].moderator_id is not None


def test_elsewhere_she_is_a_reader_like_any_other(app, database, now, declare, stored):
    declare(authors=["Dave"])
    carol = working(app, database, now, "Carol", Role.AUTHOR)

    carol.send()

    assert [(one.moderator_id, one.status) for one in stored()] == [(None, "pending")]


def test_there_are_as_many_pages_as_it_needs(carol, database, now):
    with database.session() as session:
        numbers = [make_comment(session, now, Status.PENDING).id for _ in range(51)]
    for number in numbers:
        approve(database, number, now)

    first = carol.get(OWN)
    second = carol.get(f"{OWN}?from={numbers[0]}")

    assert first.text.count('class="card"') == 50
    assert f'href="{OWN}?from={numbers[0]}"' in first.text
    assert second.text.count('class="card"') == 1


@pytest.mark.parametrize("start", ["x", "-1", "9" * 30, "٣"])
def test_a_strange_page_number_is_the_first_page(carol, comment, start):
    comment(Status.APPROVED)

    assert carol.get(OWN, query_string={"from": start}).text.count('class="card"') == 1
