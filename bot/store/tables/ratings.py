"""What the numbers are made of: assessments, their drafts, and health readings."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    Boolean,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base, of_account, of_workspace, primary_key
from cmi_core.health import Health, Label


class Assessment(Base):
    """One answered survey; immutable. `kind` is rated, renewed or corrected."""

    __tablename__ = "assessments"
    __table_args__ = (
        UniqueConstraint("workspace_id", "submission"),
        Index("ix_assessments_account", "account_id", "created_at"),
    )

    id: Mapped[int] = primary_key()
    workspace_id: Mapped[int] = of_workspace()
    account_id: Mapped[int] = of_account()
    framework_id: Mapped[int] = mapped_column(ForeignKey("frameworks.id"))
    submission: Mapped[str] = mapped_column(String(64))
    ratings: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text, default="")
    # One note per category, by its id.
    category_notes: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
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
    __table_args__ = (
        UniqueConstraint("account_id", "rater"),
        UniqueConstraint("submission"),
        Index("ix_drafts_rater", "workspace_id", "rater"),
    )

    id: Mapped[int] = primary_key()
    workspace_id: Mapped[int] = of_workspace()
    account_id: Mapped[int] = of_account()
    rater: Mapped[str] = mapped_column(String(40))
    submission: Mapped[str] = mapped_column(String(64))
    # What it is for: rating, correction, second or customer. A draft of one is never taken up as another.
    mode: Mapped[str] = mapped_column(String(16), default="rating", server_default="rating")
    answers: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text, default="")
    category_notes: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    # The page it was left on, from 0.
    page: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    # The framework version that asked, such as maor-wittgen@2.
    framework: Mapped[str] = mapped_column(String(100), default="", server_default="")
    typed_health: Mapped[str] = mapped_column(Text, default="")
    expires_at: Mapped[datetime]


class HealthReading(Base):
    """A health score (0-100) or label as of an instant, from a source. Later ones supersede; all are kept."""

    __tablename__ = "health_readings"
    __table_args__ = (
        UniqueConstraint("account_id", "source", "as_of"),
        UniqueConstraint("workspace_id", "submission"),
    )

    id: Mapped[int] = primary_key()
    workspace_id: Mapped[int] = of_workspace()
    account_id: Mapped[int] = of_account()
    # With a label it is no measure of anything: the middle of the label's band when it came.
    value: Mapped[Fraction]
    label: Mapped[Label | None]
    source: Mapped[str] = mapped_column(String(80))
    as_of: Mapped[datetime]
    components: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(Text, default="")
    submission: Mapped[str | None] = mapped_column(String(64))
    by: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime]

    @property
    def health(self) -> Health:
        """What the source said: as `Account.health`."""
        return self.label or self.value
