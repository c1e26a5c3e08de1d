"""Four workers claim what is owed, ten messages at a time, beside the bare SKIP LOCKED update on the same rows.

The workers are processes of their own on one PostgreSQL, started before the clock is. None may be claimed twice, and
none be left: those are gates.
"""

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.connection import Connection

from sqlalchemy import Connection as Bound
from sqlalchemy import text

from benchmarks.harness import Row, Size, compare
from bot.clock import real_now
from bot.store import claims
from bot.store.database import Database
from tests.databases import postgres_server
from tests.flows.office import NOW, Office

WORKERS, BATCH = 4, 10
WORKSPACE = 1  # the first of a new database
_FILL = """
INSERT INTO messages (workspace_id, created_at, key, kind, priority, recipient, data, token, state, revision,
    sent_revision, not_before, ready_at, attempts, error)
SELECT :workspace, :now, 'k' || n, 'alert', 1, 'U' || n, '{"name": "Acme"}', 't' || n, 'owed', 1, 0, :now, :now, 0, ''
FROM generate_series(1, :number) n
"""
_AS_BEFORE = """
UPDATE messages SET state = 'owed', attempts = 0, ready_at = created_at, lease_until = NULL, leased_by = NULL
"""
_BARE = """
UPDATE messages SET state = 'sending', attempts = attempts + 1, lease_until = %(lease)s, leased_by = %(worker)s,
    attempt_at = %(real)s, attempt_began = %(real)s, channel = coalesce(channel, recipient)
WHERE id IN (
    SELECT id FROM messages WHERE state <> 'sent' AND workspace_id = 1 AND state = 'owed'
    ORDER BY priority, turn, id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
) RETURNING id, workspace_id, kind, priority, turn, thread_of, recipient, meant_for, data, token, state, revision,
    not_before, attempts, lost, leased_by, attempt_at, attempt_began, channel, ts, error
"""


def rows(size: Size) -> Iterator[Row]:
    """One row: how many times as long as by the bare update it takes until all are claimed."""
    number = size.of(4000, 200)
    gates: list[str] = []
    with postgres_server() as server:
        url = server.new()
        db = Database(url)
        assert Office(db).workspace_id == WORKSPACE
        with db.write() as session:
            session.execute(text(_FILL), {"workspace": WORKSPACE, "now": NOW, "number": number})
        with _workers(url) as workers:

            def take(way: str) -> float:
                _as_before(db)
                seconds, claimed = _claim_all(workers, way)
                if Counter(claimed) != Counter(range(1, number + 1)):
                    gates.append(f"{way}: {len(claimed)} claims of {len(set(claimed))} messages of {number}")
                return seconds

            yield compare(
                "claims by 4 workers, batches of 10",
                goal=1.4,
                ours=lambda: take("ours"),
                limit=lambda: take("bare"),
                pairs=size.pairs,
                database="PostgreSQL",
                broken=gates,
                note=f"{number:,} messages, each to somebody else",
            )
        db.close()


def _as_before(db: Database) -> None:
    with db.write() as session:
        session.execute(text(_AS_BEFORE))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE messages"))


@contextmanager
def _workers(url: str) -> Iterator[list[Connection]]:
    """The workers, ready; each claims all that it gets when it is told the way."""
    context = multiprocessing.get_context("spawn")
    pipes = [context.Pipe() for _ in range(WORKERS)]
    workers = [context.Process(target=_work, args=(url, theirs)) for _, theirs in pipes]
    for worker in workers:
        worker.start()
    try:
        ours = [mine for mine, _ in pipes]
        assert all(each.recv() == "ready" for each in ours)
        yield ours
    finally:
        for mine, _ in pipes:
            mine.send("end")
        for worker in workers:
            worker.join()


def _claim_all(workers: list[Connection], way: str) -> tuple[float, list[int]]:
    """Seconds from the word to go until the last worker finds nothing more, and the ids that were claimed."""
    began = time.perf_counter()
    for worker in workers:
        worker.send(way)
    results: list[tuple[float, list[int]]] = [worker.recv() for worker in workers]
    return max(ended for ended, _ in results) - began, [each for _, ids in results for each in ids]


def _work(url: str, orders: Connection) -> None:
    """One worker. The clock is the machine's, one for all processes."""
    db = Database(url)
    ways: dict[str, Callable[[], list[int]]] = {"ours": lambda: _one_by_ours(db), "bare": lambda: _one_by_bare(db)}
    _warm(db)
    orders.send("ready")
    while (way := orders.recv()) != "end":
        ids: list[int] = []
        while some := ways[way]():
            ids += some
        orders.send((time.perf_counter(), ids))
    db.close()


def _warm(db: Database) -> None:
    """Claim once in either way and undo it: what is made at the first call is there."""
    with db.engine.connect() as connection:
        _ours(connection)
    with db.engine.connect() as connection:
        _bare(connection)


def _one_by_ours(db: Database) -> list[int]:
    with db.write_plain() as connection:
        return _ours(connection)


def _one_by_bare(db: Database) -> list[int]:
    with db.engine.begin() as connection:
        return _bare(connection)


def _ours(connection: Bound) -> list[int]:
    real = real_now()
    lease = real + timedelta(seconds=30)
    claimed = claims.claim(
        connection, workspace_id=WORKSPACE, worker="w", now=NOW, real=real, lease_until=lease, limit=BATCH
    )
    return [each.id for each in claimed]


def _bare(connection: Bound) -> list[int]:
    real = real_now()
    values = {"lease": real + timedelta(seconds=30), "worker": "w", "real": real, "batch": BATCH}
    return [row[0] for row in connection.exec_driver_sql(_BARE, values)]
