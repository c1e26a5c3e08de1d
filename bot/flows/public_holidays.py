"""The days on which nobody is asked: a workspace's own, and the public holidays of the countries it chose."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

import holidays
from babel import Locale

from bot.views.holidays_form import Holiday
from bot.workspace_settings import CadenceSettings, WorkspaceSettings

# Due dates lie at most three years ahead.
_YEARS = range(-1, 5)


def days(settings: WorkspaceSettings, now: datetime) -> frozenset[date]:
    """All such days, for reckoning from now on: the core takes sets of dates and asks no library."""
    return _days(settings.cadence.holidays, settings.holiday_calendars, now.year)


def cadence_of(settings: WorkspaceSettings, now: datetime) -> CadenceSettings:
    """The workspace's cadence with all those days among its holidays."""
    if not settings.holiday_calendars:
        return settings.cadence
    return settings.cadence.model_copy(update={"holidays": days(settings, now)})


@lru_cache(maxsize=64)
def _days(own: frozenset[date], calendars: tuple[str, ...], year: int) -> frozenset[date]:
    return own.union(*(_of_calendar(code, year + more) for code in calendars for more in _YEARS))


def coming(settings: WorkspaceSettings, today: date, number: int) -> tuple[Holiday, ...]:
    """The next such days with their names, soonest first."""
    named: dict[date, set[str]] = {day: set() for day in settings.cadence.holidays}
    for code in settings.holiday_calendars:
        for year in (today.year, today.year + 1):
            for day, name in _of_calendar(code, year).items():
                named.setdefault(day, set()).add(f"{name} ({code})")
    ahead = sorted(day for day in named if day >= today)
    return tuple(Holiday(on=day, name=", ".join(sorted(named[day]))) for day in ahead[:number])


@lru_cache(maxsize=512)
def _of_calendar(code: str, year: int) -> Mapping[date, str]:
    """One year's holidays by name; none for a calendar that the library has dropped."""
    country, _, part = code.partition("-")
    try:
        return dict(holidays.country_holidays(country, subdiv=part or None, years=year))
    except NotImplementedError:
        return {}


@lru_cache(maxsize=1)
def calendars() -> Mapping[str, str]:
    """All there are to choose from, by code such as DE or DE-BY, with their names, countries in order."""
    countries = Locale("en").territories
    found = {}
    supported = holidays.list_supported_countries(include_aliases=False)
    for country in sorted(supported, key=lambda code: countries.get(code, code)):
        name = countries.get(country, country)
        found[country] = name
        parts = {code: alias for alias, code in _aliases(country).items()}
        for part in supported[country]:
            found[f"{country}-{part}"] = f"{name}: {parts.get(part, part)}"
    return found


def _aliases(country: str) -> Mapping[str, str]:
    """The names of a country's parts, by their codes; not every country has them."""
    return getattr(holidays.country_holidays(country, years=[]), "subdivisions_aliases", {})
