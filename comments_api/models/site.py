"""What the pages show, and what they do not show yet."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.models.base import Id, Model


class DirtyRegion(Model):
    """A region whose pages may not yet show what the database says; any language of it."""

    __tablename__ = "dirty_regions"

    id: orm.Mapped[int] = orm.mapped_column(Id, primary_key=True)
    kind: orm.Mapped[str]
    key: orm.Mapped[str]
    since: orm.Mapped[datetime]
    due: orm.Mapped[datetime]  # not tried again before
    attempts: orm.Mapped[int] = orm.mapped_column(default=0)
    error: orm.Mapped[str | None]


class Clock(Model):
    """The minute as of which all regions are drawn; one row."""

    __tablename__ = "clock"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: orm.Mapped[int] = orm.mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    as_of: orm.Mapped[datetime]


class Sign(Model):
    """When something that works without being asked was last seen at work: worker, backup."""

    __tablename__ = "signs"

    name: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    seen: orm.Mapped[datetime]
