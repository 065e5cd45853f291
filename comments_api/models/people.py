"""People who moderate, and people who are known by more than a name they typed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.models.base import NEVER_AGAIN, Id, Model, one_of


class Role(StrEnum):
    """What a signed-in person may do."""

    OWNER = "owner"
    MODERATOR = "moderator"
    AUTHOR = "author"


MODERATING = frozenset({Role.OWNER.value, Role.MODERATOR.value})  # an author answers on her own


class Pace(StrEnum):
    """How often somebody wants mail."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    NEVER = "never"


class Moderator(Model):
    """A person who may sign in."""

    __tablename__ = "moderators"
    __table_args__ = (one_of("role", Role),)

    id: orm.Mapped[int] = orm.mapped_column(Id, primary_key=True)
    name: orm.Mapped[str]
    email: orm.Mapped[str] = orm.mapped_column(unique=True)
    role: orm.Mapped[str] = orm.mapped_column(default=Role.MODERATOR.value)
    password_hash: orm.Mapped[str | None]
    active: orm.Mapped[bool] = orm.mapped_column(default=True)
    mail: orm.Mapped[str] = orm.mapped_column(default=Pace.IMMEDIATE.value)  # of held comments
    preferences: orm.Mapped[dict[str, Any]] = orm.mapped_column(default=dict)  # of the screen
    totp_secret: orm.Mapped[str | None]  # of her second factor, once she has shown that it works
    totp_step: orm.Mapped[int | None]  # the last one that was used: a code counts once
    recovery: orm.Mapped[list[str]] = orm.mapped_column(default=list)  # hashes of unused codes
    created: orm.Mapped[datetime]


class Session(Model):
    """A signed-in browser; only the hash of its cookie is kept."""

    __tablename__ = "sessions"

    token_hash: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    moderator_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("moderators.id"), index=True)
    created: orm.Mapped[datetime]
    seen: orm.Mapped[datetime]
    device: orm.Mapped[str] = orm.mapped_column(default="")  # browser and system, in words
    proved: orm.Mapped[datetime | None]  # when she last gave her password or a one-time link
    awaits_code: orm.Mapped[bool] = orm.mapped_column(default=False)  # of the second factor

    moderator: orm.Mapped[Moderator] = orm.relationship(lazy="raise")


class SignInLink(Model):
    """A link that signs a moderator in, once; only its hash is kept."""

    __tablename__ = "sign_in_links"

    token_hash: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    moderator_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("moderators.id"))
    expires: orm.Mapped[datetime]
    used: orm.Mapped[datetime | None]


class Identity(Model):
    """A reader who is known by more than a name she typed: only she is ever trusted.

    :ivar issuer: `email` if she opened a link in a mail, else the provider that she signed in with.
    :ivar subject: what that one calls her; of `email`, the address in small letters.
    """

    __tablename__ = "identities"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"), NEVER_AGAIN)

    id: orm.Mapped[int] = orm.mapped_column(Id, primary_key=True)
    issuer: orm.Mapped[str]
    subject: orm.Mapped[str]
    email: orm.Mapped[str] = orm.mapped_column(default="", index=True)
    name: orm.Mapped[str] = orm.mapped_column(default="")
    created: orm.Mapped[datetime]
    seen: orm.Mapped[datetime]


class KnownBrowser(Model):
    """Whose browser has a reader's cookie; the cookie itself is never stored."""

    __tablename__ = "known_browsers"

    reader: orm.Mapped[str] = orm.mapped_column(primary_key=True)  # keyed hash of the cookie
    identity_id: orm.Mapped[int] = orm.mapped_column(
        sa.ForeignKey("identities.id", ondelete="CASCADE"), index=True
    )
    created: orm.Mapped[datetime]


class Confirmation(Model):
    """A link in a mail that shows, once, that an address is somebody's; only its hash is kept."""

    __tablename__ = "confirmations"

    token_hash: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    email: orm.Mapped[str] = orm.mapped_column(index=True)
    lang: orm.Mapped[str]
    thread_key: orm.Mapped[str] = orm.mapped_column(default="")  # where she came from
    created: orm.Mapped[datetime]
    expires: orm.Mapped[datetime]
    used: orm.Mapped[datetime | None]


class ProviderSignIn(Model):
    """A sign-in with a provider that was begun and not ended; only a hash of its state is kept."""

    __tablename__ = "provider_sign_ins"

    state_hash: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    reader: orm.Mapped[str]  # keyed hash of the cookie of the browser that began it
    provider: orm.Mapped[str]
    nonce: orm.Mapped[str]
    verifier: orm.Mapped[str]
    back: orm.Mapped[str]  # a path of this site
    created: orm.Mapped[datetime]
