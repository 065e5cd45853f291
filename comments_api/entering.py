"""How somebody shows who she is: by a one-time link, or by her password; then perhaps by a code.

Whoever has a second factor gets a session that is worth nothing until the code is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import moderators, passwords, sessions, text, tokens
from comments_api.errors import BadLink, UnknownPerson, WrongPassword
from comments_api.limits import Limit
from comments_api.models import Moderator, Session, SignInLink
from comments_api.rules import changes

FORGOTTEN_LIFE = timedelta(hours=1)  # of a link for somebody who forgot her password


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who may sign in by password; only as long as that is being checked."""

    id: int
    password_hash: str


@dataclass(frozen=True, slots=True)
class Entered:
    """A session that just began.

    :ivar token: the secret of its cookie.
    :ivar awaits_code: it is worth nothing until the code of the second factor is given.
    :ivar is_known: she signed in before: she has a password.
    """

    token: str
    moderator_id: int
    email: str
    awaits_code: bool
    is_known: bool


def limits(email: str, address_block: str, device: str | None = None) -> list[Limit]:
    """Return how often a password may be tried (security.md S-30); keys hold hashes only.

    A browser in which she signed in before has a count of its own: whoever tries her address from
    elsewhere, a thousand times, does not lock her out.

    :param device: what names that browser.
    """
    if device is not None:
        own = tokens.hash_of(device)[:24]
        return [
            Limit(f"sign-in:device:{own}", 10, 300),
            Limit(f"sign-in:device-day:{own}", 50, 86_400),
        ]
    account = tokens.hash_of(email.strip().casefold())[:24]
    block = tokens.hash_of(address_block)[:24]
    return [
        Limit(f"sign-in:account:{account}", 10, 300),
        Limit(f"sign-in:account-day:{account}", 50, 86_400),
        Limit(f"sign-in:block:{block}", 20, 3_600),
        Limit("sign-in:all", 500, 300),
    ]


def proof_limits(moderator_id: int) -> list[Limit]:
    """Return how often somebody who is signed in may try to give her password again."""
    return [
        Limit(f"prove:{moderator_id}", 10, 300),
        Limit(f"prove-day:{moderator_id}", 50, 86_400),
    ]


def known(session: orm.Session, email: str) -> Known | None:
    """Return somebody who may sign in by password."""
    moderator = None if text.has_forbidden(email) else moderators.find(session, email)
    if moderator is None or not moderator.active or moderator.password_hash is None:
        return None
    return Known(moderator.id, moderator.password_hash)


def check_password(found: Known | None, password: str) -> str | None:
    """Go on only if the password fits. Takes its time, so no transaction may be open.

    Return a newer hash of it, if the stored one was made in a weaker way.

    :raise WrongPassword: if it is nobody's; unknown and wrong take as long.
    """
    if not passwords.verify(found.password_hash if found else None, password) or found is None:
        raise WrongPassword
    return passwords.new_hash(password) if passwords.is_old(found.password_hash) else None


def by_password(
    session: orm.Session, found: Known, newer: str | None, now: datetime, device: str = ""
) -> Entered:
    """Begin the session of somebody whose password was checked.

    :param newer: a hash that takes the place of the stored one.
    :raise WrongPassword: if she was removed or has another one meanwhile.
    """
    person = session.get(Moderator, found.id, with_for_update=True)
    if person is None or not person.active or person.password_hash != found.password_hash:
        raise WrongPassword
    if newer is not None:
        person.password_hash = newer
    return _begin(session, person, now, device)


def by_link(session: orm.Session, token: str, now: datetime, device: str = "") -> Entered:
    """Use a one-time link, and begin a session.

    :raise BadLink: if it is wrong, used or too old.
    """
    link = session.get(SignInLink, tokens.hash_of(token), with_for_update=True)
    if link is None or link.used is not None or link.expires <= now:
        raise BadLink
    person = session.get_one(Moderator, link.moderator_id)
    if not person.active:
        raise BadLink
    link.used = now
    return _begin(session, person, now, device)


def is_good(session: orm.Session, token: str, now: datetime) -> bool:
    """Say whether a one-time link still works; looking changes nothing."""
    link = session.get(SignInLink, tokens.hash_of(token))
    return link is not None and link.used is None and link.expires > now


def forgotten(session: orm.Session, email: str, now: datetime) -> tuple[Moderator, str] | None:
    """Return who forgot her password, with the secret of a link for her; None if nobody has it."""
    person = None if text.has_forbidden(email) else moderators.find(session, email)
    if person is None or not person.active:
        return None
    return person, moderators.one_more_link(session, person, now, FORGOTTEN_LIFE)


def store_password(
    session: orm.Session, moderator_id: int, password_hash: str, now: datetime, *, keep: str
) -> None:
    """Store a new password, end her other sessions and every link that waits for her.

    :param password_hash: made before the transaction, since it takes its time.
    :param keep: the hash of the session that goes on.
    :raise UnknownPerson: if that session was ended meanwhile, or she was removed.
    """
    person = session.get_one(Moderator, moderator_id, with_for_update=True)
    if not person.active or session.get(Session, keep, with_for_update=True) is None:
        raise UnknownPerson
    person.password_hash = password_hash
    sessions.end_all(session, moderator_id, keep=keep)
    session.execute(sa.delete(SignInLink).where(SignInLink.moderator_id == moderator_id))
    changes.note(session, f"password:{moderator_id}", moderator_id, now)


def _begin(session: orm.Session, person: Moderator, now: datetime, device: str) -> Entered:
    awaits_code = person.totp_secret is not None
    token = sessions.begin(session, person.id, now, device=device, awaits_code=awaits_code)
    is_known = person.password_hash is not None
    return Entered(token, person.id, person.email, awaits_code, is_known)
