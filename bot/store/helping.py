"""What somebody has to do with accounts, in one statement."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import BindParameter, Connection, bindparam, exists, func, or_, select

from bot.store.bulk import table_of
from bot.store.tables import Account, Person

_ACCOUNTS, _PEOPLE = table_of(Account).c, table_of(Person).c
_WORKSPACE: BindParameter[int] = bindparam("workspace")
_USER: BindParameter[str] = bindparam("user")
_OWNED = select(func.count()).where(
    _ACCOUNTS.workspace_id == _WORKSPACE, _ACCOUNTS.owner == _USER, _ACCOUNTS.lifecycle != "churned"
)
_LEADS = exists().where(
    _PEOPLE.workspace_id == _WORKSPACE,
    or_((_PEOPLE.user == _USER) & (_PEOPLE.role == "leader"), _PEOPLE.manager == _USER),
)
# Built once: building a statement takes longer than the database does.
_TALLY = select(
    _OWNED.scalar_subquery(),
    _OWNED.where(_ACCOUNTS.next_due <= bindparam("day")).scalar_subquery(),
    _LEADS,
    exists().where(_ACCOUNTS.workspace_id == _WORKSPACE),
)


class Tally(NamedTuple):
    """How many accounts somebody owns and has due, whether they lead, and whether there is any account at all."""

    owned: int
    due: int
    leads: bool
    anything_there: bool


def tally(connection: Connection, workspace_id: int, user: str, due_by: date) -> Tally:
    """The person's, with what is due by a day."""
    return Tally(*connection.execute(_TALLY, {"workspace": workspace_id, "user": user, "day": due_by}).one())
