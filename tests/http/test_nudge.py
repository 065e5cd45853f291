"""Who would be published but for what she can mend is told so before anything is stored."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from comments_api.models import Bucket, Comment, Status, Thread
from tests.conftest import ON_SQLITE
from tests.http.reading import parse, words

THREE = "https://a.example/ https://b.example/ https://c.example/"


@pytest.fixture
def open_site(declare, new_app):
    """Bob's browser, where comments are open and everybody is trusted."""
    declare(mode="open")

    def make(**changes):
        return new_app(trust_after=0, **changes).test_client()

    return make


@pytest.fixture
def left(database):
    """Counts what is stored."""

    def count():
        with database.session() as session:
            models = (Comment, Thread, Bucket)
            return [session.scalar(sa.select(sa.func.count()).select_from(m)) for m in models]

    return count


def test_a_program_is_told_and_nothing_is_stored_or_counted(open_site, left):
    answer = open_site().send_json(content=THREE)

    assert (answer.status_code, answer.json["type"]) == (422, "/api/problems/nudge")
    assert answer.json["title"] == (
        "Your comment has 3 links. Take some out and it can appear at once; "
        "or send it as it is, and it waits for a moderator."
    )
    assert left() == [0, 0, 0]


def test_sent_as_it_is_it_waits(open_site, stored):
    answer = open_site().send_json(content=THREE, as_it_is=True)

    assert (answer.status_code, answer.json["status"]) == (201, "pending")
    assert stored()[0].reasons == ["links:3"]


def test_mended_it_appears(open_site, stored):
    browser = open_site()
    browser.send_json(content=THREE)

    answer = browser.send_json(content="See https://a.example/")

    assert answer.json["status"] == "approved"
    assert [one.status for one in stored()] == [Status.APPROVED]


@ON_SQLITE
def test_a_form_comes_back_with_the_choice(open_site, left):
    answer = open_site().send(content=THREE, author_name="Bob")

    page = parse(answer.text)
    buttons = {b.get("name"): words(b) for b in page.iter("button")}
    assert answer.status_code == 422
    assert "Your comment has 3 links." in words(page)
    assert THREE in answer.text
    assert buttons["as_it_is"] == "Send it as it is"
    assert left() == [0, 0, 0]


@ON_SQLITE
def test_that_button_sends_it(open_site, stored):
    answer = open_site().send(content=THREE, as_it_is="1")

    assert answer.status_code == 303
    assert [one.status for one in stored()] == [Status.PENDING]


@ON_SQLITE
def test_a_repetition_can_be_mended_too(open_site, stored):
    browser = open_site()
    first = browser.send_json(content="Look at this!")

    answer = browser.send_json(content="Look at this!", parent=first.json["id"])

    assert answer.status_code == 422
    assert "in other words" in answer.json["title"]
    assert len(stored()) == 1


@ON_SQLITE
def test_what_waits_in_any_case_is_not_nudged(open_site, new_app, bob):
    """Bob is unknown here: a moderator reads his comment whatever he takes out."""
    answer = new_app().test_client().send_json(content=THREE)

    assert (answer.status_code, answer.json["status"]) == (201, "pending")


@ON_SQLITE
@pytest.mark.parametrize("value", ["true", 1, "", [], {}])
def test_a_program_says_it_by_true_and_by_nothing_else(open_site, left, value):
    answer = open_site().send_json(content=THREE, as_it_is=value)

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["as_it_is"])
    assert left() == [0, 0, 0]


@ON_SQLITE
@pytest.mark.parametrize("value", [False, None])
def test_a_program_may_say_that_it_does_not_insist(open_site, value):
    answer = open_site().send_json(content=THREE, as_it_is=value)

    assert answer.json["type"] == "/api/problems/nudge"


@ON_SQLITE
def test_one_link_is_said_in_the_singular(open_site):
    answer = open_site(max_links=1).send_json(content="https://a.example/")

    assert answer.json["title"].startswith("Your comment has 1 link. Take it out and")
