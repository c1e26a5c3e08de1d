"""What listeners need from the rest of the bot."""

from dataclasses import dataclass, field

from bot.clock import Clock
from bot.listeners.changes import Changes
from bot.listeners.later import Later
from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class Deps:
    """Put together once, by the wiring."""

    db: Database
    clock: Clock
    later: Later
    changes: Changes = field(default_factory=Changes)
