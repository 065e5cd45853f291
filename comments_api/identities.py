"""Readers who are known by more than a typed name: by a link in a mail, or by a provider."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.db import insert_missing
from comments_api.models import Comment, Identity, KnownBrowser

BROWSER_LIFE = timedelta(days=180)  # as long as the cookie that stays
BY_EMAIL = "email"  # the issuer of those who opened a link in a mail


def known(session: orm.Session, reader: str | None) -> Identity | None:
    """Return whose browser has this reader's cookie, if she ever showed who she is."""
    if reader is None:
        return None
    statement = (
        sa.select(Identity)
        .join(KnownBrowser, KnownBrowser.identity_id == Identity.id)
        .where(KnownBrowser.reader == reader)
    )
    return session.scalars(statement).first()


def introduce(
    session: orm.Session,
    reader: str,
    issuer: str,
    subject: str,
    email: str,
    name: str,
    now: datetime,
) -> Identity:
    """Note that a browser belongs to somebody who showed who she is, and return her identity."""
    new = {"issuer": issuer, "subject": subject, "created": now, "seen": now}
    insert_missing(session.connection(), Identity, [{**new, "email": email, "name": name}])
    statement = sa.select(Identity).where(Identity.issuer == issuer, Identity.subject == subject)
    identity = session.scalars(statement).one()
    identity.email, identity.seen = email, now
    identity.name = name or identity.name
    session.execute(sa.delete(KnownBrowser).where(KnownBrowser.reader == reader))
    session.add(KnownBrowser(reader=reader, identity_id=identity.id, created=now))
    return identity


def renew(session: orm.Session, old: str | None, new: str) -> None:
    """Give a browser that is to be known another cookie, which leads to all that the old one did.

    Whoever had read the old one before, on a computer that many use, does not come in with her.
    """
    for column in (Comment.reader, KnownBrowser.reader) if old is not None else ():
        session.execute(sa.update(column.class_).where(column == old).values(reader=new))


def forget_browser(session: orm.Session, reader: str) -> None:
    """No longer know whose browser this is."""
    session.execute(sa.delete(KnownBrowser).where(KnownBrowser.reader == reader))


def forget(session: orm.Session, now: datetime) -> None:
    """No longer know browsers whose cookie is certainly gone."""
    old = KnownBrowser.created < now - BROWSER_LIFE
    session.execute(sa.delete(KnownBrowser).where(old))
