"""Whether the database's shape is the one this program was written for, and how to bring it there."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, select, text

from bot.errors import StartupError
from bot.store.tables import SchemaFloor

log = logging.getLogger(__name__)

# Any number will do, as long as nothing else in the database uses it.
_ADVISORY_LOCK = 20170412
_FLOOR = SchemaFloor.__tablename__
_ROOT = Path(__file__).resolve().parents[2]


def migration_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, wherever the program was started; on `connection` when one is given."""
    config = Config(_ROOT / "alembic.ini")
    config.set_main_option("script_location", str(_ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to `revision`, in one transaction. Of several processes one does it, the others wait.

    One that a newer version has brought further stays as it is, if this version can work on it.
    """
    if revision == "head" and is_ahead(engine):
        return
    with migrating(engine) as connection:
        command.upgrade(migration_config(connection), revision)


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """A transaction for changing tables, alone.

    SQLite rebuilds a table to alter it; with foreign keys in force, dropping the old one would delete the rows that
    point to it. They can be switched off only outside of a transaction, and are checked before it ends.
    """
    writing = engine.execution_options(writing=True)
    if engine.dialect.name != "sqlite":
        with writing.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            yield connection
        return
    with writing.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.execute(text("PRAGMA foreign_key_check")).first()
                if broken is not None:
                    raise StartupError(f"The migration would leave a row of {broken[0]} without what it points to.")
        finally:
            raw.execute("PRAGMA foreign_keys = ON")


def current_revision(engine: Engine) -> str | None:
    """The revision that the database says it has; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """The revision that this program needs."""
    head = ScriptDirectory.from_config(migration_config()).get_current_head()
    if head is None:
        raise StartupError("No migrations were found beside the program: install it from a full checkout.")
    return head


def is_ahead(engine: Engine) -> bool:
    """Whether a newer version has migrated the database, and this one can work on it all the same.

    So a process can be started again while a deployment is under way or taken back. StartupError where it can't:
    then a migration was more than an addition.
    """
    have, known = current_revision(engine), _known_revisions()
    if have is None or have in known:
        return False
    with engine.connect() as connection:
        floor = connection.scalar(select(SchemaFloor.revision)) if inspect(connection).has_table(_FLOOR) else None
    if floor in known:
        log.info("The database is at migration %s, newer than this version, which can work on it", have)
        return True
    raise StartupError(
        f"The database is at migration {have}, made by a newer version, and this version can't work on it: start the "
        "newer version, or restore the backup from before the migration."
    )


def _known_revisions() -> set[str]:
    return {each.revision for each in ScriptDirectory.from_config(migration_config()).walk_revisions()}


def require_current(engine: Engine, *, may_create: bool) -> None:
    """Refuse to start on a database that is behind, or too far ahead; an empty one is made when `may_create`."""
    have, need = current_revision(engine), newest_revision()
    if have == need or is_ahead(engine):
        return
    if have is None and may_create:
        migrate(engine)
        return
    found = f"is at migration {have}" if have else "has no tables yet"
    raise StartupError(f"The database {found}, this version needs {need}: run `cmi-bot migrate`, then start again.")
