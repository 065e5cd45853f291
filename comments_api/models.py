"""The tables, and what one row knows of itself. Queries live in the modules of verbs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import orm


class Status(StrEnum):
    """What a comment is at the moment; `withdrawn` is a tombstone whose replies stay."""

    PENDING = "pending"
    APPROVED = "approved"
    SPAM = "spam"
    TRASH = "trash"
    WITHDRAWN = "withdrawn"


class CommentKind(StrEnum):
    """What sort of voice a comment is."""

    COMMENT = "comment"
    MENTION = "mention"
    REPLY = "reply"  # a letter's target answered


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


class Role(StrEnum):
    """What a signed-in person may do."""

    OWNER = "owner"
    MODERATOR = "moderator"
    AUTHOR = "author"


class Moment(sa.TypeDecorator[datetime]):
    """A time in UTC; a time without a zone is a mistake and refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Turn any zone into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value}")
        return value.astimezone(UTC)

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], Any]:
        """Read SQLite's text, which has no zone, and PostgreSQL's times, which have one.

        The whole way in one function: a thread has hundreds of times.
        """
        return _from_text if dialect.name == "sqlite" else _in_utc


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class Model(orm.DeclarativeBase):
    """The base of all tables; constraints have names, so that migrations can speak of them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment,
        str: sa.Text,
        dict[str, Any]: sa.JSON,
        list[str]: sa.JSON,
    }


# SQLite counts upwards by itself only in an INTEGER column; AUTOINCREMENT (below) never uses an
# id twice, so that a permalink never leads to somebody else's comment.
Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _one_of(column: str, values: type[StrEnum]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"known_{column}")


class Thread(Model):
    """The comments of one post or letter; a row exists from its first comment on."""

    __tablename__ = "threads"

    id: orm.Mapped[int] = orm.mapped_column(Id, primary_key=True)
    key: orm.Mapped[str] = orm.mapped_column(unique=True)
    version: orm.Mapped[int] = orm.mapped_column(
        default=0
    )  # counts every change a reader could see
    created: orm.Mapped[datetime]


class Moderator(Model):
    """A person who may sign in."""

    __tablename__ = "moderators"
    __table_args__ = (_one_of("role", Role),)

    id: orm.Mapped[int] = orm.mapped_column(Id, primary_key=True)
    name: orm.Mapped[str]
    email: orm.Mapped[str] = orm.mapped_column(unique=True)
    role: orm.Mapped[str] = orm.mapped_column(default=Role.MODERATOR.value)
    password_hash: orm.Mapped[str | None]
    active: orm.Mapped[bool] = orm.mapped_column(default=True)
    created: orm.Mapped[datetime]


class Comment(Model):
    """One comment: what was typed, what is shown, and what was decided."""

    __tablename__ = "comments"
    __table_args__ = (
        _one_of("status", Status),
        _one_of("kind", CommentKind),
        sa.Index("ix_comments_thread_id_status", "thread_id", "status"),
        sa.Index("ix_comments_status_id", "status", "id"),
        sa.Index("ix_comments_fingerprint", "fingerprint"),
        sa.Index("ix_comments_reader", "reader"),
        {"sqlite_autoincrement": True},
    )

    id: orm.Mapped[int] = orm.mapped_column(Id, primary_key=True)
    thread_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("threads.id"))
    parent_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("comments.id"), index=True)
    kind: orm.Mapped[str] = orm.mapped_column(default=CommentKind.COMMENT.value)
    status: orm.Mapped[str]
    version: orm.Mapped[int] = orm.mapped_column(default=1)  # counts decisions and edits
    author_name: orm.Mapped[str]
    author_email: orm.Mapped[str] = orm.mapped_column(default="")
    author_url: orm.Mapped[str] = orm.mapped_column(default="")
    moderator_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("moderators.id"))
    source: orm.Mapped[str]  # as typed; never shown as HTML
    # Sanitised HTML, by `renderer`: of `source`, or if it is a reply of that one's `text`.
    rendered: orm.Mapped[str]
    renderer: orm.Mapped[str]
    reasons: orm.Mapped[list[str]] = orm.mapped_column(default=list)
    lang: orm.Mapped[str] = orm.mapped_column(default="")
    reader: orm.Mapped[str | None]  # keyed hash of the reader's cookie
    fingerprint: orm.Mapped[str]  # of thread, parent, author and text: finds equal ones
    address_block: orm.Mapped[str | None]  # /24 or /48, forgotten after 30 days
    created: orm.Mapped[datetime]
    changed: orm.Mapped[datetime]  # of status or text

    thread: orm.Mapped[Thread] = orm.relationship(lazy="raise")
    moderator: orm.Mapped[Moderator | None] = orm.relationship(lazy="raise")
    parent: orm.Mapped[Comment | None] = orm.relationship(lazy="raise", remote_side=[id])


class Revision(Model):
    """An earlier text of a comment; erasing a person empties these rows."""

    __tablename__ = "revisions"
    __table_args__ = (sa.UniqueConstraint("comment_id", "number"),)

    id: orm.Mapped[int] = orm.mapped_column(Id, primary_key=True)
    comment_id: orm.Mapped[int] = orm.mapped_column(
        sa.ForeignKey("comments.id", ondelete="CASCADE")
    )
    number: orm.Mapped[int]
    author_name: orm.Mapped[str]
    source: orm.Mapped[str]
    rendered: orm.Mapped[str]
    moderator_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("moderators.id"))
    created: orm.Mapped[datetime]


class Decision(Model):
    """One line of the record: who made what of a comment, when and why; never any text of it.

    It outlives the comment, so `comment_id` is a plain number.
    """

    __tablename__ = "decisions"
    __table_args__ = (_one_of("to_status", Status),)

    id: orm.Mapped[int] = orm.mapped_column(Id, primary_key=True)
    comment_id: orm.Mapped[int] = orm.mapped_column(sa.BigInteger, index=True)
    moderator_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("moderators.id"))
    action: orm.Mapped[str]
    from_status: orm.Mapped[str | None]
    to_status: orm.Mapped[str]
    version: orm.Mapped[int]  # of the comment, after the decision
    reasons: orm.Mapped[list[str]] = orm.mapped_column(default=list)
    created: orm.Mapped[datetime]

    moderator: orm.Mapped[Moderator | None] = orm.relationship(lazy="raise")


class Session(Model):
    """A signed-in browser; only the hash of its cookie is kept."""

    __tablename__ = "sessions"

    token_hash: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    moderator_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("moderators.id"), index=True)
    created: orm.Mapped[datetime]
    seen: orm.Mapped[datetime]

    moderator: orm.Mapped[Moderator] = orm.relationship(lazy="raise")


class SignInLink(Model):
    """A link that signs a moderator in, once; only its hash is kept."""

    __tablename__ = "sign_in_links"

    token_hash: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    moderator_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("moderators.id"))
    expires: orm.Mapped[datetime]
    used: orm.Mapped[datetime | None]


class Outbox(Model):
    """A mail that waits for the worker."""

    __tablename__ = "outbox"

    id: orm.Mapped[int] = orm.mapped_column(Id, primary_key=True)
    kind: orm.Mapped[str]
    comment_id: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    recipient: orm.Mapped[str]
    payload: orm.Mapped[dict[str, Any]]
    due: orm.Mapped[datetime] = orm.mapped_column(index=True)
    attempts: orm.Mapped[int] = orm.mapped_column(default=0)
    sent: orm.Mapped[datetime | None]
    error: orm.Mapped[str | None]
    created: orm.Mapped[datetime]


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


class Bucket(Model):
    """A token bucket: what is left of one limit for one party."""

    __tablename__ = "buckets"

    key: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    tokens: orm.Mapped[float]
    updated: orm.Mapped[datetime] = orm.mapped_column(index=True)


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
    __table_args__ = (_one_of("outcome", Outcome), _one_of("permission", Permission))

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


class Clock(Model):
    """The minute as of which all regions are drawn; one row."""

    __tablename__ = "clock"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: orm.Mapped[int] = orm.mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    as_of: orm.Mapped[datetime]


class IdempotencyKey(Model):
    """A key that a client sent with a comment, so that sending again answers the first result."""

    __tablename__ = "idempotency_keys"

    key_hash: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    comment_id: orm.Mapped[int] = orm.mapped_column(
        sa.ForeignKey("comments.id", ondelete="CASCADE")
    )
    created: orm.Mapped[datetime] = orm.mapped_column(index=True)
