"""What moderators set for the rules, and what the limits count."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.models.base import NEVER_AGAIN, Id, Model, one_of


class Switches(Model):
    """What moderators can do to the whole site at once; one row, made when it is first needed.

    :ivar revision: counts every change of switches, word lists and blocks.
    """

    __tablename__ = "switches"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: orm.Mapped[int] = orm.mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    hold_all: orm.Mapped[bool] = orm.mapped_column(default=False)
    close_all: orm.Mapped[bool] = orm.mapped_column(default=False)
    close_at: orm.Mapped[datetime | None]
    revision: orm.Mapped[int] = orm.mapped_column(default=1)


class WordList(Model):
    """Words that hold a comment (`held`) or make it spam (`spam`), a line each."""

    __tablename__ = "word_lists"

    name: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    text: orm.Mapped[str]
    changed: orm.Mapped[datetime]


class BlockedField(StrEnum):
    """By what somebody is known whose comments are not published at once."""

    NAME = "name"
    EMAIL = "email"
    DOMAIN = "domain"
    ADDRESS = "address"  # a block of addresses, /24 or /48
    IDENTITY = "identity"


class Block(Model):
    """Somebody whose comments wait (`pending`) or are spam, for a time or for good."""

    __tablename__ = "blocks"
    __table_args__ = (
        one_of("field", BlockedField),
        sa.UniqueConstraint("field", "value"),
        NEVER_AGAIN,
    )

    id: orm.Mapped[int] = orm.mapped_column(Id, primary_key=True)
    field: orm.Mapped[str]
    value: orm.Mapped[str]  # folded
    outcome: orm.Mapped[str]
    until: orm.Mapped[datetime | None]
    note: orm.Mapped[str] = orm.mapped_column(default="")
    moderator_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("moderators.id"))
    created: orm.Mapped[datetime]


class Change(Model):
    """One line of the record of settings: who changed what, and when; never a reader's text."""

    __tablename__ = "changes"

    id: orm.Mapped[int] = orm.mapped_column(Id, primary_key=True)
    moderator_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("moderators.id"))
    what: orm.Mapped[str]
    created: orm.Mapped[datetime]


class Bucket(Model):
    """A token bucket: what is left of one limit for one party."""

    __tablename__ = "buckets"

    key: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    tokens: orm.Mapped[float]
    updated: orm.Mapped[datetime] = orm.mapped_column(index=True)
