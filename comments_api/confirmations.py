"""Links in mails that show, once, that an address is somebody's. What follows: the edges."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import senders
from comments_api.errors import BadLink
from comments_api.limits import Limit, take
from comments_api.mail import outbox
from comments_api.models import Confirmation

LIFE = timedelta(hours=48)
ONE_A_DAY = timedelta(hours=24)
BLOCK_A_DAY = 20  # confirmations that one address block can cause


def ask(
    session: orm.Session,
    email: str,
    lang: str,
    now: datetime,
    *,
    network: str,
    thread_key: str = "",
) -> bool:
    """Send a link to an address, at most one a day, and say whether one is on its way now.

    It confirms everything that waits for this address when it is pressed, so one is enough.

    :param network: a keyed hash of the day of the network that asks (`senders.daily_hash`).
    :raise TooMany: if that network caused too many already.
    """
    email = email.lower()
    statement = sa.select(Confirmation.token_hash).where(
        Confirmation.email == email,
        Confirmation.created > now - ONE_A_DAY,
        Confirmation.used.is_(None),
    )
    if session.scalars(statement.limit(1)).first() is not None:
        return False
    take(session, [Limit(f"confirm:{network}", BLOCK_A_DAY, 86_400)], now)
    token = senders.new_token()
    session.add(
        Confirmation(
            token_hash=_hash(token),
            email=email,
            lang=lang,
            thread_key=thread_key,
            created=now,
            expires=now + LIFE,
        )
    )
    outbox.put(
        session, outbox.Kind.CONFIRM, now, recipient=email, lang=lang, payload={"token": token}
    )
    return True


def find(session: orm.Session, token: str, now: datetime) -> Confirmation:
    """Return a link that still works; looking changes nothing and keeps nobody waiting.

    :raise BadLink: if it is wrong, used or too old.
    """
    return _good(session.get(Confirmation, _hash(token)), now)


def use(session: orm.Session, token: str, now: datetime) -> Confirmation:
    """Use a link up, and return it.

    :raise BadLink: if it is wrong, used or too old.
    """
    found = _good(session.get(Confirmation, _hash(token), with_for_update=True), now)
    found.used = now
    return found


def forget(session: orm.Session, now: datetime) -> None:
    """Delete links that are of no use any more; while they are young, they prevent another one."""
    session.execute(sa.delete(Confirmation).where(Confirmation.expires <= now))


def _good(found: Confirmation | None, now: datetime) -> Confirmation:
    if found is None or found.used is not None or found.expires <= now:
        raise BadLink
    return found


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
