"""The people who work on the site: added, found, removed, let in by a link. No HTTP here.

What owners do with them, and what is written down of it, lies in people.py.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import sessions, tokens
from comments_api.errors import ImpossibleDecision, InvalidDraft
from comments_api.models import Moderator, Pace, Role, SignInLink

LINK_LIFE = timedelta(hours=12)


def add(session: orm.Session, name: str, email: str, role: Role, now: datetime) -> Moderator:
    """Add a person who may sign in; she does so by a one-time link first.

    :raise ImpossibleDecision: if the e-mail is taken.
    """
    email = email.strip().casefold()
    if session.scalars(sa.select(Moderator.id).where(Moderator.email == email)).first():
        raise ImpossibleDecision(f"{email} is a moderator already")
    moderator = Moderator(name=name.strip(), email=email, role=role.value, created=now)
    session.add(moderator)
    session.flush()
    return moderator


def every(session: orm.Session) -> list[Moderator]:
    """Return all who ever worked on the site, by name."""
    return list(session.scalars(sa.select(Moderator).order_by(Moderator.name, Moderator.id)))


def find(session: orm.Session, email: str) -> Moderator | None:
    """Return who has this e-mail."""
    statement = sa.select(Moderator).where(Moderator.email == email.strip().casefold())
    return session.scalars(statement).first()


def remove(session: orm.Session, moderator: Moderator) -> None:
    """Take a person's rights, sessions and secrets at once; her decisions stay in the record."""
    moderator.active = False
    moderator.password_hash = None
    moderator.totp_secret, moderator.totp_step, moderator.recovery = None, None, []
    sessions.end_all(session, moderator.id)
    session.execute(sa.delete(SignInLink).where(SignInLink.moderator_id == moderator.id))


def new_link(
    session: orm.Session, moderator: Moderator, now: datetime, life: timedelta = LINK_LIFE
) -> str:
    """Return the secret of a link that signs the moderator in, once; earlier ones end."""
    session.execute(sa.delete(SignInLink).where(SignInLink.moderator_id == moderator.id))
    return one_more_link(session, moderator, now, life)


def one_more_link(
    session: orm.Session, moderator: Moderator, now: datetime, life: timedelta
) -> str:
    """Return the secret of a link beside the earlier ones: a stranger asked for it, perhaps."""
    token = tokens.new_token()
    session.add(
        SignInLink(token_hash=tokens.hash_of(token), moderator_id=moderator.id, expires=now + life)
    )
    return token


def set_pace(session: orm.Session, moderator_id: int, pace: str) -> None:
    """Set how often a moderator gets mail.

    :raise InvalidDraft: if it is no pace.
    """
    if pace not in list(Pace):
        names = ", ".join(Pace)
        raise InvalidDraft({"pace": f"one of {names}"})
    session.get_one(Moderator, moderator_id).mail = pace
