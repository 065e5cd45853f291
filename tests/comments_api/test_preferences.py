"""How a moderator likes her screen: kept with her, and never nonsense."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from comments_api import preferences
from comments_api.errors import InvalidDraft
from comments_api.models import Moderator
from comments_api.preferences import USUAL, Preferences
from tests.factories import make_moderator


@pytest.fixture
def alice(session, now):
    return make_moderator(session, now)


@pytest.fixture
def kept(session, alice):
    """Returns what is kept of Alice's choices."""

    def read():
        session.flush()
        session.expire_all()
        return preferences.of(session.get_one(Moderator, alice.id))

    return read


def test_at_first_keys_are_on_and_the_longest_waiting_comes_first(alice):
    assert preferences.of(alice) == Preferences(keys=True, orders={})
    assert [USUAL.order_of(tab) for tab in ("pending", "reported", "spam")] == [
        *("oldest", "oldest", "newest")
    ]


def test_each_choice_stays_until_another_is_made(session, alice, kept):
    preferences.set_keys(session, alice.id, on=False)
    preferences.set_order(session, alice.id, "spam", "oldest")

    assert kept() == Preferences(keys=False, orders={"spam": "oldest"})
    preferences.set_keys(session, alice.id, on=True)
    assert kept() == Preferences(keys=True, orders={"spam": "oldest"})


def test_an_order_belongs_to_its_tab(session, alice, kept):
    preferences.set_order(session, alice.id, "pending", "newest")
    preferences.set_order(session, alice.id, "approved", "oldest")

    assert kept().orders == {"pending": "newest", "approved": "oldest"}
    assert kept().order_of("spam") == "newest"


@pytest.mark.parametrize(("tab", "order"), [("x", "oldest"), ("spam", ""), ("spam", "best")])
def test_what_cannot_be_chosen_is_refused_and_nothing_kept(session, alice, tab, order):
    with pytest.raises(InvalidDraft) as caught:
        preferences.set_order(session, alice.id, tab, order)

    assert list(caught.value.errors) == ["order"]
    assert alice.preferences == {}


def test_the_same_choice_again_writes_nothing(session, alice, kept):
    preferences.set_order(session, alice.id, "spam", "oldest")
    kept()

    preferences.set_order(session, alice.id, "spam", "oldest")
    preferences.set_keys(session, alice.id, on=True)

    assert not session.dirty


@pytest.mark.parametrize(
    "kept",
    [
        {"keys": None, "orders": ["x"]},
        {"tab": "of an older version", "orders": {"spam": "best", "gone": "oldest", "mine": ["x"]}},
    ],
    ids=str,
)
def test_what_makes_no_sense_any_more_counts_as_not_chosen(session, alice, kept):
    session.execute(sa.update(Moderator).values(preferences=kept))
    session.expire_all()

    assert preferences.of(session.get_one(Moderator, alice.id)) == Preferences()


def test_what_others_keep_there_is_left_alone(session, alice):
    alice.preferences = {"more": 1}
    session.flush()

    preferences.set_keys(session, alice.id, on=False)

    assert session.get_one(Moderator, alice.id).preferences["more"] == 1
