"""New weights for a million accounts: each one's current CMI and cell reckoned anew and stored.

Ours is the whole change, as an admin makes it: staged, compared, written with the stays in cells and the episodes, and
summed up. The limit only reads the same accounts and stays and writes the same columns of as many rows by the
driver's quickest way: COPY and one UPDATE on PostgreSQL, `executemany` on SQLite. It computes nothing, checks nothing
and leaves the episodes alone.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.harness import Row, Size, compare, timed
from benchmarks.replace import WEIGHTS
from bot.flows import configuring
from bot.flows.configuring import NewFramework
from bot.store.database import Database
from bot.views.config_summary import ConfigSummary
from cmi_core import load_framework
from tests.crowd import crowd
from tests.databases import new_sqlite, postgres_server
from tests.flows.office import Office

_DERIVED = ("cell", "cmi_band", "chs_band", "revision", "cell_since", "cmi", "complete", "framework_id")
_RECKONED_FROM = ("answers", "chs", "chs_label", "subject")
_STAY = (
    *("workspace_id", "account_id", "cell", "cmi", "chs", "chs_label", "cmi_band", "chs_band", "cause", "by"),
    *("settings_version", "assessment_id", "health_reading_id", "started_at", "steps"),
)
_FILED_BY_LIMIT = -1  # in place of a settings version


def rows(size: Size) -> Iterator[Row]:
    """One row for each database: how many times as long as by the driver alone the change takes."""
    with tempfile.TemporaryDirectory() as folder:
        yield _measure(Database(new_sqlite(Path(folder))), "SQLite", time.process_time, size)
    with postgres_server() as server:
        yield _measure(Database(server.new()), "PostgreSQL", time.perf_counter, size)


def _measure(db: Database, name: str, clock: Callable[[], float], size: Size) -> Row:
    office = Office(db)
    number = size.of(1_000_000, 2000)
    crowd(db, office.now, office.workspace_id, number)
    _tidy(db)
    built_in = load_framework("maor-wittgen")
    versions = cycle((built_in.with_weights(WEIGHTS), built_in))
    done: list[ConfigSummary] = []

    def change() -> None:
        done.append(configuring.apply(db, office.later(days=1).now, office.actor(), NewFramework(next(versions))))

    def ours() -> float:
        seconds = timed(change, clock)()
        _tidy(db)
        return seconds

    def limit() -> float:
        seconds = timed(lambda: _by_driver(db, done[-1].moved), clock)()
        with db.write(60) as session:
            session.execute(text(f"DELETE FROM placements WHERE settings_version = {_FILED_BY_LIMIT}"))
        _tidy(db)
        return seconds

    row = compare(
        "new weights for 1 million accounts",
        goal=2.0,
        ours=ours,
        limit=limit,
        pairs=size.pairs,
        database=name,
        warm=False,
        broken=(gates := []),
    )
    gates += [f"{each.rescored} of {number} reckoned anew" for each in done if each.rescored != number]
    db.close()
    return replace(row, note=f"{done[-1].moved:,} of them move; with their stays, episodes and the summary")


def _tidy(db: Database) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)" if db.sqlite else "VACUUM ANALYZE"))


def _by_driver(db: Database, moved: int) -> None:
    """Read what the change reads, and write the columns that it writes, of as many accounts and stays."""
    raw = db.engine.raw_connection()
    driver: Any = raw.driver_connection
    write = _write_sqlite if db.sqlite else _write_postgres
    try:
        cursor = driver.cursor()
        if db.sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        found = _read(cursor, "accounts", (*_DERIVED, *_RECKONED_FROM), "lifecycle <> 'churned'", db.sqlite)
        write(cursor, "accounts", _DERIVED, [row[: len(_DERIVED) + 1] for row in found])
        stays = _read(cursor, "placements", _STAY, f"ended_at IS NULL ORDER BY id LIMIT {moved}", db.sqlite)
        write(cursor, "placements", _STAY, stays)
        at = 1 + _STAY.index("settings_version")
        filed = [(*row[1:at], _FILED_BY_LIMIT, *row[at + 1 :], row[1 + _STAY.index("started_at")]) for row in stays]
        _file(cursor, filed, db.sqlite)
        driver.commit()
    finally:
        raw.close()


def _names(columns: Sequence[str], cast: str = "") -> str:
    return ", ".join(f'"{column}"{cast}' for column in columns)


def _read(cursor: Any, table: str, columns: Sequence[str], which: str, sqlite: bool) -> list[Any]:
    """As the driver takes them back: on PostgreSQL as text."""
    cursor.execute(f"SELECT id, {_names(columns, '' if sqlite else '::text')} FROM {table} WHERE {which}")
    found: list[Any] = cursor.fetchall()
    return found


def _write_sqlite(cursor: Any, table: str, columns: Sequence[str], rows: Sequence[Any]) -> None:
    values = ", ".join(f'"{column}" = ?{number}' for number, column in enumerate(columns, start=2))
    cursor.executemany(f"UPDATE {table} SET {values} WHERE id = ?1", rows)


def _write_postgres(cursor: Any, table: str, columns: Sequence[str], rows: Sequence[Any]) -> None:
    names = _names(("id", *columns))
    cursor.execute(f"CREATE TEMPORARY TABLE new_{table} ON COMMIT DROP AS SELECT {names} FROM {table} LIMIT 0")
    _copy(cursor, f"new_{table} ({names})", rows)
    cursor.execute(f"ANALYZE new_{table}")
    values = ", ".join(f'"{column}" = new."{column}"' for column in columns)
    cursor.execute(f"UPDATE {table} SET {values} FROM new_{table} new WHERE {table}.id = new.id")


def _file(cursor: Any, rows: Sequence[Any], sqlite: bool) -> None:
    """Add the stays that ended."""
    names = _names((*_STAY, "ended_at"))
    if not sqlite:
        _copy(cursor, f"placements ({names})", rows)
        return
    cursor.executemany(f"INSERT INTO placements ({names}) VALUES ({', '.join('?' * (len(_STAY) + 1))})", rows)


def _copy(cursor: Any, into: str, rows: Sequence[Any]) -> None:
    with cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
