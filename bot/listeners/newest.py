"""Work of which only the newest counts, such as publishing a Home: never two of one kind at once, nor too often."""

import heapq
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass
class _Turn:
    """What is known of a key: the work that waits, whether some is under way, when the next may begin.

    `noted` is when it will be looked at again.
    """

    waiting: Work | None = None
    under_way: bool = False
    not_before: float = 0.0
    noted: float = 0.0


class Newest:
    """Hands work on to `submit`, by key: the first at once, what comes meanwhile afterwards, and of that the newest.

    After work that was begun, the next of its key begins `spacing` seconds later at the earliest, unless it is urgent.
    Work must not raise.
    """

    def __init__(self, submit: Callable[[Work], object], spacing: float) -> None:
        self._submit, self._spacing = submit, spacing
        self._turns: dict[Hashable, _Turn] = {}
        self._due: list[tuple[float, int, Hashable]] = []
        self._changed = threading.Condition()
        self._number = 0
        self._watching: threading.Thread | None = None
        self._closed = False

    def put(self, key: Hashable, work: Work, *, urgent: bool = False) -> None:
        """Do ``work`` soon; whatever of this key still waits is left undone."""
        with self._changed:
            turn = self._turns.setdefault(key, _Turn())
            turn.waiting = work
            if urgent:
                turn.not_before = 0.0
            self._next(key, turn)

    def close(self) -> None:
        """Begin at once what waits, and don't let anything wait any more."""
        with self._changed:
            self._closed = True
            for key, turn in list(self._turns.items()):
                self._next(key, turn)
            self._changed.notify_all()
        if self._watching is not None:
            self._watching.join()

    def _next(self, key: Hashable, turn: _Turn) -> None:
        """Begin the key's work, or note when its turn is. Called with the lock held."""
        now = time.monotonic()
        if turn.under_way:
            return
        if turn.waiting is None:
            if turn.not_before <= now:
                del self._turns[key]
            else:
                self._wait(key, turn)
        elif turn.not_before <= now or self._closed:
            work, turn.waiting, turn.under_way = turn.waiting, None, True
            turn.not_before = now + self._spacing
            self._submit(lambda: self._run(key, work))
        else:
            self._wait(key, turn)

    def _run(self, key: Hashable, work: Work) -> None:
        while True:
            work()
            with self._changed:
                turn = self._turns[key]
                turn.under_way = False
                if turn.waiting is None or not self._closed:
                    self._next(key, turn)
                    return
                work, turn.waiting = turn.waiting, None  # nothing new is taken any more, but this was

    def _wait(self, key: Hashable, turn: _Turn) -> None:
        if self._closed or turn.noted == turn.not_before:
            return
        turn.noted = turn.not_before
        self._number += 1
        heapq.heappush(self._due, (turn.noted, self._number, key))
        if self._watching is None:
            self._watching = threading.Thread(target=self._watch, name="newest", daemon=True)
            self._watching.start()
        self._changed.notify_all()

    def _watch(self) -> None:
        with self._changed:
            while not self._closed:
                while self._due and self._due[0][0] <= time.monotonic():
                    _, _, key = heapq.heappop(self._due)
                    if key in self._turns:
                        self._turns[key].noted = 0.0
                        self._next(key, self._turns[key])
                self._changed.wait(max(self._due[0][0] - time.monotonic(), 0) if self._due else None)
