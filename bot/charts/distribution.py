"""How many accounts stood in each cell at the ends of the quarters, as stacked columns with their figures."""

from collections.abc import Sequence

from bot.charts.canvas import Canvas, fitted, text_width
from bot.charts.data import Column, DistributionChart
from bot.charts.geometry import Box
from bot.charts.style import FRAME, INK, MUTED, PAPER, cell_style
from cmi_core.cells import GRIDS

_WIDTH, _HEIGHT = 560, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 20.0, 372.0, 74.0, 376.0
_KEY_LEFT, _KEY_EVERY = 388.0, 26.0
_LOWEST_WITH_FIGURE = 15.0
_OTHER = "another map"


def compose(chart: DistributionChart) -> Canvas:
    """Draw the picture."""
    canvas = Canvas(_WIDTH, _HEIGHT)
    cells = [cell for row in GRIDS[chart.kind].values() for cell in row]
    columns = [_counted(column, cells) for column in chart.columns]
    cells += [cell for cell in (_OTHER,) if any(counts.get(cell) for counts in columns)]
    most = max((sum(counts.values()) for counts in columns), default=0)
    canvas.text((16, 12), "Customers in each cell", 14, bold=True)
    every = (_RIGHT - _LEFT) / max(len(columns), 1)
    for index, (column, counts) in enumerate(zip(chart.columns, columns, strict=True)):
        left = _LEFT + every * index + every * 0.14
        field = Box(left, _TOP, left + every * 0.72, _BOTTOM)
        _stack(canvas, field, [(cell, counts.get(cell, 0)) for cell in reversed(cells)], most)
        middle = (field.left + field.right) / 2
        title = fitted(column.title, every - 4, 12)
        canvas.text((middle, _BOTTOM + 8), title, 12, MUTED, "mt")
        total = sum(counts.values())
        height = (_BOTTOM - _TOP) * total / most if most else 0
        canvas.text((middle, _BOTTOM - height - 4), _short(total), 12, INK, "mb", bold=True)
    canvas.line([(_LEFT, _BOTTOM), (_RIGHT, _BOTTOM)], FRAME, 1)
    for row, cell in enumerate(cells):
        style = cell_style(cell)
        top = _TOP + _KEY_EVERY * row
        canvas.box(Box(_KEY_LEFT, top, _KEY_LEFT + 18, top + 16), style.fill, INK, style.hatch)
        canvas.text((_KEY_LEFT + 25, top + 8), fitted(style.name, _WIDTH - _KEY_LEFT - 36, 11), 11, INK, "lm")
    return canvas


def _counted(column: Column, cells: Sequence[str]) -> dict[str, int]:
    """The counts of this map's cells; those of another kind of map, chosen since, in one."""
    counts = {cell: column.counts.get(cell, 0) for cell in cells}
    return {**counts, _OTHER: sum(number for cell, number in column.counts.items() if cell not in counts)}


def _short(number: int) -> str:
    """A figure that fits a column."""
    if number < 100_000:
        return f"{number:,}"
    return f"{number // 1_000}k" if number < 10_000_000 else f"{number // 1_000_000}M"


def _stack(canvas: Canvas, field: Box, counts: Sequence[tuple[str, int]], most: int) -> None:
    """One column, in the order of the key from the bottom up; the figure stands inside where there is room."""
    bottom = field.bottom
    for cell, number in counts:
        if not number:
            continue
        height = (field.bottom - field.top) * number / most
        style, top = cell_style(cell), bottom - height
        canvas.box(Box(field.left, top, field.right, bottom), style.fill, None, style.hatch)
        canvas.box(Box(field.left, top, field.right, bottom), None, INK)
        if height >= _LOWEST_WITH_FIGURE:
            middle = ((field.left + field.right) / 2, (top + bottom) / 2)
            figure = _short(number)
            half = text_width(figure, 12, bold=True) / 2 + 3
            canvas.box(Box(middle[0] - half, middle[1] - 7, middle[0] + half, middle[1] + 7), PAPER)
            canvas.text(middle, figure, 12, INK, "mm", bold=True)
        bottom = top
