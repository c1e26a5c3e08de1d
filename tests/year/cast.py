"""Who there is in a run: owners in twelve zones with their managers, and their accounts."""

import random
from dataclasses import dataclass
from datetime import date, time, timedelta

from bot.workspace_settings import CadenceSettings, IntervalRule, WeeklySettings, WorkspaceSettings

ZONES = (
    "Europe/London",
    "Europe/Berlin",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Australia/Lord_Howe",  # changes its clocks by half an hour
    "Pacific/Chatham",
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "Pacific/Honolulu",
)
TEAM = 12  # owners to a manager, who is one of them
ADMIN, HEAD, FALLBACK = "U0ADMIN", "U0HEAD", "C0FALLBACK"
HOME_ZONE = "Europe/London"
CALENDARS = ("DE", "US")
ENTERPRISE_MONTHS, MONTHS = 6, 3


@dataclass(frozen=True)
class Owner:
    user: str
    zone: str
    manager: str


@dataclass(frozen=True)
class Plan:
    """An account as the run finds it: `rated` is its last complete rating, None before the first."""

    name: str
    owner: str
    months: int
    rated: date | None
    renewal: date | None


def user_id(number: int) -> str:
    return f"U{number:03}OWNER"


def owners(number: int) -> list[Owner]:
    """Every twelfth leads those after; the managers' own manager is the head, who owns nothing."""
    found = []
    for each in range(number):
        lead = each // TEAM * TEAM
        zone = ZONES[(each + each // TEAM) % len(ZONES)]
        found.append(Owner(user_id(each), zone, HEAD if each == lead else user_id(lead)))
    return found


def want_no_report(team: list[Owner]) -> frozenset[str]:
    """The managers who have stopped the weekly report, for themselves: all but the first two."""
    return frozenset(sorted({each.manager for each in team} - {HEAD})[2:])


def plans(number: int, team: list[Owner], begins: date, days: int, chance: random.Random) -> list[Plan]:
    """Accounts spread over owners and over the interval; some never rated, some with a renewal to come."""
    found = []
    for each in range(number):
        months = ENTERPRISE_MONTHS if chance.random() < 0.2 else MONTHS
        rated = begins - timedelta(days=chance.randrange(months * 30)) if chance.random() > 0.05 else None
        renewal = begins + timedelta(days=chance.randrange(30, days + 120)) if chance.random() < 0.3 else None
        found.append(Plan(f"Account {each:04}", chance.choice(team).user, months, rated, renewal))
    return found


def own_holidays(begins: date) -> frozenset[date]:
    """What the workspace added to the public holidays: the last days of the year but one."""
    years = range(begins.year, begins.year + 3)
    return frozenset(date(year, 12, day) for year in years for day in (24, 31))


def settings(begins: date) -> WorkspaceSettings:
    return WorkspaceSettings(
        zone=HOME_ZONE,
        admins=(ADMIN,),
        fallback_channel=FALLBACK,
        holiday_calendars=CALENDARS,
        weekly=WeeklySettings(at=time(9)),  # when the clock looks anyway
        cadence=CadenceSettings(
            holidays=own_holidays(begins),
            rules=(IntervalRule(segment="size", value="Enterprise", months=ENTERPRISE_MONTHS),),
        ),
    )
