"""People whom the bot knows already, so that nothing waits for Slack to say who they are."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import insert

from bot.store.database import Database
from bot.store.tables import Person


def know(db: Database, workspace_id: int, users: Iterable[str]) -> None:
    """Store active members, read just now."""
    people = [
        {"workspace_id": workspace_id, "user": user, "name": user, "zone": "UTC", "read_at": datetime.now(UTC)}
        for user in users
    ]
    with db.write() as session:
        session.execute(insert(Person), people)
