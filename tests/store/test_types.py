"""Values come back from either database exactly as they went in."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError

from bot.store.database import Database
from bot.store.tables import Account, Workspace

NOW = datetime(2026, 10, 25, 0, 30, 0, 1, tzinfo=UTC)


def kept(db: Database, **values: object) -> Account:
    with db.write() as session:
        workspace = Workspace(team="T1", created_at=NOW)
        session.add(workspace)
        session.flush()
        account = Account(**{"workspace_id": workspace.id, "name": "A", "name_key": "a", "created_at": NOW, **values})
        session.add(account)
    with db.read() as session:
        return session.scalars(select(Account)).one()


@pytest.mark.parametrize("value", [Fraction(71, 30), Fraction(0), Fraction(-7, 3), Fraction(10**30, 3), 4])
def test_fractions_are_exact(db: Database, value: Fraction) -> None:
    account = kept(db, cmi=value, gross_margin=value)
    assert account.cmi == value
    assert isinstance(account.gross_margin, Fraction)


def test_money_is_exact_to_the_cent_and_adds_up_in_the_database(db: Database) -> None:
    assert kept(
        db, recurring_revenue=Decimal("123456789012.34"), lifetime_value=Decimal("-0.10")
    ).lifetime_value == Decimal("-0.1")
    with db.read() as session:
        assert session.execute(select(func.sum(Account.recurring_revenue))).scalar_one() == Decimal("123456789012.34")


def test_an_instant_of_any_zone_comes_back_in_utc(db: Database) -> None:
    tokyo = datetime(2026, 8, 12, 9, 0, 0, 5, tzinfo=timezone(timedelta(hours=9)))
    account = kept(db, cmi_on=tokyo)
    assert account.cmi_on == tokyo
    assert account.cmi_on is not None
    assert account.cmi_on.utcoffset() == timedelta(0)
    assert account.cmi_on.microsecond == 5


def test_an_instant_without_a_zone_is_refused(db: Database) -> None:
    with pytest.raises(StatementError, match="naive"):
        kept(db, cmi_on=datetime(2026, 8, 12))  # noqa: DTZ001 - the mistake under test
