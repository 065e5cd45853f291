"""The moderation page: undo, notes, search, second factor."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from comments_api import search_tables, searching

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "mementos",
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f("fk_mementos_comment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_mementos")),
    )
    op.create_index(op.f("ix_mementos_decision_id"), "mementos", ["decision_id"], unique=False)
    op.create_index(op.f("ix_mementos_created"), "mementos", ["created"], unique=False)
    op.create_table(
        "notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "moderator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_notes_comment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["moderators.id"], name=op.f("fk_notes_moderator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_comment_id"), "notes", ["comment_id"], unique=False)
    op.create_table(
        "signs",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_signs")),
    )
    _columns()
    searching.fold_all(op.get_bind())
    search_tables.create(op.get_bind())


def _columns() -> None:
    when = sa.DateTime(timezone=True)
    op.add_column("threads", sa.Column("closed", when, nullable=True))
    for name in ("edited_by_staff", "pinned", "highlighted"):
        no: sa.Column[bool] = sa.Column(
            name, sa.Boolean(), server_default=sa.false(), nullable=False
        )
        op.add_column("comments", no)
    op.add_column("comments", sa.Column("folded", sa.Text(), server_default="", nullable=False))
    op.create_index("ix_comments_status_created", "comments", ["status", "created", "id"])
    op.create_index("ix_comments_author_name", "comments", ["author_name"])
    for name in ("reader", "identity_id"):
        op.drop_index(f"ix_comments_{name}", "comments")
    for name in ("address_block", "moderator_id", "reader", "identity_id"):
        _index_of_some(f"ix_comments_{name}", [name], f"{name} IS NOT NULL")
    rare = ["kind", "status", "created", "id"]
    _index_of_some("ix_comments_kind_status_created", rare, "kind != 'comment'")
    op.add_column("decisions", sa.Column("batch", sa.Text(), nullable=True))
    op.create_index(op.f("ix_decisions_batch"), "decisions", ["batch"])
    op.create_index(op.f("ix_decisions_created"), "decisions", ["created"])
    for name in ("moderator_id", "action"):
        op.create_index(f"ix_decisions_{name}_created", "decisions", [name, "created"])
    op.add_column(
        "moderators", sa.Column("preferences", sa.JSON(), server_default="{}", nullable=False)
    )
    op.add_column("moderators", sa.Column("totp_secret", sa.Text(), nullable=True))
    op.add_column("moderators", sa.Column("totp_step", sa.Integer(), nullable=True))
    op.add_column(
        "moderators", sa.Column("recovery", sa.JSON(), server_default="[]", nullable=False)
    )
    op.add_column("sessions", sa.Column("device", sa.Text(), server_default="", nullable=False))
    op.add_column("sessions", sa.Column("proved", when, nullable=True))
    op.add_column(
        "sessions",
        sa.Column("awaits_code", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def _index_of_some(name: str, columns: list[str], which: str) -> None:
    where = sa.text(which)
    op.create_index(name, "comments", columns, sqlite_where=where, postgresql_where=where)
