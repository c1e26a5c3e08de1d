"""What Slack delivers again, or somebody clicks twice, and what no row of its own keeps from happening again."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.store import inbox
from bot.store.database import Database

_KEPT = timedelta(days=2)  # Slack repeats an event for an hour, or for a day where the app asks for it


def is_first(db: Database, now: datetime, key: str) -> bool:
    """Whether this (an event's id, or a name for what it asks for) was not taken before."""
    with db.write() as session:
        return take(session, now, key)


def take(session: Session, now: datetime, key: str) -> bool:
    """The same within a transaction: who is undone has taken nothing."""
    inbox.forget(session, before=now - _KEPT)
    return inbox.take(session, key, now)
