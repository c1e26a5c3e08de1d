"""The queue of answers is bounded: too much at once is said to be too much, and nothing piles up."""

import threading
from collections.abc import Iterator

import pytest

from bot.errors import Busy
from bot.listeners.later import Later


@pytest.fixture
def later() -> Iterator[Later]:
    later = Later(workers=1, most=2)
    yield later
    later.close()


def test_too_much_at_once_is_refused_until_there_is_room_again(later: Later) -> None:
    go_on = threading.Event()
    waiting = [later.ask(lambda: go_on.wait(10)) for _ in range(2)]
    with pytest.raises(Busy, match="more to do than it can"):
        later.ask(lambda: None)
    with pytest.raises(Busy):
        later.run(lambda: None, lambda _: None)
    go_on.set()
    assert [each.result(10) for each in waiting] == [True, True]
    room = threading.Event()
    waiting[1].add_done_callback(lambda _: room.set())  # called after the one that gives the place back
    assert room.wait(10)
    assert later.ask(lambda: 7).result(10) == 7


def test_what_nobody_waits_for_is_left_out_instead(later: Later) -> None:
    go_on = threading.Event()
    done: list[int] = []

    def work() -> None:
        go_on.wait(10)
        done.append(1)

    for _ in range(5):
        later.beside(work)
    go_on.set()
    later.close()
    assert 1 <= len(done) <= 2
