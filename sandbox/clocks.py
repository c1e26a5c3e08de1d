"""The sandbox's two clocks: the protocol's, in real time, and the calendar, which a demo can move forward."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class CalendarLike(Protocol):
    """What the sandbox needs of a calendar, so that the bot's own can be handed in."""

    def now(self) -> datetime:
        """Return the current instant, timezone-aware."""

    def advance(self, by: timedelta) -> datetime:
        """Move forward and return the new instant."""


class Calendar:
    """Real time plus an offset that only grows.

    Several processes read the same calendar when they name the same file, which then holds the offset in seconds.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._offset = timedelta()
        self._seen: tuple[int, int] | None = None
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the calendar's instant in UTC."""
        with self._lock:
            self._read()
            return datetime.now(UTC) + self._offset

    def advance(self, by: timedelta) -> datetime:
        """Move the calendar forward for every process that shares it.

        Raises:
            ValueError: `by` is negative; dates already given out would lie in the future.
        """
        if by < timedelta():
            raise ValueError("The calendar moves forward only")
        with self._lock:
            self._read()
            self._offset += by
            self._write()
            return datetime.now(UTC) + self._offset

    def _read(self) -> None:
        if self._path is None:
            return
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return
        stamp = (stat.st_mtime_ns, stat.st_ino)
        if stamp != self._seen:
            self._offset = timedelta(seconds=json.loads(self._path.read_text())["offset_seconds"])
            self._seen = stamp

    def _write(self) -> None:
        if self._path is None:
            return
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps({"offset_seconds": self._offset.total_seconds()}))
        fresh.replace(self._path)  # atomic: a reader never sees half a file


class ProtocolClock:
    """Monotonic seconds for triggers, acks, rates, retries and response_urls; tests move it past the long ones."""

    def __init__(self) -> None:
        self._offset = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._moved = asyncio.Event()
        self._waiting: set[asyncio.Task[None]] = set()  # a task that nobody holds may be forgotten in the middle

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Name the loop whose sleepers `advance` has to wake."""
        self._loop = loop

    def now(self) -> float:
        """Return seconds since some fixed point."""
        return time.monotonic() + self._offset

    def advance(self, seconds: float) -> None:
        """Move forward from any thread; sleepers whose time has come wake up.

        Raises:
            ValueError: `seconds` is negative.
        """
        if seconds < 0:
            raise ValueError("The protocol clock moves forward only")
        self._offset += seconds
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def call_later(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something in the server's loop once `seconds` have passed by this clock. Call it from that loop."""
        task = asyncio.get_running_loop().create_task(self._later(seconds, act))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def _later(self, seconds: float, act: Callable[[], None]) -> None:
        await self.sleep(seconds)
        act()

    def _wake(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Sleep by this clock, so that moving it cuts the wait short."""
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            moved = self._moved
            try:
                await asyncio.wait_for(moved.wait(), left)
            except TimeoutError:
                continue
