"""What moderators do to the whole site at once: hold everything, close everything, now or later."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import dates, publishing, rows
from comments_api.models import Switches
from comments_api.openness import Switched
from comments_api.rules import changes


def current(session: orm.Session) -> Switched:
    """Return how the switches stand."""
    return rows.switched(session.connection())


def hold_all(session: orm.Session, on: bool, moderator_id: int | None, now: datetime) -> None:
    """Hold every comment of the site, or leave it to the other rules again."""
    _turn(session, "hold_all", on, f"hold-all:{_word(on)}", moderator_id, now)


def close_all(session: orm.Session, on: bool, moderator_id: int | None, now: datetime) -> None:
    """Close every thread of the site at once, or open them as their pages say."""
    _turn(session, "close_all", on, f"close-all:{_word(on)}", moderator_id, now)


def close_at(
    session: orm.Session, moment: datetime | None, moderator_id: int | None, now: datetime
) -> None:
    """Close every thread of the site at a moment; None takes that back."""
    what = f"close-at:{dates.iso(moment) if moment else ''}"
    _turn(session, "close_at", moment, what, moderator_id, now)


def _turn(
    session: orm.Session,
    switch: str,
    value: bool | datetime | None,
    what: str,
    moderator_id: int | None,
    now: datetime,
) -> None:
    """Set a switch, if it stands otherwise, and note that every thread looks different now."""
    if getattr(current(session), switch) == value:
        return
    changes.note(session, what, moderator_id, now)
    session.execute(sa.update(Switches).where(Switches.id == 1).values({switch: value}))
    publishing.mark_switched(session, now)


def _word(on: bool) -> str:
    return "on" if on else "off"
