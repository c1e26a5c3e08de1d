"""Counting a whole portfolio. Every figure is a sum over groups that the database makes: no account is read singly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, and_, case, func, literal_column, null, or_, select, type_coerce
from sqlalchemy.orm import Session

from bot.store.access import Sight
from bot.store.fresh import FreshSince
from bot.store.segments import segment
from bot.store.tables import Account, LifecycleEvent, Person, PlacementRow
from bot.store.types import Money

ONBOARDING = "onboarding"
_FRESH, _STALE, _MISSING, _INCOMPLETE = range(4)


@dataclass(frozen=True)
class Scope:
    """Which customers count: all of a workspace, or those of some owners and with some values of segments.

    `sight` narrows them to what the person who asks may see.
    """

    workspace_id: int
    owners: tuple[str, ...] | None = None
    segments: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sight: Sight | None = None

    def customers(self) -> ColumnElement[bool]:
        """All customers, also those that left."""
        wanted = [Account.subject == "customer"]
        if self.owners is None:
            # The plus, and below the “not churned”, keep SQLite from its indexes on owners and due dates: to read all
            # accounts in the order of an index takes five times as long.
            wanted.append(Account.workspace_id.op("+", is_comparison=False)(0) == self.workspace_id)
        else:
            wanted += [Account.workspace_id == self.workspace_id, Account.owner.in_(self.owners)]
        wanted += [segment(key).in_(values) for key, values in self.segments.items()]
        if self.sight is not None and self.sight.user is not None:
            wanted.append(self.sight.condition())
        return and_(*wanted)

    def active(self) -> ColumnElement[bool]:
        return and_(self.customers(), Account.lifecycle != "churned")


class CellCount(NamedTuple):
    """The customers in one cell (None: in none). `provisional` ones have a place but an axis past its limit."""

    cell: str | None
    accounts: int
    revenue: Decimal | None
    fresh_cmi: int
    fresh_chs: int
    fresh_both: int
    no_rating: int
    incomplete: int
    no_health: int


class GroupCount(NamedTuple):
    """The customers of one group in one cell."""

    group: str | None
    cell: str | None
    accounts: int
    revenue: Decimal | None


class ValueCount(NamedTuple):
    """How many customers of a group share one exact value."""

    group: str | None
    onboarding: bool
    framework_id: int | None
    value: Fraction
    accounts: int


def _group(by: str | None) -> ColumnElement[Any]:
    if by is None:
        return null()
    return type_coerce(Account.owner, Text) if by == "owner" else segment(by)


def cells(session: Session, scope: Scope, cmi_since: FreshSince, chs_since: datetime) -> list[CellCount]:
    """The map in one statement. Health that was taken at `chs_since` or later counts as fresh."""
    states = _states(scope, cmi_since, chs_since)
    if session.get_bind().dialect.name == "sqlite":
        states = states.offset(0)  # else it merges the two queries, sorts whole columns and takes each case many times
    each = states.subquery().c
    counted = (
        each.cmi == _FRESH,
        each.chs == _FRESH,
        and_(each.cmi == _FRESH, each.chs == _FRESH),
        each.cmi == _MISSING,
        each.cmi == _INCOMPLETE,
        each.chs == _MISSING,
    )
    numbers = (func.count().filter(condition) for condition in counted)
    rows = session.execute(
        select(each.cell, func.count(), func.sum(each.revenue, type_=Money), *numbers).group_by(each.cell)
    )
    return [CellCount._make(row) for row in rows]


def _states(scope: Scope, cmi_since: FreshSince, chs_since: datetime) -> Select[Any]:
    """Each customer's cell and revenue, and how it stands with its two values."""
    cmi = case(
        (and_(Account.cmi.is_(None), Account.complete), _MISSING),
        (Account.cmi.is_(None), _INCOMPLETE),
        (cmi_since.condition(), _FRESH),
        else_=_STALE,
    )
    chs = case((Account.chs_on.is_(None), _MISSING), (Account.chs_on >= chs_since, _FRESH), else_=_STALE)
    revenue = Account.recurring_revenue.label("revenue")
    return select(Account.cell, revenue, cmi.label("cmi"), chs.label("chs")).where(scope.active())


def groups(session: Session, scope: Scope, by: str) -> list[GroupCount]:
    """Customers by group ("owner" or the key of a segment) and cell."""
    group = _group(by)
    rows = session.execute(
        select(group, Account.cell, func.count(), func.sum(Account.recurring_revenue, type_=Money))
        .where(scope.active())
        .group_by(group, Account.cell)
    )
    return [GroupCount(*row) for row in rows]


def cmi_values(session: Session, scope: Scope, by: str | None = None) -> list[ValueCount]:
    """How often each CMI occurs, by group; few distinct ones exist, so that exact means cost little."""
    group, onboarding = _group(by), in_onboarding()
    rows = session.execute(
        select(group, onboarding, Account.framework_id, Account.cmi, func.count())
        .where(scope.active(), Account.cmi.is_not(None))
        .group_by(*([group] if by else []), onboarding, Account.framework_id, Account.cmi)
    )
    return [ValueCount(*row) for row in rows]


def chs_values(session: Session, scope: Scope, by: str | None = None) -> list[ValueCount]:
    """The same for health, which has one scale. Labels have no number and are left out."""
    group, onboarding = _group(by), in_onboarding()
    rows = session.execute(
        select(group, onboarding, null(), Account.chs, func.count())
        .where(scope.active(), Account.chs.is_not(None), Account.chs_label.is_(None))
        .group_by(*([group] if by else []), onboarding, Account.chs)
    )
    return [ValueCount(*row) for row in rows]


def in_onboarding() -> ColumnElement[bool]:
    """Whether a customer is in onboarding."""
    stage: ColumnElement[str] = literal_column(f"'{ONBOARDING}'")
    return func.coalesce(func.lower(segment("stage")) == stage, literal_column("false"))


def cells_at(session: Session, scope: Scope, instant: datetime) -> dict[str, int]:
    """Customers by the cell in which they stood at an instant, whatever became of them since."""
    rows = session.execute(
        select(PlacementRow.cell, func.count())
        .join(Account, Account.id == PlacementRow.account_id)
        .where(scope.customers(), PlacementRow.cell.is_not(None), *lasting(instant, instant))
        .group_by(PlacementRow.cell)
    )
    return {str(cell): number for cell, number in rows}


def stood_in(session: Session, scope: Scope, start: datetime, end: datetime) -> dict[str, int]:
    """How many customers stood in each cell at some time from `start` to `end`; one that moved counts in each."""
    rows = session.execute(
        select(PlacementRow.cell, func.count(PlacementRow.account_id.distinct()))
        .join(Account, Account.id == PlacementRow.account_id)
        .where(scope.customers(), PlacementRow.cell.is_not(None), *lasting(start, end))
        .group_by(PlacementRow.cell)
    )
    return {str(cell): number for cell, number in rows}


def events(session: Session, scope: Scope, start: datetime, end: datetime) -> dict[tuple[str | None, str], int]:
    """How many outcomes of each kind there were, by the cell that the account stood in."""
    rows = session.execute(
        select(LifecycleEvent.cell, LifecycleEvent.kind, func.count())
        .join(Account, Account.id == LifecycleEvent.account_id)
        .where(scope.customers(), LifecycleEvent.at >= start, LifecycleEvent.at <= end)
        .group_by(LifecycleEvent.cell, LifecycleEvent.kind)
    )
    return {(cell, kind): number for cell, kind, number in rows}


def lasting(start: datetime, end: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The stays in cells at some time from `start` to `end`."""
    return PlacementRow.started_at <= end, or_(PlacementRow.ended_at.is_(None), PlacementRow.ended_at > start)


def spellings(session: Session, sight: Sight, key: str) -> list[str]:
    """The values that a segment has, as they are written, among the accounts within a sight."""
    value = segment(key)
    within = (Account.workspace_id == sight.workspace_id, sight.condition())
    found = session.scalars(select(value).distinct().where(*within, value.is_not(None)))
    return sorted(str(each) for each in found)


def reports(session: Session, workspace_id: int, manager: str) -> tuple[str, ...]:
    """The people who report to a manager."""
    return tuple(
        session.scalars(select(Person.user).where(Person.workspace_id == workspace_id, Person.manager == manager))
    )
