"""Due dates of a whole portfolio, read and written for a change of the rhythm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.store.tables import Account

_PER_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class Planned:
    """An account that waits for its day: when it was last rated completely, what the day follows from, and the day."""

    id: int
    rated_at: datetime
    renewal_date: date | None
    interval_months: int | None
    segments: dict[str, Any]
    next_due: date | None


def planned(session: Session, workspace_id: int) -> Sequence[Planned]:
    """The accounts whose day follows from a complete rating and that nobody is being asked about."""
    statement = select(
        Account.id,
        Account.cmi_on,
        Account.renewal_date,
        Account.interval_months,
        Account.segments,
        Account.next_due,
    ).where(
        Account.workspace_id == workspace_id,
        Account.cmi.is_not(None),
        Account.cmi_on.is_not(None),
        Account.ask_on.is_not(None),  # empty while a prompt is open, and once the account has churned
        Account.event_on.is_(None),  # an event asks for it before its time
    )
    rows = session.execute(statement.order_by(Account.id))
    return [Planned(row_id, rated, *more) for row_id, rated, *more in rows if rated is not None]


def replan(session: Session, days: Mapping[int, date]) -> None:
    """Give accounts, by id, another day."""
    by_day: dict[date, list[int]] = {}
    for account_id, day in days.items():
        by_day.setdefault(day, []).append(account_id)
    for day, ids in sorted(by_day.items()):
        for start in range(0, len(ids), _PER_STATEMENT):
            some = Account.id.in_(ids[start : start + _PER_STATEMENT])
            session.execute(
                update(Account).where(some).values(next_due=day, ask_on=day),
                execution_options={"synchronize_session": False},
            )
