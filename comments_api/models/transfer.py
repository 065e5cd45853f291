"""What came from elsewhere, and what must never come back."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.models.base import Model


class Imported(Model):
    """Which comment of another system became which of ours, so that none comes twice.

    The row outlives the comment: what was deleted here does not come back with the next import.
    """

    __tablename__ = "imported"

    source: orm.Mapped[str] = orm.mapped_column(primary_key=True)  # system and site
    foreign_id: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    comment_id: orm.Mapped[int] = orm.mapped_column(sa.BigInteger, index=True)


class ErasedPerson(Model):
    """That somebody had herself erased; applied again after every import.

    :ivar created: when she was erased last; what she writes later is hers.
    """

    __tablename__ = "erased_people"

    email_hash: orm.Mapped[str] = orm.mapped_column(primary_key=True)  # keyed
    with_text: orm.Mapped[bool]
    created: orm.Mapped[datetime]


class ErasedComment(Model):
    """That a comment's author was taken off it; applied again after every import."""

    __tablename__ = "erased_comments"

    comment_id: orm.Mapped[int] = orm.mapped_column(
        sa.BigInteger, primary_key=True, autoincrement=False
    )
    with_text: orm.Mapped[bool]
    created: orm.Mapped[datetime]
