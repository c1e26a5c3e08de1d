"""What pictures show, in words, for whoever hears them or gets no picture. Plain text, not mrkdwn."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from bot.views.cells import cell_name, cell_order, short_name
from bot.views.message import Data
from bot.views.movers import Move
from bot.views.portfolio import OverTime
from bot.views.text import cmi_text, count, day, health_plain, inert, tidy
from cmi_core.display import one_decimal
from cmi_core.health import Health

_MOVES = 8
_POINTS = 12
_NAME = 60


class Point(Data):
    """An account's CMI as of a day."""

    on: date
    value: Fraction


class HealthPoint(Data):
    """An account's health as of a day."""

    on: date
    value: Health


class CategoryLine(Data):
    """A category's score now, at the rating before, and the median of its segment."""

    name: str
    now: Fraction | None
    before: Fraction | None = None
    median: Fraction | None = None


def of_map(kind: str, counts: Mapping[str, int], since: date, moved: Sequence[Move], numbered: Sequence[str]) -> str:
    """Map of 48 customers by maturity and health: 12 Retain, …; who changed cell, and the names of the numbers."""
    total = sum(counts.get(cell, 0) for cell in cell_order(kind))
    text = [f"Map of {count(total, 'customer')} by maturity and health: {_counts(kind, counts)}."]
    if moved:
        told = [f"{_plain(each.name)} from {cell_name(each.from_cell)} to {cell_name(each.to_cell)}" for each in moved]
        more = f" and {len(told) - _MOVES} more" if len(told) > _MOVES else ""
        text.append(f"Changed cell since {day(since)}: {'; '.join(told[:_MOVES])}{more}.")
    if numbered:
        names = (f"{number} {_plain(name)}" for number, name in enumerate(numbered, 1))
        text.append(f"Numbered: {', '.join(names)}.")
    return " ".join(text)


def over_time(shown: OverTime) -> str:
    """Customers in each cell over time: end of Sep 2026: 12 Retain, …"""
    parts = []
    for quarter in shown.quarters:
        others = sum(number for cell, number in quarter.counts.items() if cell not in cell_order(shown.kind))
        figures = _counts(shown.kind, quarter.counts) + (f", {others} in cells of another map" if others else "")
        parts.append(f"{'now' if quarter.now else day(quarter.on)}: {figures}")
    return f"Customers in each cell over time. {'. '.join(parts)}."


def trend(
    name: str,
    cmi: Sequence[Point],
    chs: Sequence[HealthPoint],
    cells: Sequence[tuple[date, str | None]],
    configured: Sequence[date] = (),
) -> str:
    """The last values of both numbers, the cells, and when settings changed; everything oldest first."""
    text = [f"{_plain(name)} over time."]
    if cmi:
        text.append(f"CMI: {_points([(cmi_text(point.value), point.on) for point in cmi])}.")
    if chs:
        text.append(f"Health: {_points([(health_plain(point.value), point.on) for point in chs])}.")
    if cells:
        stays = [f"{cell_name(cell)} since {day(on)}" for on, cell in cells[-_POINTS:]]
        text.append(f"Cells: {', '.join(stays)}.")
    if configured:
        text.append(f"The settings of the map changed on {', '.join(map(day, configured[-_POINTS:]))}.")
    return " ".join(text)


def categories(name: str, lines: Sequence[CategoryLine], segment: str) -> str:
    """Each category's score, the one before and the median of the segment."""
    parts = []
    for line in lines:
        facts = ["not known" if line.now is None else one_decimal(line.now)]
        facts += [f"before {one_decimal(line.before)}"] if line.before is not None else []
        facts += [f"median {one_decimal(line.median)}"] if line.median is not None else []
        parts.append(f"{_plain(line.name)} {', '.join(facts)}")
    beside = f" Medians are of {_plain(segment)}." if any(line.median is not None for line in lines) else ""
    return f"Categories of {_plain(name)}: {'; '.join(parts)}.{beside}"


def medians(lines: Sequence[CategoryLine], segment: str) -> str:
    """The same medians as mrkdwn, for the line below the picture; empty where there are none."""
    found = [f"{inert(line.name)} {one_decimal(line.median)}" for line in lines if line.median is not None]
    return f"Median of {inert(segment)}: {' · '.join(found)}" if found else ""


def numbers(named: Sequence[tuple[int, str]]) -> str:
    """The names, as mrkdwn, of numbers whose names the picture can't draw."""
    found = [f"{number} {inert(name)}" for number, name in named]
    return f"In the picture: {' · '.join(found)}" if found else ""


def _counts(kind: str, counts: Mapping[str, int]) -> str:
    found = [f"{counts[cell]} {short_name(cell)}" for cell in cell_order(kind) if counts.get(cell)]
    return ", ".join(found) or "none"


def _points(points: Sequence[tuple[str, date]]) -> str:
    return ", ".join(f"{shown} on {day(on)}" for shown, on in points[-_POINTS:])


def _plain(name: str) -> str:
    tidied = tidy(name)
    return tidied if len(tidied) <= _NAME else f"{tidied[:_NAME].rstrip()}…"
