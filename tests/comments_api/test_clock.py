from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from comments_api import clock
from comments_api.errors import DatabaseTrouble
from comments_api.manifest import Region
from comments_api.models import DirtyRegion, Switches
from tests.factories import LETTER, THREAD, make_letter, make_manifest, make_thread

CLOSED = datetime(2026, 12, 6, 0, 0, tzinfo=UTC)  # the first whole minute after 5 December
PAST_DEADLINE = datetime(2026, 12, 13, 0, 0, tzinfo=UTC)
CLOSING = make_thread(closes="2026-12-05T23:59:59Z").context
MANIFEST = make_manifest(
    Region("thread", THREAD, "en", CLOSING), make_letter("stamp"), make_letter("ask")
)


@pytest.fixture
def started(database, now):
    """A database whose clock shows the pinned time."""
    clock.start(database, now)
    return database


def shown(database):
    with database.snapshot() as connection:
        return clock.as_of(connection)


def dirty(database):
    with database.session() as session:
        return {(row.kind, row.key) for row in session.scalars(sa.select(DirtyRegion))}


def test_it_starts_at_the_whole_minute(database, now):
    clock.start(database, now + timedelta(seconds=59, microseconds=7))

    assert shown(database) == now


def test_it_starts_once(database, now):
    clock.start(database, now)
    clock.start(database, now + timedelta(days=1))

    assert shown(database) == now


def test_before_it_started_nothing_can_be_drawn(database):
    with pytest.raises(DatabaseTrouble, match="never started"):
        shown(database)


def test_it_does_not_tick_before_it_started(database, now):
    assert not clock.tick(database, MANIFEST, CLOSED)


def test_it_stands_still_while_nothing_falls_due(started, now):
    assert not clock.tick(started, MANIFEST, CLOSED - timedelta(minutes=1))

    assert (shown(started), dirty(started)) == (now, set())


def test_it_moves_when_comments_close_and_marks_what_changes(started):
    assert clock.tick(started, MANIFEST, CLOSED + timedelta(seconds=30))

    assert shown(started) == CLOSED
    assert dirty(started) == {("thread", THREAD)}


def test_it_moves_over_several_moments_at_once(started):
    clock.tick(started, MANIFEST, PAST_DEADLINE + timedelta(days=30))

    assert dirty(started) == {("thread", THREAD), ("stamp", LETTER), ("ask", LETTER)}


def test_it_moves_when_the_whole_site_closes_and_marks_every_thread(started, now):
    with started.session() as session:
        session.add(Switches(id=1, close_at=now + timedelta(hours=2)))

    assert not clock.tick(started, make_manifest(), now + timedelta(minutes=119))
    assert clock.tick(started, make_manifest(), now + timedelta(hours=2))
    assert not clock.tick(started, make_manifest(), now + timedelta(hours=3))

    assert dirty(started) == {("thread", "")}


def test_it_ticks_once_for_each_moment(started):
    clock.tick(started, MANIFEST, CLOSED)

    assert not clock.tick(started, MANIFEST, CLOSED + timedelta(days=1))


def test_it_never_goes_back(started, now):
    clock.tick(started, MANIFEST, CLOSED)

    assert not clock.tick(started, MANIFEST, now)
    assert shown(started) == CLOSED


def test_it_moves_at_midnight_while_a_ledger_counts_the_days(started):
    manifest = make_manifest(make_letter())

    early = clock.tick(started, manifest, datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC))
    late = clock.tick(started, manifest, datetime(2026, 11, 22, 0, 0, 0, tzinfo=UTC))

    assert (early, late) == (False, True)
    assert dirty(started) == {("ledger", LETTER)}


def test_it_does_not_move_at_midnight_for_a_letter_that_was_answered(started, now):
    reply = {
        "day": "2026-11-20", "target": "mayor", "outcome": "refused", "permission": "summary",
        "text": "No.",
    }  # fmt: skip
    manifest = make_manifest(make_letter(replies=[reply]))

    assert not clock.tick(started, manifest, now + timedelta(days=5))
