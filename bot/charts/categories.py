"""An account's categories as bars, with the rating before and the median of its segment marked on each."""

from bot.charts.canvas import Canvas, fitted
from bot.charts.data import CategoriesChart, CategoryBar
from bot.charts.geometry import Box, Plot
from bot.charts.names import drawable
from bot.charts.style import FAINT, FRAME, INK, MUTED, ORANGE, PAPER, SKY

_WIDTH = 560
_LEFT, _RIGHT = 178.0, 508.0
_TOP, _EVERY, _HIGH = 84.0, 40.0, 20.0
MOST = 16


def compose(chart: CategoriesChart) -> Canvas:
    """Draw the picture; of very many categories the first ones."""
    bars = chart.bars[:MOST]
    bottom = _TOP + _EVERY * len(bars)
    canvas = Canvas(_WIDTH, round(bottom) + 34)
    low, high = chart.scale
    plot = Plot(Box(_LEFT, _TOP - 6, _RIGHT, bottom), (float(low), float(high)), (0.0, 1.0))
    more = f" (the first {MOST} of {len(chart.bars)})" if len(chart.bars) > MOST else ""
    canvas.text((16, 12), f"Categories{more}", 14, bold=True)
    _key(canvas, chart)
    for level in range(low, high + 1):
        canvas.line([(plot.x(level), plot.box.top), (plot.x(level), plot.box.bottom)], FAINT, 1)
        canvas.text((plot.x(level), plot.box.bottom + 6), str(level), 12, MUTED, "mt")
    for row, bar in enumerate(bars):
        _bar(canvas, plot, bar, _TOP + _EVERY * row + 6)
    return canvas


def _key(canvas: Canvas, chart: CategoriesChart) -> None:
    """What the signs mean, only those that are there."""
    left = 16.0
    canvas.box(Box(left, 41, left + 16, 53), SKY, INK)
    left = canvas.text((left + 22, 40), "now", 12).right + 18
    if any(bar.before is not None for bar in chart.bars):
        canvas.mark("diamond", (left + 7, 47), 5, PAPER)
        left = canvas.text((left + 18, 40), "rating before", 12).right + 18
    if any(bar.median is not None for bar in chart.bars):
        canvas.box(Box(left + 5, 39, left + 10, 55), ORANGE, INK)
        label = f"median of {drawable(chart.segment) or 'its segment'}"
        canvas.text((left + 18, 40), fitted(label, _WIDTH - left - 30, 12), 12)


def _bar(canvas: Canvas, plot: Plot, bar: CategoryBar, top: float) -> None:
    middle = top + _HIGH / 2
    name = drawable(bar.name) or "(see the text)"
    canvas.text((_LEFT - 10, middle), fitted(name, _LEFT - 26, 12), 12, INK, "rm")
    if bar.now is None:
        canvas.text((_LEFT + 6, middle), "not known", 12, MUTED, "lm")
    else:
        canvas.box(Box(_LEFT, top, max(plot.x(bar.now), _LEFT + 3), top + _HIGH), SKY, INK)
        canvas.text((_RIGHT + 16, middle), f"{bar.now:.1f}", 13, INK, "lm", bold=True)
    if bar.median is not None:
        x = plot.x(bar.median)
        canvas.box(Box(x - 2.5, top - 4, x + 2.5, top + _HIGH + 4), ORANGE, INK)
    if bar.before is not None:
        canvas.mark("diamond", (plot.x(bar.before), middle), 5, PAPER)
    canvas.line([(_LEFT, plot.box.top), (_LEFT, plot.box.bottom)], FRAME, 1)
