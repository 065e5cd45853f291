"""The record of what moderators set: one line for each change, and a new revision of the rules.

Every process keeps lists and blocks in memory; by the revision it sees that they are old.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.db import insert_missing
from comments_api.models import Change, Moderator, Switches

_FIRST = {"id": 1, "hold_all": False, "close_all": False, "revision": 0}
_RAISE = sa.update(Switches).where(Switches.id == 1).values({"revision": Switches.revision + 1})


def note(session: orm.Session, what: str, moderator_id: int | None, now: datetime) -> None:
    """Write down who changed what, and raise the revision, in the verb's transaction.

    :param what: a code with a detail: `close-all:on`; never a reader's words or name.
    """
    first_row(session)
    session.connection().execute(_RAISE)
    session.add(Change(moderator_id=moderator_id, what=what, created=now))


def first_row(session: orm.Session) -> None:
    """Make the one row of switches, if nothing was ever changed."""
    insert_missing(session.connection(), Switches, [_FIRST])


def newest(session: orm.Session, limit: int) -> Sequence[tuple[Change, str | None]]:
    """Return the last changes and who made them, newest first."""
    statement = (
        sa.select(Change, Moderator.name)
        .outerjoin(Moderator, Moderator.id == Change.moderator_id)
        .order_by(Change.id.desc())
        .limit(limit)
    )
    return [(change, name) for change, name in session.execute(statement)]
