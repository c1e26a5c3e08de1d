"""The portfolio's map of 100,000 accounts, beside one bare GROUP BY on the kept cell; on both databases.

The map also sums revenue and counts what is fresh, which may cost as much again as the bare count.
Processor time on SQLite, which runs in this process; the clock on PostgreSQL.
"""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from sqlalchemy import insert, text

from benchmarks.harness import Row, Size, compare, timed
from bot.flows import portfolio, workspaces
from bot.flows.actor import Actor
from bot.store import portfolio as store
from bot.store.database import Database
from bot.store.fresh import FreshSince
from bot.store.portfolio import Scope
from bot.store.tables import Account
from bot.views.query import Query
from tests.databases import new_sqlite, postgres_server

GOAL = 2.0
NOW = datetime(2026, 8, 12, 9, tzinfo=UTC)
_CELLS = ("retain", "expand_and_leverage", "let_churn", "save", None)


def rows(size: Size) -> Iterator[Row]:
    """One row for each database: how many times as long as the bare GROUP BY the map takes."""
    with tempfile.TemporaryDirectory() as folder:
        yield _measure(Database(new_sqlite(Path(folder))), "SQLite", time.process_time, size)
    with postgres_server() as server:
        yield _measure(Database(server.new()), "PostgreSQL", time.perf_counter, size)


def _measure(db: Database, name: str, clock: Callable[[], float], size: Size) -> Row:
    workspace_id = _fill(db, size.of(100_000, 1000))
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

    row = compare(
        "portfolio map of 100,000 accounts",
        goal=GOAL,
        ours=timed(the_map, clock, times=3),
        limit=timed(group_by, clock, times=3),
        pairs=size.of(9, 2),
        database=name,
        more={"window_ms": round(timed(window, clock)() * 1000)},
    )
    db.close()
    return row


def _fill(db: Database, number_of_accounts: int) -> int:
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
        for number in range(number_of_accounts)
    ]
    with db.write() as session:
        session.execute(insert(Account), accounts)
    if not db.sqlite:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE accounts"))
    return workspace_id
