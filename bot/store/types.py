"""Column types that keep what the method computes exact, on SQLite and PostgreSQL alike."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB

from cmi_core.cells import Band
from cmi_core.health import Label

Json = JSON().with_variant(JSONB(), "postgresql")
# SQLite numbers rows by itself only for a column declared INTEGER PRIMARY KEY.
BigKey = BigInteger().with_variant(Integer(), "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware and UTC in the code, UTC in the database. A naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive instant can't be stored: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(TypeDecorator[Fraction]):
    """A fraction such as 71/30, kept as text: bands are judged by the exact value (method 2.2)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Fraction | int | None, dialect: Dialect) -> str | None:
        return None if value is None else str(Fraction(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Fraction | None:
        return None if value is None else Fraction(value)


class HealthLabel(TypeDecorator[Label]):
    """A label with its band, kept as "medium:Yellow"."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Label | None, dialect: Dialect) -> str | None:
        return None if value is None else f"{value.band}:{value.text}"

    def process_result_value(self, value: Any, dialect: Dialect) -> Label | None:
        return None if value is None else read_label(value)


def read_label(kept: str) -> Label:
    """A label as a column of `HealthLabel` keeps it."""
    band, _, text = kept.partition(":")
    return Label(text, Band(band))


class Money(TypeDecorator[Decimal]):
    """An amount in the workspace's currency, kept in hundredths so that the database can add it up exactly."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int((value * 100).to_integral_value())

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / 100
