"""An account over time: its CMI and its health, each on a scale of its own, above a ribbon of the cells it stood in."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from bot.charts.canvas import Anchor, Canvas, fitted, text_width
from bot.charts.data import Tick, TrendChart, Value
from bot.charts.geometry import Box, Plot
from bot.charts.style import BLUE, FAINT, FRAME, INK, MUTED, PAPER, VERMILLION, Colour, Shape, cell_style

_WIDTH, _HEIGHT = 560, 476
_LEFT, _RIGHT = 46.0, 540.0
_CMI, _CHS = (58.0, 198.0), (242.0, 382.0)
_RIBBON = (408.0, 430.0)
_NAMED_VALUES = 9
_FEW_MARKS = 24
_FEW_STAYS = 8


class _Look(NamedTuple):
    """How a line's marks look, and with how many decimals its values are written."""

    colour: Colour
    shape: Shape
    decimals: int


_CMI_LOOK, _CHS_LOOK = _Look(BLUE, "circle", 1), _Look(VERMILLION, "square", 0)


def compose(chart: TrendChart) -> Canvas:
    """Draw the picture."""
    canvas = Canvas(_WIDTH, _HEIGHT)
    days = float(chart.ticks[0].on.toordinal()), float(chart.ticks[-1].on.toordinal())
    low, high = chart.scale
    cmi = Plot(Box(_LEFT, _CMI[0], _RIGHT, _CMI[1]), days, (low - 0.1, high + 0.1))
    chs = Plot(Box(_LEFT, _CHS[0], _RIGHT, _CHS[1]), days, (-3.0, 103.0))
    canvas.text((16, 12), "Over time", 14, bold=True)
    for day in chart.configured:
        _configured(canvas, cmi.x(day.toordinal()))
    _axis(canvas, cmi, "Maturity (CMI)", range(low, high + 1), chart.cuts.cmi)
    _axis(canvas, chs, "Health", range(0, 101, 25), chart.cuts.chs)
    _series(canvas, cmi, chart.cmi, chart.until, _CMI_LOOK)
    _series(canvas, chs, chart.chs, chart.until, _CHS_LOOK)
    _ribbon(canvas, cmi, chart)
    _time(canvas, cmi, chart.ticks)
    if chart.configured:
        canvas.text((_RIGHT, 15), "▼ The settings of the map changed", 11, MUTED, "rt")
    return canvas


def _axis(canvas: Canvas, plot: Plot, title: str, ticks: Sequence[int], cuts: Sequence[float]) -> None:
    box = plot.box
    canvas.text((box.left - 30, box.top - 5), title, 12, bold=True, anchor="lb")
    canvas.box(box, outline=FAINT)
    for tick in ticks:
        canvas.text((box.left - 7, plot.y(tick)), str(tick), 11, MUTED, "rm")
    for cut in cuts:
        canvas.line([(box.left, plot.y(cut)), (box.right, plot.y(cut))], FRAME, 1, dash=4)


def _series(canvas: Canvas, plot: Plot, values: Sequence[Value], until: date, look: _Look) -> None:
    """A value lasts until the next one replaces it; the first, the last and the extremes are written out."""
    spots = [plot.at(each.on.toordinal(), each.value) for each in values]
    for (x, y), after in pairwise(spots):
        canvas.line([(x, y), after], look.colour, 2)
    if spots:
        canvas.line([spots[-1], (plot.x(until.toordinal()), spots[-1][1])], look.colour, 2, dash=3)
    for spot in spots:
        canvas.mark(look.shape, spot, 4 if len(spots) <= _FEW_MARKS else 2.6, look.colour)
    written: list[Box] = []
    for index in _worth_writing(values):
        x, y = spots[index]
        above = y - plot.box.top > 24
        shown = values[index].written or f"{values[index].value:.{look.decimals}f}"
        half = max(text_width(shown, 12, bold=True) / 2, 12)
        place = (min(max(x, plot.box.left + half), plot.box.right - half), y - 7 if above else y + 7)
        box = Box(place[0] - half - 2, place[1] - 16, place[0] + half + 2, place[1] + 16)
        if index != len(values) - 1 and any(box.overlaps(other) for other in written):
            continue
        written.append(box)
        canvas.text(place, shown, 12, INK, "mb" if above else "mt", bold=True, halo=True)


def _worth_writing(values: Sequence[Value]) -> list[int]:
    """All of a few; of many the last, the first, the highest and the lowest, in this order of importance."""
    last = len(values) - 1
    if last < _NAMED_VALUES:
        return list(range(last, -1, -1))
    by_value = sorted(range(len(values)), key=lambda index: values[index].value)
    return list(dict.fromkeys([last, 0, by_value[-1], by_value[0]]))


def _configured(canvas: Canvas, x: float) -> None:
    canvas.line([(x, _CMI[0]), (x, _RIBBON[1])], FAINT, 1)
    canvas.mark("down", (x, _CMI[0] - 4), 3.2, MUTED, MUTED)


def _ribbon(canvas: Canvas, plot: Plot, chart: TrendChart) -> None:
    """The cells, each stay with the cell's sign and as much of its name as there is room for."""
    top, bottom = _RIBBON
    canvas.text((16, top - 4), "Cell", 12, bold=True, anchor="lb")
    ends = [*(stay.on for stay in chart.stays[1:]), chart.until]
    for stay, end in zip(chart.stays, ends, strict=bool(chart.stays)):
        left, right = plot.x(stay.on.toordinal()), plot.x(end.toordinal())
        style = cell_style(stay.cell)
        canvas.box(Box(left, top, max(right, left + 2), bottom), PAPER, FRAME)
        if right - left >= 16:
            canvas.mark(style.shape, (left + 8, (top + bottom) / 2), 4.2, style.fill)
            name = fitted(style.name, right - left - 20, 11)
            canvas.text((left + 16, (top + bottom) / 2), name if len(name) > 2 else "", 11, anchor="lm")
        if stay is not chart.stays[0] and len(chart.stays) <= _FEW_STAYS:
            canvas.line([(left, _CHS[0]), (left, bottom)], FRAME, 1, dash=2)


def _time(canvas: Canvas, plot: Plot, ticks: Sequence[Tick]) -> None:
    last = len(ticks) - 1
    for number, tick in enumerate(ticks):
        anchor: Anchor = "lt" if number == 0 else "rt" if number == last else "mt"
        canvas.text((plot.x(tick.on.toordinal()), _RIBBON[1] + 8), tick.name, 11, MUTED, anchor)
