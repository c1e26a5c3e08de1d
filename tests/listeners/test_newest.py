"""Only the newest work counts: one at a time for a key, not too often, and the last is never left undone."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from bot.listeners.newest import Newest, Work
from tests.listeners.conftest import PRIYA, Office
from tests.listeners.talk import command

SPACING = 0.5
NEVER = 600.0


@contextmanager
def at_work(spacing: float, handed: list[float] | None = None) -> Iterator[Newest]:
    """On eight threads, to which work is handed at the times that are noted."""
    pool = ThreadPoolExecutor(8)

    def submit(work: Work) -> None:
        if handed is not None:
            handed.append(time.monotonic())
        pool.submit(work)

    made = Newest(submit, spacing)
    yield made
    made.close()
    pool.shutdown(wait=True)


class Log:
    """Keeps which works began, in their order, and how many were under way at most."""

    def __init__(self, takes: float = 0.0) -> None:
        self.done: list[int] = []
        self.most = 0
        self._takes, self._now, self._guard = takes, 0, threading.Lock()

    def __call__(self, number: int) -> None:
        with self._guard:
            self._now += 1
            self.most = max(self.most, self._now)
            self.done.append(number)
        time.sleep(self._takes)
        with self._guard:
            self._now -= 1

    def wait_for(self, number: int) -> None:
        deadline = time.monotonic() + 30
        while self.done[-1:] != [number]:
            assert time.monotonic() < deadline, self.done
            time.sleep(0.005)


def test_of_a_burst_the_first_and_the_last_are_done_and_not_at_once() -> None:
    log, handed, go_on = Log(), list[float](), threading.Event()

    def first() -> None:
        log(0)
        go_on.wait(30)

    with at_work(SPACING, handed) as newest:
        newest.put("home", first)
        for number in range(1, 20):
            newest.put("home", partial(log, number))
        go_on.set()
        log.wait_for(19)
    assert log.done == [0, 19]
    assert handed[1] - handed[0] > SPACING / 2  # from its start to its start; noting the first may have come late


def test_one_at_a_time_and_what_came_meanwhile_comes_after() -> None:
    log, began = Log(takes=0.05), time.monotonic()
    with at_work(SPACING) as newest:
        for number in range(200):
            newest.put("home", partial(log, number), urgent=True)
            time.sleep(0.001)
        log.wait_for(199)
    assert log.most == 1
    assert log.done == sorted(log.done)
    assert len(log.done) <= 1 + (time.monotonic() - began) / 0.05


def test_what_is_urgent_does_not_wait_its_turn() -> None:
    log = Log()
    with at_work(NEVER) as newest:
        newest.put("home", lambda: log(1))
        log.wait_for(1)
        newest.put("home", lambda: log(2), urgent=True)
        log.wait_for(2)


def test_one_person_waits_for_nobody_else() -> None:
    handed: list[float] = []
    with at_work(NEVER, handed) as newest:
        for number in range(5):
            newest.put(number, lambda: None)
        assert len(handed) == 5


def test_after_a_while_the_first_goes_at_once_again() -> None:
    log, handed = Log(), list[float]()
    with at_work(SPACING, handed) as newest:
        newest.put("home", lambda: log(1))
        log.wait_for(1)
        while newest._turns:  # the key is forgotten when its time has passed
            time.sleep(0.01)
        newest.put("home", lambda: log(2))
        assert len(handed) == 2
        log.wait_for(2)


def test_at_the_end_what_waits_is_done() -> None:
    pool = ThreadPoolExecutor(2)
    newest, log = Newest(pool.submit, 60.0), Log(takes=0.05)
    for number in (1, 2):
        newest.put("under way", partial(log, number))
    newest.put("waits", lambda: log(3))
    time.sleep(0.1)
    newest.put("waits", lambda: log(4))
    newest.close()
    pool.shutdown(wait=True)
    assert sorted(log.done) == [1, 2, 3, 4]


def test_ten_changes_at_once_publish_a_home_three_times_at_most_and_the_last_one_shows(office: Office) -> None:
    account = office.add("Bursting")
    priya = office.person()

    def published() -> int:
        calls = list(office.sandbox.calls.entries)
        return sum(each["method"] == "views.publish" and each["args"]["user_id"] == PRIYA for each in calls)

    time.sleep(1.1)  # what the new account asked for
    before, began = published(), time.monotonic()
    for health in range(50, 60):
        command(priya, f"/cmi health Bursting {health}")
    priya.wait_for(lambda state: "health 59" in str(state["home"]))
    assert account.name in str(priya.state()["home"])
    assert published() - before <= 2 + time.monotonic() - began
