"""A reader tells us that she sent a letter: counted by day, and nothing is kept of her."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from comments_api import reports, rows, senders
from comments_api.errors import LetterClosed, NetworkBusy, NothingCounted
from comments_api.models import Bucket, DirtyRegion, Model, Report, Salt
from comments_api.worker import forget
from tests.conftest import ON_SQLITE
from tests.factories import LETTER, make_letter

SECRET = "3fa1c07be2d94658a0b1c2d3e4f56789"
BLOCK, OTHER = "192.0.2.0/24", "2001:db8::/48"
DEADLINE = datetime(2026, 12, 12, 23, 59, 59, tzinfo=UTC)


def report(session, now, block=BLOCK, letter=None, **context):
    return reports.report(session, letter or make_letter(**context), block, SECRET, now)


def stored(database):
    """Return every value of every table, as text."""
    with database.snapshot() as connection:
        return {
            table.name: [str(tuple(row)) for row in connection.execute(sa.select(table))]
            for table in Model.metadata.sorted_tables
        }


def test_it_counts_by_day_and_answers_the_sum(session, now):
    counted = [report(session, now), report(session, now), report(session, now + timedelta(days=1))]

    days = session.execute(sa.select(Report.letter, Report.day, Report.count).order_by(Report.day))
    assert counted == [1, 2, 3]
    assert [tuple(row) for row in days] == [
        (LETTER, date(2026, 11, 21), 2),
        (LETTER, date(2026, 11, 22), 1),
    ]


def test_each_letter_has_its_own_count(session, now):
    report(session, now)

    assert report(session, now, letter=make_letter(key="another")) == 1


def test_translations_of_a_letter_are_counted_together(session, now):
    report(session, now)

    assert report(session, now, letter=make_letter(lang="fr")) == 2


def test_a_day_is_the_one_of_the_letters_zone(session):
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)

    report(session, late, timezone="Pacific/Auckland", deadline=None)

    assert session.scalars(sa.select(Report.day)).one() == date(2026, 11, 22)


def test_readers_must_see_it(session, now):
    report(session, now)

    marks = session.execute(sa.select(DirtyRegion.kind, DirtyRegion.key))
    assert {tuple(mark) for mark in marks} == {("ledger", LETTER), ("letter-feed", LETTER)}


def test_eight_at_once_count_eight(database, now):
    def tell(number):
        with database.session() as session:
            return report(session, now, block=BLOCK if number % 2 else OTHER)

    with ThreadPoolExecutor(8) as pool:
        counted = list(pool.map(tell, range(8)))

    with database.snapshot() as connection:
        assert rows.sent(connection, LETTER) == 8
    assert max(counted) == 8


# -- letters that are over --------------------------------------------------------------------


def test_a_deadline_that_has_passed_refuses_at_once(session):
    report(session, DEADLINE - timedelta(seconds=1))

    with pytest.raises(LetterClosed) as caught:
        report(session, DEADLINE)

    assert caught.value.sent == 1


@pytest.mark.parametrize("state", ["closed", "won", "superseded"])
def test_a_letter_that_is_over_keeps_its_number(database, now, state):
    with database.session() as session:
        report(session, now)
    before = stored(database)

    with pytest.raises(LetterClosed), database.session() as session:
        report(session, now, state=state)

    assert stored(database) == before


def test_a_letter_that_its_author_keeps_open_counts_after_the_deadline(session):
    assert report(session, DEADLINE + timedelta(days=1), state="open") == 1


def test_a_letter_that_does_not_count_counts_nothing(session, now):
    with pytest.raises(NothingCounted):
        report(session, now, counter=False)
    with pytest.raises(LetterClosed) as caught:
        report(session, now, counter=False, state="closed")

    assert caught.value.sent is None
    assert session.scalars(sa.select(Report)).all() == []


# -- how often --------------------------------------------------------------------------------


def test_a_network_is_counted_a_dozen_times_an_hour(session, now):
    for _ in range(reports.AN_HOUR):
        report(session, now)

    with pytest.raises(NetworkBusy) as caught:
        report(session, now)

    assert caught.value.wait == 300
    assert report(session, now + timedelta(minutes=5)) == reports.AN_HOUR + 1


def test_another_network_and_another_letter_are_not_held_up(session, now):
    for _ in range(reports.AN_HOUR):
        report(session, now)

    assert report(session, now, OTHER) == reports.AN_HOUR + 1
    assert report(session, now, letter=make_letter(key="another")) == 1


def test_a_patient_network_cannot_make_up_a_campaign(database):
    moment = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
    counted = 0
    for _ in range(24 * 20):
        try:
            with database.session() as session:
                counted = report(session, moment)
        except NetworkBusy:
            pass
        moment += timedelta(minutes=3)

    assert counted < 2 * reports.A_DAY


def test_what_is_refused_is_not_counted(database, now):
    with database.session() as session:
        for _ in range(reports.AN_HOUR):
            report(session, now)
    before = stored(database)

    with pytest.raises(NetworkBusy), database.session() as session:
        report(session, now)

    assert stored(database) == before


def test_senders_without_an_address_share_one_network(session, now):
    for _ in range(reports.AN_HOUR):
        report(session, now, None)

    with pytest.raises(NetworkBusy):
        report(session, now, None)


# -- what is kept -----------------------------------------------------------------------------


def test_no_table_holds_an_address_or_a_time_of_day(database, now):
    with database.session() as session:
        report(session, now.replace(hour=13, minute=37))

    found = stored(database)
    assert "192.0.2" not in str(found)
    assert found["reports"] == [f"('{LETTER}', datetime.date(2026, 11, 21), 1)"]


def test_the_next_day_nothing_is_left_but_the_number(database, now):
    before = stored(database)
    with database.session() as session:
        report(session, now)
        salt = session.scalars(sa.select(Salt.salt)).one()
        name = senders.network_of_today(SECRET, salt, BLOCK, LETTER)
    assert name in str(stored(database)["buckets"])

    midnight = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
    forget(database, midnight)

    after = stored(database)
    assert name not in str(after)
    assert len(after.pop("reports")) == 1
    assert {mark.split("'")[1] for mark in after.pop("dirty_regions")} <= {"ledger", "letter-feed"}
    assert after == {table: before[table] for table in after}


@ON_SQLITE
def test_the_next_day_the_file_does_not_hold_them_either(database, now):
    with database.session() as session:
        report(session, now)
        salt = session.scalars(sa.select(Salt.salt)).one()
        name = senders.network_of_today(SECRET, salt, BLOCK, LETTER)
    database.close()
    assert salt in database.file.read_bytes()

    forget(database, now + timedelta(days=1))

    database.close()
    left = b"".join(path.read_bytes() for path in database.file.parent.glob("*.sqlite3*"))
    assert salt not in left
    assert name.encode() not in left


def test_on_the_same_day_the_limits_stay(database, now):
    with database.session() as session:
        for _ in range(reports.AN_HOUR):
            report(session, now)

    forget(database, now.replace(hour=23, minute=59))

    with database.session() as session:
        assert len(session.scalars(sa.select(Salt)).all()) == 1
        assert len(session.scalars(sa.select(Bucket)).all()) == 2


def test_a_network_has_another_name_every_day_and_for_every_letter(database, now):
    for day in range(3):
        with database.session() as session:
            report(session, now + timedelta(days=day))
            report(session, now + timedelta(days=day), letter=make_letter(key="another"))

    with database.session() as session:
        names = [key.rpartition(":")[2] for key in session.scalars(sa.select(Bucket.key))]
        salts = session.scalars(sa.select(Salt.salt)).all()
    assert len(names) == 12
    assert len(set(names)) == 6
    assert len(set(salts)) == 3
    assert all(len(salt) == 32 for salt in salts)


def test_other_limits_outlive_the_night(database, now):
    with database.session() as session:
        session.add(Bucket(key="post:site", tokens=1.0, updated=now))
        report(session, now)

    forget(database, now + timedelta(days=1))

    with database.session() as session:
        assert session.scalars(sa.select(Bucket.key)).all() == ["post:site"]
