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
