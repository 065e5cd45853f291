"""The record: decisions and changes of settings in one list, what can be asked of it and undone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from comments_api import decisions, record, rejecting, undoing
from comments_api.errors import InvalidDraft
from comments_api.models import Comment, Memento, Status
from comments_api.record_filter import AUTHORS, RULES, SETTINGS, Filter
from comments_api.rules import switches
from tests.conftest import ON_SQLITE
from tests.factories import make_comment, make_moderator

UTC = "Europe/London"  # in November


def lines(session, zone=UTC, **wanted):
    """Return what is found, in short: who, action or setting."""
    session.flush()
    found, _cursor = record.find(session, Filter(**wanted), zone)
    return [(line.who, line.setting or line.action) for line in found]


@pytest.fixture
def history(session, now):
    """Bob wrote, Alice approved, Carol held everything, Alice moved it to the trash; its number."""
    alice, carol = (make_moderator(session, now, name) for name in ("Alice", "Carol"))
    comment = make_comment(session, now, Status.PENDING)
    later = [now + timedelta(minutes=minute) for minute in (1, 2, 3)]
    decisions.decide(session, comment.id, "approve", 1, alice.id, later[0])
    switches.hold_all(session, True, carol.id, later[1])
    decisions.decide(session, comment.id, "trash", 2, alice.id, later[2])
    make_comment(session, now + timedelta(hours=1), Status.PENDING)
    session.flush()
    return comment.id


def test_decisions_and_settings_stand_in_one_list_newest_first(session, history):
    assert lines(session) == [
        (None, "arrive"),
        ("Alice", "trash"),
        ("Carol", "hold-all:on"),
        ("Alice", "approve"),
        (None, "arrive"),
    ]


def test_a_line_says_from_what_to_what_and_why(session, now, history):
    found, _cursor = record.find(session, Filter(comment=history), UTC)

    trash, _approve, arrive = found
    assert (trash.before, trash.after, trash.created) == (
        "approved",
        "trash",
        now + timedelta(minutes=3),
    )
    assert (arrive.before, arrive.after) == (None, "pending")
    assert "thread-is-held" in arrive.reasons


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"action": "approve"}, ["approve"]),
        ({"action": SETTINGS}, ["hold-all:on"]),
        ({"action": "spam"}, []),
        ({"person": RULES}, ["arrive", "arrive"]),
        ({"person": AUTHORS}, []),
        ({"person": RULES, "action": "arrive"}, ["arrive", "arrive"]),
        ({"since": date(2026, 11, 22)}, []),
        ({"until": date(2026, 11, 20)}, []),
        ({"since": date(2026, 11, 21), "until": date(2026, 11, 21), "action": "trash"}, ["trash"]),
    ],
)
def test_it_can_be_asked_for_a_part(session, history, wanted, expected):
    assert [what for _who, what in lines(session, **wanted)] == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Alice", ["trash", "approve"]), ("Carol", ["hold-all:on"]), ("Dora", [])],
)
def test_it_can_be_asked_for_a_person(session, now, history, name, expected):
    person = make_moderator(session, now, name)

    assert [what for _who, what in lines(session, person=str(person.id))] == expected


def test_it_can_be_asked_for_rejections(session, now):
    alice = make_moderator(session, now)
    one, other = (make_comment(session, now, Status.PENDING) for _ in range(2))
    rejecting.reject(session, one.id, 1, "spam", alice.id, now)
    decisions.decide(session, other.id, "trash", 1, alice.id, now)
    session.flush()

    [line] = record.find(session, Filter(action="reject"), UTC)[0]

    assert (line.comment_id, line.reasons) == (one.id, ["rejected:spam"])


def test_what_authors_did_themselves_is_theirs(session, now):
    make_comment(session, now, Status.WITHDRAWN)

    assert lines(session, person=AUTHORS) == [(None, "withdraw")]
    assert lines(session, person=RULES) == [(None, "arrive")]


@ON_SQLITE
@pytest.mark.parametrize(
    ("zone", "day", "found"),
    [
        ("Pacific/Auckland", 22, True),  # there, noon in London is tomorrow
        ("Pacific/Auckland", 21, False),
        ("Europe/London", 21, True),
        ("Europe/London", 22, False),
    ],
)
def test_days_are_those_of_the_sites_clock(session, now, zone, day, found):
    make_comment(session, now, Status.PENDING)
    wanted = date(2026, 11, day)

    assert bool(lines(session, zone, since=wanted, until=wanted)) == found


def test_page_by_page_it_is_all_there_and_nothing_twice(session, now):
    alice = make_moderator(session, now)
    for number in range(12):  # many at one moment, of both tables
        make_comment(session, now, Status.PENDING)
        if number % 3 == 0:
            switches.hold_all(session, number % 2 == 0, alice.id, now)
    session.flush()
    whole, none = record.find(session, Filter(), UTC)

    seen, cursor = record.find(session, Filter(), UTC, 5)
    pages = [seen]
    while cursor is not None:
        seen, cursor = record.find(session, Filter(cursor=cursor), UTC, 5)
        pages.append(seen)

    assert none is None
    assert [len(page) for page in pages[:3]] == [5, 5, 5]
    assert [line for page in pages for line in page] == list(whole)


def test_every_line_comes_out_however_many_there_are(session, now, monkeypatch):
    monkeypatch.setattr(record, "_MANY", 4)
    for _ in range(11):
        make_comment(session, now, Status.PENDING)
    session.flush()

    assert len(list(record.every(session, Filter(), UTC))) == 11


# -- what can be undone -----------------------------------------------------------------------


def decided(session, now, action="approve", batch="one", many=2):
    """Have Alice decide on some comments in one request, and return them."""
    alice = make_moderator(session, now)
    found = [make_comment(session, now, Status.PENDING) for _ in range(many)]
    for comment in found:
        decisions.decide(session, comment.id, action, 1, alice.id, now, batch=batch)
    session.flush()
    return found


def test_what_was_just_decided_can_be_undone(session, now):
    decided(session, now)
    decided(session, now, batch="two")

    assert record.possible(session, {"one", "two", "three"}) == {"one", "two"}
    assert record.possible(session, set()) == set()


def test_what_was_decided_again_since_cannot_be_undone_any_more(session, now):
    comment, _other = decided(session, now)
    alice = make_moderator(session, now)

    decisions.decide(session, comment.id, "spam", 2, alice.id, now, batch="two")
    session.flush()

    assert record.possible(session, {"one", "two"}) == {"two"}


def test_what_is_not_kept_any_more_cannot_be_undone(session, now):
    decided(session, now)

    session.execute(sa.delete(Memento))

    assert record.possible(session, {"one"}) == set()


def test_what_its_author_changed_since_cannot_be_undone(session, now):
    comment, _other = decided(session, now)

    session.execute(sa.update(Comment).where(Comment.id == comment.id).values(version=9))

    assert record.possible(session, {"one"}) == set()


def test_what_is_said_to_be_undoable_is(session, now):
    decided(session, now, "trash")
    alice = make_moderator(session, now)

    undoing.undo(session, "one", alice.id, now, new_batch="undone")
    session.flush()

    assert record.possible(session, {"one", "undone"}) == {"undone"}


# -- the fields of an address -----------------------------------------------------------------


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"person": "12", "action": "trash", "comment": 7},
        {"person": RULES, "since": date(2026, 1, 1), "until": date(2026, 12, 31)},
    ],
)
def test_an_address_says_what_is_wanted_and_is_read_again(wanted, now):
    from urllib.parse import parse_qsl

    one = Filter(**wanted, cursor=(now + timedelta(microseconds=1), 1, 42))

    assert Filter.of(dict(parse_qsl(one.query())), "en") == one


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("comment", "x"),
        ("comment", "-1"),
        ("comment", "9" * 30),
        ("comment", "٣"),
        ("person", "Alice"),
        ("action", "approve\x00"),
        ("action", "' OR 1"),
        ("since", "yesterday"),
        ("since", "2026-02-30"),
        ("since", "0001-01-01"),
        ("until", "9999-12-31"),
    ],
)
def test_a_field_that_makes_no_sense_is_named(field, typed):
    with pytest.raises(InvalidDraft) as wrong:
        Filter.of({field: typed}, "en")

    assert set(wrong.value.errors) == {field}


@pytest.mark.parametrize("cursor", ["", "x", "1.2.3", "1.1", "9" * 30 + ".1.1", "1.1.1; DROP"])
def test_a_place_that_is_none_is_the_newest_line(cursor):
    assert Filter.of({"cursor": cursor}, "en").cursor is None


def test_a_comment_is_named_as_the_page_shows_it():
    assert Filter.of({"comment": " #12 "}, "en").comment == 12


# -- plans ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({}, "ix_decisions_created"),
        ({"since": date(2026, 11, 1)}, "ix_decisions_created"),
        ({"comment": 3}, "ix_decisions_comment_id"),
        ({"person": "3"}, "ix_decisions_moderator_id_created"),
    ],
)
@ON_SQLITE
def test_the_newest_lines_are_found_by_an_index(database, wanted, index):
    asked = []
    with database.engine.connect() as connection:
        sa.event.listen(connection, "before_cursor_execute", lambda *a: asked.append(a[2:4]))
        with sa.orm.Session(connection) as session:
            record.find(session, Filter(**wanted), UTC)
        statement, values = next(one for one in asked if "FROM decisions" in one[0])
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()

    assert any(index in row[3] for row in plan), plan
