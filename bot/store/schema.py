"""Whether the database's shape is the one this program was written for, and how to bring it there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from bot.errors import StartupError

_ROOT = Path(__file__).resolve().parents[2]


def migration_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, wherever the program was started; on `connection` when one is given."""
    config = Config(_ROOT / "alembic.ini")
    config.set_main_option("script_location", str(_ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to `revision`, in one transaction."""
    with engine.begin() as connection:
        command.upgrade(migration_config(connection), revision)


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


def require_current(engine: Engine, *, may_create: bool) -> None:
    """Refuse to start on a database that is behind; an empty one is made when `may_create`."""
    have, need = current_revision(engine), newest_revision()
    if have == need:
        return
    if have is None and may_create:
        migrate(engine)
        return
    found = f"is at migration {have}" if have else "has no tables yet"
    raise StartupError(f"The database {found}, this version needs {need}: run `cmi-bot migrate`, then start again.")
