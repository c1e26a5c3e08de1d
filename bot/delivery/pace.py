"""The pace that Slack asks for: one message a second per channel, so many a minute in a workspace.

Kept by the one process that sends a workspace's messages; real, monotonic time.
"""

import threading
import time
from dataclasses import dataclass

WORKSPACE = "chat.postMessage"
UPDATES = "chat.update"
OPENINGS = "conversations.open"
# The part of a minute's calls that may come at once; as many fewer come evenly in any minute.
_BURST = 30


@dataclass(frozen=True)
class Pace:
    """`channel_interval`: seconds between two messages to one recipient. `per_minute`: messages in a workspace."""

    channel_interval: float = 1.0
    per_minute: int = 300

    def of(self, method: str) -> int:
        """Calls a minute: where a workspace takes 300 messages, Slack's other methods (tier 3) take 50."""
        return self.per_minute if method == WORKSPACE else max(1, self.per_minute // 6)


class Budget:
    """So many calls a minute: a few at once after a rest, then evenly, so that no minute has more of them."""

    def __init__(self, per_minute: int) -> None:
        burst = max(1, per_minute // _BURST)
        self._step = 60 / max(1, per_minute - burst)
        self._slack = (burst - 1) * self._step
        # When the next call would come if all came evenly; it may come earlier by `_slack`.
        self._due = 0.0
        self._rests_until = 0.0

    def room(self, now: float) -> int:
        """How many calls may be made at once."""
        return max(0, int((now + self._slack - max(self._due, now)) / self._step + 1 + 1e-6))

    def take(self, now: float) -> float:
        """Take the next place. Gives the seconds until it comes."""
        wait = max(0.0, self._due - self._slack - now)
        self._due = max(self._due, now) + self._step
        return wait

    def rest(self, until: float) -> None:
        """Allow nothing until then, and no burst afterwards."""
        self._due = max(self._due, until + self._slack)
        self._rests_until = max(self._rests_until, until)

    def rests(self, now: float) -> bool:
        """Whether nothing is allowed, not even what had its place already."""
        return now < self._rests_until


class Pacer:
    """Says whose turn it isn't, so that nobody waits behind another's pause; thread-safe."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._guard = threading.Lock()
        self._closed_until: dict[str, float] = {}
        self._last_refusal: tuple[str, float] = ("", 0.0)
        self._budgets: dict[str, Budget] = {}
        self._in_hand: set[str] = set()
        self._reserved: set[int] = set()

    def closed(self) -> set[str]:
        """The recipients that must not get a message now: just served, paused by Slack, or in a sender's hands."""
        now = time.monotonic()
        with self._guard:
            self._closed_until = {who: until for who, until in self._closed_until.items() if until > now}
            return set(self._closed_until) | self._in_hand

    def next_opening(self, most: float) -> float:
        """Seconds until a recipient may be served again, at most so many."""
        now = time.monotonic()
        with self._guard:
            return min([most, *(max(0.001, until - now) for until in self._closed_until.values())])

    def room(self) -> int:
        """How many messages the workspace takes just now; 0 while Slack has paused it."""
        with self._guard:
            return self._budget(WORKSPACE).room(time.monotonic())

    def take(self, recipient: str, *, posts: bool = True) -> None:
        """A sender takes this recipient in hand; `posts`: for a new message, as Slack counts changes by themselves."""
        with self._guard:
            self._in_hand.add(recipient)
            if posts:
                self._budget(WORKSPACE).take(time.monotonic())

    def leave(self, recipient: str) -> None:
        """The sender is done; the channel's interval runs from now."""
        with self._guard:
            self._in_hand.discard(recipient)
            until = time.monotonic() + self._pace.channel_interval
            self._closed_until[recipient] = max(until, self._closed_until.get(recipient, 0.0))

    def may(self, method: str) -> bool:
        """Whether one more call of a method fits now; it counts as made then."""
        now = time.monotonic()
        with self._guard:
            fits = self._budget(method).room(now) > 0
            if fits:
                self._budget(method).take(now)
            return fits

    def place(self, method: str, message_id: int) -> float:
        """Keep a place for a message among a method's calls. Gives the seconds until it comes; then ask once more."""
        now = time.monotonic()
        with self._guard:
            budget = self._budget(method)
            if message_id in self._reserved and not budget.rests(now):
                self._reserved.discard(message_id)
                return 0.0
            wait = budget.take(now)
            if wait > 0:
                self._reserved.add(message_id)
            return wait

    def refused(self, recipient: str, after: float) -> bool:
        """Slack said "too fast": this recipient pauses, and when a second one hears it too, everybody does.

        Slack's answer doesn't say whether the channel or the workspace was over its rate. True where everybody pauses.
        """
        now = time.monotonic()
        with self._guard:
            self._closed_until[recipient] = max(now + after, self._closed_until.get(recipient, 0.0))
            who, until = self._last_refusal
            all_of_them = who not in {"", recipient} and now < until
            if all_of_them:
                self._budget(WORKSPACE).rest(now + after)
            self._last_refusal = (recipient, now + after)
            return all_of_them

    def rest(self, seconds: float, method: str = WORKSPACE) -> None:
        """No calls of a method for so long, and no burst of them afterwards."""
        with self._guard:
            self._budget(method).rest(time.monotonic() + seconds)

    def _budget(self, method: str) -> Budget:
        if method not in self._budgets:
            self._budgets[method] = Budget(self._pace.of(method))
        return self._budgets[method]
