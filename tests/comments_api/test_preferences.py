"""How a moderator likes her screen: kept with her, and never nonsense."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from comments_api import preferences
from comments_api.errors import InvalidDraft
from comments_api.models import Moderator
from comments_api.preferences import Preferences
from tests.factories import make_moderator


@pytest.fixture
def alice(session, now):
    return make_moderator(session, now)


@pytest.fixture
def choose(session, alice):
    """Keeps what Alice chooses, and returns what is kept."""

    def chosen(**values):
        preferences.set_(session, alice.id, **values)
        session.flush()
        session.expire_all()
        return preferences.of(session.get_one(Moderator, alice.id))

    return chosen


def test_at_first_keys_are_on_and_what_waits_is_shown(alice):
    assert preferences.of(alice) == Preferences(tab="pending", keys=True, orders={})


def test_each_choice_stays_until_another_is_made(choose):
    choose(keys=False)
    choose(tab="spam", order="oldest")

    assert choose(tab="approved") == Preferences("approved", False, {"spam": "oldest"})
    assert choose(keys=True).keys is True


def test_an_order_belongs_to_its_tab(choose):
    choose(tab="pending", order="newest")

    liked = choose(tab="approved")

    assert [liked.order_of(tab) for tab in ("pending", "approved")] == ["newest", "newest"]
    assert choose(order="oldest").orders == {"pending": "newest", "approved": "oldest"}


@pytest.mark.parametrize(
    "values",
    [{"tab": "x"}, {"order": ""}, {"keys": "on"}, {"colour": "red"}, {"tab": ["spam"]}],
    ids=str,
)
def test_what_cannot_be_chosen_is_refused_and_nothing_kept(choose, session, alice, values):
    with pytest.raises(InvalidDraft) as caught:
        choose(**values)

    assert list(caught.value.errors) == list(values)
    assert alice.preferences == {}


def test_the_same_choice_again_writes_nothing(choose, session, alice):
    choose(tab="spam")

    preferences.set_(session, alice.id, tab="spam", keys=True)

    assert not session.dirty


@pytest.mark.parametrize(
    "kept",
    [
        {"tab": 7, "keys": None, "orders": ["x"]},
        {"tab": "gone", "orders": {"spam": "best", "gone": "oldest", "mine": ["x"]}},
    ],
    ids=str,
)
def test_what_makes_no_sense_any_more_counts_as_not_chosen(session, alice, kept):
    session.execute(sa.update(Moderator).values(preferences=kept))
    session.expire_all()

    assert preferences.of(session.get_one(Moderator, alice.id)) == Preferences()


def test_what_others_keep_there_is_left_alone(choose, session, alice):
    alice.preferences = {"more": 1}
    session.flush()

    choose(tab="spam")

    assert session.get_one(Moderator, alice.id).preferences["more"] == 1
