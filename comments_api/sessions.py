"""Signed-in browsers: begun, found, shown to whom they belong, renewed, ended. No HTTP here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.errors import UnknownPerson
from comments_api.models import Session
from comments_api.tokens import hash_of, new_token

PROOF_LIFE = timedelta(minutes=15)  # so long nobody is asked for her password again
CODE_LIFE = timedelta(minutes=10)  # to type the code of the second factor
_NOTED = timedelta(minutes=1)  # not a write for each request
NAME_LENGTH = 16  # of what names a session in a form: a part of the hash, useless as a cookie


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a request comes from.

    :ivar proved: when she last showed that it is she who sits there.
    """

    id: int
    name: str
    email: str
    role: str
    token_hash: str
    proved: datetime | None = None

    def has_proved(self, now: datetime) -> bool:
        """Say whether she need not be asked for her password again."""
        return self.proved is not None and now - self.proved <= PROOF_LIFE


def begin(
    session: orm.Session,
    moderator_id: int,
    now: datetime,
    *,
    device: str = "",
    awaits_code: bool = False,
) -> str:
    """Begin a session of somebody who just showed who she is; return the secret of its cookie.

    :param awaits_code: it is worth nothing until the code of the second factor is given.
    """
    token = new_token()
    session.add(
        Session(
            token_hash=hash_of(token),
            moderator_id=moderator_id,
            created=now,
            seen=now,
            device=device,
            proved=now,
            awaits_code=awaits_code,
        )
    )
    return token


def who(
    session: orm.Session,
    token: str,
    now: datetime,
    idle: timedelta,
    longest: timedelta,
    *,
    herself: bool = True,
) -> SignedIn | None:
    """Return who a session cookie belongs to, or None if it ended or awaits a code.

    :param herself: she asks, and not a script that looks by itself what is new.
    """
    found = _of(session, token)
    if found is None or found.awaits_code:
        return None
    if now - found.seen > idle or now - found.created > longest:
        session.delete(found)
        return None
    if herself and now - found.seen > _NOTED:
        found.seen = now
    return _signed_in(found)


def awaiting(session: orm.Session, token: str, now: datetime) -> Session | None:
    """Return a session that only lacks the code of the second factor."""
    found = _of(session, token)
    if found is None or not found.awaits_code or now - found.created > CODE_LIFE:
        return None
    return found


def renew(session: orm.Session, token: str, now: datetime) -> str:
    """Note that she showed again who she is; return a new secret, which replaces the old one.

    :raise UnknownPerson: if there is no such session any more.
    """
    found = _of(session, token)
    if found is None:
        raise UnknownPerson
    new = begin(session, found.moderator_id, now, device=found.device)
    made = session.get_one(Session, hash_of(new))
    made.created = found.created  # she has to sign in again when she had to anyway
    session.delete(found)
    return new


def of(
    session: orm.Session, moderator_id: int, now: datetime, idle: timedelta, longest: timedelta
) -> Sequence[Session]:
    """Return somebody's sessions that have not ended, the last used first."""
    statement = (
        sa.select(Session)
        .where(
            Session.moderator_id == moderator_id,
            Session.awaits_code.is_(False),
            Session.seen >= now - idle,
            Session.created >= now - longest,
        )
        .order_by(Session.seen.desc(), Session.token_hash)
    )
    return session.scalars(statement).all()


def end(session: orm.Session, token: str) -> None:
    """End a session on the server, so that a copied cookie is worth nothing."""
    session.execute(sa.delete(Session).where(Session.token_hash == hash_of(token)))


def end_one(session: orm.Session, moderator_id: int, name: str) -> None:
    """End one of somebody's own sessions.

    :raise UnknownPerson: if she has none of this name (any more).
    """
    hers = sa.select(Session).where(Session.moderator_id == moderator_id)
    found = next((one for one in session.scalars(hers) if name_of(one) == name), None)
    if found is None:
        raise UnknownPerson(name)
    session.delete(found)


def end_all(session: orm.Session, moderator_id: int, *, keep: str = "") -> None:
    """End somebody's sessions, but for the one with this hash."""
    statement = sa.delete(Session).where(
        Session.moderator_id == moderator_id, Session.token_hash != keep
    )
    session.execute(statement)


def name_of(one: Session) -> str:
    """Return what names a session in a form."""
    return one.token_hash[:NAME_LENGTH]


def _of(session: orm.Session, token: str) -> Session | None:
    found = session.get(Session, hash_of(token), options=[orm.joinedload(Session.moderator)])
    return found if found is not None and found.moderator.active else None


def _signed_in(found: Session) -> SignedIn:
    person = found.moderator
    return SignedIn(
        person.id, person.name, person.email, person.role, found.token_hash, found.proved
    )
