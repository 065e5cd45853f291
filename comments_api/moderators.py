"""The verbs on the people who moderate: add, sign in, stay signed in, sign out. No HTTP here."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import BoundedSemaphore

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import text
from comments_api.errors import BadLink, ImpossibleDecision, InvalidDraft, WrongPassword
from comments_api.limits import Limit
from comments_api.models import Moderator, Pace, Role, Session, SignInLink
from comments_api.translation import translations

LINK_LIFE = timedelta(hours=12)
PASSWORD_LENGTH = (15, 1024)
# A hash takes 64 MiB: two at once are enough for a small team, and a flood cannot fill the memory.
_HASHING = BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a request comes from."""

    id: int
    name: str
    email: str
    role: str
    token_hash: str


def add(session: orm.Session, name: str, email: str, role: Role, now: datetime) -> Moderator:
    """Add a person who may moderate; she signs in by a one-time link first.

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
    """Return all moderators, by name."""
    return list(session.scalars(sa.select(Moderator).order_by(Moderator.name, Moderator.id)))


def find(session: orm.Session, email: str) -> Moderator | None:
    """Return the moderator with this e-mail."""
    statement = sa.select(Moderator).where(Moderator.email == email.strip().casefold())
    return session.scalars(statement).first()


def remove(session: orm.Session, moderator: Moderator) -> None:
    """Take a person's rights and sessions at once; her decisions stay in the record."""
    moderator.active = False
    session.execute(sa.delete(Session).where(Session.moderator_id == moderator.id))
    session.execute(sa.delete(SignInLink).where(SignInLink.moderator_id == moderator.id))


def new_link(session: orm.Session, moderator: Moderator, now: datetime) -> str:
    """Return the secret of a link that signs the moderator in, once; earlier ones end."""
    session.execute(sa.delete(SignInLink).where(SignInLink.moderator_id == moderator.id))
    token = secrets.token_urlsafe(32)
    session.add(
        SignInLink(token_hash=_hash(token), moderator_id=moderator.id, expires=now + LINK_LIFE)
    )
    return token


def enter(session: orm.Session, token: str, now: datetime) -> str:
    """Use a one-time link, and return the secret of the new session.

    :raise BadLink: if it is wrong, used or too old.
    """
    link = session.get(SignInLink, _hash(token), with_for_update=True)
    if link is None or link.used is not None or link.expires <= now:
        raise BadLink
    link.used = now
    return begin(session, link.moderator_id, now)


def password_of(session: orm.Session, email: str) -> tuple[int, str] | None:
    """Return id and password hash of somebody who may sign in by password."""
    moderator = None if text.has_forbidden(email) else find(session, email)
    if moderator is None or not moderator.active or moderator.password_hash is None:
        return None
    return moderator.id, moderator.password_hash


def check_password(known: tuple[int, str] | None, password: str) -> int:
    """Return whose password it is. Takes its time, so no transaction may be open.

    :raise WrongPassword: if it is nobody's; unknown and wrong take as long.
    """
    if not _verify(known[1] if known else _nobodys_hash(), password) or known is None:
        raise WrongPassword
    return known[0]


def sign_in_limits(email: str, address_block: str) -> list[Limit]:
    """Return how often a password may be tried (security.md S-30); keys hold hashes only."""
    account = _hash(email.strip().casefold())[:24]
    block = _hash(address_block)[:24]
    return [
        Limit(f"sign-in:account:{account}", 10, 300),
        Limit(f"sign-in:account-day:{account}", 50, 86_400),
        Limit(f"sign-in:block:{block}", 20, 3_600),
        Limit("sign-in:all", 500, 300),
    ]


def set_password(
    session: orm.Session, moderator_id: int, password: str, *, keep: str, lang: str = "en"
) -> None:
    """Set a moderator's password and end her other sessions.

    :raise InvalidDraft: if it is too short or too long.
    """
    shortest, longest = PASSWORD_LENGTH
    if not shortest <= len(password) <= longest:
        _ = translations(lang).gettext
        sentence = _(
            "A password has %(number)d characters or more. A sentence is easy to remember."
        )
        raise InvalidDraft({"password": sentence % {"number": shortest}})
    moderator = session.get_one(Moderator, moderator_id)
    moderator.password_hash = _new_hash(password)
    others = sa.delete(Session).where(
        Session.moderator_id == moderator_id, Session.token_hash != keep
    )
    session.execute(others)


def set_pace(session: orm.Session, moderator_id: int, pace: str) -> None:
    """Set how often a moderator gets mail.

    :raise InvalidDraft: if it is no pace.
    """
    if pace not in list(Pace):
        names = ", ".join(Pace)
        raise InvalidDraft({"pace": f"one of {names}"})
    session.get_one(Moderator, moderator_id).mail = pace


def who(
    session: orm.Session, token: str, now: datetime, idle: timedelta, longest: timedelta
) -> SignedIn | None:
    """Return who a session cookie belongs to, or None if it ended."""
    found = session.get(Session, _hash(token), options=[orm.joinedload(Session.moderator)])
    if found is None or not found.moderator.active:
        return None
    if now - found.seen > idle or now - found.created > longest:
        session.delete(found)
        return None
    if now - found.seen > timedelta(minutes=1):  # not a write for each request
        found.seen = now
    person = found.moderator
    return SignedIn(person.id, person.name, person.email, person.role, found.token_hash)


def sign_out(session: orm.Session, token: str) -> None:
    """End a session on the server, so that a copied cookie is worth nothing."""
    session.execute(sa.delete(Session).where(Session.token_hash == _hash(token)))


def begin(session: orm.Session, moderator_id: int, now: datetime) -> str:
    """Begin a session, and return the secret of its cookie."""
    token = secrets.token_urlsafe(32)
    session.add(Session(token_hash=_hash(token), moderator_id=moderator_id, created=now, seen=now))
    return token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _new_hash(password: str) -> str:
    from argon2 import PasswordHasher  # imported where used: most processes never hash

    with _HASHING:
        return PasswordHasher().hash(password)


def _verify(stored: str, password: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import VerifyMismatchError

    with _HASHING:
        try:
            return PasswordHasher().verify(stored, password[: PASSWORD_LENGTH[1]])
        except VerifyMismatchError:
            return False


_nobody: list[str] = []


def _nobodys_hash() -> str:
    """Return a hash that no password fits: an unknown e-mail must take as long as a known one."""
    if not _nobody:
        _nobody.append(_new_hash(secrets.token_hex()))
    return _nobody[0]
