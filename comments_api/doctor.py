"""How the site is, in words: what works, what does not, and what to do about it."""

from __future__ import annotations

import platform
import shutil
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import db, publishing, schema, signs
from comments_api.db import Database
from comments_api.errors import DatabaseTrouble, SiteTrouble
from comments_api.findings import Finding, Level, of_settings, own_secret
from comments_api.mail import waiting
from comments_api.models import DirtyRegion, Moderator, Role
from comments_api.settings import ROOT, Settings
from comments_api.sites import FolderSite
from comments_api.translation import mark as _mark
from comments_api.translation import translations

OLD_BACKUP = timedelta(days=7)
_ROOM = 500 * 2**20  # bytes that must be free


@dataclass(frozen=True, slots=True)
class Patient:
    """What the doctor looks at, and when, and in which language she speaks."""

    database: Database
    site: FolderSite
    settings: Settings
    now: datetime
    lang: str = "en"

    def finding(self, level: Level, about: str, sentence: str, **values: object) -> Finding:
        """Return a finding in the language of whoever asked; both texts are marked for it."""
        _ = translations(self.lang).gettext
        return Finding(level, _(about), _(sentence) % values if values else _(sentence))


Look = Callable[[Patient, orm.Session], Finding]


def examine(patient: Patient) -> list[Finding]:
    """Return how everything is, the worst first."""
    found = [*_tables(patient), _site(patient), _room(patient)]
    found += of_settings(patient.settings, patient.lang, own_secret(patient.settings))
    return sorted(found, key=lambda one: list(Level)[::-1].index(one.level))


def is_well(findings: Sequence[Finding]) -> bool:
    """Say whether nothing is bad."""
    return all(one.level != Level.BAD for one in findings)


def _tables(patient: Patient) -> list[Finding]:
    """Look at all that stands in the database, if it can be read at all."""
    try:
        schema.check(patient.database)
        with patient.database.reading() as session:
            return [look(patient, session) for look in _LOOKS]
    except DatabaseTrouble as error:
        return [Finding(Level.BAD, _said(patient, "Database"), str(error))]
    except sa.exc.DBAPIError as error:
        return [Finding(Level.BAD, _said(patient, "Database"), str(error.orig))]


def _said(patient: Patient, word: str) -> str:
    return translations(patient.lang).gettext(word)


# -- in the database --------------------------------------------------------------------------


def _pages(patient: Patient, session: orm.Session) -> Finding:
    about = _mark("Pages")
    count, since = publishing.lag(session)
    if since is None:
        return patient.finding(Level.WELL, about, _mark("Every page shows what was decided."))
    wrong = sa.select(DirtyRegion.error).where(DirtyRegion.error.is_not(None))
    reason = session.scalars(wrong.order_by(DirtyRegion.id.desc()).limit(1)).first()
    if patient.now - since <= publishing.LATE:
        return patient.finding(Level.WELL, about, _mark("Pages are being written just now."))
    sentence = _mark(
        "%(count)d parts of pages have been waiting since %(since)s to show what was decided: "
        "%(reason)s. Is the worker running, and may it write the site's folder?"
    )
    known = reason or _said(patient, _mark("nobody tried yet"))
    moment = f"{since:%Y-%m-%d %H:%M} UTC"
    return patient.finding(Level.BAD, about, sentence, count=count, since=moment, reason=known)


def _mail(patient: Patient, session: orm.Session) -> Finding:
    about = _mark("Mail")
    if not patient.settings.mails:
        sentence = _mark("No mail is sent, so nobody is told that a comment waits.")
        return patient.finding(Level.LOOK, about, sentence)
    state = waiting.state(session)
    if waiting.is_late(session, patient.now):
        sentence = _mark("Mail has been waiting for more than an hour. What went wrong: %(why)s")
        why = state.trouble or _said(patient, _mark("nobody tried yet"))
        return patient.finding(Level.BAD, about, sentence, why=why)
    if state.dead:
        sentence = _mark("%(count)d mails were given up. They stand under Mail in moderation.")
        return patient.finding(Level.LOOK, about, sentence, count=len(state.dead))
    return patient.finding(Level.WELL, about, _mark("Mail goes out."))


def _worker(patient: Patient, session: orm.Session) -> Finding:
    about = _mark("Worker")
    seen = signs.seen(session, signs.WORKER)
    if seen is None:
        sentence = _mark(
            "No worker ever ran with this database. Start one: it sends mail, "
            "forgets what must not stay, and writes pages that failed."
        )
        return patient.finding(Level.BAD, about, sentence)
    if patient.now - seen > publishing.LATE:
        sentence = _mark("The worker was last seen at %(seen)s. Start it again.")
        return patient.finding(Level.BAD, about, sentence, seen=f"{seen:%Y-%m-%d %H:%M} UTC")
    return patient.finding(Level.WELL, about, _mark("The worker is at work."))


def _backup(patient: Patient, session: orm.Session) -> Finding:
    about = _mark("Backup")
    seen = signs.seen(session, signs.BACKUP)
    if seen is None:
        return patient.finding(Level.LOOK, about, _mark("No backup is known."))
    when = f"{seen:%Y-%m-%d %H:%M} UTC"
    if patient.now - seen > OLD_BACKUP:
        sentence = _mark("The last backup is of %(when)s, more than a week ago.")
        return patient.finding(Level.BAD, about, sentence, when=when)
    return patient.finding(Level.WELL, about, _mark("The last backup is of %(when)s."), when=when)


def _people(patient: Patient, session: orm.Session) -> Finding:
    about = _mark("People")
    active = session.scalars(sa.select(Moderator).where(Moderator.active)).all()
    if not any(one.role == Role.OWNER for one in active):
        sentence = _mark(
            "Nobody is an owner, so nobody can invite others. Run: flask --app comments_api "
            "moderators role EMAIL owner"
        )
        return patient.finding(Level.LOOK, about, sentence)
    alone = sum(one.totp_secret is None for one in active)
    if alone:
        sentence = _mark("%(count)d of %(all)d people who sign in have no second factor.")
        return patient.finding(Level.LOOK, about, sentence, count=alone, all=len(active))
    return patient.finding(Level.WELL, about, _mark("Everybody has a second factor."))


def _versions(patient: Patient, session: orm.Session) -> Finding:
    about = _mark("Versions")
    named = _mark("Handbill %(program)s, Python %(python)s, %(database)s, tables %(tables)s.")
    values = {
        "program": program_version(),
        "python": platform.python_version(),
        "database": _database_version(patient.database, session),
        "tables": schema.version(patient.database),
    }
    if patient.database.is_sqlite and db.sqlite_module().sqlite_version_info < db.SAFE_SQLITE:
        named = _mark(
            "Handbill %(program)s, Python %(python)s, %(database)s, tables %(tables)s. This SQLite "
            "is old, so a slower way of writing is used, which is safe with it."
        )
        return patient.finding(Level.LOOK, about, named, **values)
    return patient.finding(Level.WELL, about, named, **values)


def _database_version(database: Database, session: orm.Session) -> str:
    if database.is_sqlite:
        return f"SQLite {session.scalar(sa.text('SELECT sqlite_version()'))}"
    return f"PostgreSQL {session.scalar(sa.text('SHOW server_version'))}"


@cache
def program_version() -> str:
    """Return the version of this program."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


_LOOKS: tuple[Look, ...] = (_pages, _mail, _worker, _backup, _people, _versions)


# -- beside it --------------------------------------------------------------------------------


def _site(patient: Patient) -> Finding:
    about = _mark("Site")
    try:
        count = len(patient.site.live().manifest.threads)
    except SiteTrouble as error:
        return Finding(Level.BAD, _said(patient, about), str(error))
    sentence = _mark("A build is live. It has %(count)d pages that take comments.")
    return patient.finding(Level.WELL, about, sentence, count=count)


def _room(patient: Patient) -> Finding:
    about, file = _mark("Disk"), patient.database.file
    folders = {patient.site.root, *([file.parent] if file else [])}
    least = min(shutil.disk_usage(_there(folder)).free for folder in folders)
    free = least // 2**20
    if least < _ROOM:
        sentence = _mark("Only %(free)d MB are free. On a full disk no comment can be stored.")
        return patient.finding(Level.BAD, about, sentence, free=free)
    return patient.finding(Level.WELL, about, _mark("%(free)d MB are free."), free=free)


def _there(folder: Path) -> Path:
    """Return a folder, or the nearest one above it that is there."""
    return next(one for one in (folder, *folder.parents) if one.exists())
