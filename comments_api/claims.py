"""What follows when somebody shows, by a link in a mail, that an address is hers, or denies it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import confirmations, identities
from comments_api.mail import subscriptions
from comments_api.models import Comment, Confirmation, Identity, Status, Subscription

MOST = 20  # of somebody who has this many, nobody reads more


def unclaimed(session: orm.Session, email: str, now: datetime) -> Sequence[Comment]:
    """Return the newest comments that carry an address and of which nobody showed to be hers."""
    statement = (
        sa.select(Comment)
        .where(
            sa.func.lower(Comment.author_email) == email,
            Comment.created > now - confirmations.LIFE,
            Comment.identity_id.is_(None),
            Comment.moderator_id.is_(None),
            Comment.status.not_in([Status.TRASH, Status.WITHDRAWN]),
        )
        .order_by(Comment.id.desc())
        .limit(MOST)
        .options(orm.joinedload(Comment.thread, innerjoin=True))
    )
    return session.scalars(statement).all()


def waiting(session: orm.Session, email: str) -> list[Subscription]:
    """Return the subscriptions that begin when the address is confirmed."""
    return [one for one in subscriptions.of(session, email) if one.confirmed is None]


def accept(
    session: orm.Session,
    token: str,
    reader: str,
    now: datetime,
    *,
    shown: Collection[int],
    mine: Collection[int],
) -> Confirmation:
    """Use a link up: know her browser, her comments and where mail may go; return the link.

    :param shown: the comments that the page asked her about.
    :param mine: those of them that she wrote.
    :raise BadLink: if it is wrong, used or too old.
    """
    found = confirmations.use(session, token, now)
    asked = [one for one in unclaimed(session, found.email, now) if one.id in shown]
    hers = [one for one in asked if one.id in mine]
    identity = identities.introduce(
        session,
        reader,
        identities.BY_EMAIL,
        found.email,
        found.email,
        hers[0].author_name if hers else "",
        now,
    )
    _settle(session, asked, hers, identity)
    subscriptions.confirm(session, found.email, now)
    return found


def decline(session: orm.Session, token: str, now: datetime) -> Confirmation:
    """Use a link up that somebody else asked for: nothing that waited for it begins.

    :raise BadLink: if it is wrong, used or too old.
    """
    found = confirmations.use(session, token, now)
    subscriptions.end(session, [one.id for one in waiting(session, found.email)])
    return found


def _settle(
    session: orm.Session, asked: Sequence[Comment], hers: Sequence[Comment], identity: Identity
) -> None:
    """Give her what she wrote, and take her address off what she did not."""
    for comment in asked:
        if comment in hers:
            comment.identity_id = identity.id
        else:
            comment.author_email = ""
    others = {one.id for one in asked if one not in hers}
    mails = waiting(session, identity.subject)
    subscriptions.end(session, [one.id for one in mails if one.comment_id in others])
