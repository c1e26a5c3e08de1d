"""The requests that two reminders did not help."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.tables import Account, Prompt


def in_vain(session: Session, workspace_id: int, owner: str) -> Sequence[Prompt]:
    """The open requests about somebody's accounts that a manager has heard of, or is about to. Locked."""
    statement = (
        select(Prompt)
        .join(Account, Account.id == Prompt.account_id)
        .where(
            Prompt.workspace_id == workspace_id,
            Account.workspace_id == workspace_id,
            Account.owner == owner,
            Prompt.state == "open",
            Prompt.reminders >= 2,
        )
        .order_by(Prompt.id)
    )
    return session.scalars(statement.with_for_update(of=Prompt)).all()
