"""Whether this is the moment for what nobody asked for: a message may have waited in the outbox since a better one.

The rule is the flows': it speaks of people, working hours and pauses. Here is only what it can answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.store.claims import Claimed
from bot.store.messages import Priority


@dataclass(frozen=True)
class Wait:
    """Not before an instant of calendar time; asked again then."""

    until: datetime
    why: str


@dataclass(frozen=True)
class Drop:
    """No longer: it would tell nothing, or the wrong person."""

    why: str


Verdict = Wait | Drop | None
Moment = Callable[[Claimed, datetime], Verdict]
"""Asked with the message and the calendar's time before its first posting; None: send it now."""


def at_once(_message: Claimed, _now: datetime) -> Verdict:
    """A moment is as good as another."""
    return None


def matters(message: Claimed) -> bool:
    """Whether the rule has to be asked: of prompts and digests that nobody has seen yet."""
    return message.ts is None and message.priority >= Priority.PROMPT
