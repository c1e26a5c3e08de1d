"""Reading whole tables for the export: column by column, a thousand rows at a time."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.store.tables import (
    Account,
    Assessment,
    Audit,
    FrameworkRow,
    HealthReading,
    LifecycleEvent,
    PlacementRow,
    Workspace,
)

_AT_ONCE = 1000


def one_moment(session: Session) -> None:
    """Let everything read in this transaction be of one moment. SQLite's transactions are so anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def workspace(session: Session, workspace_id: int) -> Workspace:
    return session.get_one(Workspace, workspace_id)


def frameworks(session: Session, workspace_id: int) -> list[FrameworkRow]:
    """Every version that was ever used."""
    statement = select(FrameworkRow).where(FrameworkRow.workspace_id == workspace_id)
    return list(session.scalars(statement.order_by(FrameworkRow.id)))


def accounts(session: Session, workspace_id: int) -> Iterator[Any]:
    return _stream(session, select(Account.__table__).where(Account.workspace_id == workspace_id).order_by(Account.id))


def assessments(session: Session, workspace_id: int) -> Iterator[Any]:
    """Each with its account's name, as in all that follow."""
    return _of_accounts(session, Assessment, workspace_id)


def health_readings(session: Session, workspace_id: int) -> Iterator[Any]:
    return _of_accounts(session, HealthReading, workspace_id)


def placements(session: Session, workspace_id: int) -> Iterator[Any]:
    return _of_accounts(session, PlacementRow, workspace_id)


def outcomes(session: Session, workspace_id: int) -> Iterator[Any]:
    return _of_accounts(session, LifecycleEvent, workspace_id)


def audit(session: Session, workspace_id: int) -> Iterator[Any]:
    return _stream(session, select(Audit.__table__).where(Audit.workspace_id == workspace_id).order_by(Audit.id))


def _of_accounts(
    session: Session,
    table: type[Assessment | HealthReading | PlacementRow | LifecycleEvent],
    workspace_id: int,
) -> Iterator[Any]:
    statement = (
        select(table.__table__, Account.name.label("account"))
        .join(Account, Account.id == table.account_id)
        .where(table.workspace_id == workspace_id)
        .order_by(table.id)
    )
    return _stream(session, statement)


def _stream(session: Session, statement: Select[Any]) -> Iterator[Any]:
    yield from session.execute(statement.execution_options(yield_per=_AT_ONCE))
