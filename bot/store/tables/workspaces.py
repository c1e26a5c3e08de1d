"""A workspace, its people, what it has published, and who changed what."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Date,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base, of_workspace, primary_key
from bot.store.types import Json


class Workspace(Base):
    """One Slack team or enterprise, with its settings."""

    __tablename__ = "workspaces"

    id: Mapped[int] = primary_key()
    team: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(Text, default="")
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(Integer, default=1)
    # What this workspace's Slack was found to take or refuse: {"native_blocks": {"takes": false, "on": "2026-…"}}.
    abilities: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    created_at: Mapped[datetime]


class Person(Base):
    """Someone in Slack, as last read. `state` is active, deactivated, guest, bot or foreign."""

    __tablename__ = "people"
    __table_args__ = (
        UniqueConstraint("workspace_id", "user"),
        Index(
            "ix_people_left",
            "left_at",
            sqlite_where=text("left_at IS NOT NULL"),
            postgresql_where=text("left_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = primary_key()
    workspace_id: Mapped[int] = of_workspace()
    user: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(Text, default="")
    manager: Mapped[str | None] = mapped_column(String(40))
    # member, viewer (sees, rates nothing) or leader (sees the whole portfolio). Admins are in the settings.
    role: Mapped[str] = mapped_column(String(16), default="member", server_default="member")
    zone: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default="active")
    read_at: Mapped[datetime | None]
    # Out of office: its first and its last day. `away_source` says who said so: person, admin or status.
    away_from: Mapped[date | None] = mapped_column(Date)
    away_until: Mapped[date | None] = mapped_column(Date)
    away_source: Mapped[str | None] = mapped_column(String(16))
    last_asked_on: Mapped[date | None] = mapped_column(Date)
    last_messaged_on: Mapped[date | None] = mapped_column(Date)
    # When they were found to have left; empty again once it is known whose accounts that leaves alone.
    left_at: Mapped[datetime | None]
    # Whether they want the weekly report, empty: as their role says; and the week's day that they last had it for.
    weekly: Mapped[bool | None] = mapped_column(Boolean)
    weekly_for: Mapped[date | None] = mapped_column(Date)
    dm_channel: Mapped[str | None] = mapped_column(String(40))
    # What of the app's Home they look at, as `bot.views.home_state.HomeState`: it is published anew unasked.
    home: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")


class FrameworkRow(Base):
    """A version of a framework as it was used; never changed afterwards."""

    __tablename__ = "frameworks"
    __table_args__ = (UniqueConstraint("workspace_id", "name", "version"),)

    id: Mapped[int] = primary_key()
    workspace_id: Mapped[int] = of_workspace()
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(Integer)
    definition: Mapped[dict[str, Any]]


class ContentPiece(Base):
    """A piece of the workspace's content journey, for customers in one band of one category."""

    __tablename__ = "content_pieces"
    __table_args__ = (UniqueConstraint("workspace_id", "category", "band", "position"),)

    id: Mapped[int] = primary_key()
    workspace_id: Mapped[int] = of_workspace()
    category: Mapped[str] = mapped_column(String(80))
    band: Mapped[str] = mapped_column(String(16))
    position: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text, default="", server_default="")


class Audit(Base):
    """Who changed what, when, from what to what, and why. Rows are only ever added."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_at", "workspace_id", "at"),
        Index("ix_audit_subject", "workspace_id", "subject"),
    )

    id: Mapped[int] = primary_key()
    workspace_id: Mapped[int] = of_workspace()
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(Text, default="")
    # For a change of the settings: their version after it, so that a form filled in meanwhile can say what changed.
    settings_version: Mapped[int | None] = mapped_column(Integer)


class SchemaFloor(Base):
    """The oldest migration whose code can work on this database: one row, of no workspace.

    An additive migration leaves it alone; one that takes away what earlier code needs sets it to itself.
    """

    __tablename__ = "schema_floor"

    revision: Mapped[str] = mapped_column(String(32), primary_key=True)


class Inbox(Base):
    """Slack events already taken: Slack repeats an event that it thinks was not heard."""

    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("event_id"),)

    id: Mapped[int] = primary_key()
    event_id: Mapped[str] = mapped_column(String(80))
    received_at: Mapped[datetime]


class Upload(Base):
    """A file that somebody gave in Slack, kept while they go through its steps: mapping, dry run, applying.

    `purpose` is accounts, content or framework; `state` is read, ready, running, done or failed. `choices` holds what
    they chose on the way (the column mapping), `report` what became of it.
    """

    __tablename__ = "uploads"
    __table_args__ = (Index("ix_uploads_created", "created_at"),)

    id: Mapped[int] = primary_key()
    workspace_id: Mapped[int] = of_workspace()
    by: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(String(16))
    file_id: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(12), default="read")
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    report: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    done: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    total: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    created_at: Mapped[datetime]


class Picture(Base):
    """A picture that Slack already has: drawn from the same figures it is not uploaded again."""

    __tablename__ = "pictures"
    __table_args__ = (UniqueConstraint("workspace_id", "digest"), Index("ix_pictures_made", "made_at"))

    id: Mapped[int] = primary_key()
    workspace_id: Mapped[int] = of_workspace()
    digest: Mapped[str] = mapped_column(String(64))
    file_id: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime]
