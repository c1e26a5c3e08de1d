"""The database: one engine, and the two ways to talk to it. Only flows and delivery call `read` and `write`."""

import math
import select
import threading
import time
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.orm import Session

from bot.errors import Busy

_BUSY_TEXT = "The database is busy just now. Nothing was lost: please try again in a moment."
_PATIENCE = 1.5
_ALONE = 20170412  # any number will do, as long as no other program uses it in the same database


class FairLock:
    """A lock that serves its waiters in the order they came.

    SQLite has one writer at a time and lets the others poll, which starves some of them; queueing the threads of this
    process first shortens the longest waits several times over.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Event] = deque()

    def acquire(self, timeout: float) -> bool:
        with self._guard:
            if not self._held:
                self._held = True
                return True
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(timeout):
            return True
        with self._guard:
            if turn.is_set():  # the turn came in the very moment in which the wait ended
                return True
            self._waiting.remove(turn)
            return False

    def release(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._held = False


class Database:
    """Opens transactions. `write` waits at most `patience` seconds for a lock and then raises `Busy`."""

    def __init__(self, url: str, *, pool_size: int = 20) -> None:
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.sqlite else _postgres_engine(url, pool_size)
        self._writing = self.engine.execution_options(writing=True)
        self._looking = self.engine.execution_options(
            **({"looking": True} if self.sqlite else {"isolation_level": "AUTOCOMMIT"})
        )
        self._turn = FairLock()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for looking only; whatever it changed is thrown away."""
        with Session(self.engine, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self, patience: float = _PATIENCE) -> Iterator[Session]:
        """One transaction: committed when the block ends, undone when it raises. Raises `Busy`.

        The default patience leaves room within the three seconds that Slack gives; work that nobody waits for should
        get more.
        """
        with self._in_turn(patience) as remaining, self._writing.begin() as connection:
            if not self.sqlite:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(remaining * 1000)}")
            with Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only") as session:
                yield session
                session.flush()

    @contextmanager
    def read_plain(self) -> Iterator[Connection]:
        """For one statement, which needs neither a session nor a transaction around it: what every request asks."""
        with self._looking.connect() as connection:
            yield connection

    @contextmanager
    def write_plain(self) -> Iterator[Connection]:
        """Likewise without a session, for a statement that skips what is locked: no limit is set where none is needed.

        For what is done all the time: the session and the limit take as long as the statement.
        """
        with self._in_turn(_PATIENCE), self._writing.begin() as connection:
            yield connection

    @contextmanager
    def _in_turn(self, patience: float) -> Iterator[float]:
        """Wait until this process may write; gives what is left of the patience for what other processes do."""
        began = time.monotonic()
        if self.sqlite and not self._turn.acquire(patience):
            raise Busy(_BUSY_TEXT)
        try:
            _left.seconds = max(0.05, patience - (time.monotonic() - began))
            yield _left.seconds
        except DBAPIError as error:
            if _is_lock_timeout(error):
                raise Busy(_BUSY_TEXT) from error
            raise
        finally:
            if self.sqlite:
                self._turn.release()

    @contextmanager
    def alone(self, work: str) -> Iterator[bool]:
        """Whether no other process is at this work just now; where it is true, the work is ours until the block ends.

        An advisory lock, which PostgreSQL drops with its connection: nothing is left of a process that dies. On SQLite
        it is always true; there writers wait for each other anyway.
        """
        if self.sqlite:
            yield True
            return
        with self.engine.begin() as connection:
            keys = {"bot": _ALONE, "work": zlib.crc32(work.encode()) - 2**31}
            yield bool(connection.scalar(text("SELECT pg_try_advisory_xact_lock(:bot, :work)"), keys))

    def close(self) -> None:
        self.engine.dispose()


# What is left of the patience of this thread's transaction, for SQLite's BEGIN.
_left = threading.local()


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": 5})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver's own transaction handling would begin late and hide BEGIN IMMEDIATE from us.
        connection.isolation_level = None
        for pragma in ("busy_timeout = 5000", "journal_mode = WAL", "foreign_keys = ON", "synchronous = NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("looking"):
            return
        if not options.get("writing"):
            connection.exec_driver_sql("BEGIN")
            return
        # Taking the write lock at once avoids the upgrade that SQLite refuses when another writer came between.
        milliseconds = math.ceil(getattr(_left, "seconds", 5.0) * 10) * 100
        if connection.info.get("busy_timeout") != milliseconds:  # to the tenth of a second, so that it seldom changes
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {milliseconds}")
            connection.info["busy_timeout"] = milliseconds
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgres_engine(url: str, pool_size: int) -> Engine:
    engine = create_engine(url, pool_size=pool_size, max_overflow=10)

    @event.listens_for(engine, "checkout")
    def check(connection: Any, *_: Any) -> None:
        # The server says nothing on a connection at rest but that it ends it; a ping would tell no more, and take as
        # long as a statement.
        if connection.closed or _readable(connection.fileno()):
            raise DisconnectionError("the server has ended this connection")

    return engine


def _readable(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


def _is_lock_timeout(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlstate", None)
    if code in {"55P03", "40P01", "40001"}:  # lock not available, deadlock, serialisation failure
        return True
    return isinstance(error, OperationalError) and "database is locked" in str(error.orig)
