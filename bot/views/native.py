"""Slack's own charts and data tables, for workspaces that take them; the bot's Slack client has no classes for them."""

from collections.abc import Iterable, Sequence
from typing import Literal

from bot.views import limits
from bot.views.message import Block, Data
from bot.views.text import clip

Cell = str | int | float | None


class Series(Data):
    """A line or a group of bars: a value for each of the chart's categories."""

    name: str
    values: tuple[float, ...]


class NativeChart(Data):
    """A chart of one or more series over the same categories."""

    type: Literal["bar", "line"]
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]


class Table(Data):
    """A table; the first cell of a row names it."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def chart(shown: NativeChart) -> Block:
    """The newest categories, where there are more than Slack shows."""
    labels = _unique(shown.categories[-limits.CHART_POINTS :])
    series = shown.series[: limits.CHART_SERIES]
    return {
        "type": "data_visualization",
        "title": clip(shown.title, limits.CHART_TITLE),
        "chart": {
            "type": shown.type,
            "series": [
                {
                    "name": name,
                    "data": [_point(*point) for point in zip(labels, each.values[-len(labels) :], strict=True)],
                }
                for name, each in zip(_unique(each.name for each in series), series, strict=True)
            ],
            "axis_config": {"categories": labels},
        },
    }


def table(shown: Table) -> Block:
    rows = [shown.header, *shown.rows[-(limits.TABLE_ROWS - 1) :]]
    return {
        "type": "data_table",
        "caption": clip(shown.caption, limits.TEXT),
        "rows": [[_cell(cell) for cell in row] for row in rows],
        "page_size": 10,
        "row_header_column_index": 0,
    }


def _point(label: str, value: float) -> Block:
    return {"label": label, "value": value}


def _cell(cell: Cell) -> Block:
    if isinstance(cell, int | float):
        return {"type": "raw_number", "value": cell}
    return {"type": "raw_text", "text": clip(cell or "", limits.TABLE_CELL) or "–"}


def _unique(names: Iterable[str]) -> Sequence[str]:
    """The names as Slack takes them: short, and no two alike."""
    found: list[str] = []
    for name in names:
        label, number = clip(name, limits.CHART_LABEL), 2
        while label in found:
            ending = f" {number}"
            label, number = clip(name, limits.CHART_LABEL - len(ending)) + ending, number + 1
        found.append(label)
    return found
