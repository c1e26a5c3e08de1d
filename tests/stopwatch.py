"""Real time as the tests' promises mean it: without what a busy machine took away."""

import threading
import time
from types import TracebackType
from typing import Self

_TICK_SECONDS = 0.01


class Stopwatch:
    """Counts seconds from `with` on. `seconds` leaves out those in which this machine kept a waiting thread waiting.

    So a promise such as "within three seconds" is held to on a machine that is free, and can't be broken by one that
    isn't: what a thread that only sleeps was late by, others were late by as well.
    """

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._late = 0.0
        self._done = threading.Event()
        self._ticking = threading.Thread(target=self._tick, name="stopwatch", daemon=True)

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        self._ticking.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._ticking.join()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began - self._late

    def _tick(self) -> None:
        while not self._done.is_set():
            slept = time.monotonic()
            time.sleep(_TICK_SECONDS)
            self._late += max(0.0, time.monotonic() - slept - _TICK_SECONDS)
