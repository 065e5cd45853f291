"""Comments, their earlier texts, and what was decided of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.models.base import NEVER_AGAIN, Id, Model, one_of
from comments_api.models.people import Identity, Moderator


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


class Thread(Model):
    """The comments of one post or letter; a row exists from its first comment on."""

    __tablename__ = "threads"

    id: orm.Mapped[int] = orm.mapped_column(Id, primary_key=True)
    key: orm.Mapped[str] = orm.mapped_column(unique=True)
    version: orm.Mapped[int] = orm.mapped_column(
        default=0
    )  # counts every change a reader could see
    created: orm.Mapped[datetime]
    closed: orm.Mapped[datetime | None]  # by a moderator, whatever its page says


def _index_of_some(which: str, *columns: str) -> sa.Index:
    """Return an index of the comments that somebody could look for by these columns.

    With all the others in it, a database that counts them takes it for one that finds too many.
    """
    where = sa.text(which)
    name = "_".join(column for column in columns if column != "id")
    return sa.Index(f"ix_comments_{name}", *columns, sqlite_where=where, postgresql_where=where)


class Comment(Model):
    """One comment: what was typed, what is shown, and what was decided."""

    __tablename__ = "comments"
    __table_args__ = (
        one_of("status", Status),
        one_of("kind", CommentKind),
        sa.Index("ix_comments_thread_id_status", "thread_id", "status"),
        sa.Index("ix_comments_status_id", "status", "id"),
        sa.Index("ix_comments_status_created", "status", "created", "id"),
        sa.Index("ix_comments_fingerprint", "fingerprint"),
        sa.Index("ix_comments_author_email", "author_email"),
        sa.Index("ix_comments_author_name", "author_name"),
        sa.Index("ix_comments_said_created", "said", "created"),
        *(
            _index_of_some(f"{column} IS NOT NULL", column)
            for column in ("address_block", "moderator_id", "reader", "identity_id")
        ),
        _index_of_some("kind != 'comment'", "kind", "status", "created", "id"),
        NEVER_AGAIN,
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
    identity_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("identities.id"))
    source: orm.Mapped[str]  # as typed; never shown as HTML
    # Sanitised HTML, by `renderer`: of `source`, or if it is a reply of that one's `text`.
    rendered: orm.Mapped[str]
    renderer: orm.Mapped[str]
    reasons: orm.Mapped[list[str]] = orm.mapped_column(default=list)
    lang: orm.Mapped[str] = orm.mapped_column(default="")
    reader: orm.Mapped[str | None]  # keyed hash of the reader's cookie
    fingerprint: orm.Mapped[str]  # of thread, parent, author and text: finds equal ones
    said: orm.Mapped[str | None]  # of the text alone: finds what is said again elsewhere
    address_block: orm.Mapped[str | None]  # /24 or /48, forgotten after 30 days
    created: orm.Mapped[datetime]
    changed: orm.Mapped[datetime]  # of status or text
    edited: orm.Mapped[datetime | None]  # when the text that is shown was last changed
    edited_by_staff: orm.Mapped[bool] = orm.mapped_column(default=False)  # who did so, if anybody
    pinned: orm.Mapped[bool] = orm.mapped_column(default=False)  # stands first in its thread
    highlighted: orm.Mapped[bool] = orm.mapped_column(default=False)
    folded: orm.Mapped[str] = orm.mapped_column(default="")  # what a search looks in

    thread: orm.Mapped[Thread] = orm.relationship(lazy="raise")
    moderator: orm.Mapped[Moderator | None] = orm.relationship(lazy="raise")
    identity: orm.Mapped[Identity | None] = orm.relationship(lazy="raise")
    parent: orm.Mapped[Comment | None] = orm.relationship(lazy="raise", remote_side=[id])


class Edit(Model):
    """A new text of an approved comment that waits for a moderator; the old one stays shown."""

    __tablename__ = "edits"

    comment_id: orm.Mapped[int] = orm.mapped_column(
        sa.ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    source: orm.Mapped[str]
    rendered: orm.Mapped[str]
    renderer: orm.Mapped[str]
    reasons: orm.Mapped[list[str]] = orm.mapped_column(default=list)
    created: orm.Mapped[datetime]


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
    __table_args__ = (
        one_of("to_status", Status),
        sa.Index("ix_decisions_moderator_id_created", "moderator_id", "created"),
        sa.Index("ix_decisions_action_created", "action", "created"),
    )

    id: orm.Mapped[int] = orm.mapped_column(Id, primary_key=True)
    comment_id: orm.Mapped[int] = orm.mapped_column(sa.BigInteger, index=True)
    moderator_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("moderators.id"))
    action: orm.Mapped[str]
    from_status: orm.Mapped[str | None]
    to_status: orm.Mapped[str]
    version: orm.Mapped[int]  # of the comment, after the decision
    reasons: orm.Mapped[list[str]] = orm.mapped_column(default=list)
    batch: orm.Mapped[str | None] = orm.mapped_column(index=True)  # decided in one request
    created: orm.Mapped[datetime] = orm.mapped_column(index=True)

    moderator: orm.Mapped[Moderator | None] = orm.relationship(lazy="raise")


class Memento(Model):
    """What a comment was before its last decision, so that this can be undone; not the record.

    Erasing a person deletes these rows, and the worker does after some days.

    :ivar version: of the comment after the decision; another one came if it has another now.
    :ivar before: columns of the comment, its waiting edit and its mark as an answer.
    """

    __tablename__ = "mementos"

    comment_id: orm.Mapped[int] = orm.mapped_column(
        sa.ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    decision_id: orm.Mapped[int] = orm.mapped_column(sa.BigInteger, index=True)
    version: orm.Mapped[int]
    before: orm.Mapped[dict[str, Any]]
    created: orm.Mapped[datetime] = orm.mapped_column(index=True)


class Note(Model):
    """What a moderator tells her colleagues about a comment; no reader ever sees it."""

    __tablename__ = "notes"

    id: orm.Mapped[int] = orm.mapped_column(Id, primary_key=True)
    comment_id: orm.Mapped[int] = orm.mapped_column(
        sa.ForeignKey("comments.id", ondelete="CASCADE"), index=True
    )
    moderator_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("moderators.id"))
    text: orm.Mapped[str]
    created: orm.Mapped[datetime]

    moderator: orm.Mapped[Moderator | None] = orm.relationship(lazy="raise")


class IdempotencyKey(Model):
    """A key that a client sent with a comment, so that sending again answers the first result."""

    __tablename__ = "idempotency_keys"

    key_hash: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    comment_id: orm.Mapped[int] = orm.mapped_column(
        sa.ForeignKey("comments.id", ondelete="CASCADE")
    )
    created: orm.Mapped[datetime] = orm.mapped_column(index=True)


class Complaint(Model):
    """That a reader asks the moderators to look at a public comment.

    :ivar reason: a code; `legal` is a notice under the law, which a person must answer.
    :ivar email: of who complains, if she wants an answer.
    :ivar settled: when a moderator had looked at it.
    """

    __tablename__ = "complaints"
    __table_args__ = NEVER_AGAIN

    id: orm.Mapped[int] = orm.mapped_column(Id, primary_key=True)
    comment_id: orm.Mapped[int] = orm.mapped_column(
        sa.ForeignKey("comments.id", ondelete="CASCADE"), index=True
    )
    reason: orm.Mapped[str]
    words: orm.Mapped[str] = orm.mapped_column(default="")
    email: orm.Mapped[str] = orm.mapped_column(default="")
    created: orm.Mapped[datetime]
    settled: orm.Mapped[datetime | None] = orm.mapped_column(index=True)
    moderator_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("moderators.id"))
