"""Writes that two processes may try at once: the unique key decides, and the loser sees that it lost."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.store.tables import Base


def insert_once(session: Session, table: type[Base], **values: Any) -> int | None:
    """Insert a row unless its unique key is taken. Gives the new row's id, or None when somebody was quicker."""
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    key = table.__table__.c["id"]
    statement = insert(table).values(**values).on_conflict_do_nothing().returning(key)
    return session.execute(statement).scalar_one_or_none()
