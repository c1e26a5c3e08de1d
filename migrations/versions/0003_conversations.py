"""Roles, absence, evidence, uploads, pictures, notes per category, snoozes and escalation.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _key() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _json() -> sa.types.TypeEngine:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    floor = op.create_table(
        "schema_floor",
        sa.Column("revision", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_schema_floor")),
    )
    op.bulk_insert(floor, [{"revision": "0002"}])  # all below only adds to what its code knows
    op.create_table(
        "evidence",
        sa.Column("id", _key(), nullable=False),
        sa.Column("workspace_id", _key(), nullable=False),
        sa.Column("account_id", _key(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("ts", sa.String(length=40), nullable=False),
        sa.Column("author", sa.String(length=40), nullable=True),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("permalink", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("added_by", sa.String(length=40), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assessment_id", _key(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_evidence_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_evidence_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("account_id", "channel", "ts", name=op.f("uq_evidence_account_id_channel_ts")),
    )
    op.create_table(
        "uploads",
        sa.Column("id", _key(), nullable=False),
        sa.Column("workspace_id", _key(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("file_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("choices", _json(), server_default="{}", nullable=False),
        sa.Column("report", _json(), server_default="{}", nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_uploads_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index("ix_uploads_created", "uploads", ["created_at"], unique=False)
    op.create_table(
        "pictures",
        sa.Column("id", _key(), nullable=False),
        sa.Column("workspace_id", _key(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("file_id", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_pictures_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
        sa.UniqueConstraint("workspace_id", "digest", name=op.f("uq_pictures_workspace_id_digest")),
    )
    op.create_index("ix_pictures_made", "pictures", ["made_at"], unique=False)

    op.add_column("workspaces", sa.Column("abilities", _json(), server_default="{}", nullable=False))
    op.add_column("people", sa.Column("role", sa.String(length=16), server_default="member", nullable=False))
    op.add_column("people", sa.Column("away_from", sa.Date(), nullable=True))
    op.add_column("people", sa.Column("away_source", sa.String(length=16), nullable=True))
    op.add_column("accounts", sa.Column("interval_months", sa.Integer(), nullable=True))
    op.add_column("assessments", sa.Column("category_notes", _json(), server_default="{}", nullable=False))
    op.add_column("drafts", sa.Column("category_notes", _json(), server_default="{}", nullable=False))
    op.add_column("drafts", sa.Column("page", sa.Integer(), server_default="0", nullable=False))
    op.add_column("drafts", sa.Column("framework", sa.String(length=100), server_default="", nullable=False))
    op.add_column("accounts", sa.Column("submission", sa.String(length=64), nullable=True))
    op.add_column("episodes", sa.Column("snoozed_by", sa.String(length=40), nullable=True))
    op.add_column("episodes", sa.Column("escalated_to", sa.String(length=40), nullable=True))
    op.add_column("episodes", sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_episodes_snoozed",
        "episodes",
        ["snoozed_until"],
        unique=False,
        sqlite_where=sa.text("snoozed_until IS NOT NULL"),
        postgresql_where=sa.text("snoozed_until IS NOT NULL"),
    )
    op.add_column("prompts", sa.Column("snoozed_until", sa.Date(), nullable=True))
    op.add_column("people", sa.Column("home", _json(), server_default="{}", nullable=False))
    op.create_index("ix_drafts_rater", "drafts", ["workspace_id", "rater"], unique=False)
    op.create_index(
        "ix_accounts_cover",
        "accounts",
        ["workspace_id", "cover"],
        unique=False,
        sqlite_where=sa.text("cover IS NOT NULL"),
        postgresql_where=sa.text("cover IS NOT NULL"),
    )
    op.create_index(
        "ix_episodes_claimed",
        "episodes",
        ["workspace_id", "claimed_by"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.add_column("health_readings", sa.Column("label", sa.Text(), nullable=True))
    op.add_column("accounts", sa.Column("chs_label", sa.Text(), nullable=True))
    op.add_column("placements", sa.Column("chs_label", sa.Text(), nullable=True))
    op.add_column("audit", sa.Column("settings_version", sa.Integer(), nullable=True))
    op.create_index("ix_audit_subject", "audit", ["workspace_id", "subject"], unique=False)
    op.drop_index("ix_episodes_review", table_name="episodes")
    op.create_index(
        "ix_episodes_review",
        "episodes",
        ["review_on"],
        unique=False,
        sqlite_where=sa.text("review_on IS NOT NULL"),
        postgresql_where=sa.text("review_on IS NOT NULL"),
    )
    # A move of the whole portfolio changes stays in place: that is fast where no index holds what changes.
    op.drop_index("ix_placements_account", table_name="placements")
    op.create_index("ix_placements_account", "placements", ["account_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE placements SET (fillfactor = 45)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE placements RESET (fillfactor)")
    op.drop_index("ix_audit_subject", table_name="audit")
    op.drop_column("audit", "settings_version")
    op.drop_column("placements", "chs_label")
    op.drop_column("accounts", "chs_label")
    op.drop_column("health_readings", "label")
    op.drop_index("ix_episodes_review", table_name="episodes")
    op.create_index("ix_episodes_review", "episodes", ["review_on"], unique=False)
    op.drop_index("ix_placements_account", table_name="placements")
    op.create_index("ix_placements_account", "placements", ["account_id", "started_at"], unique=False)
    op.drop_index("ix_episodes_claimed", table_name="episodes")
    op.drop_index("ix_accounts_cover", table_name="accounts")
    op.drop_index("ix_drafts_rater", table_name="drafts")
    op.drop_column("people", "home")
    op.drop_column("prompts", "snoozed_until")
    op.drop_index("ix_episodes_snoozed", table_name="episodes")
    op.drop_column("episodes", "escalated_at")
    op.drop_column("episodes", "escalated_to")
    op.drop_column("episodes", "snoozed_by")
    op.drop_column("accounts", "submission")
    op.drop_column("drafts", "framework")
    op.drop_column("drafts", "page")
    op.drop_column("drafts", "category_notes")
    op.drop_column("assessments", "category_notes")
    op.drop_column("accounts", "interval_months")
    op.drop_column("people", "away_source")
    op.drop_column("people", "away_from")
    op.drop_column("people", "role")
    op.drop_column("workspaces", "abilities")
    op.drop_index("ix_pictures_made", table_name="pictures")
    op.drop_table("pictures")
    op.drop_index("ix_uploads_created", table_name="uploads")
    op.drop_table("uploads")
    op.drop_table("evidence")
    op.drop_table("schema_floor")
