"""Who wants to hear of what: nothing is sent to an address whose owner did not say so."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import confirmations, identities
from comments_api.errors import TooMany
from comments_api.mail import subscriptions
from comments_api.mail.outbox import Kind
from comments_api.mail.subscriptions import MOST, UNCONFIRMED_LIFE, Wish
from comments_api.models import Outbox, Pace, Scope
from tests.factories import THREAD, make_comment

BOB = "bob@example.org"


def wish(email=BOB, **more):
    given = {"scope": Scope.THREAD, "lang": "en", "thread_key": THREAD, **more}
    return Wish(email, **given)


def follow(session, now, *wishes, identity=None, network="n"):
    return subscriptions.follow(session, wishes or [wish()], identity, network, now)


def asked(session):
    """Return the addresses to which a link is on its way."""
    session.flush()
    statement = sa.select(Outbox.recipient).where(Outbox.kind == Kind.CONFIRM.value)
    return session.scalars(statement.order_by(Outbox.id)).all()


def test_nothing_begins_before_the_address_is_confirmed(session, now):
    begun = follow(session, now)

    [one] = subscriptions.of(session, BOB)
    assert (begun, one.confirmed, asked(session)) == (False, None, [BOB])


def test_confirming_an_address_begins_all_that_waits_for_it_and_nothing_else(session, now):
    follow(session, now, wish(), wish(scope=Scope.POSTS, thread_key=""))
    follow(session, now, wish("eve@example.org"))

    begun = subscriptions.confirm(session, "Bob@Example.org", now)

    assert [one.scope for one in begun] == ["thread", "posts"]
    assert all(one.confirmed == now for one in subscriptions.of(session, BOB))
    assert subscriptions.of(session, "eve@example.org")[0].confirmed is None
    assert subscriptions.confirm(session, BOB, now) == []


def test_a_browser_that_has_the_address_needs_no_link(session, now):
    bob = identities.introduce(session, "r", identities.BY_EMAIL, BOB, BOB, "Bob", now)

    assert follow(session, now, wish("Bob@example.org"), identity=bob)
    assert follow(session, now, wish("eve@example.org"), identity=bob) is False
    assert subscriptions.of(session, BOB)[0].confirmed == now
    assert asked(session) == ["eve@example.org"]


def test_one_link_a_day_goes_to_an_address(session, now):
    follow(session, now)
    follow(session, now + timedelta(hours=23), wish(scope=Scope.POSTS, thread_key=""))
    assert asked(session) == [BOB]

    follow(session, now + timedelta(hours=25))
    assert asked(session) == [BOB, BOB]


def test_a_network_can_cause_so_many_links_a_day(session, now):
    for number in range(confirmations.BLOCK_A_DAY):
        follow(session, now, wish(f"bob{number}@example.org"))

    with pytest.raises(TooMany):
        follow(session, now, wish("one-more@example.org"))


def test_the_same_again_is_one_subscription_as_it_was_wished_last(session, now):
    follow(session, now, wish())
    follow(session, now, wish(pace=Pace.DAILY, lang="fr"))

    [one] = subscriptions.of(session, BOB)
    assert (one.pace, one.lang) == ("daily", "fr")


def test_nobody_else_changes_what_was_confirmed(session, now):
    follow(session, now)
    subscriptions.confirm(session, BOB, now)

    follow(session, now, wish(pace=Pace.DAILY))
    unchanged = subscriptions.of(session, BOB)[0].pace
    subscriptions.subscribe(session, wish(pace=Pace.DAILY), now, proven=True)

    assert unchanged == "immediate"
    assert subscriptions.of(session, BOB)[0].pace == "daily"


def test_an_address_has_so_many_subscriptions_at_most(session, now):
    for number in range(MOST + 5):
        subscriptions.subscribe(session, wish(thread_key=f"post-{number}"), now)

    assert len(subscriptions.of(session, BOB)) == MOST


def test_ending_one_leaves_the_others(session, now):
    follow(session, now, wish(), wish(scope=Scope.POSTS, thread_key=""))
    first, second = subscriptions.of(session, BOB)

    subscriptions.end(session, [first.id])
    subscriptions.end(session, [first.id])  # again

    assert [one.id for one in subscriptions.of(session, BOB)] == [second.id]
    assert [one.id for one in subscriptions.some(session, [first.id, second.id])] == [second.id]


def test_ending_all_ends_those_of_the_same_address_only(session, now):
    follow(session, now, wish(), wish(scope=Scope.POSTS, thread_key=""))
    follow(session, now, wish("eve@example.org"))
    first = subscriptions.of(session, BOB)[0]

    subscriptions.end_all(session, [first.id])

    assert subscriptions.of(session, BOB) == []
    assert len(subscriptions.of(session, "eve@example.org")) == 1


def test_what_nobody_confirmed_in_time_goes(session, now):
    follow(session, now, wish())
    follow(session, now, wish("eve@example.org"))
    subscriptions.confirm(session, "eve@example.org", now)

    subscriptions.forget(session, now + UNCONFIRMED_LIFE)
    kept = len(subscriptions.of(session, BOB))
    subscriptions.forget(session, now + UNCONFIRMED_LIFE + timedelta(seconds=1))

    assert (kept, subscriptions.of(session, BOB)) == (1, [])
    assert len(subscriptions.of(session, "eve@example.org")) == 1


def test_answers_to_a_comment_end_with_the_comment(session, now):
    comment = make_comment(session, now)
    follow(session, now, wish(scope=Scope.REPLIES, comment_id=comment.id))

    session.delete(comment)
    session.flush()
    session.expire_all()

    assert subscriptions.of(session, BOB) == []
