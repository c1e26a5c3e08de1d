"""The figures of a portfolio or an account as parts of a report: as text, and as Slack's own charts and tables."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.views import limits, portfolio
from bot.views.cells import cell_order, short_name
from bot.views.native import NativeChart, Series, Table
from bot.views.picture import Drawing
from bot.views.portfolio import Map, OverTime
from bot.views.report import Figure
from bot.views.text import day, inert

Dated = tuple[date, float]


def of_map(shown: Map, drawing: Drawing | None) -> Figure:
    """The cells with their customers and revenue."""
    lines = {line.cell: line for line in shown.cells}
    cells = [cell for cell in cell_order(shown.kind) if cell in lines]
    rows = tuple(
        (
            short_name(cell),
            lines[cell].accounts,
            portfolio.percent(lines[cell].share),
            round(lines[cell].revenue),
            portfolio.percent(lines[cell].revenue_share),
        )
        for cell in cells
    )
    return Figure(
        text=portfolio.summary(shown),
        drawing=drawing,
        charts=(
            NativeChart(
                type="bar",
                title="Customers in each cell",
                categories=tuple(map(short_name, cells)),
                series=(Series(name="Customers", values=tuple(lines[cell].accounts for cell in cells)),),
            ),
        ),
        table=Table(
            caption="Customers in each cell of the map",
            header=("Cell", "Customers", "Share", "Recurring revenue", "Share of revenue"),
            rows=rows,
        ),
    )


def over_time(shown: OverTime, drawing: Drawing | None) -> Figure:
    """The cells at the ends of the quarters; a group of bars for each cell."""
    cells = cell_order(shown.kind)
    titles = [portfolio.quarter_title(quarter) for quarter in shown.quarters]
    counts = [quarter.counts for quarter in shown.quarters]
    return Figure(
        text=portfolio.summary(shown),
        drawing=drawing,
        charts=(
            NativeChart(
                type="bar",
                title="Customers in each cell",
                categories=tuple(map(short_name, cells)),
                series=tuple(
                    Series(name=title, values=tuple(each.get(cell, 0) for cell in cells))
                    for title, each in zip(titles, counts, strict=True)
                ),
            ),
        ),
        table=Table(
            caption="Customers in each cell at the ends of the last quarters",
            header=("Cell", *titles),
            rows=tuple((short_name(cell), *(each.get(cell, 0) for each in counts)) for cell in cells),
        ),
    )


def trend(
    cmi: Sequence[Dated], chs: Sequence[Dated], drawing: Drawing, bands: Mapping[date, str] | None = None
) -> Figure:
    """An account's two numbers, oldest first: a chart of each, and the days on which either changed.

    ``bands`` are the days of which a label tells the band of health and no number.
    """
    said = bands or {}
    days = sorted({*(on for on, _ in (*cmi, *chs)), *said})
    scores, healths = dict(cmi), dict(chs)
    charts = (_line("CMI", cmi), _line("Health", chs))
    return Figure(
        text=inert(drawing.alt, limits.TEXT),
        drawing=drawing,
        charts=tuple(chart for chart in charts if chart),
        table=Table(
            caption="CMI and health over time",
            header=("Day", "CMI", "Health"),
            rows=tuple((day(on), _rounded(scores.get(on)), said.get(on) or _rounded(healths.get(on))) for on in days),
        ),
    )


def _line(name: str, values: Sequence[Dated]) -> NativeChart | None:
    if len(values) < 2:
        return None
    return NativeChart(
        type="line",
        title=name,
        categories=tuple(day(on) for on, _ in values),
        series=(Series(name=name, values=tuple(round(value, 1) for _, value in values)),),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
