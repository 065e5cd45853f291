"""Links in mails that show, once, that an address is somebody's. What follows: the edges."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import tokens
from comments_api.errors import BadLink
from comments_api.limits import Limit, take
from comments_api.mail import outbox
from comments_api.models import Confirmation

LIFE = timedelta(hours=48)
ONE_A_DAY = timedelta(hours=24)
QUIET = timedelta(days=30)  # how long who says no, or never answers, is left alone
UNANSWERED = 3  # links that may go in that time to an address that answers none
BLOCK_A_DAY = 20  # confirmations that one address block can cause

# When she said no, or else when she was asked. Links of who said yes are gone: see `said_yes`.
_told = sa.func.coalesce(Confirmation.used, Confirmation.created)


def ask(
    session: orm.Session,
    email: str,
    lang: str,
    now: datetime,
    *,
    network: str,
    thread_key: str = "",
) -> bool:
    """Send a link to an address, if it may get one, and say whether one is on its way now.

    It confirms everything that waits for this address when it is pressed, so one a day is enough.
    Anybody can type an address: who says no, or never answers, is left alone; see `QUIET`.

    :param network: a keyed hash of the day of the network that asks (`senders.daily_hash`).
    :raise TooMany: if that network caused too many already.
    """
    email = email.lower()
    if _had_enough(session, email, now):
        return False
    take(session, [Limit(f"confirm:{network}", BLOCK_A_DAY, 86_400)], now)
    token = tokens.new_token()
    session.add(
        Confirmation(
            token_hash=tokens.hash_of(token),
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


def _had_enough(session: orm.Session, email: str, now: datetime) -> bool:
    links = sa.select(Confirmation.created, Confirmation.used).where(
        Confirmation.email == email, _told > now - QUIET
    )
    found = session.execute(links).all()
    return len(found) >= UNANSWERED or any(
        used is not None or created > now - ONE_A_DAY for created, used in found
    )


def find(session: orm.Session, token: str, now: datetime) -> Confirmation:
    """Return a link that still works; looking changes nothing and keeps nobody waiting.

    :raise BadLink: if it is wrong, used or too old.
    """
    return _good(session.get(Confirmation, tokens.hash_of(token)), now)


def use(session: orm.Session, token: str, now: datetime) -> Confirmation:
    """Use a link up, and return it.

    :raise BadLink: if it is wrong, used or too old.
    """
    found = _good(session.get(Confirmation, tokens.hash_of(token), with_for_update=True), now)
    found.used = now
    return found


def said_yes(session: orm.Session, email: str) -> None:
    """Forget all links to an address whose owner said yes: she may ask for others at once."""
    session.execute(sa.delete(Confirmation).where(Confirmation.email == email.lower()))


def forget(session: orm.Session, now: datetime) -> None:
    """Delete links that hold off no other; of those that work no more, forget the page."""
    session.execute(sa.delete(Confirmation).where(_told <= now - QUIET))
    over = sa.update(Confirmation).where(Confirmation.expires <= now)
    session.execute(over.where(Confirmation.thread_key != "").values(thread_key=""))


def _good(found: Confirmation | None, now: datetime) -> Confirmation:
    if found is None or found.used is not None or found.expires <= now:
        raise BadLink
    return found
