"""The minute as of which regions are drawn: moved only when something falls due."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from comments_api import rows
from comments_api.dates import minute
from comments_api.db import Database
from comments_api.errors import DatabaseTrouble
from comments_api.manifest import Manifest
from comments_api.models import Clock, DirtyRegion
from comments_api.regions import EVERY_THREAD, due


def as_of(connection: sa.Connection) -> datetime:
    """Return the minute that regions are drawn for.

    :raise DatabaseTrouble: if no site ever went live with this database.
    """
    moment = rows.as_of(connection)
    if moment is None:
        raise DatabaseTrouble(
            "The clock of this database never started: run `flask --app comments_api go-live`."
        )
    return moment


def start(database: Database, now: datetime) -> None:
    """Set the clock, if it never ran."""
    with database.session() as session:
        if session.get(Clock, 1) is None:
            session.add(Clock(id=1, as_of=minute(now)))


def tick(database: Database, manifest: Manifest, now: datetime) -> bool:
    """Move the clock if something fell due since, and mark what that changes as dirty."""
    with database.session() as session:
        clock = session.get(Clock, 1)
        if clock is None:
            return False
        changed = {(r.kind, r.key) for r in due(manifest, clock.as_of, minute(now))}
        if _closed_since(session.connection(), clock.as_of, minute(now)):
            changed.add(EVERY_THREAD)
        if not changed:
            return False
        clock.as_of = minute(now)
        session.add_all(
            DirtyRegion(kind=kind, key=key, since=now, due=now) for kind, key in sorted(changed)
        )
    return True


def _closed_since(connection: sa.Connection, after: datetime, until: datetime) -> bool:
    """Say whether the moment has come at which all threads were to close."""
    close_at = rows.switched(connection).close_at
    return close_at is not None and after < close_at <= until
