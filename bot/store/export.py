"""Reading whole tables for the export: column by column, a thousand rows at a time."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.store.access import Sight
from bot.store.tables import (
    Account,
    AccountEvent,
    Assessment,
    Audit,
    FrameworkRow,
    HealthReading,
    LifecycleEvent,
    PlacementRow,
    Prompt,
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


def accounts(session: Session, sight: Sight) -> Iterator[Any]:
    """Those within a sight, as in all that follow but the audit log."""
    statement = select(Account.__table__).where(Account.workspace_id == sight.workspace_id, sight.condition())
    return _stream(session, statement.order_by(Account.id))


def assessments(session: Session, sight: Sight) -> Iterator[Any]:
    """Each with its account's name, as in all that follow."""
    return _of_accounts(session, Assessment, sight)


def health_readings(session: Session, sight: Sight) -> Iterator[Any]:
    return _of_accounts(session, HealthReading, sight)


def placements(session: Session, sight: Sight) -> Iterator[Any]:
    return _of_accounts(session, PlacementRow, sight)


def outcomes(session: Session, sight: Sight) -> Iterator[Any]:
    return _of_accounts(session, LifecycleEvent, sight)


def events(session: Session, sight: Sight) -> Iterator[Any]:
    """What changed at customers, so that they were to be rated early."""
    return _of_accounts(session, AccountEvent, sight)


def requests(session: Session, sight: Sight) -> Iterator[Any]:
    """Who was asked to rate what, and what became of it: a round's completion, asking by asking."""
    return _of_accounts(session, Prompt, sight)


def audit(session: Session, sight: Sight) -> Iterator[Any]:
    return _stream(session, select(Audit.__table__).where(Audit.workspace_id == sight.workspace_id).order_by(Audit.id))


def _of_accounts(
    session: Session,
    table: type[Assessment | HealthReading | PlacementRow | LifecycleEvent | AccountEvent | Prompt],
    sight: Sight,
) -> Iterator[Any]:
    statement = (
        select(table.__table__, Account.name.label("account"))
        .join(Account, Account.id == table.account_id)
        .where(table.workspace_id == sight.workspace_id, sight.condition())
        .order_by(table.id)
    )
    return _stream(session, statement)


def _stream(session: Session, statement: Select[Any]) -> Iterator[Any]:
    yield from session.execute(statement.execution_options(yield_per=_AT_ONCE))
