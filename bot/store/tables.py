"""The tables. Every row belongs to a workspace; what is derived says so; every constraint has a name."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.store.types import BigKey, Exact, Json, Money, UtcDateTime


class Base(DeclarativeBase):
    """Gives every constraint a predictable name, so that migrations can speak of it on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this as a plain class attribute
        datetime: UtcDateTime,
        Fraction: Exact,
        Decimal: Money,
        dict[str, Any]: Json,
    }


def _key() -> Mapped[int]:
    return mapped_column(BigKey, primary_key=True)


def _workspace() -> Mapped[int]:
    return mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))


def _account() -> Mapped[int]:
    return mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))


def _one_open(table: str) -> Index:
    """At most one row per account that has not ended: the database's own guard, also against two processes."""
    still = text("ended_at IS NULL")
    return Index(f"uq_{table}_open", "account_id", unique=True, sqlite_where=still, postgresql_where=still)


class Workspace(Base):
    """One Slack team or enterprise, with its settings."""

    __tablename__ = "workspaces"

    id: Mapped[int] = _key()
    team: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(Text, default="")
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime]


class Person(Base):
    """Someone in Slack, as last read. `state` is active, deactivated, guest, bot or foreign."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("workspace_id", "user"),)

    id: Mapped[int] = _key()
    workspace_id: Mapped[int] = _workspace()
    user: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(Text, default="")
    manager: Mapped[str | None] = mapped_column(String(40))
    zone: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default="active")
    read_at: Mapped[datetime | None]
    away_until: Mapped[date | None] = mapped_column(Date)
    last_asked_on: Mapped[date | None] = mapped_column(Date)
    last_messaged_on: Mapped[date | None] = mapped_column(Date)
    dm_channel: Mapped[str | None] = mapped_column(String(40))


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
            "ix_accounts_override",
            "override_until",
            sqlite_where=text("override_until IS NOT NULL"),
            postgresql_where=text("override_until IS NOT NULL"),
        ),
        # No index on the derived columns, and room in each page: new cuts or weights rewrite every account, and rows
        # that stay in their page need no new entries in the other indexes, which is several times as fast.
        {"postgresql_with": {"fillfactor": 50}},
    )

    id: Mapped[int] = _key()
    workspace_id: Mapped[int] = _workspace()
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
    created_at: Mapped[datetime]

    cmi: Mapped[Fraction | None]
    cmi_on: Mapped[datetime | None]
    # No foreign keys on the two pointers: they are derived, and would make a circle that SQLite can't alter.
    assessment_id: Mapped[int | None] = mapped_column(BigKey)
    complete: Mapped[bool] = mapped_column(Boolean, default=True)
    chs: Mapped[Fraction | None]
    chs_on: Mapped[datetime | None]
    chs_source: Mapped[str] = mapped_column(String(80), default="")
    health_reading_id: Mapped[int | None] = mapped_column(BigKey)
    cell: Mapped[str | None] = mapped_column(String(40))
    cmi_band: Mapped[str | None] = mapped_column(String(16))
    chs_band: Mapped[str | None] = mapped_column(String(16))
    cell_since: Mapped[datetime | None]
    next_due: Mapped[date | None] = mapped_column(Date)
    # The next day on which the tick has to look at this account; empty while a prompt is open.
    ask_on: Mapped[date | None] = mapped_column(Date)
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


class FrameworkRow(Base):
    """A version of a framework as it was used; never changed afterwards."""

    __tablename__ = "frameworks"
    __table_args__ = (UniqueConstraint("workspace_id", "name", "version"),)

    id: Mapped[int] = _key()
    workspace_id: Mapped[int] = _workspace()
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(Integer)
    definition: Mapped[dict[str, Any]]


class Assessment(Base):
    """One answered survey; immutable. `kind` is rated, renewed or corrected."""

    __tablename__ = "assessments"
    __table_args__ = (
        UniqueConstraint("workspace_id", "submission"),
        Index("ix_assessments_account", "account_id", "created_at"),
    )

    id: Mapped[int] = _key()
    workspace_id: Mapped[int] = _workspace()
    account_id: Mapped[int] = _account()
    framework_id: Mapped[int] = mapped_column(ForeignKey("frameworks.id"))
    submission: Mapped[str] = mapped_column(String(64))
    ratings: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text, default="")
    cmi: Mapped[Fraction | None]
    categories: Mapped[dict[str, Any]]
    coverage: Mapped[Fraction]
    rater: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(16), default="rated")
    source: Mapped[str] = mapped_column(String(40), default="owner")
    # A second rating made without seeing the first: kept for comparison, it doesn't count.
    blind: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    created_at: Mapped[datetime]


class Draft(Base):
    """A survey that is not finished yet, kept from one page to the next."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("account_id", "rater"), UniqueConstraint("submission"))

    id: Mapped[int] = _key()
    workspace_id: Mapped[int] = _workspace()
    account_id: Mapped[int] = _account()
    rater: Mapped[str] = mapped_column(String(40))
    submission: Mapped[str] = mapped_column(String(64))
    # What it is for: rating, correction, second or customer. A draft of one is never taken up as another.
    mode: Mapped[str] = mapped_column(String(16), default="rating", server_default="rating")
    answers: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text, default="")
    typed_health: Mapped[str] = mapped_column(Text, default="")
    expires_at: Mapped[datetime]


class HealthReading(Base):
    """A health score (0-100) as of an instant, from a source. Later ones supersede; all are kept."""

    __tablename__ = "health_readings"
    __table_args__ = (
        UniqueConstraint("account_id", "source", "as_of"),
        UniqueConstraint("workspace_id", "submission"),
    )

    id: Mapped[int] = _key()
    workspace_id: Mapped[int] = _workspace()
    account_id: Mapped[int] = _account()
    value: Mapped[Fraction]
    source: Mapped[str] = mapped_column(String(80))
    as_of: Mapped[datetime]
    components: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(Text, default="")
    submission: Mapped[str | None] = mapped_column(String(64))
    by: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime]


class PlacementRow(Base):
    """A stay in a cell, with what brought the account there. The open one has no `ended_at`."""

    __tablename__ = "placements"
    __table_args__ = (
        _one_open("placements"),
        Index("ix_placements_account", "account_id", "started_at"),
    )

    id: Mapped[int] = _key()
    # Of what this row points to only the account is checked: keys are most of the cost of writing a whole portfolio's
    # moves in one transaction.
    workspace_id: Mapped[int] = mapped_column(BigKey)
    account_id: Mapped[int] = _account()
    cell: Mapped[str | None] = mapped_column(String(40))
    cmi: Mapped[Fraction | None]
    chs: Mapped[Fraction | None]
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


# Spelled out, since neither database takes a partial index for a condition whose values it doesn't see.
UNSAID = "state <> 'sent'"


class Message(Base):
    """Something owed to Slack: stored with the fact it speaks of, sent after commit, marked when said.

    `state`: owed (also: an update is owed), sending (under a lease), unknown (sent or not, to be reconciled), sent,
    failed, withdrawn. `revision` counts changes of `data`, `sent_revision` what Slack shows. `not_before` and
    `attempt_at` are calendar time; `ready_at`, `lease_until` and `attempt_began` are real time.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        CheckConstraint("state IN ('owed', 'sending', 'unknown', 'sent', 'failed', 'withdrawn')", name="state"),
        # All that a claim looks at, for the few messages that aren't said yet: `data` makes the rows themselves long.
        Index(
            "ix_messages_unsaid",
            *("priority", "id", "state", "recipient", "ready_at", "not_before", "lease_until", "thread_of"),
            sqlite_where=text(UNSAID),
            postgresql_where=text(UNSAID),
        ),
    )

    id: Mapped[int] = _key()
    workspace_id: Mapped[int] = _workspace()
    key: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    priority: Mapped[int] = mapped_column(Integer, default=5)
    # The message in whose thread this one goes; it waits until that one is there.
    thread_of: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    # A channel's id, or a person's: their direct message is opened before the first attempt.
    recipient: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Any]]
    token: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12), default="owed")
    revision: Mapped[int] = mapped_column(Integer, default=1)
    sent_revision: Mapped[int] = mapped_column(Integer, default=0)
    not_before: Mapped[datetime]
    ready_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(String(60))
    attempt_at: Mapped[datetime | None]
    attempt_began: Mapped[datetime | None]
    channel: Mapped[str | None] = mapped_column(String(40))
    ts: Mapped[str | None] = mapped_column(String(40))
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]


class Episode(Base):
    """A stay in an alert cell: the alert, who took it, and how it ended."""

    __tablename__ = "episodes"
    __table_args__ = (
        _one_open("episodes"),
        Index("ix_episodes_account", "account_id", "opened_at"),
        Index("ix_episodes_review", "review_on"),
    )

    id: Mapped[int] = _key()
    workspace_id: Mapped[int] = _workspace()
    account_id: Mapped[int] = _account()
    cell: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    claimed_at: Mapped[datetime | None]
    decision: Mapped[dict[str, Any] | None] = mapped_column(Json)
    # When the decider is reminded to look again; empty once that is done.
    review_on: Mapped[date | None] = mapped_column(Date)
    snoozed_until: Mapped[date | None] = mapped_column(Date)
    ended_at: Mapped[datetime | None]
    ended_in: Mapped[str | None] = mapped_column(String(40))


class Prompt(Base):
    """A reassessment that was asked for. A cycle is the due date that it asks for; one prompt a cycle."""

    __tablename__ = "prompts"
    __table_args__ = (
        UniqueConstraint("account_id", "cycle"),
        CheckConstraint("state IN ('open', 'done', 'withdrawn')", name="state"),
        Index("ix_prompts_remind", "state", "remind_on"),
    )

    id: Mapped[int] = _key()
    workspace_id: Mapped[int] = _workspace()
    account_id: Mapped[int] = _account()
    cycle: Mapped[str] = mapped_column(String(60))
    recipient: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(16))
    delegate: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12), default="open")
    due: Mapped[date] = mapped_column(Date)
    asked_on: Mapped[date] = mapped_column(Date)
    reminders: Mapped[int] = mapped_column(Integer, default=0)
    remind_on: Mapped[date | None] = mapped_column(Date)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    closed_at: Mapped[datetime | None]


class LifecycleEvent(Base):
    """A customer left, renewed or expanded, with the cell it stood in: what the outcome check counts."""

    __tablename__ = "lifecycle_events"
    __table_args__ = (
        CheckConstraint("kind IN ('churned', 'renewed', 'expanded')", name="kind"),
        UniqueConstraint("account_id", "kind", "at"),
        Index("ix_lifecycle_events_at", "workspace_id", "at"),
    )

    id: Mapped[int] = _key()
    workspace_id: Mapped[int] = _workspace()
    account_id: Mapped[int] = _account()
    kind: Mapped[str] = mapped_column(String(16))
    cell: Mapped[str | None] = mapped_column(String(40))
    # The beginning of the day on which it happened, in the workspace's zone.
    at: Mapped[datetime]
    by: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text, default="", server_default="")


class ContentPiece(Base):
    """A piece of the workspace's content journey, for customers in one band of one category."""

    __tablename__ = "content_pieces"
    __table_args__ = (UniqueConstraint("workspace_id", "category", "band", "position"),)

    id: Mapped[int] = _key()
    workspace_id: Mapped[int] = _workspace()
    category: Mapped[str] = mapped_column(String(80))
    band: Mapped[str] = mapped_column(String(16))
    position: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text, default="", server_default="")


class Batch(Base):
    """One import, bulk call or catch-up that moved so many accounts that its alerts are summed up or held."""

    __tablename__ = "batches"
    __table_args__ = (CheckConstraint("state IN ('summed', 'held', 'released', 'dropped')", name="state"),)

    id: Mapped[int] = _key()
    workspace_id: Mapped[int] = _workspace()
    source: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12))
    episodes: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(40))
    decided_at: Mapped[datetime | None]


class Audit(Base):
    """Who changed what, when, from what to what, and why. Rows are only ever added."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_at", "workspace_id", "at"),)

    id: Mapped[int] = _key()
    workspace_id: Mapped[int] = _workspace()
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(Text, default="")


class Inbox(Base):
    """Slack events already taken: Slack repeats an event that it thinks was not heard."""

    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("event_id"),)

    id: Mapped[int] = _key()
    event_id: Mapped[str] = mapped_column(String(80))
    received_at: Mapped[datetime]
