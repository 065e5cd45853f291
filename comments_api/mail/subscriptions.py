"""Who wants to hear of what: asking for mail, showing that the address is hers, and ending it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import confirmations
from comments_api.models import Identity, Pace, Scope, Subscription

MOST = 50  # of one address
UNCONFIRMED_LIFE = confirmations.LIFE  # as long as the link that would confirm it


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks to be told of.

    :ivar thread_key: of scope `thread` and `replies`.
    :ivar comment_id: her own, of scope `replies`.
    """

    email: str
    scope: Scope
    lang: str
    thread_key: str = ""
    comment_id: int | None = None
    pace: Pace = Pace.IMMEDIATE


def follow(
    session: orm.Session,
    wishes: Sequence[Wish],
    identity: Identity | None,
    network: str,
    now: datetime,
) -> bool:
    """Note what one address wants to hear of, and say whether it begins at once.

    It does if the browser's identity has this very address; else a link is sent there, and the
    caller says the same whether the address is known or not.

    :param network: a keyed hash of the day of the network that asks.
    :raise TooMany: if that network caused too many links already.
    """
    first = wishes[0]
    proven = identity is not None and identity.email.lower() == first.email.lower()
    for wish in wishes:
        subscribe(session, wish, now, proven=proven)
    if not proven:
        confirmations.ask(
            session, first.email, first.lang, now, network=network, thread_key=first.thread_key
        )
    return proven


def subscribe(session: orm.Session, wish: Wish, now: datetime, *, proven: bool = False) -> None:
    """Note one wish; more than an address may have are dropped without a word.

    :param proven: the address is known to be hers. Nobody else may change what she confirmed.
    """
    email = wish.email.lower()
    known = of(session, email)
    found = next((one for one in known if _same(one, wish)), None)
    if found is None:
        if len(known) >= MOST:
            return
        found = Subscription(
            email=email,
            scope=wish.scope.value,
            thread_key=wish.thread_key,
            comment_id=wish.comment_id,
            lang=wish.lang,
            created=now,
        )
        session.add(found)
    elif found.confirmed is not None and not proven:
        return
    found.lang, found.pace = wish.lang, wish.pace.value
    if found.confirmed is None:
        found.created, found.confirmed = now, now if proven else None
    session.flush()


def _same(one: Subscription, wish: Wish) -> bool:
    mine = (one.scope, one.thread_key, one.comment_id)
    return mine == (wish.scope.value, wish.thread_key, wish.comment_id)


def confirm(session: orm.Session, email: str, now: datetime) -> Sequence[Subscription]:
    """Begin all that waits for an address, now that it is known to be hers; return what it is."""
    waiting = [one for one in of(session, email) if one.confirmed is None]
    for one in waiting:
        one.confirmed = now
    return waiting


def of(session: orm.Session, email: str) -> Sequence[Subscription]:
    """Return all that was asked for an address, confirmed or not, oldest first."""
    statement = sa.select(Subscription).where(Subscription.email == email.lower())
    return session.scalars(statement.order_by(Subscription.id)).all()


def some(session: orm.Session, ids: Iterable[int]) -> Sequence[Subscription]:
    """Return those of these subscriptions that did not end yet, oldest first."""
    statement = sa.select(Subscription).where(Subscription.id.in_(list(ids)))
    return session.scalars(statement.order_by(Subscription.id)).all()


def end(session: orm.Session, ids: Iterable[int]) -> None:
    """End subscriptions; mails that wait for them are not sent any more."""
    session.execute(sa.delete(Subscription).where(Subscription.id.in_(list(ids))))


def end_all(session: orm.Session, ids: Iterable[int]) -> None:
    """End all that was asked for the addresses of these subscriptions."""
    emails = sa.select(Subscription.email).where(Subscription.id.in_(list(ids)))
    session.execute(
        sa.delete(Subscription)
        .where(Subscription.email.in_(emails))
        .execution_options(synchronize_session=False)
    )


def forget(session: orm.Session, now: datetime) -> None:
    """Delete what nobody confirmed in time."""
    old = Subscription.created < now - UNCONFIRMED_LIFE
    session.execute(sa.delete(Subscription).where(Subscription.confirmed.is_(None), old))
