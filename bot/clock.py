"""The calendar: the one place where the bot reads the date.

Calendar time (due dates, freshness, reminders, message times) is an argument everywhere below the edge, so that the
demo and the tests can move it. Leases, paces and time-outs use real time and never this clock.
"""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Gives the calendar's present instant, aware and in UTC; it only moves forward."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own time: what production runs on."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def real_now() -> datetime:
    """Real time, aware and in UTC, for what must not follow a moved calendar: leases and retries."""
    return datetime.now(UTC)
