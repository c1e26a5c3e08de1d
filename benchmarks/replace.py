"""Placing 100,000 accounts anew on PostgreSQL: how long a preview takes, and how long the change locks others out.

Ratios are to the time allowed: 1 s for a preview, 2 s for the lock. A change of cuts moves a fifth of the accounts, one
of weights reckons every score anew, and another kind of map gives nearly every account another cell.
`python -m benchmarks.replace` prints a line each, `rows()` gives them as data.
"""

import json
import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import event, text

from bot.flows import configuring
from bot.flows.configuring import Change, NewFramework, NewMap
from bot.store.database import Database
from cmi_core import load_framework, map_from_dict
from tests.crowd import crowd
from tests.databases import PostgresServer, postgres_server
from tests.flows.office import Office

ACCOUNTS = 100_000
PREVIEW_SECONDS = 1.0
LOCK_SECONDS = 2.0
_WEIGHTS = {"charter": Fraction(10), "people": Fraction(30), "process": Fraction(20), "technology": Fraction(40)}
CHANGES: dict[str, Change] = {
    "cuts": NewMap(map_from_dict({"cmi_cuts": ["3.2"], "chs_cuts": [55]})),
    "weights": NewFramework(load_framework("maor-wittgen").with_weights(_WEIGHTS)),
    "kind of map": NewMap(map_from_dict({"kind": "nine"})),
}


def rows() -> Iterator[dict[str, Any]]:
    """Two rows for each change, each on a fresh portfolio."""
    with postgres_server() as server:
        for name, change in CHANGES.items():
            yield from _measure(server, name, change)


def _measure(server: PostgresServer, name: str, change: Change) -> Iterator[dict[str, Any]]:
    db = Database(server.new())
    office = Office(db)
    crowd(db, office.now, office.workspace_id, ACCOUNTS)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    preview = statistics.median(_preview(office, change) for _ in range(3))
    yield _row(f"preview of new {name}", preview, PREVIEW_SECONDS)
    lock = _Lock(db)
    began = time.perf_counter()
    done = configuring.apply(db, office.now + timedelta(days=1), office.actor(), change)
    whole = time.perf_counter() - began
    yield {**_row(f"lock of new {name}", lock.seconds, LOCK_SECONDS), "moved": done.moved, "whole": round(whole, 2)}
    db.close()


def _preview(office: Office, change: Change) -> float:
    began = time.perf_counter()
    configuring.preview(office.db, office.actor(), change)
    return time.perf_counter() - began


def _row(name: str, seconds: float, allowed: float) -> dict[str, Any]:
    return {"name": name, "ratio": round(seconds / allowed, 2), "goal": 1.0, "seconds": round(seconds, 2)}


class _Lock:
    """Measures from the moment at which the settings are locked to the end of the commit."""

    def __init__(self, db: Database) -> None:
        self.seconds = 0.0
        self._began: float | None = None
        event.listen(db.engine, "after_cursor_execute", self._executed)
        event.listen(db.engine, "checkin", self._returned)

    def _executed(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FOR NO KEY UPDATE" in statement and self._began is None:
            self._began = time.perf_counter()

    def _returned(self, *_: Any) -> None:
        if self._began is not None and not self.seconds:
            self.seconds = time.perf_counter() - self._began


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row))  # noqa: T201 - what it prints is its work
