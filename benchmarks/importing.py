"""An import of 100,000 accounts, from the bytes of the file to the commit, beside the plain way in for the same rows.

That is `executemany` on SQLite and COPY on PostgreSQL, of rows that are ready as the database takes them; the import
reads, checks and plans each first. `python -m benchmarks.importing` prints a line each, `rows()` gives them as data.
Processor time on SQLite, which runs in this process; the clock on PostgreSQL.
"""

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bot.flows import csv_accounts, importing
from bot.store import bulk
from bot.store.database import Database
from bot.store.tables import Account
from tests.databases import new_sqlite, postgres_server
from tests.flows.office import NOW, PRIYA, Office

ACCOUNTS = 100_000
GOALS = {"SQLite": 2.5, "PostgreSQL": 6.0}


def rows() -> Iterator[dict[str, Any]]:
    """One row for each database: how many times as long as the plain way in the import takes."""
    with tempfile.TemporaryDirectory() as folder:
        yield _measure(Database(new_sqlite(Path(folder))), "SQLite", time.process_time)
    with postgres_server() as server:
        yield _measure(Database(server.new()), "PostgreSQL", time.perf_counter)


def _measure(db: Database, name: str, clock: Callable[[], float]) -> dict[str, Any]:
    office = Office(db)
    content = _file()
    began = clock()
    done = importing.apply(db, NOW, office.workspace_id, csv_accounts.read(content, NOW), {PRIYA.lower(): PRIYA})
    whole = clock() - began
    assert done.added == ACCOUNTS
    plain = min(_plain(db, clock) for _ in range(2))
    db.close()
    ratio = round(whole / plain, 2)
    return {
        "name": f"import, {name}",
        "ratio": ratio,
        "goal": GOALS[name],
        "seconds": {"import": round(whole, 2), "plain": round(plain, 2)},
    }


def _file() -> bytes:
    header = "name,external_id,owner,recurring_revenue,renewal_date,stage,size"
    lines = (
        f"Customer {n},X{n},{PRIYA},{n % 9000}.50,2027-{n % 12 + 1:02}-{n % 28 + 1:02},Mature,Size {n % 3}"
        for n in range(ACCOUNTS)
    )
    return "\n".join([header, *lines]).encode()


def _plain(db: Database, clock: Callable[[], float]) -> float:
    """Seconds for the same rows, as the driver takes them."""
    table = bulk.table_of(Account)
    names = [each.name for each in table.c if each.name != "id"]
    columns = ", ".join(f'"{name}"' for name in names)
    raw = db.engine.raw_connection()
    driver: Any = raw.driver_connection
    try:
        cursor = driver.cursor()
        cast = "" if db.sqlite else "::text"
        cursor.execute(f"SELECT {', '.join(f'{chr(34)}{n}{chr(34)}{cast}' for n in names)} FROM accounts")
        stored = cursor.fetchall()
        if db.sqlite:
            cursor.execute("BEGIN")
        cursor.execute("DELETE FROM accounts")
        began = clock()
        if db.sqlite:
            cursor.executemany(f"INSERT INTO accounts ({columns}) VALUES ({', '.join('?' * len(names))})", stored)
        else:
            with cursor.copy(f"COPY accounts ({columns}) FROM STDIN") as copy:
                for row in stored:
                    copy.write_row(row)
        driver.commit()
        return clock() - began
    finally:
        raw.close()


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row))  # noqa: T201 - what it prints is its work
