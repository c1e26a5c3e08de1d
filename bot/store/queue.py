"""A person's accounts that wait for a rating."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from bot.store.tables import Account

_MOST = 200
# Built once: building a statement takes longer than the database does.
_DUE = (
    select(Account.id, Account.name, Account.next_due)
    .where(
        Account.workspace_id == bindparam("workspace"),
        Account.owner == bindparam("user"),
        Account.lifecycle == "active",
        Account.next_due <= bindparam("by"),
        Account.id != bindparam("but"),
    )
    .order_by(Account.next_due, Account.name_key)
    .limit(_MOST)
)


def due(session: Session, workspace_id: int, user: str, by: date, *, but: int) -> Sequence[Row[int, str, date | None]]:
    """Id, name and due date of what they own and is due by a day, all `but` one account, the longest waiting first."""
    return session.execute(_DUE, {"workspace": workspace_id, "user": user, "by": by, "but": but}).all()
