"""Accounts, with what is derived and kept on them, and what became of them."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base, of_account, of_workspace, primary_key
from bot.store.types import BigKey
from cmi_core.health import Health, Label


class Account(Base):
    """A customer, prospect or team that is rated. The columns from `cmi` on are derived and kept in step."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("workspace_id", "name_key"),
        UniqueConstraint("workspace_id", "external_id"),
        CheckConstraint("lifecycle IN ('prospect', 'active', 'churned')", name="lifecycle"),
        CheckConstraint("subject IN ('customer', 'prospect', 'team')", name="subject"),
        Index("ix_accounts_ask", "lifecycle", "ask_on", "id"),
        Index("ix_accounts_owner", "workspace_id", "owner"),
        Index(
            "ix_accounts_cover",
            *("workspace_id", "cover"),
            sqlite_where=text("cover IS NOT NULL"),
            postgresql_where=text("cover IS NOT NULL"),
        ),
        Index(
            "ix_accounts_override",
            "override_until",
            sqlite_where=text("override_until IS NOT NULL"),
            postgresql_where=text("override_until IS NOT NULL"),
        ),
        # No index on the derived columns, and room in each page: new cuts or weights rewrite every account, and rows
        # that stay in their page need no new entries in the other indexes, which is several times as fast.
        {"postgresql_with": {"fillfactor": 50}},
    )

    id: Mapped[int] = primary_key()
    workspace_id: Mapped[int] = of_workspace()
    subject: Mapped[str] = mapped_column(String(16), default="customer")
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)
    external_id: Mapped[str | None] = mapped_column(String(200))
    owner: Mapped[str | None] = mapped_column(String(40))
    cover: Mapped[str | None] = mapped_column(String(40))
    cover_until: Mapped[date | None] = mapped_column(Date)
    segments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    lifetime_value: Mapped[Decimal | None]
    gross_margin: Mapped[Fraction | None]
    recurring_revenue: Mapped[Decimal | None]
    renewal_date: Mapped[date | None] = mapped_column(Date)
    lifecycle: Mapped[str] = mapped_column(String(16), default="active")
    # Calendar months from one rating to the next, in place of its segment's or the workspace's.
    interval_months: Mapped[int | None] = mapped_column(Integer)
    # Of the form that added it: a form that arrives twice adds one account.
    submission: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]

    cmi: Mapped[Fraction | None]
    cmi_on: Mapped[datetime | None]
    # No foreign keys on the two pointers: they are derived, and would make a circle that SQLite can't alter.
    assessment_id: Mapped[int | None] = mapped_column(BigKey)
    complete: Mapped[bool] = mapped_column(Boolean, default=True)
    chs: Mapped[Fraction | None]
    chs_on: Mapped[datetime | None]
    chs_source: Mapped[str] = mapped_column(String(80), default="")
    # Where the source gives a label `chs` is no measure of anything, and nobody is shown it: see `health`.
    chs_label: Mapped[Label | None]
    health_reading_id: Mapped[int | None] = mapped_column(BigKey)
    cell: Mapped[str | None] = mapped_column(String(40))
    cmi_band: Mapped[str | None] = mapped_column(String(16))
    chs_band: Mapped[str | None] = mapped_column(String(16))
    cell_since: Mapped[datetime | None]
    next_due: Mapped[date | None] = mapped_column(Date)
    # The next day on which the tick has to look at this account; empty while a prompt is open.
    ask_on: Mapped[date | None] = mapped_column(Date)
    # Something changed at the customer, so a rating is due from this day on, before its time; empty once it is rated.
    event_on: Mapped[date | None] = mapped_column(Date)
    # The framework version that the present CMI was derived with, and the answers it was derived from: one character
    # a criterion in the framework's order, "-" for not known. Re-deriving a whole portfolio reads these alone.
    framework_id: Mapped[int | None] = mapped_column(BigKey)
    answers: Mapped[str | None] = mapped_column(Text)
    # Grows with every change of a score or a cell: whoever computed from an older state sees it at the write.
    revision: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    override_cell: Mapped[str | None] = mapped_column(String(40))
    override_until: Mapped[date | None] = mapped_column(Date)
    override_reason: Mapped[str | None] = mapped_column(Text)
    override_by: Mapped[str | None] = mapped_column(String(40))
    # BANT for a prospect: budget, authority, need, timing, as somebody wrote them.
    qualification: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    churned_at: Mapped[datetime | None]
    # Pieces of the content journey that the customer got: {"charter/First steps": {"by": "U…", "on": "2026-08-12T…"}}.
    content_sent: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")

    @property
    def health(self) -> Health | None:
        """The health that is known: its number, or the label that stands in place of one."""
        return self.chs_label or self.chs


class LifecycleEvent(Base):
    """A customer left, renewed or expanded, with the cell it stood in: what the outcome check counts."""

    __tablename__ = "lifecycle_events"
    __table_args__ = (
        CheckConstraint("kind IN ('churned', 'renewed', 'expanded')", name="kind"),
        UniqueConstraint("account_id", "kind", "at"),
        Index("ix_lifecycle_events_at", "workspace_id", "at"),
    )

    id: Mapped[int] = primary_key()
    workspace_id: Mapped[int] = of_workspace()
    account_id: Mapped[int] = of_account()
    kind: Mapped[str] = mapped_column(String(16))
    cell: Mapped[str | None] = mapped_column(String(40))
    # The beginning of the day on which it happened, in the workspace's zone.
    at: Mapped[datetime]
    by: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text, default="", server_default="")


class AccountEvent(Base):
    """Something that changed at the customer, so that its rating is asked for early: its id names the cycle.

    `kind` is executive, reorganisation, acquisition or other. `early` says whether it asks: a rating that came after
    the change answers it already.
    """

    __tablename__ = "account_events"
    __table_args__ = (
        UniqueConstraint("workspace_id", "submission"),
        Index("ix_account_events_account", "account_id", "id"),
    )

    id: Mapped[int] = primary_key()
    workspace_id: Mapped[int] = of_workspace()
    account_id: Mapped[int] = of_account()
    kind: Mapped[str] = mapped_column(String(20))
    happened_on: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    early: Mapped[bool] = mapped_column(Boolean)
    # Of the form that noted it: a form that arrives twice notes one event.
    submission: Mapped[str] = mapped_column(String(64))
    by: Mapped[str] = mapped_column(String(40))
    noted_at: Mapped[datetime]


class Evidence(Base):
    """A message in Slack that somebody attached to an account, to be at hand when it is rated next."""

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("account_id", "channel", "ts"),)

    id: Mapped[int] = primary_key()
    workspace_id: Mapped[int] = of_workspace()
    account_id: Mapped[int] = of_account()
    channel: Mapped[str] = mapped_column(String(40))
    ts: Mapped[str] = mapped_column(String(40))
    author: Mapped[str | None] = mapped_column(String(40))
    excerpt: Mapped[str] = mapped_column(Text)
    permalink: Mapped[str] = mapped_column(Text, default="", server_default="")
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    added_by: Mapped[str] = mapped_column(String(40))
    added_at: Mapped[datetime]
    # The rating that took it into account; empty until there is one.
    assessment_id: Mapped[int | None] = mapped_column(BigKey)
