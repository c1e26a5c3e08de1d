"""Slack's rate limits: per method and workspace by the minute, and about one message a second per channel."""

from __future__ import annotations

import math
from collections import defaultdict, deque

from sandbox.clocks import ProtocolClock
from sandbox.errors import RateLimitedError
from sandbox.limits import Limits

MINUTE = 60.0


class Rates:
    """Counts what was let through; a refused call costs nothing, as Slack doesn't carry it out."""

    def __init__(self, limits: Limits, clock: ProtocolClock) -> None:
        self._limits = limits
        self._clock = clock
        self._windows: defaultdict[str, deque[float]] = defaultdict(deque)
        self._channels: dict[str, float] = {}

    def method(self, name: str, tier: str) -> None:
        """Count a call of a method.

        Raises:
            RateLimitedError: its tier's calls of the last minute are used up.
        """
        if self._limits.enforce_rates:
            self._take(name, self._limits.tiers[tier])

    def post(self, channel: str) -> None:
        """Count a posted message against its channel and the workspace.

        Raises:
            RateLimitedError: the channel had more than about one a second, or the workspace its hundreds a minute.
        """
        if not self._limits.enforce_rates:
            return
        now = self._clock.now()
        interval = 1.0 / self._limits.channel_per_second
        due = max(self._channels.get(channel, now), now)
        wait = due - now - interval * (self._limits.channel_burst - 1)
        if wait > 1e-9:
            raise RateLimitedError(math.ceil(wait))
        self._take("posting", self._limits.workspace_per_minute)
        self._channels[channel] = due + interval

    def _take(self, key: str, per_minute: int) -> None:
        now = self._clock.now()
        window = self._windows[key]
        while window and window[0] <= now - MINUTE:
            window.popleft()
        if len(window) >= per_minute:
            raise RateLimitedError(max(1, math.ceil(window[0] + MINUTE - now)))
        window.append(now)
