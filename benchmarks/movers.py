"""Who moved, of 100,000 customers that were all rated again, on PostgreSQL: beside the two seconds allowed.

Looked at as first shown, by criterion, and after new weights, when every earlier score is reckoned anew.
`python -m benchmarks.movers` prints a line each, `rows()` gives them as data.
"""

import json
import statistics
import time
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from sqlalchemy import text

from bot.flows import configuring, movers
from bot.flows.configuring import NewFramework
from bot.store.database import Database
from bot.views.movers import CRITERIA, UP
from bot.views.query import Query
from cmi_core import load_framework
from tests.crowd import crowd, rate_twice
from tests.databases import postgres_server
from tests.flows.office import Office

ACCOUNTS = 100_000
SECONDS = 2.0
_WEIGHTS = {"charter": Fraction(10), "people": Fraction(30), "process": Fraction(20), "technology": Fraction(40)}


def rows() -> Iterator[dict[str, Any]]:
    """One row for each way to look."""
    with postgres_server() as server:
        db = Database(server.new())
        office = Office(db)
        crowd(db, office.now, office.workspace_id, ACCOUNTS)
        rate_twice(db, office.now, office.workspace_id)
        _tidy(db)
        yield _row("movers", office, UP)
        yield _row("movers by criterion", office, CRITERIA)
        weighted = load_framework("maor-wittgen").with_weights(_WEIGHTS)
        configuring.apply(db, office.now, office.actor(), NewFramework(weighted))
        _tidy(db)
        yield _row("movers after new weights", office, UP)
        db.close()


def _row(name: str, office: Office, show: str) -> dict[str, Any]:
    seconds = statistics.median(_look(office, show) for _ in range(5))
    return {"name": name, "ratio": round(seconds / SECONDS, 2), "goal": 1.0, "seconds": round(seconds, 2)}


def _look(office: Office, show: str) -> float:
    began = time.perf_counter()
    movers.look(office.db, office.now, office.actor(), Query(show=show))
    return time.perf_counter() - began


def _tidy(db: Database) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row))  # noqa: T201 - what it prints is its work
