from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from comments_api import clock
from comments_api.errors import DatabaseTrouble
from comments_api.models import DirtyRegion

CLOSED = datetime(2026, 12, 6, 0, 0, tzinfo=UTC)  # the first whole minute after 5 December
PAST_DEADLINE = datetime(2026, 12, 13, 0, 0, tzinfo=UTC)


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


def test_it_does_not_tick_before_it_started(database, built, now):
    assert not clock.tick(database, built.manifest, now)


def test_it_stands_still_while_nothing_falls_due(database, site, now):
    assert not clock.tick(database, site.live().manifest, CLOSED - timedelta(minutes=1))

    assert (shown(database), dirty(database)) == (now, set())


def test_it_moves_when_comments_close_and_marks_what_changes(database, site):
    assert clock.tick(database, site.live().manifest, CLOSED + timedelta(seconds=30))

    assert shown(database) == CLOSED
    assert dirty(database) == {("thread", "post-the-vote")}


def test_it_moves_over_several_moments_at_once(database, site):
    clock.tick(database, site.live().manifest, PAST_DEADLINE + timedelta(days=30))

    assert dirty(database) == {
        ("thread", "post-the-vote"),
        ("stamp", "write-to-the-chair"),
        ("ask", "write-to-the-chair"),
    }


def test_it_ticks_once_for_each_moment(database, site):
    clock.tick(database, site.live().manifest, CLOSED)

    assert not clock.tick(database, site.live().manifest, CLOSED + timedelta(days=1))


def test_it_never_goes_back(database, site, now):
    clock.tick(database, site.live().manifest, CLOSED)

    assert not clock.tick(database, site.live().manifest, now)
    assert shown(database) == CLOSED
