"""Which accounts a person may see, as a condition that every list of accounts can be narrowed by."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_, select, true

from bot.store.tables import Account, Person, Prompt


@dataclass(frozen=True)
class Sight:
    """All accounts of a workspace, or those of somebody's own: `user` None sees all, `today` is the workspace's day."""

    workspace_id: int
    user: str | None
    today: date

    def condition(self) -> ColumnElement[bool]:
        """For a statement's WHERE, beside its own condition on the workspace."""
        return true() if self.user is None else or_(*tied_to(self.workspace_id, self.user, self.today).values())


def tied_to(workspace_id: int, user: str, today: date) -> dict[str, ColumnElement[bool]]:
    """What ties a person to an account, by the tie's name: owner, cover, manager of the owner, asked to rate it."""
    reports = select(Person.user).where(Person.workspace_id == workspace_id, Person.manager == user)
    asked = (
        exists()
        .where(Prompt.account_id == Account.id, Prompt.state == "open")
        .where(or_(Prompt.recipient == user, Prompt.delegate == user))
        .correlate(Account)
    )
    return {
        "owner": Account.owner == user,
        "cover": and_(Account.cover == user, or_(Account.cover_until.is_(None), Account.cover_until >= today)),
        "manager": Account.owner.in_(reports),
        "asked": asked,
    }
