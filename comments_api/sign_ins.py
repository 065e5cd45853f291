"""Sign-ins with a provider on their way: begun here, gone there, not back yet. No HTTP here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import tokens
from comments_api.errors import SignInFailed
from comments_api.limits import Limit, take
from comments_api.models import ProviderSignIn
from comments_api.oidc import Errand

LIFE = timedelta(minutes=10)
NETWORK_AN_HOUR = 30  # sign-ins that one network can begin
HOME = "/"


@dataclass(frozen=True, slots=True)
class Returned:
    """A browser that is back from a provider.

    :ivar reader: keyed hash of its cookie.
    :ivar back: the page of ours that it came from.
    """

    reader: str
    back: str
    errand: Errand


def begin(
    session: orm.Session,
    provider: str,
    callback: str,
    reader: str,
    back: str,
    now: datetime,
    *,
    network: str,
) -> Errand:
    """Note that a browser is on its way to a provider, and return what it takes along.

    :param network: a keyed hash of the day of the network that asks (`senders.daily_hash`).
    :raise TooMany: if that network began too many.
    """
    take(session, [Limit(f"provider:{network}", NETWORK_AN_HOUR, 3_600)], now)
    errand = Errand(callback, *(tokens.new_token() for _ in range(3)))
    session.add(
        ProviderSignIn(
            state_hash=tokens.hash_of(errand.state),
            reader=reader,
            provider=provider,
            nonce=errand.nonce,
            verifier=errand.verifier,
            back=own_path(back),
            created=now,
        )
    )
    return errand


def end(
    session: orm.Session,
    provider: str,
    callback: str,
    state: str,
    readers: Collection[str],
    now: datetime,
) -> Returned:
    """Take a browser back: the one that was sent, once, and soon.

    :param readers: keyed hashes of the cookies that it has.
    :raise SignInFailed: if it is another one, or comes too late or again.
    """
    found = session.get(ProviderSignIn, tokens.hash_of(state), with_for_update=True)
    if found is None or found.provider != provider or found.reader not in readers:
        raise SignInFailed(f"{provider}: nobody was sent there with this state")
    if not timedelta() <= now - found.created <= LIFE:
        raise SignInFailed(f"{provider}: she came back too late")
    session.delete(found)
    errand = Errand(callback, state, found.nonce, found.verifier)
    return Returned(found.reader, own_path(found.back), errand)


def forget(session: orm.Session, now: datetime) -> None:
    """Delete what nobody can come back with any more."""
    session.execute(sa.delete(ProviderSignIn).where(ProviderSignIn.created < now - LIFE))


def own_path(address: str) -> str:
    """Return a page of this site, the first one if the address could lead anywhere else."""
    # Browsers read `//` and `\` as the beginning of another host, and drop tabs and line breaks.
    own = address.startswith("/") and not address.startswith("//") and len(address) <= 500
    plain = address.isascii() and address.isprintable() and not set(address) & set('\\" <>')
    return address if own and plain else HOME
