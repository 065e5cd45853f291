"""The moderators' numbers: each is what the tables say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from comments_api import decisions, numbers, rejecting
from comments_api.models import Comment, Decision, Edit, Status
from comments_api.numbers import DAYS, Day, Person, Reason
from tests.conftest import ON_SQLITE
from tests.factories import make_comment, make_moderator, make_thread

LONDON = "Europe/London"
TODAY = date(2026, 11, 21)


@pytest.fixture
def decide(session):
    """Has somebody decide on a comment, at a moment."""

    def done(comment, action, when, who="Alice"):
        person = make_moderator(session, when, who)
        decisions.decide(session, comment.id, action, comment.version, person.id, when)
        session.flush()

    return done


def of(session, now, zone=LONDON):
    """Return the numbers after what was done so far."""
    session.flush()
    return numbers.of(session, zone, now)


def test_of_an_empty_site_there_is_nothing_to_say(session, now):
    found = of(session, now)

    assert (found.waiting, found.oldest, found.median, found.usual) == (0, None, None, None)
    assert [day.day for day in found.days] == [
        TODAY - timedelta(days=back) for back in range(DAYS - 1, -1, -1)
    ]
    assert {(day.came, day.held, day.decided) for day in found.days} == {(0, 0, 0)}
    assert (found.reasons, found.rejections, found.people) == ([], [], [])


def test_what_waits_is_counted_with_edits_and_the_oldest_is_named(session, now):
    make_comment(session, now - timedelta(hours=2), Status.PENDING)
    public = make_comment(session, now - timedelta(days=9))
    session.add(
        Edit(comment_id=public.id, source="x", rendered="<p>x</p>", renderer="1", reasons=[],
             created=now - timedelta(hours=3))
    )  # fmt: skip
    make_comment(session, now - timedelta(days=5), Status.SPAM)

    found = of(session, now)

    assert (found.waiting, found.oldest) == (2, now - timedelta(hours=3))


def test_the_median_is_the_wait_in_the_middle(session, now, decide):
    for hours in (1, 2, 300):
        comment = make_comment(session, now - timedelta(hours=hours), Status.PENDING)
        decide(comment, "approve", now)

    assert of(session, now).median == timedelta(hours=2)


def test_each_day_says_what_came_what_waited_and_what_was_decided(session, now, decide):
    yesterday = now - timedelta(days=1)
    held = [make_comment(session, yesterday, Status.PENDING) for _ in range(3)]
    open_page = make_thread(mode="open")
    alice = make_moderator(session, now)
    make_comment(session, yesterday, Status.PENDING, open_page, moderator=alice)  # her own
    decide(held[0], "approve", yesterday)
    decide(held[1], "spam", now)
    decide(held[1], "trash", now)  # it waited no more

    found = of(session, now)

    assert found.days[-2:] == [
        Day(TODAY - timedelta(days=1), came=3, held=3, decided=1),
        Day(TODAY, decided=1),
    ]


def test_what_was_never_held_came_all_the_same(session, now):
    make_comment(session, now, Status.PENDING)
    session.execute(sa.update(Decision).values(to_status="approved"))

    assert of(session, now).days[-1] == Day(TODAY, came=1)


@pytest.mark.parametrize(
    ("zone", "hour", "day"),
    [
        (LONDON, 0, TODAY),
        (LONDON, -1, TODAY - timedelta(days=1)),
        ("Asia/Kathmandu", 18, TODAY),  # quarter to midnight
        ("America/New_York", 4, TODAY - timedelta(days=1)),
        ("America/New_York", 5, TODAY),
    ],
)
def test_a_day_begins_where_the_sites_clock_says(session, now, zone, hour, day):
    made = now.replace(hour=0) + timedelta(hours=hour)
    make_comment(session, made, Status.PENDING)

    found = of(session, now, zone)

    assert [one.day for one in found.days if one.came] == [day]


def test_a_day_on_which_the_clocks_change_is_counted_once(session, now):
    """Clocks in London were put back on 25 October: that day had 25 hours."""
    now -= timedelta(days=20)
    for hour in range(49):  # from midnight on the 24th, British summer time
        made = now.replace(month=10, day=23, hour=23, minute=0) + timedelta(hours=hour)
        make_comment(session, made, Status.PENDING)

    counts = {one.day.day: one.came for one in of(session, now).days if one.came}

    assert counts == {24: 24, 25: 25}


def test_what_is_older_than_thirty_days_is_left_out(session, now, decide):
    long_ago = now - timedelta(days=31)
    decide(make_comment(session, long_ago, Status.PENDING), "approve", long_ago)

    found = of(session, now)

    assert {one.came for one in found.days} == {0}
    assert (found.reasons, found.people) == ([], [])


def test_each_reason_says_what_became_of_what_it_held(session, now, decide):
    found = [make_comment(session, now, Status.PENDING) for _ in range(4)]
    decide(found[0], "approve", now)
    decide(found[1], "trash", now)
    session.execute(sa.delete(Comment).where(Comment.id == found[2].id))
    session.execute(sa.update(Decision).values(reasons=["thread-is-held"]))
    reasons = ["links", "new-commenter"]
    some = Decision.comment_id.in_([found[0].id, found[3].id]) & (Decision.action == "arrive")
    session.execute(sa.update(Decision).where(some).values(reasons=reasons))

    assert of(session, now).reasons == [
        Reason("links", held=2, approved=1, waiting=1),
        Reason("new-commenter", held=2, approved=1, waiting=1),
        Reason("thread-is-held", held=2, gone=2),
    ]


def test_rejections_are_counted_by_the_reason_that_was_given(session, now):
    alice = make_moderator(session, now)
    for reason in ("abusive", "abusive", "other"):
        comment = make_comment(session, now, Status.PENDING)
        rejecting.reject(session, comment.id, 1, reason, alice.id, now)
    make_comment(session, now, Status.TRASH)  # without a reason

    assert of(session, now).rejections == [("rejected:abusive", 2), ("rejected:other", 1)]


def test_each_moderator_has_a_line(session, now, decide):
    found = [make_comment(session, now, Status.PENDING) for _ in range(4)]
    for comment, action in zip(found, ("approve", "approve", "spam", "trash"), strict=True):
        decide(comment, action, now, "Carol")
    decide(found[0], "hold", now, "Alice")

    people = of(session, now).people

    assert people == [Person("Alice", other=1), Person("Carol", approved=2, spam=1, removed=1)]
    assert [one.all for one in people] == [1, 4]


@ON_SQLITE
def test_two_people_of_one_name_are_two(session, now, decide):
    for who in ("Alice", "Carol"):
        decide(make_comment(session, now, Status.PENDING), "approve", now, who)
    session.execute(sa.text("UPDATE moderators SET name = 'Alex'"))

    assert of(session, now).people == [Person("Alex", approved=1)] * 2
