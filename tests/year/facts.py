"""What people did in a run, apart from the bot: the other half of what its messages are judged by."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Rated:
    at: datetime
    account: int


@dataclass(frozen=True)
class Snoozed:
    at: datetime
    account: int
    until: date


@dataclass(frozen=True)
class HandedOver:
    """An account has another owner from now on."""

    at: datetime
    account: int
    owner: str


@dataclass(frozen=True)
class RenewalKnown:
    """The day of an account's renewal is known, or another one than before."""

    at: datetime
    account: int
    day: date


@dataclass(frozen=True)
class SaidAway:
    """Somebody will be out of office from the first to the last day; `cover` stands in for all their accounts."""

    at: datetime
    user: str
    first: date
    last: date
    cover: str | None = None


@dataclass(frozen=True)
class Gone:
    """Somebody is no longer a member who can be asked: deactivated, or made a guest."""

    at: datetime
    user: str


@dataclass(frozen=True)
class MovedHouse:
    """Somebody's clock shows another zone from now on."""

    at: datetime
    user: str
    zone: str


@dataclass(frozen=True)
class Changed:
    """Something happened at a customer, so that its rating is asked for early."""

    at: datetime
    account: int


@dataclass(frozen=True)
class Paused:
    """Nobody is asked until a moment who belongs to a team: the manager and who reports to them."""

    at: datetime
    team: frozenset[str]
    until: datetime


Fact = Rated | Snoozed | HandedOver | RenewalKnown | SaidAway | Gone | MovedHouse | Changed | Paused
