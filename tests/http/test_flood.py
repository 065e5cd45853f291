"""One address sends one comment in fifteen seconds; its network may send more."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from comments_api.models import Bucket
from tests.conftest import ON_SQLITE
from tests.http.conftest import signed_in


@pytest.fixture
def patient(new_app):
    """An application that waits as long as it usually does."""
    return new_app(flood_seconds=15)


def send(app, address="192.0.2.7", browser=None, **fields):
    browser = browser or app.test_client()
    return browser.post(
        "/api/threads/post-the-vote/comments",
        json={"author_name": "Bob", **fields},
        environ_base={"REMOTE_ADDR": address},
    )


def test_a_second_comment_must_wait_and_is_told_how_long(patient, watch, stored):
    send(patient, content="One.")
    watch.forward(seconds=5)

    answer = send(patient, content="Two.")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "10")
    assert len(stored()) == 1


def test_after_fifteen_seconds_it_may_come(patient, watch):
    send(patient, content="One.")
    watch.forward(seconds=15)

    assert send(patient, content="Two.").status_code == 201


@ON_SQLITE
def test_a_neighbour_need_not_wait(patient):
    send(patient, content="One.")

    assert send(patient, "192.0.2.8", content="Two.").status_code == 201


@ON_SQLITE
def test_it_is_one_address_in_whatever_browser(patient):
    send(patient, content="One.")

    assert send(patient, content="Two.", author_name="Carol").status_code == 429


@ON_SQLITE
def test_moderators_need_not_wait(patient, database, now):
    alice = signed_in(patient, database, now)

    sent = [send(patient, browser=alice, content=text).status_code for text in ("One.", "Two.")]

    assert sent == [201, 201]


@ON_SQLITE
def test_what_was_refused_is_no_reason_to_wait(patient):
    send(patient, content="")

    assert send(patient, content="One.").status_code == 201


@ON_SQLITE
def test_of_the_address_only_a_hash_is_kept_that_is_another_one_tomorrow(patient, watch, database):
    send(patient, content="One.")
    watch.forward(days=1)
    send(patient, content="Two.")

    with database.session() as session:
        keys = session.scalars(sa.select(Bucket.key).where(Bucket.key.like("post:one:%"))).all()
    assert len(keys) == 2
    assert not any("192" in key for key in keys)


@ON_SQLITE
def test_it_can_be_switched_off(new_app):
    app = new_app(flood_seconds=0)

    assert [send(app, content=text).status_code for text in ("One.", "Two.")] == [201, 201]
