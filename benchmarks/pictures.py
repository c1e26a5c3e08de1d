"""A picture of the map, warm, beside matplotlib drawing the same: points, cuts, arrows, numbers and names, as PNG.

Processor time, after one picture each that is not counted. matplotlib is no dependency of the bot: without it the row
says so.
"""

import io
import time
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from benchmarks.harness import Row, Size, compare, timed
from bot import charts
from bot.charts.data import MapChart
from bot.charts.map_layout import layout
from bot.charts.style import CELL_STYLES, Shape
from tests.charts.samples import account_map

ACCOUNTS = 48
GOAL = 0.6
PAIRS = 9
_MARKERS: dict[Shape, str] = {"circle": "o", "square": "s", "diamond": "D", "triangle": "^"}


def rows(size: Size) -> Iterator[Row]:
    """One row: how many times as long as matplotlib the bot takes."""
    name = "a picture of the map, warm"
    if find_spec("matplotlib") is None:
        yield Row(name, GOAL, None, note="matplotlib is not installed here")
        return
    chart = account_map(ACCOUNTS)
    values = chart.model_dump(mode="json")
    yield compare(
        name,
        goal=GOAL,
        ours=timed(lambda: charts.draw("map", values), time.process_time),
        limit=timed(lambda: _by_matplotlib(chart), time.process_time),
        pairs=size.of(PAIRS, 2),
    )


def _by_matplotlib(chart: MapChart) -> bytes:
    """The same content at the same size, in its plainest way; imported here, since it may be missing."""
    figure = import_module("matplotlib.figure").Figure(figsize=(5.6, 6.6), dpi=200)
    axes = figure.add_axes((0.08, 0.3, 0.89, 0.63))
    axes.set_xlim(0.85, 5.15)
    axes.set_ylim(-4, 104)
    for cut in chart.cuts.cmi:
        axes.axvline(cut, linestyle="--")
        axes.axvspan(cut - chart.cuts.cmi_margin, cut + chart.cuts.cmi_margin, alpha=0.2)
    for cut in chart.cuts.chs:
        axes.axhline(cut, linestyle="--")
        axes.axhspan(cut - chart.cuts.chs_margin, cut + chart.cuts.chs_margin, alpha=0.2)
    placed = layout(chart)
    for cell, style in CELL_STYLES.items():
        points = [mark.point for mark in placed.marks if mark.point.cell == cell]
        if points:
            at = [point.at.cmi for point in points], [point.at.chs for point in points]
            colour = tuple(part / 255 for part in style.fill)
            axes.scatter(
                *at,
                s=[20 + point.revenue / 1e4 for point in points],
                color=[colour],
                marker=_MARKERS[style.shape],
                edgecolors="black",
            )
    for mark in placed.arrows:
        before, at_now = mark.point.before, mark.point.at
        if before is not None:
            axes.annotate(
                "", xy=(at_now.cmi, at_now.chs), xytext=(before.cmi, before.chs), arrowprops={"arrowstyle": "->"}
            )
    for tag in placed.tags:
        axes.annotate(str(tag.number), (tag.mark.point.at.cmi, tag.mark.point.at.chs), weight="bold")
    for row, tag in enumerate(placed.tags):
        figure.text(0.05 + 0.48 * (row // 7), 0.22 - 0.03 * (row % 7), f"{tag.number}  {tag.mark.point.name}", size=8)
    figure.text(0.03, 0.96, f"{len(chart.points)} customers on the map", weight="bold")
    written = io.BytesIO()
    figure.savefig(written, format="png")
    return written.getvalue()
