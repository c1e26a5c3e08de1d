"""Tells whoever watches the workspace that something in it changed."""

from __future__ import annotations

import asyncio


class Changes:
    """A version that grows with every change, and a way to wait for the next."""

    def __init__(self) -> None:
        self.version = 1
        self._loop: asyncio.AbstractEventLoop | None = None
        self._event = asyncio.Event()
        self._waiting = 0

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Name the loop that the waiters live in."""
        self._loop = loop

    def bump(self) -> None:
        """Note a change, from any thread."""
        self.version += 1
        if self._waiting and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    async def after(self, version: int, timeout: float) -> int:
        """Return the version once it has passed `version`, or when `timeout` seconds are over."""
        if self.version <= version:
            self._waiting += 1
            try:
                await asyncio.wait_for(self._event.wait(), timeout)
            except TimeoutError:
                pass
            finally:
                self._waiting -= 1
        return self.version
