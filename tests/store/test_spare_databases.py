"""The tests' own databases: what one test gives back is as good as new to another."""

from sqlalchemy import inspect, select, text

from bot.flows import workspaces
from bot.store.database import Database
from bot.store.tables import Workspace
from tests.databases import PostgresServer
from tests.flows.office import NOW


def test_a_database_that_was_given_back_is_empty_and_counts_from_one(postgres: PostgresServer) -> None:
    for _ in range(2):
        url = postgres.new()
        db = Database(url)
        with db.read() as session:
            assert session.scalars(select(Workspace)).all() == []
        assert workspaces.register(db, NOW, "T1", "One") == 1
        postgres.drop(url)  # while it is still in use
        db.close()


def test_one_whose_tables_were_changed_is_not_given_again(postgres: PostgresServer) -> None:
    url = postgres.new()
    db = Database(url)
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE workspaces ADD COLUMN strange int"))
    db.close()
    postgres.drop(url)
    url = postgres.new()
    db = Database(url)
    assert "strange" not in {column["name"] for column in inspect(db.engine).get_columns("workspaces")}
    db.close()
    postgres.drop(url)
