"""The portfolio's map of 100,000 accounts, beside one bare GROUP BY on the kept cell; on both databases.

The map also sums revenue and counts what is fresh, which may cost as much again as the bare count.
`python -m benchmarks.portfolio` prints a line each, `rows()` gives them as data.
Processor time on SQLite, which runs in this process; the clock on PostgreSQL.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from bot.flows import portfolio, workspaces
from bot.flows.actor import Actor
from bot.store import portfolio as store
from bot.store.database import Database
from bot.store.fresh import FreshSince
from bot.store.portfolio import Scope
from bot.store.tables import Account
from bot.views.query import Query
from tests.databases import new_sqlite, postgres_server

ACCOUNTS = 100_000
GOAL = 2.0
NOW = datetime(2026, 8, 12, 9, tzinfo=UTC)
_CELLS = ("retain", "expand_and_leverage", "let_churn", "save", None)


def rows() -> Iterator[dict[str, Any]]:
    """One row for each database: how many times as long as the bare GROUP BY the map takes."""
    with tempfile.TemporaryDirectory() as folder:
        yield _measure(Database(new_sqlite(Path(folder))), "SQLite", time.process_time)
    with postgres_server() as server:
        yield _measure(Database(server.new()), "PostgreSQL", time.perf_counter)


def _measure(db: Database, name: str, clock: Callable[[], float]) -> dict[str, Any]:
    workspace_id = _fill(db)
    bare = text("SELECT cell, count(*) FROM accounts WHERE workspace_id + 0 = :workspace GROUP BY cell")

    fresh = FreshSince(NOW - timedelta(days=100))

    def group_by() -> None:
        with db.read() as session:
            session.execute(bare, {"workspace": workspace_id}).all()

    def the_map() -> None:
        with db.read() as session:
            store.cells(session, Scope(workspace_id), fresh, NOW - timedelta(days=90))

    def window() -> None:
        portfolio.look(db, NOW, Actor(workspace_id, "U1"), Query())

    one, whole, shown = (_seconds(work, clock) for work in (group_by, the_map, window))
    db.close()
    return {
        "name": f"portfolio map, {name}",
        "ratio": round(whole / one, 2),
        "goal": GOAL,
        "milliseconds": {"group_by": one * 1000, "map": whole * 1000, "window": shown * 1000},
    }


def _seconds(work: Callable[[], None], clock: Callable[[], float]) -> float:
    work()
    taken = []
    for _ in range(7):
        begun = clock()
        work()
        taken.append(clock() - begun)
    return statistics.median(taken)


def _fill(db: Database) -> int:
    workspace_id = workspaces.register(db, NOW, "T1", "Benchmark")
    chance = random.Random(1)
    accounts = [
        {
            "workspace_id": workspace_id,
            "name": f"Account {number}",
            "name_key": f"account {number}",
            "owner": f"U{number % 200}",
            "segments": {"stage": chance.choice(("Mature", "Growth", "Onboarding"))},
            "recurring_revenue": Decimal(chance.randrange(100_000)),
            "created_at": NOW,
            "cmi": Fraction(chance.randrange(60, 301), 60),
            "cmi_on": NOW - timedelta(days=chance.randrange(200)),
            "chs": Fraction(chance.randrange(101)),
            "chs_on": NOW - timedelta(days=chance.randrange(200)),
            "cell": chance.choice(_CELLS),
            "ask_on": NOW.date() + timedelta(days=chance.randrange(90)),
        }
        for number in range(ACCOUNTS)
    ]
    with db.write() as session:
        session.execute(insert(Account), accounts)
    if not db.sqlite:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE accounts"))
    return workspace_id


if __name__ == "__main__":
    for row in rows():
        taken = ", ".join(f"{what} {value:.0f} ms" for what, value in row["milliseconds"].items())
        print(f"{row['name']}: {row['ratio']} times one GROUP BY (goal {row['goal']}); {taken}")  # noqa: T201 - its output
