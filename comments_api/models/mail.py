"""Mails that wait, and who asked for them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.models.base import NEVER_AGAIN, Id, Model, one_of
from comments_api.models.people import Pace


class Scope(StrEnum):
    """What somebody wants to hear of."""

    REPLIES = "replies"  # that her comment appears, and what is answered to it
    THREAD = "thread"
    POSTS = "posts"  # new posts and letters of the site


class Subscription(Model):
    """That somebody wants mail; it counts once she confirmed that the address is hers.

    :ivar thread_key: of scope `thread` and `replies`.
    :ivar comment_id: her own, of scope `replies`.
    """

    __tablename__ = "subscriptions"
    __table_args__ = (
        one_of("scope", Scope),
        sa.Index("ix_subscriptions_scope_thread_key", "scope", "thread_key"),
        NEVER_AGAIN,
    )

    id: orm.Mapped[int] = orm.mapped_column(Id, primary_key=True)
    email: orm.Mapped[str] = orm.mapped_column(index=True)
    scope: orm.Mapped[str]
    thread_key: orm.Mapped[str] = orm.mapped_column(default="")
    comment_id: orm.Mapped[int | None] = orm.mapped_column(
        sa.ForeignKey("comments.id", ondelete="CASCADE"), index=True
    )
    lang: orm.Mapped[str]
    pace: orm.Mapped[str] = orm.mapped_column(default=Pace.IMMEDIATE.value)
    confirmed: orm.Mapped[datetime | None]
    created: orm.Mapped[datetime]


class Announced(Model):
    """A post or letter whose readers were told of it, or that was there before anybody asked."""

    __tablename__ = "announced"

    key: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    created: orm.Mapped[datetime]


class Outbox(Model):
    """A mail that waits for the worker, or an event from which it makes mails.

    :ivar recipient: an address; empty of an event, and as soon as the mail was sent.
    :ivar bundle: rows of one bundle that are due together become one mail.
    :ivar leased: until then, another worker delivers it.
    :ivar dead: when it was given up.
    """

    __tablename__ = "outbox"
    # Of a thousand that were sent this week, a worker must not look at each to find one that waits.
    __table_args__ = (
        sa.Index(
            "ix_outbox_due",
            "due",
            sqlite_where=sa.text("sent IS NULL AND dead IS NULL"),
            postgresql_where=sa.text("sent IS NULL AND dead IS NULL"),
        ),
    )

    id: orm.Mapped[int] = orm.mapped_column(Id, primary_key=True)
    kind: orm.Mapped[str]
    comment_id: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    subscription_id: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    recipient: orm.Mapped[str]
    lang: orm.Mapped[str] = orm.mapped_column(default="")
    bundle: orm.Mapped[str | None] = orm.mapped_column(index=True)
    payload: orm.Mapped[dict[str, Any]]
    due: orm.Mapped[datetime]
    attempts: orm.Mapped[int] = orm.mapped_column(default=0)
    leased: orm.Mapped[datetime | None]
    sent: orm.Mapped[datetime | None]
    dead: orm.Mapped[datetime | None]
    error: orm.Mapped[str | None]
    created: orm.Mapped[datetime]
