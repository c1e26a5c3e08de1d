"""Where everything stands on the picture of the map: marks, arrows, and the numbers of the accounts that are named.

Pure geometry, so that the text beside a picture can name the same accounts without drawing it.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.charts.data import AccountPoint, MapChart
from bot.charts.geometry import XY, Box, Plot
from cmi_core.cells import GRIDS

WIDTH = 560
PLOT = Plot(Box(46, 44, 546, 464), across=(0.85, 5.15), up=(-4.0, 104.0))
NAMED = 14
TAG_SIZE = 11

_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
_SPREAD = 26.0
_SHORTEST_ARROW = 9.0
_CELL_LABEL_WIDTH, _CELL_LABEL_HEIGHT = 120.0, 30.0


@dataclass(frozen=True, slots=True)
class Mark:
    """An account's mark; ``start`` is where its arrow begins, ``number`` what names it in the legend."""

    point: AccountPoint
    at: XY
    radius: float
    start: XY | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    """A number beside a mark."""

    number: int
    mark: Mark
    box: Box


@dataclass(frozen=True, slots=True)
class Layout:
    """Marks in the order in which they are drawn, the largest first; tags in the order of their numbers."""

    marks: tuple[Mark, ...]
    arrows: tuple[Mark, ...]
    tags: tuple[Tag, ...]


def layout(chart: MapChart) -> Layout:
    """Lay out the picture."""
    marks = _marks(chart)
    arrows = _arrows(marks)
    return Layout(
        marks=tuple(sorted(marks, key=lambda mark: -mark.radius)),
        arrows=tuple(arrows),
        tags=tuple(_tags(_ranked(marks, arrows), marks, cell_labels(chart))),
    )


def named(chart: MapChart) -> list[tuple[int, str]]:
    """The accounts that carry a number in the picture."""
    return [(tag.number, tag.mark.point.name) for tag in layout(chart).tags]


def cell_boxes(chart: MapChart) -> dict[str, Box]:
    """Each cell's part of the plot."""
    lines_x = [PLOT.box.left, *(PLOT.x(cut) for cut in chart.cuts.cmi), PLOT.box.right]
    lines_y = [PLOT.box.top, *(PLOT.y(cut) for cut in reversed(chart.cuts.chs)), PLOT.box.bottom]
    return {
        cell: Box(left, top, right, bottom)
        for (top, bottom), row in zip(pairwise(lines_y), GRIDS[chart.kind].values(), strict=True)
        for (left, right), cell in zip(pairwise(lines_x), row, strict=True)
    }


def label_top(box: Box, height: float) -> float:
    """Where a cell's name begins: at the top, in the lowest row at the bottom, since most stand near the middle."""
    return box.bottom - height - 6 if box.bottom == PLOT.box.bottom else box.top


def cell_labels(chart: MapChart) -> list[Box]:
    """The room kept free for the cells' names, on their left."""
    rooms = []
    for box in cell_boxes(chart).values():
        top, right = label_top(box, _CELL_LABEL_HEIGHT), min(box.left + 4 + _CELL_LABEL_WIDTH, box.right)
        rooms.append(Box(box.left + 4, top + 3, right, top + _CELL_LABEL_HEIGHT))
    return rooms


def _marks(chart: MapChart) -> list[Mark]:
    """One mark an account. Those at the same place stand in a spiral around it, within a few points."""
    smallest, largest = _radii(len(chart.points))
    most = max((point.revenue for point in chart.points), default=0.0)
    crowds: defaultdict[tuple[int, int], int] = defaultdict(int)
    for point in chart.points:
        crowds[_pixel(point)] += 1
    seen: defaultdict[tuple[int, int], int] = defaultdict(int)
    marks = []
    for point in chart.points:
        pixel = _pixel(point)
        turn = seen[pixel]
        seen[pixel] += 1
        step = min(1.9 * smallest, _SPREAD / math.sqrt(crowds[pixel]))
        share = math.sqrt(point.revenue / most) if most and point.revenue > 0 else 0.0
        radius = smallest + (largest - smallest) * share
        x, y = PLOT.at(point.at.cmi, point.at.chs)
        x += step * math.sqrt(turn) * math.cos(turn * _GOLDEN_ANGLE)
        y += step * math.sqrt(turn) * math.sin(turn * _GOLDEN_ANGLE)
        start = PLOT.at(point.before.cmi, point.before.chs) if point.before else None
        marks.append(Mark(point, _inside((x, y), radius * 1.4), radius, start))
    return marks


def _radii(number: int) -> tuple[float, float]:
    """The smallest and the largest mark, so that a crowd still shows its members."""
    if number <= 60:
        return 4.6, 13.0
    return (3.6, 10.0) if number <= 200 else (2.8, 8.0)


def _pixel(point: AccountPoint) -> tuple[int, int]:
    x, y = PLOT.at(point.at.cmi, point.at.chs)
    return round(x / 2), round(y / 2)


def _inside(at: XY, radius: float) -> XY:
    box = PLOT.box
    return (
        min(max(at[0], box.left + radius), box.right - radius),
        min(max(at[1], box.top + radius), box.bottom - radius),
    )


def _arrows(marks: Sequence[Mark]) -> list[Mark]:
    """Those that moved so far that it can be seen: changes of cell first, then the longest; fewer in a crowd."""
    moved = [mark for mark in marks if mark.start and math.dist(mark.start, mark.at) - mark.radius > _SHORTEST_ARROW]
    moved.sort(key=lambda mark: (not _crossed(mark), -math.dist(mark.start or mark.at, mark.at)))
    return moved[: 24 if len(marks) <= 200 else 14]


def _crossed(mark: Mark) -> bool:
    return mark.point.before is not None and mark.point.from_cell != mark.point.cell


def _ranked(marks: Sequence[Mark], arrows: Sequence[Mark]) -> Iterable[Mark]:
    """Whom to name first: half of the numbers for changes of cell, then the order in which the accounts came."""
    crossed = [mark for mark in arrows if _crossed(mark)][: NAMED // 2]
    return [*crossed, *(mark for mark in marks if mark not in crossed)]


def _tags(ranked: Iterable[Mark], marks: Sequence[Mark], taken: list[Box]) -> Iterable[Tag]:
    number = 1
    taken = list(taken)
    for mark in ranked:
        if number > NAMED:
            return
        box = _room(mark, marks, taken, 15 if number > 9 else 9)
        if box is not None:
            taken.append(box)
            yield Tag(number, mark, box)
            number += 1


def _room(mark: Mark, marks: Sequence[Mark], taken: Sequence[Box], width: float) -> Box | None:
    """Free room beside a mark, over as few other marks as possible; None where it would cover another number."""
    x, y = mark.at
    reach, height = mark.radius * 1.25 + 2, TAG_SIZE + 2.0
    sides = [(x + reach, y - height / 2), (x - reach - width, y - height / 2)]
    sides += [(x - width / 2, y - reach - height), (x - width / 2, y + reach)]
    sides += [(x + across, y + up) for across in (reach * 0.7, -reach * 0.7 - width) for up in (-reach - 8, reach - 5)]
    boxes = [Box(left, top, left + width, top + height) for left, top in sides]
    free = [box for box in boxes if box.within(PLOT.box) and not any(box.overlaps(other) for other in taken)]
    return min(free, key=lambda box: _covered(box, mark, marks), default=None)


def _covered(box: Box, own: Mark, marks: Sequence[Mark]) -> int:
    return sum(
        box.left - mark.radius < mark.at[0] < box.right + mark.radius
        and box.top - mark.radius < mark.at[1] < box.bottom + mark.radius
        for mark in marks
        if mark is not own
    )
