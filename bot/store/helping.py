"""What somebody has to do with accounts, in one statement."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import BindParameter, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from bot.store.tables import Account, Person

_WORKSPACE: BindParameter[int] = bindparam("workspace")
_USER: BindParameter[str] = bindparam("user")
_OWNED = select(func.count()).where(
    Account.workspace_id == _WORKSPACE, Account.owner == _USER, Account.lifecycle != "churned"
)
_LEADS = exists().where(
    Person.workspace_id == _WORKSPACE, or_((Person.user == _USER) & (Person.role == "leader"), Person.manager == _USER)
)
# Built once: building a statement takes longer than the database does.
_TALLY = select(
    _OWNED.scalar_subquery(),
    _OWNED.where(Account.next_due <= bindparam("day")).scalar_subquery(),
    _LEADS,
    exists().where(Account.workspace_id == _WORKSPACE),
)


class Tally(NamedTuple):
    """How many accounts somebody owns and has due, whether they lead, and whether there is any account at all."""

    owned: int
    due: int
    leads: bool
    anything_there: bool


def tally(session: Session, workspace_id: int, user: str, due_by: date) -> Tally:
    """The person's, with what is due by a day."""
    return Tally(*session.execute(_TALLY, {"workspace": workspace_id, "user": user, "day": due_by}).one())
