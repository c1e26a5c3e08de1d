"""The audit log: who changed what, when, from what to what, and why."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.store.tables import Audit


def note(
    session: Session,
    workspace_id: int,
    at: datetime,
    *,
    actor: str,
    action: str,
    subject: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Add an entry, in the transaction of the change itself. `subject` is a kind and an id, such as "account:7"."""
    session.add(
        Audit(
            workspace_id=workspace_id,
            at=at,
            actor=actor,
            action=action,
            subject=subject,
            before=before,
            after=after,
            reason=reason,
        )
    )
