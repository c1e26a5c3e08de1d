"""The pace that Slack asks for, kept by this process: one message a second per channel, so many a minute in all."""

import threading
import time
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """`channel_interval`: seconds between two messages to one recipient. `per_minute`: messages in a workspace."""

    channel_interval: float = 1.0
    per_minute: int = 300


class Pacer:
    """Says whose turn it isn't, so that nobody waits behind another's pause. Real, monotonic time; thread-safe."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._guard = threading.Lock()
        self._closed_until: dict[str, float] = {}
        self._all_closed_until = 0.0
        self._last_refusal: tuple[str, float] = ("", 0.0)
        self._sent: deque[float] = deque()
        self._in_hand: set[str] = set()

    def closed(self) -> set[str]:
        """The recipients that must not get a message now: just served, paused by Slack, or in a sender's hands."""
        now = time.monotonic()
        with self._guard:
            self._closed_until = {who: until for who, until in self._closed_until.items() if until > now}
            return set(self._closed_until) | self._in_hand

    def room(self) -> int:
        """How many messages the workspace's minute still takes; 0 while Slack has paused the workspace.

        The minute is looked at in steps of six seconds, so that a burst can't use it up and then leave a long gap.
        """
        now = time.monotonic()
        step = 6.0
        allowed = max(1, int(self._pace.per_minute * step / 60))
        with self._guard:
            if now < self._all_closed_until:
                return 0
            while self._sent and self._sent[0] <= now - step:
                self._sent.popleft()
            return max(0, allowed - len(self._sent))

    def take(self, recipient: str) -> None:
        """A sender takes this recipient in hand."""
        with self._guard:
            self._in_hand.add(recipient)
            self._sent.append(time.monotonic())

    def leave(self, recipient: str) -> None:
        """The sender is done; the channel's interval runs from now."""
        with self._guard:
            self._in_hand.discard(recipient)
            until = time.monotonic() + self._pace.channel_interval
            self._closed_until[recipient] = max(until, self._closed_until.get(recipient, 0.0))

    def refused(self, recipient: str, after: float) -> None:
        """Slack said "too fast": this recipient pauses, and when a second one hears it too, everybody does.

        Slack's answer doesn't say whether the channel or the workspace was over its rate.
        """
        now = time.monotonic()
        with self._guard:
            self._closed_until[recipient] = now + after
            who, until = self._last_refusal
            if who not in {"", recipient} and now < until:
                self._all_closed_until = now + after
            self._last_refusal = (recipient, now + after)
