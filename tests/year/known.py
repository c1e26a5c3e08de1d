"""What the judge knows at a point of the record: working days, people, customers, and what is being asked."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import holidays

from tests.year import cast
from tests.year.run import BEGINS

_DAY = timedelta(days=1)


class Days:
    """Working days: Monday to Friday but for the listed holidays."""

    def __init__(self) -> None:
        years = range(BEGINS.year - 1, BEGINS.year + 3)
        listed = [day for code in cast.CALENDARS for day in holidays.country_holidays(code, years=years)]
        self.off = cast.own_holidays(BEGINS.date()) | set(listed)

    def works(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.off

    def on_or_after(self, day: date) -> date:
        while not self.works(day):
            day += _DAY
        return day

    def after(self, day: date, number: int) -> date:
        for _ in range(number):
            day = self.on_or_after(day + _DAY)
        return day


@dataclass
class Someone:
    """What is known of a person at this point of the record."""

    zone: str
    manager: str = ""
    gone: bool = False
    away: list[tuple[date, date]] = field(default_factory=list)
    paused: list[tuple[datetime, datetime]] = field(default_factory=list)
    asked_on: date | None = None
    sent_on: set[date] = field(default_factory=set)

    def is_away(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.away)

    def is_paused(self, at: datetime) -> bool:
        return any(begins <= at < ends for begins, ends in self.paused)

    def here_through(self, first: date, last: date) -> bool:
        """Whether they could be asked on all of these days."""
        paused = [(begins.date() - _DAY, ends.date() + _DAY) for begins, ends in self.paused]  # in any zone
        return not self.gone and not any(begins <= last and ends >= first for begins, ends in [*self.away, *paused])


@dataclass
class Asked:
    """A request that is open: to whom, the reminders so far, and the day of the next step."""

    to: str
    on: date
    step: int
    next_on: date
    exact: bool = True  # nothing came in between that may move its days


@dataclass
class Customer:
    owner: str
    months: int
    rated: date | None
    renewal: date | None
    due: date
    known: date  # since when that day is known
    open: Asked | None = None
    changed: date | None = None  # when something happened there since the last rating
    stirred: datetime | None = None  # since when something other than the calendar decides who is asked
