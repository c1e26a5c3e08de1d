"""The map with accounts as points: larger for more revenue, arrows for movement, the most important ones numbered."""

import math

from bot.charts.canvas import Canvas, fitted, text_width, wrapped
from bot.charts.data import MapChart
from bot.charts.geometry import Box
from bot.charts.map_layout import PLOT, TAG_SIZE, WIDTH, Layout, Mark, Tag, cell_boxes, label_top, layout
from bot.charts.names import drawable
from bot.charts.style import FAINT, FRAME, INK, MUTED, PAPER, SHADE, cell_style

_LINE = 18
_LEGEND_TOP = 524
_NAME_ROOM = 238.0


def compose(chart: MapChart) -> Canvas:
    """Draw the picture."""
    placed = layout(chart)
    rows = (len(placed.tags) + 1) // 2
    canvas = Canvas(WIDTH, _LEGEND_TOP + rows * _LINE + 12)
    _ground(canvas, chart)
    for mark in placed.arrows:
        _arrow(canvas, mark)
    for mark in placed.marks:
        style = cell_style(mark.point.cell)
        canvas.mark(style.shape, mark.at, mark.radius, style.fill)
    _cell_names(canvas, chart)
    for tag in placed.tags:
        middle = ((tag.box.left + tag.box.right) / 2, (tag.box.top + tag.box.bottom) / 2)
        canvas.text(middle, str(tag.number), TAG_SIZE, anchor="mm", bold=True, halo=True)
    _texts(canvas, chart, placed)
    for row, tag in enumerate(placed.tags):
        _legend(canvas, tag, 16 + 270 * (row // rows), _LEGEND_TOP + row % rows * _LINE)
    return canvas


def _ground(canvas: Canvas, chart: MapChart) -> None:
    """Axes, the cuts, and around each the band in which its margin holds accounts."""
    cuts, box = chart.cuts, PLOT.box
    for cut in cuts.cmi if cuts.cmi_margin else ():
        canvas.box(Box(PLOT.x(cut - cuts.cmi_margin), box.top, PLOT.x(cut + cuts.cmi_margin), box.bottom), SHADE)
    for cut in cuts.chs if cuts.chs_margin else ():
        canvas.box(Box(box.left, PLOT.y(cut + cuts.chs_margin), box.right, PLOT.y(cut - cuts.chs_margin)), SHADE)
    canvas.box(box, outline=FAINT)
    for cut in cuts.cmi:
        canvas.line([(PLOT.x(cut), box.top), (PLOT.x(cut), box.bottom)], FRAME, 1, dash=4)
    for cut in cuts.chs:
        canvas.line([(box.left, PLOT.y(cut)), (box.right, PLOT.y(cut))], FRAME, 1, dash=4)
    for level in range(1, 6):
        canvas.text((PLOT.x(level), box.bottom + 5), str(level), 12, MUTED, "mt")
    for health in range(0, 101, 25):
        canvas.text((box.left - 7, PLOT.y(health)), str(health), 12, MUTED, "rm")


def _cell_names(canvas: Canvas, chart: MapChart) -> None:
    for cell, box in cell_boxes(chart).items():
        style, room = cell_style(cell), box.width - 24
        lines = wrapped(style.name, room, 11, bold=True)
        top = label_top(box, 14.0 * (len(lines) + 1))
        canvas.mark(style.shape, (box.left + 12, top + 11), 4.2, style.fill)
        number = str(chart.counts.get(cell, 0))
        for row, line in enumerate(lines):
            canvas.text((box.left + 21, top + 4 + 14 * row), line, 11, bold=True, halo=True)
        if text_width(number, 11) <= room:
            canvas.text((box.left + 21, top + 4 + 14 * len(lines)), number, 11, MUTED, halo=True)


def _arrow(canvas: Canvas, mark: Mark) -> None:
    if mark.start is None:
        return
    length = math.dist(mark.start, mark.at)
    to_edge = (length - mark.radius) / length
    tip = tuple(start + (end - start) * to_edge for start, end in zip(mark.start, mark.at, strict=True))
    canvas.arrow(mark.start, (tip[0], tip[1]), MUTED, 1.4)
    canvas.mark("circle", mark.start, 2.2, PAPER, MUTED)


def _texts(canvas: Canvas, chart: MapChart, placed: Layout) -> None:
    number = sum(chart.counts.values())
    shown = len(placed.marks)
    part = f" ({shown} of them drawn)" if shown < number else ""
    title = f"{number} {'customer' if number == 1 else 'customers'} on the map{part}"
    canvas.text((16, 12), title, 14, bold=True)
    canvas.text((14, PLOT.box.top - 2), "Health", 12, MUTED, "lb")
    canvas.text((PLOT.box.right, PLOT.box.bottom + 21), "Maturity (CMI)", 12, MUTED, "rt")
    notes = ["Larger: more recurring revenue."] if any(mark.point.revenue for mark in placed.marks) else []
    if placed.arrows and chart.since:
        notes.append(f"Arrows: from where it stood on {chart.since}.")
    if notes:
        canvas.text((16, PLOT.box.bottom + 38), " ".join(notes), 12, MUTED)


def _legend(canvas: Canvas, tag: Tag, left: float, top: float) -> None:
    point = tag.mark.point
    canvas.text((left + 18, top), str(tag.number), 12, anchor="rt", bold=True)
    name = drawable(point.name)
    shown = fitted(name or "(see the text)", _NAME_ROOM, 12)
    box = canvas.text((left + 24, top), shown, 12, INK if name else MUTED)
    if point.before and point.from_cell != point.cell:
        moved = f"from {cell_style(point.from_cell).name}"
        canvas.text((box.right + 6, top + 1), fitted(moved, left + 24 + _NAME_ROOM - box.right - 6, 11), 11, MUTED)
