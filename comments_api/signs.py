"""Signs of life: when the worker and the last backup were seen. What they mean: doctor.py."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.db import insert_for
from comments_api.models import Sign

WORKER = "worker"
BACKUP = "backup"


def note(session: orm.Session, name: str, now: datetime) -> None:
    """Note that something was at work, within the caller's transaction."""
    connection = session.connection()
    insert = insert_for(connection.dialect.name)(Sign).values({"name": name, "seen": now})
    connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"seen": now}))


def seen(session: orm.Session, name: str) -> datetime | None:
    """Return when it was last at work, or None if it never was."""
    return session.scalars(sa.select(Sign.seen).where(Sign.name == name)).first()
