"""A person's accounts that wait for a rating."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from bot.store.tables import Account

_MOST = 200


def due(session: Session, workspace_id: int, user: str, by: date, *, but: int) -> Sequence[Row[int, str, date | None]]:
    """Id, name and due date of what they own and is due by a day, all `but` one account, the longest waiting first."""
    statement = select(Account.id, Account.name, Account.next_due).where(
        Account.workspace_id == workspace_id,
        Account.owner == user,
        Account.lifecycle == "active",
        Account.next_due <= by,
        Account.id != but,
    )
    return session.execute(statement.order_by(Account.next_due, Account.name_key).limit(_MOST)).all()
