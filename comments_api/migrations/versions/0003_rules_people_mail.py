"""Rules, identities, mail, imports: what a campaign needs when it is found by many."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "announced",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_announced")),
    )
    op.create_table(
        "confirmations",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("thread_key", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_confirmations")),
    )
    op.create_index(op.f("ix_confirmations_email"), "confirmations", ["email"], unique=False)
    op.create_table(
        "erased_comments",
        sa.Column("comment_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("with_text", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_erased_comments")),
    )
    op.create_table(
        "erased_people",
        sa.Column("email_hash", sa.Text(), nullable=False),
        sa.Column("with_text", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("email_hash", name=op.f("pk_erased_people")),
    )
    op.create_table(
        "identities",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identities_issuer_subject")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_identities_email"), "identities", ["email"], unique=False)
    op.create_table(
        "imported",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("foreign_id", sa.Text(), nullable=False),
        sa.Column("comment_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "foreign_id", name=op.f("pk_imported")),
    )
    op.create_index(op.f("ix_imported_comment_id"), "imported", ["comment_id"], unique=False)
    op.create_table(
        "provider_sign_ins",
        sa.Column("state_hash", sa.Text(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("verifier", sa.Text(), nullable=False),
        sa.Column("back", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_provider_sign_ins")),
    )
    op.create_table(
        "switches",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hold_all", sa.Boolean(), nullable=False),
        sa.Column("close_all", sa.Boolean(), nullable=False),
        sa.Column("close_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_switches_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_switches")),
    )
    op.create_table(
        "word_lists",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_word_lists")),
    )
    op.create_table(
        "blocks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column(
            "moderator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "field IN ('name', 'email', 'domain', 'address', 'identity')",
            name=op.f("ck_blocks_known_field"),
        ),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["moderators.id"], name=op.f("fk_blocks_moderator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocks")),
        sa.UniqueConstraint("field", "value", name=op.f("uq_blocks_field_value")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "moderator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["moderators.id"], name=op.f("fk_changes_moderator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_table(
        "known_browsers",
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column(
            "identity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["identities.id"],
            name=op.f("fk_known_browsers_identity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("reader", name=op.f("pk_known_browsers")),
    )
    op.create_index(
        op.f("ix_known_browsers_identity_id"), "known_browsers", ["identity_id"], unique=False
    )
    op.create_table(
        "complaints",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "moderator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f("fk_complaints_comment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["moderators.id"], name=op.f("fk_complaints_moderator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_complaints_comment_id"), "complaints", ["comment_id"], unique=False)
    op.create_index(op.f("ix_complaints_settled"), "complaints", ["settled"], unique=False)
    op.create_table(
        "edits",
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("rendered", sa.Text(), nullable=False),
        sa.Column("renderer", sa.Text(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_edits_comment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_edits")),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("thread_key", sa.Text(), nullable=False),
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("pace", sa.Text(), nullable=False),
        sa.Column("confirmed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "scope IN ('replies', 'thread', 'posts')", name=op.f("ck_subscriptions_known_scope")
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f("fk_subscriptions_comment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_subscriptions_comment_id"), "subscriptions", ["comment_id"], unique=False
    )
    op.create_index(op.f("ix_subscriptions_email"), "subscriptions", ["email"], unique=False)
    op.create_index(
        "ix_subscriptions_scope_thread_key", "subscriptions", ["scope", "thread_key"], unique=False
    )
    op.add_column(
        "comments",
        sa.Column(
            "identity_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("identities.id", name=op.f("fk_comments_identity_id")),
            nullable=True,
        ),
        inline_references=True,
    )
    op.add_column("comments", sa.Column("said", sa.Text(), nullable=True))
    op.add_column("comments", sa.Column("edited", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_comments_author_email", "comments", ["author_email"], unique=False)
    op.create_index("ix_comments_identity_id", "comments", ["identity_id"], unique=False)
    op.create_index("ix_comments_said_created", "comments", ["said", "created"], unique=False)
    op.add_column(
        "moderators", sa.Column("mail", sa.Text(), server_default="immediate", nullable=False)
    )
    op.add_column("outbox", sa.Column("subscription_id", sa.BigInteger(), nullable=True))
    op.add_column("outbox", sa.Column("lang", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("bundle", sa.Text(), nullable=True))
    op.add_column("outbox", sa.Column("leased", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("dead", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_outbox_bundle"), "outbox", ["bundle"], unique=False)
    op.drop_index(op.f("ix_outbox_due"), "outbox")
    waits = sa.text("sent IS NULL AND dead IS NULL")
    op.create_index(
        op.f("ix_outbox_due"), "outbox", ["due"], sqlite_where=waits, postgresql_where=waits
    )
