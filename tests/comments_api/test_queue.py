"""The moderators' lists: what stands in each, in which order, filtered, and how many there are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from comments_api import comments, complaints, decisions, editing, preferences, queue
from comments_api.editing import Change
from comments_api.models import CommentKind, Status
from comments_api.rules import Rulebook
from comments_api.wanted import Wanted
from tests.factories import (
    make_arrival,
    make_comment,
    make_manifest,
    make_moderator,
    make_reply,
    make_thread,
)

OPEN = make_thread(mode="open")
OTHER = make_thread("post-another")


@pytest.fixture
def alice(session, now):
    return make_moderator(session, now)


@pytest.fixture
def stored(session, now):
    """Stores a comment so many minutes after the first."""

    def make(minutes=0, status=Status.PENDING, thread=None, **fields):
        moment = now + timedelta(minutes=minutes)
        return make_comment(session, moment, status, thread, **fields)

    return make


@pytest.fixture
def find(session, alice):
    """Returns the numbers of the comments on a screen, and the cursor to go on from."""

    def found(tab="pending", *, most=queue.PAGE, who=None, **fields):
        session.flush()
        wanted = Wanted.of({"tab": tab, **fields})
        who = who or alice.id
        shown = queue.find(session, make_manifest(), wanted, who, most=most)
        return [card.comment.id for card in shown.cards], shown.more

    return found


def ids(*found):
    return [comment.id for comment in found]


# -- tabs and their order ---------------------------------------------------------------------


@pytest.mark.parametrize("status", queue.STATUSES)
def test_a_tab_has_the_comments_of_its_status(stored, find, status):
    comments = {each: stored(status=each) for each in Status}

    assert find(status.value) == ([comments[status].id], None)


def test_the_oldest_come_first_where_they_wait_and_the_newest_elsewhere(stored, find):
    late, early, middle = stored(9), stored(1), stored(5)
    shown = [stored(minute, Status.APPROVED) for minute in (9, 1, 5)]

    assert find()[0] == ids(early, middle, late)
    assert find(order="newest")[0] == ids(late, middle, early)
    assert find("approved")[0] == ids(shown[0], shown[2], shown[1])
    assert find("approved", order="oldest")[0] == ids(shown[1], shown[2], shown[0])


def test_of_one_moment_the_numbers_decide(stored, find):
    first, second, third = stored(), stored(), stored()

    assert find()[0] == ids(first, second, third)
    assert find(order="newest")[0] == ids(third, second, first)


def test_an_edit_of_a_public_comment_waits_between_the_others(session, stored, find):
    before, after = stored(0), stored(9)
    public = stored(3, Status.APPROVED, OPEN, reader="b")
    change = Change("See https://a.example and https://b.example", "b", as_it_is=True)
    editing.edit(session, public.id, change, Rulebook(), OPEN, public.created)

    assert find()[0] == ids(before, public, after)
    assert find("approved")[0] == [public.id]
    assert queue.counts(session)["pending"] == 3


def test_mine_are_those_that_a_moderator_wrote_whatever_became_of_them(
    session, now, alice, stored, find
):
    carol = make_moderator(session, now, "Carol")
    asked = stored()
    answer = decisions.reply(session, asked.id, 1, alice, "Thank you.", now)
    written = comments.submit(session, make_arrival(moderator=alice), now)
    decisions.decide(session, written.id, "trash", 1, alice.id, now)

    assert find("mine")[0] == ids(written, answer)
    assert find("mine", who=carol.id)[0] == []
    assert queue.counts(session, alice.id)["mine"] == 2
    assert queue.counts(session, carol.id)["mine"] == 0


def test_reported_are_notices_first_then_the_oldest_complaints(session, now, stored, find):
    first, second, third, fourth = [stored(status=Status.APPROVED) for _ in range(4)]
    notice = {"reason": "legal", "words": "A lie.", "email": "c@example.org"}
    abuse = {"reason": "abuse"}
    against = ((second, abuse), (first, abuse), (third, notice), (second, notice), (fourth, abuse))
    for comment, fields in against:
        complaints.complain(session, comment.id, complaints.check(fields, "en"), (), now)

    assert find("reported") == (ids(second, third, first, fourth), None)
    assert find("reported", order="newest")[0] == ids(second, third, fourth, first)
    walked, cursor = [], ""
    while cursor is not None:
        shown, cursor = find("reported", most=1, cursor=cursor)
        walked += shown
    assert walked == ids(second, third, first, fourth)


# -- page after page --------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["oldest", "newest"])
@pytest.mark.parametrize("most", [1, 2, 3, 7])
def test_page_after_page_every_comment_comes_once(session, stored, find, order, most):
    every = [stored(minute) for minute in (3, 0, 3, 1, 3, 2, 0)]
    in_time = sorted(every, key=lambda one: (one.created, one.id), reverse=order == "newest")

    walked, cursor, pages = [], "", 0
    while cursor is not None:
        shown, cursor = find(order=order, most=most, cursor=cursor)
        walked += shown
        pages += 1

    assert walked == ids(*in_time)
    assert pages == -(-7 // most)


def test_what_was_decided_meanwhile_moves_nothing(session, now, alice, stored, find):
    every = [stored(minute) for minute in range(6)]
    shown, cursor = find(most=3)
    for number in shown:
        decisions.decide(session, number, "approve", 1, alice.id, now)
    arrived = stored(0)

    assert find(most=3, cursor=cursor) == (ids(*every[3:]), None)
    assert find()[0] == ids(arrived, *every[3:])


def test_no_cursor_leads_out_of_time(find, stored):
    comment = stored()

    for cursor in ("-9999999999999999.1", "0.-1", "1.999999999999999999"):
        assert find(cursor=cursor)[0] == [comment.id]
    assert find(cursor="9999999999999999.0")[0] == []


# -- filters ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("here", "there", "fields"),
    [
        ({"author_name": "Ann"}, {"author_name": "Anna"}, {"author": "Ann"}),
        ({"author_email": "a@x.org"}, {"author_email": "b@x.org"}, {"email": "a@x.org"}),
        ({"author_email": "a@x.org"}, {}, {"email": "A@X.org"}),
        ({"thread": make_thread()}, {"thread": OTHER}, {"thread": "post-the-vote"}),
        ({"thread": make_thread()}, {"thread": OTHER}, {"thread": "the VOTE"}),
        ({"thread": OTHER}, {"thread": make_thread()}, {"thread": "post-another"}),
        ({"content": "Dear clerk"}, {"content": "Dear mayor"}, {"q": "clerk"}),
        ({"author_name": "A", "content": "Hi"}, {"author_name": "A"}, {"author": "A", "q": "hi"}),
    ],
    ids=["author", "email", "email in capitals", "thread", "title", "page gone", "search", "two"],
)  # fmt: skip
def test_a_filter_leaves_what_it_names(stored, find, here, there, fields):
    wanted = stored(1, **here)
    stored(2, **there)

    assert find(**fields) == ([wanted.id], None)


def test_a_block_of_addresses_is_a_filter(stored, find):
    here, there = stored(), stored()
    here.address_block, there.address_block = "192.0.2.0/24", "198.51.100.0/24"

    assert find(block="192.0.2.0/24")[0] == [here.id]


def test_a_kind_is_a_filter(session, now, stored, find):
    comment, mention = stored(), stored()
    mention.kind = CommentKind.MENTION.value
    answer = make_reply(session, now)

    assert find(kind="comment")[0] == [comment.id]
    assert find(kind="mention")[0] == [mention.id]
    assert find("approved", kind="reply")[0] == [answer.id]
    assert find(kind="reply")[0] == []


@pytest.mark.parametrize(
    ("reasons", "found"),
    [
        (["links"], True),
        (["links:3"], True),
        (["new-commenter", "links:2"], True),
        (["new-commenter"], False),
        (["spam-links:3"], False),
        (["links-in-name"], False),
        (['held-words:"links'], False),
        ([], False),
    ],
    ids=str,
)
def test_a_reason_is_a_filter_with_and_without_its_detail(stored, find, reasons, found):
    comment = stored()
    comment.reasons = reasons

    assert find(reason="links")[0] == ([comment.id] if found else [])


def test_a_new_text_that_waits_is_found_by_its_own_words_and_reasons(session, stored, find):
    wrote = {"reader": "b", "author_name": "Ann", "content": "Dear clerk, answer."}
    public = stored(3, Status.APPROVED, OPEN, **wrote)
    public.reasons = ["held-words:clerk"]
    change = Change("See https://casino.example and https://b.example", "b", as_it_is=True)
    editing.edit(session, public.id, change, Rulebook(), OPEN, public.created)
    early = stored(1, content="The casino is open.")
    early.reasons = ["links:3"]

    for fields in ({"q": "CASINO"}, {"reason": "links"}, {"q": "casino", "reason": "links"}):
        assert find(**fields)[0] == ids(early, public)
        assert find(**fields, order="newest")[0] == ids(public, early)
        assert find("approved", **fields)[0] == []
    for fields in ({"q": "casino ann"}, {"q": "clerk"}, {"q": "casino", "author": "Ann"}):
        assert find(**fields)[0] == [public.id]  # the card shows both texts
    for fields in ({"reason": "held-words"}, {"q": "nowhere"}, {"reason": "links", "author": "B"}):
        assert find(**fields)[0] == []
    assert find("approved", reason="held-words")[0] == [public.id]


def test_days_begin_and_end_where_the_site_is(session, now, stored, find):
    at = [
        "2026-07-01T22:59:59", "2026-07-01T23:00:00", "2026-07-02T22:59:59", "2026-07-02T23:00:00",
    ]  # fmt: skip
    every = [stored() for _ in at]
    for comment, moment in zip(every, at, strict=True):
        comment.created = now.fromisoformat(f"{moment}+00:00")

    assert find(since="2026-07-02", until="2026-07-02")[0] == ids(*every[1:3])  # London, in summer
    assert find(since="2026-07-02")[0] == ids(*every[1:])
    assert find(until="2026-07-02")[0] == ids(*every[:3])


def test_filters_hold_in_every_tab(session, now, alice, stored, find):
    one, other = (stored(status=Status.APPROVED, author_name=name) for name in ("Ann", "Bea"))
    for comment in (one, other):
        said = complaints.check({"reason": "abuse"}, "en")
        complaints.complain(session, comment.id, said, (), now)
    decisions.reply(session, one.id, one.version, alice, "Thank you, Ann.", now)
    answer = decisions.reply(session, one.id, one.version, alice, "Thank you, clerk.", now)

    assert find("reported", author="Bea")[0] == [other.id]
    assert find("mine", q="clerk")[0] == [answer.id]


# -- numbers ----------------------------------------------------------------------------------


def test_the_counts_are_those_of_the_tabs(session, now, alice, stored, find):
    for status, number in {Status.PENDING: 3, Status.APPROVED: 2, Status.SPAM: 1}.items():
        for _ in range(number):
            stored(status=status)
    stored(status=Status.WITHDRAWN)

    counts = queue.counts(session, alice.id)

    assert counts == {
        "pending": 3, "approved": 2, "spam": 1, "trash": 0, "mine": 0, "reported": 0,
    }  # fmt: skip
    assert list(counts) == list(preferences.TABS)
    assert counts == {tab: len(find(tab)[0]) for tab in counts}


def test_what_is_new_has_a_higher_number(session, now, alice, stored):
    assert queue.newest(session, "pending") == 0
    first = stored()
    assert queue.newest(session, "pending") == first.id
    public = stored(status=Status.APPROVED, thread=OPEN, reader="b")
    assert queue.newest(session, "pending") == first.id
    change = Change("See https://a.example and https://b.example", "b", as_it_is=True)
    editing.edit(session, public.id, change, Rulebook(), OPEN, public.created)

    assert queue.newest(session, "pending") == public.id
    assert queue.newest(session, "mine") == 0
    answer = decisions.reply(session, first.id, 1, alice, "Thank you.", now)
    assert queue.newest(session, "mine", alice.id) == answer.id
    assert queue.newest(session, "reported") == 0
    said = complaints.check({"reason": "abuse"}, "en")
    complaint = complaints.complain(session, public.id, said, (), now)
    assert queue.newest(session, "reported") == complaint.id


def test_cards_come_in_the_order_that_was_asked_for_without_what_is_gone(session, stored):
    first, second = stored(), stored()

    found = queue.cards(session, make_manifest(), [second.id, 4711, first.id])

    assert [card.comment.id for card in found] == [second.id, first.id]
    assert queue.cards(session, make_manifest(), []) == []
    assert queue.card(session, make_manifest(), 4711) is None
