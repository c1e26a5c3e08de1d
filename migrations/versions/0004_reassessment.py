"""Events that ask early, pauses, the weekly report.

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _key() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _json() -> sa.types.TypeEngine:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("accounts", sa.Column("event_on", sa.Date(), nullable=True))
    op.create_table(
        "account_events",
        sa.Column("id", _key(), nullable=False),
        sa.Column("workspace_id", _key(), nullable=False),
        sa.Column("account_id", _key(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("early", sa.Boolean(), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_events_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_account_events_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_events")),
        sa.UniqueConstraint("workspace_id", "submission", name=op.f("uq_account_events_workspace_id_submission")),
    )
    op.create_index("ix_account_events_account", "account_events", ["account_id", "id"], unique=False)
    op.add_column("people", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("people", sa.Column("weekly", sa.Boolean(), nullable=True))
    op.add_column("people", sa.Column("weekly_for", sa.Date(), nullable=True))
    op.create_index(
        "ix_people_left",
        "people",
        ["left_at"],
        unique=False,
        sqlite_where=sa.text("left_at IS NOT NULL"),
        postgresql_where=sa.text("left_at IS NOT NULL"),
    )
    op.create_index("ix_prompts_asked", "prompts", ["workspace_id", "asked_on"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_prompts_asked", table_name="prompts")
    op.drop_index("ix_people_left", table_name="people")
    op.drop_column("people", "weekly_for")
    op.drop_column("people", "weekly")
    op.drop_column("people", "left_at")
    op.drop_index("ix_account_events_account", table_name="account_events")
    op.drop_table("account_events")
    op.drop_column("accounts", "event_on")
