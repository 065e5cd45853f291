"""What a letter has come to."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.models.base import Model, one_of


class Outcome(StrEnum):
    """What sort of answer a letter got; `none` is an author's note that nothing came."""

    ANSWERED = "answered"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    PROMISED = "promised"
    NONE = "none"


class Permission(StrEnum):
    """How much of an answer may be shown."""

    FULL = "full"
    EXTRACT = "extract"
    SUMMARY = "summary"


class Report(Model):
    """How many readers told us on one day that they sent a letter; all that is kept of them."""

    __tablename__ = "reports"

    letter: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    day: orm.Mapped[date] = orm.mapped_column(primary_key=True)  # in the letter's time zone
    count: orm.Mapped[int]


class Salt(Model):
    """What makes the names of networks in the limits of one day (UTC) mean nothing on the next."""

    __tablename__ = "salts"

    day: orm.Mapped[date] = orm.mapped_column(primary_key=True)
    salt: orm.Mapped[bytes]


class Reply(Model):
    """That a comment brings a target's answer to a letter, as a moderator marked it.

    :ivar text: the source of what is shown of it, anywhere; the comment's own stays as typed.
    """

    __tablename__ = "replies"
    __table_args__ = (one_of("outcome", Outcome), one_of("permission", Permission))

    comment_id: orm.Mapped[int] = orm.mapped_column(
        sa.ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    letter: orm.Mapped[str] = orm.mapped_column(index=True)
    target: orm.Mapped[str]
    day: orm.Mapped[date]  # on which the answer came
    outcome: orm.Mapped[str]
    permission: orm.Mapped[str]
    text: orm.Mapped[str]
    rendered: orm.Mapped[str]
    moderator_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("moderators.id"))
    created: orm.Mapped[datetime]
