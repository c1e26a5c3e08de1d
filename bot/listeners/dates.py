"""Days as people type them: 3 Jan, 2026-12-24, 24.12., tomorrow, next Monday, in 2 weeks."""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.errors import UserError
from cmi_core.cadence import add_months

EXAMPLE = "3 Jan, 2026-12-24, tomorrow, next Monday or in 2 weeks"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_GERMAN = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.?(?:\s?(\d{4}|\d{2}))?", re.ASCII)
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?\s*(?:of\s+)?([a-z]{3,9})\.?,?(?:\s+(\d{4}))?", re.ASCII)
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?(?:\s+(\d{4}))?", re.ASCII)
_IN = re.compile(r"(?:in|for)\s+(\d{1,3}|[a-z]+)\s+(day|week|month|year)s?", re.ASCII)
_WEEKDAY = re.compile(r"(?:(this|next|on)\s+)?([a-z]{3,9})", re.ASCII)
_SPAN = re.compile(r"\s+(?:to|until|till|through|thru|-|–|—)\s+|\s*[–—]\s*", re.IGNORECASE)
_LEAD = re.compile(r"^(?:until|till|through|to|by|from|on)\s+", re.IGNORECASE)
_UNTIL = re.compile(r"(?:^|\s)(?:until|till|through|to|by)\s+", re.IGNORECASE)


_KNOWN: Mapping[str, Callable[[date], date]] = {
    "today": lambda today: today,
    "tomorrow": lambda today: today + timedelta(days=1),
    "day after tomorrow": lambda today: today + timedelta(days=2),
    "the day after tomorrow": lambda today: today + timedelta(days=2),
    "next week": lambda today: today + timedelta(days=7 - today.weekday()),
    "next month": lambda today: add_months(today.replace(day=1), 1),
    "end of month": lambda today: today.replace(day=monthrange(today.year, today.month)[1]),
    "end of the month": lambda today: today.replace(day=monthrange(today.year, today.month)[1]),
}


@dataclass(frozen=True, slots=True)
class Span:
    """From a day to a day, both included; `first` is None where only the last was named."""

    first: date | None
    last: date


def parse(text: str, today: date) -> date | None:
    """The day that is meant, as seen on `today`; a day without its year is the next one. None for anything else."""
    words = " ".join(text.casefold().strip(" .,;!").split())
    for read in (_relative, _iso, _german, _day_month, _month_day, _weekday):
        try:
            found = read(words, today)
        except (ValueError, OverflowError):  # there is no such day
            return None
        if found is not None:
            return found
    return None


def require(text: str, today: date) -> date:
    """The same; UserError with an example for what can't be read."""
    found = parse(text, today)
    if found is None:
        raise UserError(f"“{text.strip()[:40]}” can't be read as a day. Try {EXAMPLE}.")
    return found


def span(text: str, today: date) -> Span:
    """From a day to a day, or only until one: "20 Dec to 3 Jan", "until Friday". UserError as above."""
    words = text.strip()
    parts = _SPAN.split(_LEAD.sub("", words), maxsplit=1)
    if len(parts) == 2:
        first = require(parts[0], today)
        return Span(first, require(parts[1], max(first, today)))
    return Span(None, require(parts[0], today))


def split(text: str, today: date) -> tuple[str, date | None]:
    """What stands before the day, and the day: "Acme until 1 Dec" is ("Acme", …); None where none is named.

    An account may be called "Until Dawn": only the last "until" counts, and only before a day. UserError where the
    words after "until" look like a day, since they begin with a figure, but can't be read.
    """
    places = list(_UNTIL.finditer(text))
    for place in reversed(places):
        rest = text[place.end() :]
        found = parse(rest, today)
        if found is not None:
            return text[: place.start()].strip(), found
    if places and text[places[-1].end() :][:1].isdigit():
        require(text[places[-1].end() :], today)
    words = text.split()
    for start in range(max(len(words) - 4, 0), len(words)):
        found = parse(" ".join(words[start:]), today)
        if found is not None and (start > 0 or places):
            return " ".join(words[:start]), found
    return text.strip(), None


def _relative(words: str, today: date) -> date | None:
    if words in _KNOWN:
        return _KNOWN[words](today)
    found = _IN.fullmatch(words)
    if found is None:
        return None
    number = int(found[1]) if found[1].isdigit() else _NUMBERS.get(found[1])
    if number is None:
        return None
    months = {"month": number, "year": 12 * number}.get(found[2])
    return add_months(today, months) if months else today + timedelta(days=number * (7 if found[2] == "week" else 1))


def _iso(words: str, _today: date) -> date | None:
    found = _ISO.fullmatch(words)
    return date(int(found[1]), int(found[2]), int(found[3])) if found else None


def _german(words: str, today: date) -> date | None:
    found = _GERMAN.fullmatch(words)
    return _on(int(found[1]), int(found[2]), found[3], today) if found else None


def _day_month(words: str, today: date) -> date | None:
    found = _DAY_MONTH.fullmatch(words)
    month = _name(found[2], _MONTH_NAMES, _MONTHS) if found else None
    return _on(int(found[1]), month, found[3], today) if found and month else None


def _month_day(words: str, today: date) -> date | None:
    found = _MONTH_DAY.fullmatch(words)
    month = _name(found[1], _MONTH_NAMES, _MONTHS) if found else None
    return _on(int(found[2]), month, found[3], today) if found and month else None


def _weekday(words: str, today: date) -> date | None:
    found = _WEEKDAY.fullmatch(words)
    number = _name(found[2], _DAY_NAMES, _DAYS) if found else None
    if found is None or number is None:
        return None
    if found[1] == "next":  # of next week
        return today + timedelta(days=7 - today.weekday() + number - 1)
    return today + timedelta(days=(number - 1 - today.weekday() - 1) % 7 + 1)


def _name(word: str, names: tuple[str, ...], short: tuple[str, ...]) -> int | None:
    """The number, from 1, of a month or a weekday by its name or the beginning of it."""
    fits = [number for number, name in enumerate(names, 1) if name.startswith(word) and word[:3] == short[number - 1]]
    return fits[0] if len(fits) == 1 else None


def _on(day: int, month: int, year: str | None, today: date) -> date:
    """A day with its year, or the next such day from today on: 29 Feb waits for its leap year."""
    if year is not None:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    for ahead in range(9):
        if 1 <= day <= monthrange(today.year + ahead, month)[1]:
            found = date(today.year + ahead, month, day)
            if found >= today:
                return found
    raise ValueError("there is no such day")
