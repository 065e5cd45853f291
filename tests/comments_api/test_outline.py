from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from comments_api.outline import DEEPEST, Row, arrange

DATE = datetime(2026, 11, 21, tzinfo=UTC)


def row(key, parent=None, withdrawn=False, pinned=False):
    said = (f"Bob {key}", "", False, DATE, DATE, Markup("<p>x</p>"))
    return Row(key, parent, withdrawn, *said, pinned=pinned)


@st.composite
def threads(draw):
    """Any parents at all: older ones, younger ones, missing ones, loops."""
    ids = draw(st.lists(st.integers(1, 60), unique=True, max_size=30))
    parent = st.none() | st.integers(1, 60)
    return [row(key, draw(parent), draw(st.booleans()), draw(st.booleans())) for key in ids]


def nested(entries):
    """Return each id with the ids of the list items that enclose it, as the template nests them."""
    open_items, found = [], {}
    for position, entry in enumerate(entries):
        if position and not entry.enters:
            open_items.pop()
        found[entry.row.id] = list(open_items)
        open_items.append(entry.row.id)
        del open_items[len(open_items) - entry.leaves :]
    return found, open_items


@given(threads())
def test_every_comment_stands_there_exactly_once(rows):
    ids = [entry.row.id for entry in arrange(rows)]

    assert len(ids) == len(set(ids))
    assert {r.id for r in rows if not r.withdrawn} <= set(ids) <= {r.id for r in rows}


@given(threads())
def test_a_reply_stands_below_what_it_replies_to(rows):
    place = {entry.row.id: number for number, entry in enumerate(arrange(rows))}

    for r in rows:
        if r.id in place and r.parent in place and r.parent < r.id:
            assert place[r.parent] < place[r.id]


@given(threads())
def test_at_the_top_pinned_ones_come_first_and_otherwise_the_oldest(rows):
    top = [entry for entry in arrange(rows) if entry.depth == 1]

    assert top == sorted(top, key=lambda entry: (not entry.row.pinned, entry.row.id))


@given(threads())
def test_no_comment_stands_deeper_than_five(rows):
    assert all(1 <= entry.depth <= DEEPEST for entry in arrange(rows))


@given(threads())
def test_every_list_that_opens_is_closed(rows):
    entries = arrange(rows)

    enclosing, left = nested(entries)

    assert len(left) <= 1
    assert all(len(enclosing[entry.row.id]) == entry.depth - 1 for entry in entries)


@given(threads())
def test_the_order_of_the_rows_does_not_matter(rows):
    assert arrange(rows) == arrange(reversed(rows))


def test_replies_stand_oldest_first():
    rows = [row(1), row(2), row(3, 1), row(4, 2), row(5, 1), row(6, 3)]

    assert [entry.row.id for entry in arrange(rows)] == [1, 3, 6, 5, 2, 4]


def test_a_loop_of_parents_loses_nothing():
    assert [entry.row.id for entry in arrange([row(1, 2), row(2, 1), row(3, 3)])] == [1, 2, 3]


def test_a_missing_parent_makes_a_comment_top_level():
    assert [(entry.row.id, entry.depth) for entry in arrange([row(2, 1), row(3, 2)])] == [
        (2, 1),
        (3, 2),
    ]


def test_a_tombstone_stays_only_while_a_reply_stands_below_it():
    rows = [row(1, withdrawn=True), row(2, withdrawn=True), row(3, 2, withdrawn=True), row(4, 3)]

    assert [entry.row.id for entry in arrange(rows)] == [2, 3, 4]


def test_a_reply_below_the_fifth_level_says_what_it_replies_to():
    entries = arrange([row(1), *(row(key, key - 1) for key in range(2, 8))])

    said = [entry.in_reply_to.id if entry.in_reply_to else None for entry in entries]
    assert said == [None] * DEEPEST + [5, 6]


def test_ten_thousand_replies_to_each_other_are_arranged():
    entries = arrange([row(1), *(row(key, key - 1) for key in range(2, 10_001))])

    assert [entry.row.id for entry in entries] == list(range(1, 10_001))
