"""Columns of values as a table: right on both databases, and looked up and not read through on SQLite."""

from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.flows import workspaces
from bot.store.bulk import Values, values_table
from bot.store.database import Database
from bot.store.tables import Account
from tests.databases import new_sqlite
from tests.flows.office import NOW, Office


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db)


def test_values_come_out_as_they_were_given(office: Office) -> None:
    columns: dict[str, Values] = {"number": [1, 2, 1 << 40], "word": ["Grün", "007", None]}
    with office.db.read() as session:
        table = values_table(session, "given", columns)
        assert session.execute(select(table.c.number, table.c.word).order_by(table.c.number)).all() == [
            (1, "Grün"),
            (2, "007"),
            (1 << 40, None),
        ]


@pytest.mark.parametrize(("column", "values"), [("name_key", ["acme", "globex"]), ("id", [1, 2])])
def test_sqlite_looks_values_up_by_an_index(tmp_path: Path, column: str, values: list[int] | list[str]) -> None:
    db = Database(new_sqlite(tmp_path))
    workspace_id = workspaces.register(db, NOW, "T1", "One")
    with db.read() as session:
        table = values_table(session, "given", {"key": values, "more": ["a", "b"]})
        key = getattr(Account, column)
        wanted = select(Account.id, table.c.more).join_from(Account, table, table.c.key == key, isouter=True)
        statement = wanted.where(Account.workspace_id + 0 == workspace_id)
        compiled = statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        plan = session.execute(text(f"EXPLAIN QUERY PLAN {compiled}".replace(":", "\\:"))).all()
    db.close()
    assert "AUTOMATIC COVERING INDEX" in str(plan)
