"""A person's accounts that wait for a rating."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from bot.store.bulk import plain, table_of
from bot.store.tables import Account

_MOST = 200
# Built once, and on the table: building a statement, or making objects, takes longer than the database does.
_ACCOUNTS = table_of(Account).c
_DUE = (
    select(_ACCOUNTS.id, _ACCOUNTS.name, _ACCOUNTS.next_due)
    .where(
        _ACCOUNTS.workspace_id == bindparam("workspace"),
        _ACCOUNTS.owner == bindparam("user"),
        _ACCOUNTS.lifecycle == "active",
        _ACCOUNTS.next_due <= bindparam("by"),
        _ACCOUNTS.id != bindparam("but"),
    )
    .order_by(_ACCOUNTS.next_due, _ACCOUNTS.name_key)
    .limit(_MOST)
)


def due(session: Session, workspace_id: int, user: str, by: date, *, but: int) -> Sequence[Row[int, str, date | None]]:
    """Id, name and due date of what they own and is due by a day, all `but` one account, the longest waiting first."""
    return plain(session).execute(_DUE, {"workspace": workspace_id, "user": user, "by": by, "but": but}).all()
