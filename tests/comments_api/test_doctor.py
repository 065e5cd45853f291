"""The doctor: what she finds wrong, what she only mentions, and that she never breaks down."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import db, doctor, findings, signs
from comments_api.doctor import Patient
from comments_api.findings import Level
from comments_api.mail import outbox
from comments_api.mail.outbox import Kind
from comments_api.models import DirtyRegion, Moderator, Outbox, Role
from comments_api.settings import Settings
from comments_api.sites import FolderSite
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator
from tests.http.mailing import MAIL

SETTINGS = Settings(secret_key="3fa1c07be2d94658a0b1c2d3e4f56789")


@pytest.fixture
def patient(database, site, now):
    """A site on which everything works: its worker was seen, and an owner has a second factor."""
    with database.session() as session:
        signs.note(session, signs.WORKER, now)
        signs.note(session, signs.BACKUP, now)
        olga = make_moderator(session, now, "Olga")
        olga.role, olga.totp_secret = Role.OWNER.value, "secret"
    return Patient(database, site, replace(SETTINGS, **MAIL), now)


def found(patient, about):
    """Return how the doctor finds one thing."""
    [one] = [one for one in doctor.examine(patient) if one.about == about]
    return one.level, one.words


def test_a_site_on_which_everything_works_is_well(patient):
    examined = doctor.examine(patient)

    assert {one.level for one in examined} == {Level.WELL}, examined
    assert doctor.is_well(examined)
    assert {one.about for one in examined} == {
        *("Pages", "Mail", "Worker", "Backup", "People", "Versions", "Site", "Disk", "Settings")
    }


def dirty(patient, since, error=None):
    with patient.database.session() as session:
        session.add(DirtyRegion(kind="thread", key="x", since=since, due=since, error=error))


def test_pages_that_wait_for_long_are_named_with_the_reason(patient):
    dirty(patient, patient.now - timedelta(minutes=6), "the folder cannot be written")

    level, words = found(patient, "Pages")

    assert level == Level.BAD
    assert words.startswith("1 parts of pages have been waiting since 2026-11-21 11:54 UTC")
    assert "the folder cannot be written. Is the worker running" in words
    assert not doctor.is_well(doctor.examine(patient))


def test_pages_that_have_waited_for_a_moment_are_no_trouble(patient):
    dirty(patient, patient.now - timedelta(minutes=4))

    assert found(patient, "Pages")[0] == Level.WELL


def test_a_worker_that_was_never_seen_or_is_gone_is_missed(patient):
    later = replace(patient, now=patient.now + timedelta(minutes=6))

    level, words = found(later, "Worker")
    assert (level, words) == (
        Level.BAD,
        "The worker was last seen at 2026-11-21 12:00 UTC. Start it again.",
    )
    with patient.database.session() as session:
        session.execute(sa.text("DELETE FROM signs"))
    level, words = found(patient, "Worker")
    assert level == Level.BAD
    assert words.startswith("No worker ever ran")


def test_without_a_backup_it_says_that_none_is_known(patient):
    with patient.database.session() as session:
        session.execute(sa.text("DELETE FROM signs WHERE name = 'backup'"))

    assert found(patient, "Backup") == (Level.LOOK, "No backup is known.")


def test_a_backup_of_last_week_is_too_old(patient):
    weeks = replace(patient, now=patient.now + timedelta(days=8))

    level, words = found(weeks, "Backup")

    assert level == Level.BAD
    assert "2026-11-21 12:00 UTC" in words


def test_mail_that_is_late_is_bad_and_what_was_given_up_is_mentioned(patient):
    with patient.database.session() as session:
        outbox.put(session, Kind.CONFIRM, patient.now, recipient="bob@example.org", lang="en")
        session.execute(sa.update(Outbox).values(dead=patient.now))
    assert found(patient, "Mail") == (
        Level.LOOK,
        "1 mails were given up. They stand under Mail in moderation.",
    )
    with patient.database.session() as session:
        session.execute(sa.update(Outbox).values(dead=None, error="550 no"))
    late = replace(patient, now=patient.now + timedelta(hours=2))

    level, words = found(late, "Mail")

    assert level == Level.BAD
    assert "550 no" in words
    assert "bob@" not in words


def test_where_no_mail_is_sent_it_is_mentioned(patient):
    silent = replace(patient, settings=SETTINGS)

    assert found(silent, "Mail")[0] == Level.LOOK


def test_without_an_owner_nobody_can_invite(patient):
    with patient.database.session() as session:
        session.execute(sa.update(Moderator).values(role=Role.MODERATOR.value))

    level, words = found(patient, "People")

    assert level == Level.LOOK
    assert "moderators role EMAIL owner" in words


def test_people_without_a_second_factor_are_counted(patient):
    with patient.database.session() as session:
        make_moderator(session, patient.now, "Alice")
        make_moderator(session, patient.now, "Gone").active = False

    assert found(patient, "People")[1].startswith("1 of 2 people")


def test_versions_are_named(patient):
    level, words = found(patient, "Versions")

    assert level == Level.WELL
    assert f"Handbill {doctor.program_version()}, Python 3." in words
    assert "tables 0004" in words
    assert ("SQLite 3." if patient.database.is_sqlite else "PostgreSQL 1") in words


@ON_SQLITE
def test_an_old_sqlite_is_mentioned(patient, monkeypatch):
    monkeypatch.setattr(db, "SAFE_SQLITE", (99, 0, 0))

    level, words = found(patient, "Versions")

    assert level == Level.LOOK
    assert "This SQLite is old" in words


# -- when something is broken -----------------------------------------------------------------


@ON_SQLITE
def test_without_a_live_site_the_rest_is_looked_at_all_the_same(patient, tmp_path):
    homeless = replace(patient, site=FolderSite(tmp_path / "nothing"))

    level, words = found(homeless, "Site")

    assert level == Level.BAD
    assert "No site is live" in words
    assert found(homeless, "Worker")[0] == Level.WELL


@ON_SQLITE
def test_tables_of_another_version_are_named(patient):
    with sqlite3.connect(patient.database.file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0003'")
    connection.close()

    level, words = found(patient, "Database")

    assert level == Level.BAD
    assert "db upgrade" in words
    assert found(patient, "Site")[0] == Level.WELL


@ON_SQLITE
def test_a_damaged_database_is_named(patient):
    patient.database.close()
    for file in patient.database.file.parent.glob("handbill.sqlite3*"):
        file.write_bytes(b"this is no database, but a text of some length" * 99)

    assert found(patient, "Database")[0] == Level.BAD


@ON_SQLITE
def test_a_disk_that_is_nearly_full_is_bad(patient, monkeypatch):
    monkeypatch.setattr(doctor, "_ROOM", 2**60)

    level, words = found(patient, "Disk")

    assert level == Level.BAD
    assert "On a full disk no comment can be stored." in words


@ON_SQLITE
def test_the_worst_stands_first(patient):
    dirty(patient, patient.now - timedelta(hours=1))

    levels = [one.level for one in doctor.examine(replace(patient, settings=SETTINGS))]

    assert levels == sorted(levels, key=[Level.BAD, Level.LOOK, Level.WELL].index)
    assert levels[0] == Level.BAD


# -- settings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "level", "named"),
    [
        ({"site_url": "http://example.org"}, Level.BAD, "Use https."),
        ({"site_url": "https://example.org"}, Level.LOOK, "COMMENTS_TRUSTED_PROXIES"),
        ({"trust_after": 0}, Level.LOOK, "COMMENTS_TRUST_AFTER"),
        ({"max_links": 0}, Level.LOOK, "COMMENTS_MAX_LINKS"),
        ({"address_days": 31}, Level.LOOK, "COMMENTS_ADDRESS_DAYS"),
        ({"removed_days": 90}, Level.LOOK, "COMMENTS_REMOVED_DAYS"),
        ({"session_idle_minutes": 721}, Level.LOOK, "COMMENTS_SESSION_IDLE_MINUTES"),
        ({"session_hours": 169}, Level.LOOK, "COMMENTS_SESSION_HOURS"),
    ],
)
def test_a_setting_that_is_risky_is_named(changed, level, named):
    examined = findings.of_settings(replace(SETTINGS, **changed), "en")

    assert any(one.level == level and named in one.words for one in examined), examined


def test_the_settings_of_a_fresh_checkout_are_not_risky():
    assert [one.level for one in findings.of_settings(SETTINGS, "en")] == [Level.WELL]


@pytest.mark.parametrize(("mode", "level"), [(0o600, Level.WELL), (0o640, Level.BAD)])
def test_a_secret_that_others_can_read_is_bad(tmp_path, mode, level):
    secret = tmp_path / "secret"
    secret.write_text("x" * 64)
    secret.chmod(mode)

    [one] = findings.of_settings(SETTINGS, "en", secret)

    assert one.level == level
    assert "xxx" not in one.words
