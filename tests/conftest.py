"""Fixtures that several folders of tests share: the databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.database import Database
from tests.databases import PostgresServer, new_sqlite, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The session's PostgreSQL server, started when first needed; each process of pytest-xdist has its own."""
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database of each kind."""
    if request.param == "sqlite":
        yield new_sqlite(tmp_path)
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.new()
    yield url
    server.drop(url)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()
