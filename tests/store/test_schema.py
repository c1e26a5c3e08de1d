"""The tables: the migrations make what the models say, in both directions, with rows in them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Constraint, inspect, select, text
from sqlalchemy.exc import IntegrityError

from bot import startup
from bot.errors import StartupError
from bot.store import schema
from bot.store.database import Database
from bot.store.tables import Account, Base, Episode, Workspace
from tests.databases import PostgresServer

NOW = datetime(2026, 8, 12, 9, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.sqlite"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new(migrated=False)


def add_account(db: Database) -> int:
    with db.write() as session:
        workspace = Workspace(team="T1", name="One", settings={"zone": "Asia/Tokyo"}, created_at=NOW)
        session.add(workspace)
        session.flush()
        account = Account(workspace_id=workspace.id, name="Acme", name_key="acme", segments={"size": "L"})
        account.cmi, account.created_at, account.renewal_date = Fraction(71, 30), NOW, date(2027, 2, 28)
        session.add(account)
        session.flush()
        session.add(Episode(workspace_id=workspace.id, account_id=account.id, cell="save", opened_at=NOW))
        return account.id


def test_the_migrations_make_exactly_the_tables_of_the_models(db: Database) -> None:
    with db.engine.connect() as connection:
        # SQLite gives an empty default back in a form that Alembic takes for a change.
        options = {"compare_type": True, "compare_server_default": not db.sqlite}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_every_constraint_has_a_name_so_that_a_migration_can_speak_of_it() -> None:
    nameless = [
        f"{table.name}: {constraint}"
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, Constraint) and not constraint.name
    ]
    assert not nameless
    assert all(index.name for table in Base.metadata.tables.values() for index in table.indexes)


def test_migrations_go_up_down_and_up_again(empty_url: str) -> None:
    db = Database(empty_url)
    try:
        schema.migrate(db.engine)
        add_account(db)
        with db.engine.begin() as connection:
            command.downgrade(schema.migration_config(connection), "base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        schema.migrate(db.engine)
        assert schema.current_revision(db.engine) == schema.newest_revision()
        add_account(db)
    finally:
        db.close()


def test_migrating_twice_keeps_what_is_there(db: Database) -> None:
    account_id = add_account(db)
    schema.migrate(db.engine)
    with db.read() as session:
        account = session.get_one(Account, account_id)
        assert (account.cmi, account.renewal_date, account.segments) == (
            Fraction(71, 30),
            date(2027, 2, 28),
            {"size": "L"},
        )
        assert account.created_at == NOW


def test_rebuilding_a_sqlite_table_in_a_migration_leaves_the_rows_that_point_to_it(tmp_path: Path) -> None:
    """SQLite alters a table by making it anew; with foreign keys in force, dropping the old one deletes children."""
    db = Database(f"sqlite:///{tmp_path}/bot.sqlite")
    schema.migrate(db.engine)
    add_account(db)
    with schema.migrating(db.engine) as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("accounts", recreate="always") as accounts:
            accounts.drop_column("qualification")
    with db.read() as session:
        assert len(session.scalars(select(Episode)).all()) == 1
        assert session.execute(text("PRAGMA foreign_keys")).scalar() == 1
    db.close()


def test_a_new_sqlite_file_is_migrated_on_the_spot_but_not_a_new_server_database(empty_url: str) -> None:
    if empty_url.startswith("sqlite"):
        db = startup.open_database(empty_url)
        assert schema.current_revision(db.engine) == schema.newest_revision()
        db.close()
    else:
        with pytest.raises(StartupError, match=r"no tables yet.*run `cmi-bot migrate`"):
            startup.open_database(empty_url)


def test_a_database_that_is_behind_says_the_command_to_run(db: Database, database_url: str) -> None:
    with db.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(StartupError, match=r"is at migration 0001, this version needs \d+: run `cmi-bot migrate`"):
        startup.open_database(database_url)


def test_a_database_that_a_newer_version_only_added_to_is_worked_on(db: Database, database_url: str) -> None:
    """A process that is started again during a deployment, or after it was taken back."""
    with db.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    startup.open_database(database_url).close()
    assert "at migration 9999" in startup.migrate(database_url)
    with db.write() as session:
        session.execute(text("UPDATE schema_floor SET revision = '9998'"))
    for begin in (startup.open_database, startup.migrate):
        with pytest.raises(StartupError, match="made by a newer version, and this version can't work on it"):
            begin(database_url)


def test_processes_that_start_at_once_on_a_new_file_migrate_it_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.sqlite"
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(startup.open_database, [url] * 4))
    assert {schema.current_revision(db.engine) for db in opened} == {schema.newest_revision()}
    for db in opened:
        db.close()


def test_the_database_itself_allows_one_open_stay_per_account(db: Database) -> None:
    account_id = add_account(db)
    with pytest.raises(IntegrityError), db.write() as session:
        session.add(Episode(workspace_id=1, account_id=account_id, cell="save", opened_at=NOW + timedelta(days=1)))
