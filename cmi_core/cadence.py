"""When a reassessment is due, and when a person may be asked: dates, working days and local working hours."""

from calendar import monthrange
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from cmi_core.values import Frozen

WEEKDAYS = frozenset(range(5))  # Monday to Friday, as date.weekday() counts
Weekday = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
WEEK: tuple[Weekday, ...] = get_args(Weekday)  # in the same order


class ReminderSchedule(Frozen):
    """Working days after a prompt: two reminders to the owner, then the manager's digest."""

    first: int = Field(default=3, ge=1)
    second: int = Field(default=7, ge=1)
    digest: int = Field(default=10, ge=1)

    @model_validator(mode="after")
    def _in_order(self) -> "ReminderSchedule":
        if not self.first < self.second < self.digest:
            raise ValueError("first, second and digest must follow each other")
        return self

    def dates(
        self, asked_on: date, holidays: Collection[date] = frozenset(), workdays: Collection[int] = WEEKDAYS
    ) -> tuple[date, date, date]:
        """The days of the first reminder, the second, and the digest."""
        first, second, digest = (
            add_working_days(asked_on, days, holidays, workdays) for days in (self.first, self.second, self.digest)
        )
        return first, second, digest

    def distance(self, step: int) -> int:
        """The working days from the step before it: 0 is the first reminder, 1 the second, 2 the digest."""
        return (self.first, self.second - self.first, self.digest - self.second)[step]


def add_months(day: date, months: int) -> date:
    """The same day so many months on, clipped at the month's end: 30 November plus three is 28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_working_day(day: date, holidays: Collection[date] = frozenset(), workdays: Collection[int] = WEEKDAYS) -> bool:
    """Whether people work on this day: one of their weekdays, and no listed holiday."""
    return day.weekday() in workdays and day not in holidays


def first_working_day(
    on_or_after: date, holidays: Collection[date] = frozenset(), workdays: Collection[int] = WEEKDAYS
) -> date:
    """The day itself if people work on it, else the next on which they do."""
    return add_working_days(on_or_after - timedelta(days=1), 1, holidays, workdays)


def add_working_days(
    day: date, days: int, holidays: Collection[date] = frozenset(), workdays: Collection[int] = WEEKDAYS
) -> date:
    """So many working days (0 or more) after a day, which itself is not counted."""
    if days < 0:
        raise ValueError("days: must be 0 or more")
    if not set(range(7)).intersection(workdays):
        raise ValueError("workdays: name at least one weekday, 0 (Monday) to 6")
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day, holidays, workdays)
    return day


def waited_out(
    today: date, days: int, holidays: Collection[date] = frozenset(), workdays: Collection[int] = WEEKDAYS
) -> date:
    """The latest day from which a wait of so many working days is over by today.

    A wait begins on the first working day on or after the day itself; it is over when `days` more have come.
    """
    day = today
    while not is_working_day(day, holidays, workdays):
        day -= timedelta(days=1)
    while days:
        day -= timedelta(days=1)
        days -= is_working_day(day, holidays, workdays)
    return day


def is_away(day: date, away_from: date | None, away_until: date | None) -> bool:
    """Whether somebody is out of office on a day: from the first to the last day, both included."""
    return away_until is not None and (away_from is None or away_from <= day) and day <= away_until


def next_due(
    last_complete: date | None,
    today: date,
    *,
    months: int = 3,
    interval: int | None = None,
    renewal_date: date | None = None,
    renewal_lead_days: int = 60,
    early_days: int = 0,
    mode: Literal["interval", "calendar_quarter"] = "interval",
    holidays: Collection[date] = frozenset(),
    workdays: Collection[int] = WEEKDAYS,
) -> date:
    """When the account is to be assessed again.

    `today` without a complete assessment; else `months` after the last one, or with an override `interval` months after
    it, or on the first working day of the next calendar quarter. A renewal still to come brings the date forward to
    `renewal_lead_days` before it, unless the last assessment is from within those days. A rating at most `early_days`
    before a quarter or before those days counts for them: whoever is asked a little early is not asked again at once.
    """
    if last_complete is None:
        return today
    span = months if interval is None else interval
    if span < 1:
        raise ValueError("interval: must be at least one month")
    if mode == "calendar_quarter" and interval is None:
        counts_for = last_complete + timedelta(days=early_days)
        quarter_start = date(counts_for.year, (counts_for.month - 1) // 3 * 3 + 1, 1)
        due = first_working_day(add_months(quarter_start, 3), holidays, workdays)
    else:
        due = add_months(last_complete, span)
    if renewal_date is not None and renewal_date >= today:
        before_renewal = renewal_date - timedelta(days=renewal_lead_days)
        if before_renewal - timedelta(days=early_days) > last_complete:
            due = min(due, before_renewal)
    return due


def next_delivery(
    now: datetime,
    zone: str,
    *,
    start: time = time(9),
    end: time = time(17),
    holidays: Collection[date] = frozenset(),
    workdays: Collection[int] = WEEKDAYS,
    fallback: str = "UTC",
) -> datetime:
    """The next instant (UTC) at which a person's clock shows working hours, start <= time < end: `now` if it does.

    `fallback` serves where the zone is unknown. ValueError for a naive `now` and for hours that end before they start.
    """
    if now.tzinfo is None:
        raise ValueError("now: must be an aware datetime")
    if start >= end:
        raise ValueError("end: working hours must end after they start, on the same day")
    tz = zone_or(zone, fallback)
    now = now.astimezone(UTC)
    day = first_working_day(now.astimezone(tz).date(), holidays, workdays)
    while True:
        for instant in (now, *_instants(day, start, tz)):
            local = instant.astimezone(tz)
            if instant >= now and local.date() == day and start <= local.time() < end:
                return instant
        day = first_working_day(day + timedelta(days=1), holidays, workdays)


@lru_cache(maxsize=1024)  # more than there are zones; those of ZoneInfo's own cache come and go
def zone_or(zone: str, fallback: str = "UTC") -> ZoneInfo:
    """The named time zone, or the fallback where the name is empty or unknown."""
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # unknown, malformed, or the name of a folder of zones
        return ZoneInfo(fallback)


def _instants(day: date, wall: time, tz: ZoneInfo) -> tuple[datetime, ...]:
    """The instants (UTC) when a local clock reaches a time: two where it is set back, the jump where it is skipped."""
    first, second = (datetime.combine(day, wall, tz).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if second >= first:
        return first, second
    # Skipped: the clock jumps over `wall` between the two readings; find the jump to the second.
    before, after = second, first
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        shown = middle.astimezone(tz).replace(tzinfo=None)
        before, after = (middle, after) if shown < datetime.combine(day, wall) else (before, middle)
    return (after.replace(microsecond=0),)
