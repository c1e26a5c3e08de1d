"""When somebody may be told next what they did not ask for: in their working hours, and not during a pause."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from bot.flows import public_holidays
from bot.flows.due_dates import local_day
from bot.store.tables import Person
from bot.workspace_settings import Pause, WorkspaceSettings
from cmi_core.cadence import next_delivery, zone_or

# The earliest zone is so far ahead of UTC.
_EARLIEST_ZONE = timedelta(hours=14)


def latest_day(now: datetime) -> date:
    """The day where it begins first: nobody has a later one."""
    return (now.astimezone(UTC) + _EARLIEST_ZONE).date()


def next_moment(now: datetime, person: Person | None, settings: WorkspaceSettings) -> datetime:
    """The next instant that is a working hour of theirs: `now` if it is. No person: the workspace's channel."""
    cadence = public_holidays.cadence_of(settings, now)
    return next_delivery(
        now,
        _zone(person, settings),
        start=cadence.hours_from,
        end=cadence.hours_to,
        holidays=cadence.holidays,
        workdays=cadence.weekdays,
        fallback=settings.zone,
    )


def start_of(day: date, person: Person | None, settings: WorkspaceSettings) -> datetime:
    """The instant at which a day begins where they are."""
    return datetime.combine(day, time(), zone_or(_zone(person, settings), settings.zone))


def day_of(now: datetime, person: Person | None, settings: WorkspaceSettings) -> date:
    """The day where they are."""
    return now.astimezone(zone_or(_zone(person, settings), settings.zone)).date()


def _zone(person: Person | None, settings: WorkspaceSettings) -> str:
    return (person.zone if person else None) or settings.zone


class Pauses:
    """The pauses that are in force on a day of the workspace's."""

    def __init__(self, settings: WorkspaceSettings, now: datetime) -> None:
        self.in_force: tuple[Pause, ...] = ()
        if settings.pauses:
            today = local_day(settings, now)
            self.in_force = tuple(each for each in settings.pauses if each.until > today)

    def __bool__(self) -> bool:
        return bool(self.in_force)

    def of(self, people: Iterable[Person | None]) -> Pause | None:
        """The pause that ends last of those that hold for any of these people; None where they may be asked."""
        team = {user for each in people if each is not None for user in (each.user, each.manager)}
        theirs = [each for each in self.in_force if each.manager is None or each.manager in team]
        return max(theirs, key=lambda each: each.until, default=None)

    def until(self, people: Iterable[Person | None]) -> date | None:
        """The day before which nobody is asked who has to do with any of these people; None where they may be."""
        found = self.of(people)
        return found.until if found else None
