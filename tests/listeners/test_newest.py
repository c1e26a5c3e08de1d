"""Only the newest work counts: one at a time for a key, not too often, and the last is never left undone."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from bot.listeners.newest import Newest
from tests.listeners.conftest import PRIYA, Office
from tests.listeners.talk import command

SPACING = 0.2


@pytest.fixture
def newest() -> Iterator[Newest]:
    pool = ThreadPoolExecutor(8)
    made = Newest(pool.submit, SPACING)
    yield made
    made.close()
    pool.shutdown(wait=True)


class Log:
    """Keeps when each work began, and how many were under way at most."""

    def __init__(self, takes: float = 0.0) -> None:
        self.done: list[tuple[int, float]] = []
        self.most = 0
        self._takes, self._now, self._guard = takes, 0, threading.Lock()

    def __call__(self, number: int) -> None:
        with self._guard:
            self._now += 1
            self.most = max(self.most, self._now)
            self.done.append((number, time.monotonic()))
        time.sleep(self._takes)
        with self._guard:
            self._now -= 1

    def wait_for(self, number: int) -> None:
        deadline = time.monotonic() + 5
        while not self.done or self.done[-1][0] != number:
            assert time.monotonic() < deadline, self.done
            time.sleep(0.005)


def test_of_a_burst_the_first_and_the_last_are_done(newest: Newest) -> None:
    log = Log()
    for number in range(20):
        newest.put("home", partial(log, number))
    log.wait_for(19)
    time.sleep(2 * SPACING)
    (first, began), (last, ended) = log.done
    assert (first, last) == (0, 19)
    assert ended - began > SPACING / 2  # from its start to its start; it may have been slow to begin


def test_one_at_a_time_and_what_came_meanwhile_comes_after(newest: Newest) -> None:
    log = Log(takes=0.05)
    for number in range(200):
        newest.put("home", partial(log, number), urgent=True)
        time.sleep(0.001)
    log.wait_for(199)
    assert log.most == 1
    numbers = [number for number, _ in log.done]
    assert numbers == sorted(numbers)
    assert len(numbers) < 20


def test_what_is_urgent_does_not_wait_its_turn(newest: Newest) -> None:
    log = Log()
    newest.put("home", lambda: log(1))
    log.wait_for(1)
    newest.put("home", lambda: log(2), urgent=True)
    log.wait_for(2)
    (_, began), (_, ended) = log.done
    assert ended - began < SPACING


def test_one_person_waits_for_nobody_else(newest: Newest) -> None:
    log = Log()
    for number in range(5):
        newest.put(number, partial(log, number))
    log.wait_for(4)
    assert log.done[-1][1] - log.done[0][1] < SPACING


def test_after_a_while_the_first_goes_at_once_again(newest: Newest) -> None:
    log = Log()
    newest.put("home", lambda: log(1))
    time.sleep(1.5 * SPACING)
    began = time.monotonic()
    newest.put("home", lambda: log(2))
    log.wait_for(2)
    assert log.done[-1][1] - began < SPACING / 2


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
    assert sorted(number for number, _ in log.done) == [1, 2, 3, 4]


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
