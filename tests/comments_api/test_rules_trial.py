"""A trial run: what a rule would have done to the newest comments."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from comments_api.models import Change, Comment, Status
from comments_api.rules import trial
from comments_api.rules.blocks import Barred
from comments_api.rules.phrases import parse
from comments_api.rules.trial import Caught
from tests.conftest import ON_SQLITE
from tests.factories import make_comment


def test_a_list_is_tried_on_what_was_sent(session, now):
    one = make_comment(session, now, content="The lottery.", author_name="Bob")
    two = make_comment(session, now, Status.SPAM, content="A l0ttery, a raffle.")
    make_comment(session, now, content="Nothing.")

    outcome = trial.of_words(session, parse("lottery\nraffle"))

    assert outcome.looked == 3
    assert list(outcome.caught) == [
        Caught(two.id, "spam", "Bob", "lottery, raffle"),
        Caught(one.id, "approved", "Bob", "lottery"),
    ]
    assert [caught.id for caught in outcome.approved] == [one.id]


@pytest.mark.parametrize(
    ("field", "value", "given"),
    [
        ("name", "mallory", {"author_name": "Mallory"}),
        ("email", "mal@example.org", {"author_email": "mal@example.org"}),
        ("domain", "example.org", {"content": "See https://x.example.org/"}),
    ],
)
def test_a_block_is_tried_whenever_it_ends(session, now, field, value, given):
    met = make_comment(session, now, Status.PENDING, **given)
    make_comment(session, now)

    outcome = trial.of_block(session, Barred(field, value, "spam", until=now))

    assert [caught.id for caught in outcome.caught] == [met.id]


def test_a_number_of_links_is_tried(session, now):
    two = make_comment(session, now, content="https://a.example/ https://b.example/")
    one = make_comment(session, now, content="https://a.example/")
    make_comment(session, now)

    caught = [[one.id for one in trial.of_links(session, most).caught] for most in (1, 2, 3)]

    assert caught == [[one.id, two.id], [two.id], []]


def test_it_looks_at_the_newest_five_hundred_of_readers(session, now):
    make_comment(session, now, content="The lottery, too old.")
    first = make_comment(session, now, content="The lottery.")
    columns = {c.key: getattr(first, c.key) for c in sa.inspect(Comment).columns if c.key != "id"}
    session.execute(sa.insert(Comment), [columns] * 498)
    last = make_comment(session, now, content="The lottery.", thread=None, author_name="Carol")
    last.status = Status.WITHDRAWN.value  # what is gone is no comment
    session.flush()

    outcome = trial.of_words(session, parse("lottery"))

    assert (outcome.looked, len(outcome.caught)) == (500, 500)


def test_it_changes_nothing(session, now):
    make_comment(session, now, Status.PENDING, content="The lottery.")

    trial.of_words(session, parse("lottery"))

    assert session.scalars(sa.select(Change)).all() == []
    assert session.scalars(sa.select(Comment.reasons)).one() == ["thread-is-held", "new-commenter"]


@ON_SQLITE
def test_what_came_out_is_said_in_a_sentence(session, now):
    assert "no comment yet" in trial.sentence(trial.of_links(session, 1), "en")

    make_comment(session, now, content="https://a.example/")
    make_comment(session, now, Status.SPAM, content="https://b.example/")
    make_comment(session, now)

    said = trial.sentence(trial.of_links(session, 1), "en")
    nothing = trial.sentence(trial.of_links(session, 2), "en")
    assert said == "This would have held 2 of the last 3 comments. Of these, 1 is approved."
    assert nothing == "This would have held 0 of the last 3 comments."
