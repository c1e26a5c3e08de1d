"""What is owed to Slack, and the reassessments asked for."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base, of_account, of_workspace, primary_key

# Spelled out, since neither database takes a partial index for a condition whose values it doesn't see.
UNSAID = "state <> 'sent'"


class Message(Base):
    """Something owed to Slack: stored with the fact it speaks of, sent after commit, marked when said.

    `state`: owed (also: an update is owed), sending (under a lease), unknown (sent or not, to be reconciled), sent,
    failed, withdrawn. `revision` counts changes of `data`, `sent_revision` what Slack shows. `not_before` and
    `attempt_at` are calendar time; `ready_at`, `lease_until` and `attempt_began` are real time. A claim moves
    `ready_at` to the end of its lease.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        CheckConstraint("state IN ('owed', 'sending', 'unknown', 'sent', 'failed', 'withdrawn')", name="state"),
        # All that a claim looks at, for the few messages that aren't said yet: `data` makes the rows themselves long.
        Index(
            "ix_messages_unsaid",
            *("workspace_id", "priority", "turn", "id"),
            *("state", "recipient", "ready_at", "not_before", "lease_until", "thread_of"),
            sqlite_where=text(UNSAID),
            postgresql_where=text(UNSAID),
        ),
        Index(
            "ix_messages_turn",
            *("workspace_id", "recipient", "priority", "turn"),
            sqlite_where=text(UNSAID),
            postgresql_where=text(UNSAID),
        ),
        Index(
            "ix_messages_thread",
            *("thread_of", "id"),
            sqlite_where=text(f"thread_of IS NOT NULL AND {UNSAID}"),
            postgresql_where=text(f"thread_of IS NOT NULL AND {UNSAID}"),
        ),
    )

    id: Mapped[int] = primary_key()
    workspace_id: Mapped[int] = of_workspace()
    key: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    priority: Mapped[int] = mapped_column(Integer, default=5)
    # Its place among those of its priority, in seconds: real time, but a recipient's messages stand a second apart.
    turn: Mapped[float] = mapped_column(Double, default=0.0, server_default="0")
    # The message in whose thread this one goes; it waits until that one is there.
    thread_of: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    # A channel's id, or a person's: their direct message is opened before the first attempt.
    recipient: Mapped[str] = mapped_column(String(40))
    # The channel that it could not be posted in, where the recipient is another one in its stead.
    meant_for: Mapped[str | None] = mapped_column(String(40))
    data: Mapped[dict[str, Any]]
    token: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12), default="owed")
    revision: Mapped[int] = mapped_column(Integer, default=1)
    sent_revision: Mapped[int] = mapped_column(Integer, default=0)
    not_before: Mapped[datetime]
    ready_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    # How often whoever had it in hand ended without a word.
    lost: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    lease_until: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(String(60))
    attempt_at: Mapped[datetime | None]
    attempt_began: Mapped[datetime | None]
    channel: Mapped[str | None] = mapped_column(String(40))
    ts: Mapped[str | None] = mapped_column(String(40))
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]


class Sender(Base):
    """The process that sends a workspace's messages: one at a time, since Slack counts them together.

    `until` and `paused_until` (Slack said "too fast" to the whole workspace) are real time. `counts` is what became of
    the calls since the beginning, for whoever watches.
    """

    __tablename__ = "senders"

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    holder: Mapped[str] = mapped_column(String(60))
    until: Mapped[datetime]
    paused_until: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")


class Prompt(Base):
    """A reassessment that was asked for. A cycle is the due date that it asks for; one prompt a cycle."""

    __tablename__ = "prompts"
    __table_args__ = (
        UniqueConstraint("account_id", "cycle"),
        CheckConstraint("state IN ('open', 'done', 'withdrawn')", name="state"),
        Index("ix_prompts_remind", "state", "remind_on"),
        Index("ix_prompts_asked", "workspace_id", "asked_on"),
    )

    id: Mapped[int] = primary_key()
    workspace_id: Mapped[int] = of_workspace()
    account_id: Mapped[int] = of_account()
    cycle: Mapped[str] = mapped_column(String(60))
    recipient: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(16))
    delegate: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12), default="open")
    due: Mapped[date] = mapped_column(Date)
    asked_on: Mapped[date] = mapped_column(Date)
    reminders: Mapped[int] = mapped_column(Integer, default=0)
    remind_on: Mapped[date | None] = mapped_column(Date)
    # Put off by the person asked; the reminders begin anew on that day.
    snoozed_until: Mapped[date | None] = mapped_column(Date)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    closed_at: Mapped[datetime | None]
