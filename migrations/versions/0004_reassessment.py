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


_UNSAID = "state <> 'sent'"
_IN_A_THREAD = f"thread_of IS NOT NULL AND {_UNSAID}"
_UNSAID_BEFORE = ("priority", "id", "state", "recipient", "ready_at", "not_before", "lease_until", "thread_of")


def _index(name: str, *columns: str, where: str = _UNSAID) -> None:
    op.create_index(name, "messages", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _outbox() -> None:
    op.create_table(
        "senders",
        sa.Column("workspace_id", _key(), nullable=False),
        sa.Column("holder", sa.String(length=60), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", _json(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_senders_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_senders")),
    )
    op.add_column("messages", sa.Column("turn", sa.Double(), server_default="0", nullable=False))
    op.add_column("messages", sa.Column("lost", sa.Integer(), server_default="0", nullable=False))
    op.add_column("messages", sa.Column("meant_for", sa.String(length=40), nullable=True))
    # The version before finds what isn't said yet by this index too: it has the same rows and columns.
    op.drop_index("ix_messages_unsaid", table_name="messages")
    _index("ix_messages_unsaid", "workspace_id", "priority", "turn", *_UNSAID_BEFORE[1:])
    _index("ix_messages_turn", "workspace_id", "recipient", "priority", "turn")
    _index("ix_messages_thread", "thread_of", "id", where=_IN_A_THREAD)


def upgrade() -> None:
    _outbox()
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
    for name in ("ix_messages_thread", "ix_messages_turn", "ix_messages_unsaid"):
        op.drop_index(name, table_name="messages")
    for column in ("meant_for", "lost", "turn"):
        op.drop_column("messages", column)
    _index("ix_messages_unsaid", *_UNSAID_BEFORE)
    op.drop_table("senders")
    op.drop_index("ix_prompts_asked", table_name="prompts")
    op.drop_index("ix_people_left", table_name="people")
    op.drop_column("people", "weekly_for")
    op.drop_column("people", "weekly")
    op.drop_column("people", "left_at")
    op.drop_index("ix_account_events_account", table_name="account_events")
    op.drop_table("account_events")
    op.drop_column("accounts", "event_on")
