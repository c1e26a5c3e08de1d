"""Who moved, of 100,000 customers that were all rated again, on PostgreSQL: beside the two seconds allowed.

Looked at as first shown, by criterion, and after new weights, when every earlier score is reckoned anew.
"""

from collections.abc import Iterator

from sqlalchemy import text

from benchmarks.harness import Row, Size, row_of, timed
from benchmarks.replace import WEIGHTS
from bot.flows import configuring, movers
from bot.flows.configuring import NewFramework
from bot.store.database import Database
from bot.views.movers import CRITERIA, UP
from bot.views.query import Query
from cmi_core import load_framework
from tests.crowd import crowd, rate_twice
from tests.databases import postgres_server
from tests.flows.office import Office

SECONDS = 2.0


def rows(size: Size) -> Iterator[Row]:
    """One row for each way to look."""
    with postgres_server() as server:
        db = Database(server.new())
        office = Office(db)
        crowd(db, office.now, office.workspace_id, size.of(100_000, 1000))
        rate_twice(db, office.now, office.workspace_id)
        _tidy(db)
        yield _row("movers of 100,000", office, UP, size)
        yield _row("movers of 100,000, by criterion", office, CRITERIA, size)
        weighted = load_framework("maor-wittgen").with_weights(WEIGHTS)
        configuring.apply(db, office.now, office.actor(), NewFramework(weighted))
        _tidy(db)
        yield _row("movers of 100,000, after new weights", office, UP, size)
        db.close()


def _row(name: str, office: Office, show: str, size: Size) -> Row:
    """The limit is the time allowed and not measured, so there are no pairs to take in turns."""
    look = timed(lambda: movers.look(office.db, office.now, office.actor(), Query(show=show)))
    taken = [(look(), SECONDS) for _ in range(size.pairs)]
    return row_of(name, taken, goal=1.0, database="PostgreSQL", note="the limit is the time allowed")


def _tidy(db: Database) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
