"""The tick that asks who is due: a million accounts beside ten thousand, a thousand of which are due in either.

Its cost has to follow the number due and not the portfolio. All of the tick is taken, from the queries to the prompts
and messages that it writes. How many it asks, and that no query reads the whole table, are gates.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

from slack_sdk import WebClient
from sqlalchemy import Engine, event, func, insert, select, text

from benchmarks.harness import Row, Size, compare, timed
from bot.flows import asking
from bot.store.database import Database
from bot.store.tables import Person, Prompt
from tests.databases import new_sqlite, postgres_server
from tests.flows.office import NOW, Office

DUE, OWNERS = 1000, 100
INDEX = "ix_accounts_ask"
TODAY = NOW.date()
_FILL = """
INSERT INTO accounts (workspace_id, created_at, subject, lifecycle, name, name_key, owner, segments, complete,
    chs_source, next_due, ask_on)
WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < :accounts)
SELECT :workspace, :created, 'customer', 'active', 'A' || n, 'a' || n, 'U' || (n / :every % :owners), '{}', true,
    '', CASE WHEN n % :every = 0 THEN :past ELSE :later END, CASE WHEN n % :every = 0 THEN :past ELSE :later END
FROM n
"""
_AS_BEFORE = (
    "DELETE FROM prompts",
    "DELETE FROM messages",
    "UPDATE people SET last_asked_on = NULL, last_messaged_on = NULL",
    "UPDATE accounts SET ask_on = next_due WHERE ask_on IS NULL",
)


def rows(size: Size) -> Iterator[Row]:
    """One row for each database: how many times as long the tick takes with the large portfolio."""
    with tempfile.TemporaryDirectory() as folder:
        large, small = (Path(folder, name) for name in ("large", "small"))
        large.mkdir()
        small.mkdir()
        yield _measure(new_sqlite(large), new_sqlite(small), "SQLite", time.process_time, size)
    with postgres_server() as server:
        yield _measure(server.new(), server.new(), "PostgreSQL", time.perf_counter, size)


def _measure(large: str, small: str, name: str, clock: Callable[[], float], size: Size) -> Row:
    with ExitStack() as stack:
        one = _Portfolio(large, size.of(1_000_000, 20_000), clock)
        stack.callback(one.db.close)
        other = _Portfolio(small, size.of(10_000, 5_000), clock)
        stack.callback(other.db.close)
        plans = _Plans(one.db.engine)
        one.tick()
        plans.stop()
        row = compare(
            "due tick, 1 million accounts",
            goal=1.5,
            ours=one.tick,
            limit=other.tick,
            pairs=size.pairs,
            database=name,
            broken=(gates := plans.broken()),
            note="beside itself at 10 thousand, 1,000 accounts of 100 owners due in both",
        )
        gates += [f"{portfolio.asked} prompts" for portfolio in (one, other) if portfolio.asked != {(OWNERS, DUE)}]
    return row


class _Portfolio:
    """So many accounts of which `DUE` are due, and their owners at work."""

    def __init__(self, url: str, accounts: int, clock: Callable[[], float]) -> None:
        self.db, self._clock = Database(url), clock
        self.asked: set[tuple[int, int]] = set()
        office = Office(self.db)
        values: dict[str, Any] = {
            "accounts": accounts,
            "every": accounts // DUE,
            "owners": OWNERS,
            "workspace": office.workspace_id,
        }
        values |= {"created": NOW.replace(tzinfo=None) if self.db.sqlite else NOW}
        values |= {"past": TODAY - timedelta(days=1), "later": TODAY + timedelta(days=60)}
        person = {"workspace_id": office.workspace_id, "zone": "UTC", "read_at": NOW}
        with self.db.write(patience=60) as session:
            session.execute(text(_FILL), values)
            session.execute(insert(Person), [{**person, "user": f"U{number}"} for number in range(OWNERS)])
        self._tidy("PRAGMA optimize" if self.db.sqlite else "VACUUM ANALYZE")

    def tick(self) -> float:
        """Seconds of a tick in which all that is due is asked; whatever an earlier one wrote is undone first."""
        with self.db.write(patience=60) as session:
            for statement in _AS_BEFORE:
                session.execute(text(statement))
        self._tidy("PRAGMA optimize" if self.db.sqlite else "VACUUM people, prompts, messages")
        owed: list[int] = []
        # Everybody was read a moment ago, so that nobody has to be looked up in Slack.
        seconds = timed(lambda: owed.append(asking.tick(self.db, NOW, WebClient(token=""))), self._clock)()
        with self.db.read() as session:
            self.asked.add((owed[0], session.execute(select(func.count()).select_from(Prompt)).scalar_one()))
        return seconds

    def _tidy(self, statement: str) -> None:
        with self.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))


class _Plans:
    """Asks the database how it carries out each SELECT on accounts that passes by."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._lines = engine, [""]
        self._explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
        event.listen(engine, "before_cursor_execute", self._look)

    def stop(self) -> None:
        event.remove(self._engine, "before_cursor_execute", self._look)

    def _look(self, _connection: object, cursor: Any, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith("SELECT") and "FROM accounts" in statement:
            own = cursor.connection.cursor()
            own.execute(self._explain + statement, parameters)
            self._lines += [" ".join(map(str, row)) for row in own.fetchall()]
            own.close()

    def broken(self) -> list[str]:
        scans = [line for line in self._lines if "SCAN accounts" in line or "Seq Scan on accounts" in line]
        found = [f"a query reads all accounts: {line}" for line in scans]
        return found if INDEX in "\n".join(self._lines) else [*found, f"no query goes by {INDEX}"]
