"""An import of 100,000 accounts, from the bytes of the file to the commit, beside the plain way in for the same rows.

That is `executemany` on SQLite and COPY on PostgreSQL, of rows that are ready as the database takes them; the import
reads, checks and plans each first. Processor time on SQLite, which runs in this process; the clock on PostgreSQL.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks.harness import Row, Size, compare, timed
from bot.flows import csv_accounts, importing
from bot.store import bulk
from bot.store.database import Database
from bot.store.tables import Account
from tests.databases import new_sqlite, postgres_server
from tests.flows.office import NOW, PRIYA, Office

GOALS = {"SQLite": 2.5, "PostgreSQL": 6.0}
_NAMES = [each.name for each in bulk.table_of(Account).c if each.name != "id"]
_COLUMNS = ", ".join(f'"{name}"' for name in _NAMES)


def rows(size: Size) -> Iterator[Row]:
    """One row for each database: how many times as long as the plain way in the import takes."""
    with tempfile.TemporaryDirectory() as folder:
        yield _measure(Database(new_sqlite(Path(folder))), "SQLite", time.process_time, size)
    with postgres_server() as server:
        yield _measure(Database(server.new()), "PostgreSQL", time.perf_counter, size)


def _measure(db: Database, name: str, clock: Callable[[], float], size: Size) -> Row:
    office = Office(db)
    number = size.of(100_000, 500)
    content = _file(number)
    stored: list[Any] = []

    def import_all() -> None:
        sheet = csv_accounts.read(content, NOW)
        importing.apply(db, NOW, office.workspace_id, sheet, {PRIYA.lower(): PRIYA})

    def ours() -> float:
        _empty(db)
        seconds = timed(import_all, clock)()
        stored[:] = _stored(db)
        return seconds

    def limit() -> float:
        _empty(db)
        return timed(lambda: _plain(db, stored), clock)()

    row = compare(
        "import of 100,000 accounts",
        goal=GOALS[name],
        ours=ours,
        limit=limit,
        pairs=size.pairs,
        database=name,
        warm=False,
        note="ours reads, checks and plans each row of a CSV file first",
        broken=(gates := []),
    )
    with db.read() as session:
        added = session.execute(select(func.count()).select_from(Account)).scalar_one()
    if not added == len(stored) == number:
        gates.append(f"{added} of {number} accounts were stored")
    db.close()
    return row


def _file(number: int) -> bytes:
    header = "name,external_id,owner,recurring_revenue,renewal_date,stage,size"
    lines = (
        f"Customer {n},X{n},{PRIYA},{n % 9000}.50,2027-{n % 12 + 1:02}-{n % 28 + 1:02},Mature,Size {n % 3}"
        for n in range(number)
    )
    return "\n".join([header, *lines]).encode()


def _empty(db: Database) -> None:
    with db.write(patience=60) as session:
        session.connection().exec_driver_sql("DELETE FROM accounts" if db.sqlite else "TRUNCATE accounts CASCADE")


def _stored(db: Database) -> list[Any]:
    """All accounts, as the driver takes them."""
    cast = "" if db.sqlite else "::text"
    with db.engine.connect() as connection:
        found = connection.exec_driver_sql(
            f"SELECT {', '.join(f'{chr(34)}{n}{chr(34)}{cast}' for n in _NAMES)} FROM accounts"
        )
        return [tuple(row) for row in found]


def _plain(db: Database, stored: list[Any]) -> None:
    raw = db.engine.raw_connection()
    driver: Any = raw.driver_connection
    try:
        cursor = driver.cursor()
        if db.sqlite:
            cursor.execute("BEGIN")
            cursor.executemany(f"INSERT INTO accounts ({_COLUMNS}) VALUES ({', '.join('?' * len(_NAMES))})", stored)
        else:
            with cursor.copy(f"COPY accounts ({_COLUMNS}) FROM STDIN") as copy:
                for row in stored:
                    copy.write_row(row)
        driver.commit()
    finally:
        raw.close()
