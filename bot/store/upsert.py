"""Writes that two processes may try at once: the unique key decides, and the loser sees that it lost."""

from functools import lru_cache
from typing import Any, cast

from sqlalchemy import ClauseElement, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from bot.store.tables import Base


def insert_once(session: Session, table: type[Base], **values: Any) -> int | None:
    """Insert a row unless its unique key is taken. Gives the new row's id, or None when somebody was quicker."""
    reckoned = {name: value for name, value in values.items() if isinstance(value, ClauseElement)}
    given = {name: value for name, value in values.items() if name not in reckoned}
    statement = _statement(session.get_bind().dialect.name, table)
    return session.execute(statement.values(**reckoned) if reckoned else statement, given).scalar_one_or_none()


@lru_cache(maxsize=64)  # building a statement takes longer than the database does
def _statement(dialect: str, table: type[Base]) -> ReturningInsert[int]:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    core = cast("Table", table.__table__)
    return insert(core).on_conflict_do_nothing().returning(core.c.id)
