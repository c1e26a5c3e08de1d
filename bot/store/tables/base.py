"""What all tables share: their base, their keys, and the database's own guard of what may be open once."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    MetaData,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.store.types import BigKey, Exact, HealthLabel, Json, Money, UtcDateTime
from cmi_core.health import Label


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
        Label: HealthLabel,
        Decimal: Money,
        dict[str, Any]: Json,
    }


def primary_key() -> Mapped[int]:
    return mapped_column(BigKey, primary_key=True)


def of_workspace() -> Mapped[int]:
    return mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))


def of_account() -> Mapped[int]:
    return mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))


def one_open(table: str) -> Index:
    """At most one row per account that has not ended: the database's own guard, also against two processes."""
    still = text("ended_at IS NULL")
    return Index(f"uq_{table}_open", "account_id", unique=True, sqlite_where=still, postgresql_where=still)
