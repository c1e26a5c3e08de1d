"""Where accounts stood on the map: placements, episodes in alert cells, and batches of moves."""

from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base, of_account, of_workspace, one_open, primary_key
from bot.store.types import BigKey, Json
from cmi_core.health import Health, Label


class PlacementRow(Base):
    """A stay in a cell, with what brought the account there. The open one has no `ended_at`."""

    __tablename__ = "placements"
    __table_args__ = (
        one_open("placements"),
        # Nothing here that a move changes, and room in each page: see `bot.flows.moving`.
        Index("ix_placements_account", "account_id"),
        {"postgresql_with": {"fillfactor": 45}},
    )

    id: Mapped[int] = primary_key()
    # Of what this row points to only the account is checked: keys are most of the cost of writing a whole portfolio's
    # moves in one transaction.
    workspace_id: Mapped[int] = mapped_column(BigKey)
    account_id: Mapped[int] = of_account()
    cell: Mapped[str | None] = mapped_column(String(40))
    cmi: Mapped[Fraction | None]
    chs: Mapped[Fraction | None]
    chs_label: Mapped[Label | None]
    cmi_band: Mapped[str | None] = mapped_column(String(16))
    chs_band: Mapped[str | None] = mapped_column(String(16))
    cause: Mapped[str] = mapped_column(String(20))
    by: Mapped[str | None] = mapped_column(String(40))
    settings_version: Mapped[int] = mapped_column(Integer)
    assessment_id: Mapped[int | None] = mapped_column(BigKey)
    health_reading_id: Mapped[int | None] = mapped_column(BigKey)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # Steps of its plays that are done: {"let_churn: Name who decides.": {"by": "U…", "on": "2026-08-12T…"}}.
    steps: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")

    @property
    def health(self) -> Health | None:
        """The health by which it stood there: as `Account.health`."""
        return self.chs_label or self.chs


class Episode(Base):
    """A stay in an alert cell: the alert, who took it, and how it ended."""

    __tablename__ = "episodes"
    __table_args__ = (
        one_open("episodes"),
        Index("ix_episodes_account", "account_id", "opened_at"),
        Index(
            "ix_episodes_review",
            "review_on",
            sqlite_where=text("review_on IS NOT NULL"),
            postgresql_where=text("review_on IS NOT NULL"),
        ),
        Index(
            "ix_episodes_claimed",
            *("workspace_id", "claimed_by"),
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_episodes_snoozed",
            "snoozed_until",
            sqlite_where=text("snoozed_until IS NOT NULL"),
            postgresql_where=text("snoozed_until IS NOT NULL"),
        ),
    )

    id: Mapped[int] = primary_key()
    workspace_id: Mapped[int] = of_workspace()
    account_id: Mapped[int] = of_account()
    cell: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    claimed_at: Mapped[datetime | None]
    decision: Mapped[dict[str, Any] | None] = mapped_column(Json)
    # When the decider is reminded to look again; empty once that is done.
    review_on: Mapped[date | None] = mapped_column(Date)
    # Nothing is expected of it until this day.
    snoozed_until: Mapped[date | None] = mapped_column(Date)
    snoozed_by: Mapped[str | None] = mapped_column(String(40))
    escalated_to: Mapped[str | None] = mapped_column(String(40))
    escalated_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_in: Mapped[str | None] = mapped_column(String(40))


class Batch(Base):
    """One import, bulk call or catch-up that moved so many accounts that its alerts are summed up or held."""

    __tablename__ = "batches"
    __table_args__ = (CheckConstraint("state IN ('summed', 'held', 'released', 'dropped')", name="state"),)

    id: Mapped[int] = primary_key()
    workspace_id: Mapped[int] = of_workspace()
    source: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12))
    episodes: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(40))
    decided_at: Mapped[datetime | None]
