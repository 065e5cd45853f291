"""What a letter's ledger says, how it is drawn, and when time changes it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import html5lib
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from comments_api import ledger, regions
from comments_api.ledger import Marked, Noted, opened
from tests.factories import make_letter, make_manifest

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CHASER = {"url": "/letters/we-are-waiting/", "title": "We are still waiting"}


def noted_by_author(outcome="answered", day="2026-11-20", **changes):
    values = {"day": day, "target": "mayor", "outcome": outcome, "permission": "summary"}
    return {**values, "text": "Noted by the author.", **changes}


def marked(outcome="answered", day=date(2026, 11, 20), comment_id=7, target="clerk"):
    html = Markup("<p>Marked by a moderator.</p>")
    return Marked(comment_id, target, day, outcome, "extract", html, NOW)


def book(noted=None, as_of=NOW, **context):
    return opened(make_letter(**context).context, noted or Noted(), as_of)


def words(html):
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return " ".join(" ".join(tree.itertext()).split())


def said(noted=None, as_of=NOW, **context):
    return words(regions.render(make_letter(**context), noted or Noted(), as_of))


# -- what came back ---------------------------------------------------------------------------


def test_answers_of_authors_and_moderators_stand_together_newest_last():
    noted = Noted(0, [marked(day=date(2026, 11, 15)), marked(day=date(2026, 11, 19), comment_id=8)])

    found = book(noted, replies=[noted_by_author(day="2026-11-17")]).entries

    assert [(line.day.day, line.comment_id) for line in found] == [(15, 7), (17, None), (19, 8)]


def test_a_line_says_who_answered_and_how_long_it_took():
    line = book(Noted(0, [marked()])).entries[0]

    assert (line.target, line.target_title) == ("clerk", "Kim Clerk")
    assert (line.outcome, line.permission, line.days_waited) == ("answered", "extract", 9)


def test_an_answer_older_than_the_letter_took_no_days():
    assert book(replies=[noted_by_author(day="2026-11-01")]).entries[0].days_waited == 0


def test_a_target_that_the_letter_no_longer_names_keeps_its_id():
    assert book(Noted(0, [marked(target="gone")])).entries[0].target_title == "gone"


def test_what_an_author_wrote_is_text():
    hostile = "<script>alert(1)</script>\nsecond line\n\nsecond paragraph"

    line = book(replies=[noted_by_author(text=hostile)]).entries[0]

    assert line.text == (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;<br>\nsecond line</p>\n<p>second paragraph</p>\n"
    )


def test_every_line_has_a_name_of_its_own():
    same = [noted_by_author(), noted_by_author(), noted_by_author("refused")]

    found = book(Noted(0, [marked(comment_id=7), marked(comment_id=8)]), replies=same).entries

    assert len({line.name for line in found}) == 5


def test_neither_silence_nor_a_receipt_is_an_answer():
    outcomes = ("none", "acknowledged", "refused")

    assert book(replies=[noted_by_author(outcome) for outcome in outcomes]).answers == 1


# -- the number and its goal ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "goal", "share"),
    [
        (0, None, None), (9, None, None), (0, 100, None), (19, 100, None), (20, 100, 0.2),
        (50, 100, 0.5), (100, 100, 1.0), (250, 100, 1.0), (1, 5, 0.2), (1, 6, None), (1, 1, 1.0),
    ],
)  # fmt: skip
def test_the_bar_is_hidden_below_a_fifth_and_never_overflows(count, goal, share):
    found = book(Noted(count), goal=goal)

    assert (found.count, found.goal, found.share) == (count, goal, share)


@pytest.mark.parametrize(
    ("count", "goal"),
    [(0, 100), (89, 100), (90, 150), (134, 150), (135, 200), (1000, 1150), (1034, 1150)],
)
def test_the_goal_is_raised_when_nine_tenths_are_reached(count, goal):
    assert book(Noted(count), goal=100, goal_bump=50).goal == goal


@given(st.integers(1, 10**6), st.integers(1, 10**4), st.integers(0, 10**7))
def test_a_raised_goal_is_the_first_that_is_far_enough(goal, bump, count):
    found = ledger.raised(goal, bump, count)

    assert (found - goal) % bump == 0
    assert found == goal or 10 * count >= 9 * (found - bump)
    assert 10 * count < 9 * found


def test_a_letter_that_does_not_count_has_no_goal():
    found = book(Noted(90), counter=False, goal=100)

    assert (found.goal, found.share) == (None, None)


def test_the_plain_number_is_always_said():
    assert "3 people told us they sent this" in said(Noted(3), goal=1000)


def test_a_closed_letter_still_says_its_number_and_that_it_stays():
    text = said(Noted(312), state="closed")

    assert "312 people" in text
    assert "no longer changes" in text


# -- waiting and asking again -----------------------------------------------------------------


def at(text, zone="Europe/London"):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("date_of_letter", "as_of", "days"),
    [
        ("2026-11-11T09:00:00Z", "2026-11-11T23:59", None),
        ("2026-11-11T09:00:00Z", "2026-11-12T00:00", 1),
        ("2026-11-11T23:30:00Z", "2026-11-12T00:00", 1),
        ("2026-10-24T09:00:00Z", "2026-10-25T23:59", 1),  # that night the clocks went back
        ("2026-10-24T09:00:00Z", "2026-10-26T00:00", 2),
        ("2026-03-28T09:00:00Z", "2026-03-29T23:59", 1),  # and that one forward
        ("2026-03-28T09:00:00Z", "2026-03-30T00:00", 2),
        ("2026-06-30T23:30:00Z", "2026-07-02T00:00", 1),  # the 1st of July in London
        ("2026-12-01T09:00:00Z", "2026-11-21T12:00", None),
    ],
)
def test_days_are_counted_as_the_calendar_of_its_place_does(date_of_letter, as_of, days):
    found = book(date=date_of_letter, deadline=None, as_of=at(as_of))

    assert found.waiting == days


@pytest.mark.parametrize(
    ("outcome", "waits", "chases"),
    [
        ("none", True, True),
        ("acknowledged", True, True),
        ("answered", False, False),
        ("refused", False, False),
        ("promised", False, False),
    ],
)
@pytest.mark.parametrize("who", ["author", "moderator"])
def test_what_ends_the_waiting_and_the_asking(who, outcome, waits, chases):
    noted = Noted(0, [marked(outcome)] if who == "moderator" else [])
    replies = [noted_by_author(outcome)] if who == "author" else []

    found = book(noted, at("2026-12-01T12:00"), replies=replies, chaser=CHASER)

    assert (found.waiting is not None, found.chase) == (waits, chases)


@pytest.mark.parametrize("state", ["closed", "won", "superseded"])
def test_nobody_waits_when_a_letter_is_over(state):
    found = book(as_of=at("2026-12-01T12:00"), state=state, chaser=CHASER)

    assert (found.waiting, found.chase) == (None, False)


@pytest.mark.parametrize(
    ("as_of", "chaser", "offered"),
    [
        ("2026-11-25T08:59", CHASER, False),
        ("2026-11-25T09:00", CHASER, True),
        ("2026-12-12T23:58", CHASER, True),
        ("2026-12-12T23:59:59", CHASER, False),
        ("2026-12-01T12:00", None, False),
    ],
)
def test_the_follow_up_is_offered_after_its_days_until_the_deadline(as_of, chaser, offered):
    assert book(as_of=at(as_of), chaser=chaser).chase == offered
    assert ("We are still waiting" in said(as_of=at(as_of), chaser=chaser)) == offered


# -- when time changes a region ---------------------------------------------------------------


def changes(region, after, until):
    return bool(regions.due(make_manifest(region), after, until))


@pytest.mark.parametrize(
    ("kind", "after", "until", "due"),
    [
        ("ledger", "2026-11-21T12:00", "2026-11-21T23:59", False),
        ("ledger", "2026-11-21T23:59", "2026-11-22T00:00", True),
        ("ledger", "2026-12-12T23:59", "2026-12-13T00:00", True),
        ("ledger", "2026-12-13T00:00", "2027-12-13T00:00", False),
        ("letter-feed", "2026-11-21T12:00", "2026-12-12T23:59", False),
        ("letter-feed", "2026-12-12T23:59", "2026-12-13T00:00", True),
        ("send", "2026-11-21T12:00", "2026-12-07T23:59", False),
        ("send", "2026-12-07T23:59", "2026-12-08T00:00", True),
        ("send", "2026-12-12T23:59", "2026-12-13T00:00", True),
        ("stamp", "2026-11-21T12:00", "2026-12-12T23:59", False),
        ("ask", "2026-12-12T23:59", "2026-12-13T00:00", True),
    ],
)
def test_a_region_is_due_when_it_changes(kind, after, until, due):
    assert changes(make_letter(kind), at(after), at(until)) == due


def test_the_follow_up_makes_a_ledger_due_in_the_middle_of_a_day():
    region = make_letter(chaser=CHASER)

    assert changes(region, at("2026-11-25T08:59"), at("2026-11-25T09:00"))


def test_nothing_is_due_when_time_goes_back():
    assert not changes(make_letter(), at("2026-12-13T00:00"), at("2026-11-13T00:00"))


MOMENTS = st.datetimes(datetime(2026, 3, 20), datetime(2027, 1, 10), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)
LATER = st.timedeltas(timedelta(0), timedelta(days=3)) | st.timedeltas(
    timedelta(0), timedelta(days=300)
)
OUTCOMES = st.sampled_from(["answered", "acknowledged", "refused", "promised", "none"])


@st.composite
def letters(draw):
    """Draw what an author may have declared of a letter."""
    zone = draw(st.sampled_from(["Europe/London", "Pacific/Kiritimati", "America/St_Johns"]))
    maybe = st.none() | MOMENTS.map(lambda moment: moment.isoformat())
    return make_letter(
        draw(st.sampled_from(["ledger", "letter-feed", "send", "stamp", "ask"])),
        timezone=zone,
        date=draw(MOMENTS).isoformat(),
        state=draw(st.sampled_from(["auto", "auto", "open", "closed", "won", "superseded"])),
        deadline=draw(maybe),
        post_by=draw(st.none() | MOMENTS.map(lambda moment: moment.date().isoformat())),
        chaser=draw(st.sampled_from([None, CHASER])),
        chase_from=draw(maybe),
        outcome_date=draw(st.none() | MOMENTS.map(lambda moment: moment.date().isoformat())),
        replies=[noted_by_author(outcome) for outcome in draw(st.lists(OUTCOMES, max_size=2))],
        counter=draw(st.booleans()),
    )


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(letters(), MOMENTS, LATER, st.lists(OUTCOMES.map(marked), max_size=1), st.integers(0, 50))
@example(make_letter(), at("2026-10-24T23:59"), timedelta(minutes=1), [], 0)
@example(make_letter(), at("2026-10-25T23:59"), timedelta(minutes=1), [], 0)
def test_what_is_not_due_is_drawn_the_same(letter, after, span, answers, sent):
    until = (after + span).replace(second=0, microsecond=0)
    noted = Noted(sent, answers)

    if not changes(letter, after, until):
        assert regions.render(letter, noted, after) == regions.render(letter, noted, until)
