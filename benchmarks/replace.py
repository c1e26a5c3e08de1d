"""Placing 100,000 accounts anew on PostgreSQL: how long a preview takes, and how long the change locks others out.

Ratios are to the time allowed: 1 s for a preview, 2 s for the lock. A change of cuts moves a fifth of the accounts, one
of weights reckons every score anew, and another kind of map gives nearly every account another cell.
"""

import time
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import event, text

from benchmarks.harness import Row, Size, row_of, timed
from bot.flows import configuring
from bot.flows.configuring import Change, NewFramework, NewMap
from bot.store.database import Database
from cmi_core import load_framework, map_from_dict
from tests.crowd import crowd
from tests.databases import PostgresServer, postgres_server
from tests.flows.office import Office

PREVIEW_SECONDS = 1.0
LOCK_SECONDS = 2.0
_NOTE = "the limit is the time allowed"
WEIGHTS = {"charter": Fraction(10), "people": Fraction(30), "process": Fraction(20), "technology": Fraction(40)}
CHANGES: dict[str, Change] = {
    "cuts": NewMap(map_from_dict({"cmi_cuts": ["3.2"], "chs_cuts": [55]})),
    "weights": NewFramework(load_framework("maor-wittgen").with_weights(WEIGHTS)),
    "kind of map": NewMap(map_from_dict({"kind": "nine"})),
}


def rows(size: Size) -> Iterator[Row]:
    """Two rows for each change, each on a fresh portfolio."""
    with postgres_server() as server:
        for name, change in CHANGES.items():
            yield from _measure(server, name, change, size)


def _measure(server: PostgresServer, name: str, change: Change, size: Size) -> Iterator[Row]:
    db = Database(server.new())
    office = Office(db)
    crowd(db, office.now, office.workspace_id, size.of(100_000, 1000))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    preview = timed(lambda: configuring.preview(office.db, office.actor(), change))
    taken = [(preview(), PREVIEW_SECONDS) for _ in range(size.pairs)]
    yield row_of(f"preview of new {name}, 100,000", taken, goal=1.0, database="PostgreSQL", note=_NOTE)
    lock = _Lock(db)
    whole = timed(lambda: configuring.apply(db, office.now + timedelta(days=1), office.actor(), change))()
    yield row_of(
        f"lock of new {name}, 100,000",
        [(lock.seconds, LOCK_SECONDS)],
        goal=1.0,
        database="PostgreSQL",
        note=_NOTE,
        more={"whole_ms": round(whole * 1000)},
    )
    db.close()


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
