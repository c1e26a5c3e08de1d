"""Who waits for whom: the fair queue of writers, and patience that ends in time."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from bot.errors import Busy
from bot.store.database import Database, FairLock
from bot.store.tables import Workspace
from bot.store.upsert import insert_once
from tests.databases import PostgresServer
from tests.flows.office import NOW
from tests.stopwatch import Stopwatch


def test_waiters_are_served_in_the_order_they_came() -> None:
    lock = FairLock()
    assert lock.acquire(0)
    served: list[int] = []

    def work(number: int) -> None:
        assert lock.acquire(60)
        served.append(number)
        lock.release()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for waiting, thread in enumerate(threads, start=1):
        thread.start()
        while len(lock._waiting) < waiting:
            time.sleep(0.001)
    lock.release()
    for thread in threads:
        thread.join()
    assert served == list(range(8))


def test_a_waiter_who_gave_up_is_passed_over() -> None:
    lock = FairLock()
    assert lock.acquire(0)
    assert not lock.acquire(0.01)
    lock.release()
    assert lock.acquire(0)


@contextmanager
def held(db: Database) -> Iterator[None]:
    """Another process's transaction (a second Database) that keeps the workspace's row locked."""
    other = Database(db.url.render_as_string(hide_password=False))
    locked, done = threading.Event(), threading.Event()

    def keep() -> None:
        with other.write() as session:
            session.scalars(select(Workspace).with_for_update()).one()
            locked.set()
            done.wait(60)

    thread = threading.Thread(target=keep)
    thread.start()
    assert locked.wait(30)
    try:
        yield
    finally:
        done.set()
        thread.join()
        other.close()


def test_who_waits_too_long_for_another_process_is_told_in_time(db: Database) -> None:
    with db.write() as session:
        insert_once(session, Workspace, team="T1", name="", settings={}, version=1, created_at=NOW)
    with held(db):
        began = time.monotonic()
        with Stopwatch() as watch:
            with pytest.raises(Busy), db.write(patience=0.3) as session:
                session.scalars(select(Workspace).with_for_update()).one()
            assert time.monotonic() - began > 0.25
            assert watch.seconds < 1.5
    with db.write(patience=0.3) as session:  # and nothing stays locked behind
        assert session.scalars(select(Workspace).with_for_update()).one().team == "T1"


def test_a_writer_of_the_same_process_is_waited_for_no_longer_either(db: Database) -> None:
    with db.write() as session:
        insert_once(session, Workspace, team="T1", name="", settings={}, version=1, created_at=NOW)
    outcome: list[float] = []

    def impatient() -> None:
        with Stopwatch() as watch:
            with pytest.raises(Busy), db.write(patience=0.2) as session:
                session.scalars(select(Workspace).with_for_update()).one()
            outcome.append(watch.seconds)

    with db.write() as session:
        session.scalars(select(Workspace).with_for_update()).one()
        thread = threading.Thread(target=impatient)
        thread.start()
        thread.join()
    assert outcome[0] < 1.5


def test_whoever_inserts_second_sees_that_they_lost(db: Database) -> None:
    made: list[int | None] = []
    start = threading.Barrier(2)

    def insert() -> None:
        start.wait()
        with db.write() as session:
            made.append(insert_once(session, Workspace, team="T1", name="", settings={}, version=1, created_at=NOW))

    threads = [threading.Thread(target=insert) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each is not None for each in made) == 1


def test_what_raises_leaves_nothing_behind(db: Database) -> None:
    def fail() -> None:
        with db.write() as session:
            insert_once(session, Workspace, team="T1", name="", settings={}, version=1, created_at=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with db.write(patience=0.2) as session:
        assert session.scalars(select(Workspace)).all() == []


def test_one_process_at_a_time_is_at_a_work_on_postgresql(db: Database) -> None:
    other = Database(db.url.render_as_string(hide_password=False))
    with db.alone("ask") as free, other.alone("ask") as taken, other.alone("review") as another:
        assert (free, taken, another) == (True, db.sqlite, True)
    with other.alone("ask") as free_again:
        assert free_again
    other.close()


def test_what_a_process_was_at_whose_connection_is_lost_is_free(postgres: PostgresServer) -> None:
    url = postgres.new()
    lost, other = Database(url), Database(url)
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"

    def work() -> None:
        with lost.alone("ask"):
            with other.engine.connect() as connection:
                connection.execute(text(cut))
            with other.alone("ask") as free:
                found.append(free)

    found: list[bool] = []
    with pytest.raises(OperationalError):
        work()
    assert found == [True]
    lost.close()
    other.close()
    postgres.drop(url)


def test_a_connection_that_was_cut_at_rest_is_replaced_before_it_is_used(postgres: PostgresServer) -> None:
    url = postgres.new()
    db, other = Database(url), Database(url)
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    cut = text(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}")
    asked = text("SELECT pg_backend_pid()")

    def read() -> int:
        with db.read() as session:
            return int(session.execute(asked).scalar_one())

    def read_plain() -> int:
        with db.read_plain() as connection:
            return int(connection.execute(asked).scalar_one())

    def write() -> int:
        with db.write() as session:
            return int(session.execute(asked).scalar_one())

    for ask in (read, read_plain, write):
        before = ask()
        assert ask() == before, "a connection at rest is used again"
        with other.read() as session:
            session.execute(cut)
        assert ask() != before
    db.close()
    other.close()
    postgres.drop(url)
