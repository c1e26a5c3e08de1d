"""Plays, batches, lifecycle events, overrides.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("episodes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('summed', 'held', 'released', 'dropped')", name=op.f("ck_batches_state")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_batches_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_table(
        "content_pieces",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category", sa.String(length=80), nullable=False),
        sa.Column("band", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_content_pieces_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_pieces")),
        sa.UniqueConstraint(
            "workspace_id",
            "category",
            "band",
            "position",
            name=op.f("uq_content_pieces_workspace_id_category_band_position"),
        ),
    )
    op.create_table(
        "lifecycle_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("cell", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("kind IN ('churned', 'renewed', 'expanded')", name=op.f("ck_lifecycle_events_kind")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_lifecycle_events_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_lifecycle_events_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lifecycle_events")),
        sa.UniqueConstraint("account_id", "kind", "at", name=op.f("uq_lifecycle_events_account_id_kind_at")),
    )
    op.create_index("ix_lifecycle_events_at", "lifecycle_events", ["workspace_id", "at"], unique=False)

    op.add_column(
        "accounts", sa.Column("framework_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
    )
    op.add_column("accounts", sa.Column("answers", sa.Text(), nullable=True))
    op.add_column("accounts", sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
    op.add_column("accounts", sa.Column("override_cell", sa.String(length=40), nullable=True))
    op.add_column("accounts", sa.Column("override_until", sa.Date(), nullable=True))
    op.add_column("accounts", sa.Column("override_reason", sa.Text(), nullable=True))
    op.add_column("accounts", sa.Column("override_by", sa.String(length=40), nullable=True))
    op.add_column(
        "accounts",
        sa.Column(
            "qualification",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
        ),
    )
    op.add_column("accounts", sa.Column("churned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "accounts",
        sa.Column(
            "content_sent", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), server_default="{}", nullable=False
        ),
    )

    op.add_column("episodes", sa.Column("review_on", sa.Date(), nullable=True))
    op.create_index("ix_episodes_review", "episodes", ["review_on"], unique=False)

    op.add_column("drafts", sa.Column("mode", sa.String(length=16), server_default="rating", nullable=False))
    op.create_index(
        "ix_accounts_override",
        "accounts",
        ["override_until"],
        unique=False,
        sqlite_where=sa.text("override_until IS NOT NULL"),
        postgresql_where=sa.text("override_until IS NOT NULL"),
    )

    op.add_column("assessments", sa.Column("blind", sa.Boolean(), server_default=sa.false(), nullable=False))

    op.add_column(
        "placements",
        sa.Column(
            "steps", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), server_default="{}", nullable=False
        ),
    )


def downgrade() -> None:
    op.drop_column("placements", "steps")

    op.drop_column("assessments", "blind")
    op.drop_column("drafts", "mode")

    op.drop_index("ix_episodes_review", table_name="episodes")
    op.drop_column("episodes", "review_on")

    op.drop_column("accounts", "content_sent")
    op.drop_column("accounts", "churned_at")
    op.drop_column("accounts", "qualification")
    op.drop_index("ix_accounts_override", table_name="accounts")
    op.drop_column("accounts", "override_by")
    op.drop_column("accounts", "override_reason")
    op.drop_column("accounts", "override_until")
    op.drop_column("accounts", "override_cell")
    op.drop_column("accounts", "revision")
    op.drop_column("accounts", "answers")
    op.drop_column("accounts", "framework_id")

    op.drop_index("ix_lifecycle_events_at", table_name="lifecycle_events")

    op.drop_table("lifecycle_events")
    op.drop_table("content_pieces")
    op.drop_table("batches")
