"""The same comment sent again, on purpose, by accident or five times at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.conftest import ON_SQLITE
from tests.http.conftest import LETTER

KEY = {"Idempotency-Key": "8b1f4f0e-1c0a-4a55-9f4e-0d2c7b9f2a10"}


def test_the_same_key_five_times_at_once_makes_one_comment(app, stored):
    def send(_):
        return app.test_client().send_json(headers=KEY)

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(send, range(5)))

    assert {answer.status_code for answer in answers} == {201}
    assert {answer.json["id"] for answer in answers} == {comment.id for comment in stored()}
    assert len(stored()) == 1


def test_the_same_text_five_times_at_once_makes_one_comment(app, stored):
    def send(_):
        return app.test_client().send_json()

    with ThreadPoolExecutor(5) as pool:
        statuses = sorted(answer.status_code for answer in pool.map(send, range(5)))

    assert statuses == [201, 409, 409, 409, 409]
    assert len(stored()) == 1


def test_a_key_counts_within_its_thread_only(bob, stored):
    first = bob.send_json(headers=KEY)
    second = bob.send_json(thread="post-the-answer", headers=KEY)

    assert first.json["id"] != second.json["id"]
    assert len(stored()) == 2


@ON_SQLITE
def test_a_key_that_another_text_comes_with_answers_for_that_text_only(bob, stored):
    """A key somebody else happens to use must neither show her words nor swallow one's own."""
    first = bob.send_json(headers=KEY)
    second = bob.send_json(headers=KEY, content="Something else.")

    assert "Something else." in second.json["content"]["rendered"]
    assert second.json["id"] != first.json["id"]
    assert len(stored()) == 2


@ON_SQLITE
def test_another_key_makes_another_comment(bob, stored):
    bob.send_json(headers=KEY)
    bob.send_json(headers={"Idempotency-Key": "another"}, content="Something else.")

    assert len(stored()) == 2


@ON_SQLITE
def test_a_form_that_is_sent_again_with_its_key_is_thanked_again(bob, stored):
    answers = [bob.send(headers=KEY) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(stored()) == 1


@ON_SQLITE
def test_a_refused_comment_leaves_its_key_free(bob, stored):
    assert bob.send_json(headers=KEY, content="").status_code == 422

    assert bob.send_json(headers=KEY, **LETTER).status_code == 201


@ON_SQLITE
def test_the_key_itself_is_not_kept(bob, database):
    bob.send_json(headers=KEY)

    with database.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT key_hash FROM idempotency_keys").scalar_one()

    assert KEY["Idempotency-Key"] not in kept


@ON_SQLITE
def test_an_absurdly_long_key_does_no_harm(bob):
    assert bob.send_json(headers={"Idempotency-Key": "k" * 60_000}).status_code in {201, 400, 422}
