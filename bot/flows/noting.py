"""What somebody changed about one account, for the log of changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.flows.actor import Actor
from bot.store import audit


def on_account(
    session: Session,
    now: datetime,
    actor: Actor,
    account_id: int,
    *,
    action: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Add an entry about an account, in the transaction of the change itself; none where nothing is otherwise."""
    if before is not None and before == after:
        return
    audit.note(
        session,
        actor.workspace_id,
        now,
        actor=actor.user,
        action=action,
        subject=f"account:{account_id}",
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
        reason=reason,
    )
