"""Figures for others to see, with their picture: shared from a window, or sent by the calendar.

It is shown in the richest way that the workspace takes: with Slack's own charts and tables, with a picture, or as text.
"""

from collections.abc import Mapping
from enum import IntEnum

from bot.views import blocks, buttons, limits, movers, native, picture, portfolio
from bot.views.message import Block, Data, Message, message
from bot.views.native import NativeChart, Series, Table
from bot.views.picture import Drawing, ShownPicture
from bot.views.query import Query
from bot.views.text import inert, mention, without_bold


class Level(IntEnum):
    """How much of Slack a report uses; each says the same."""

    TEXT = 0
    PICTURE = 1
    NATIVE = 2


class Figure(Data):
    """One thing shown: ``text`` (mrkdwn) has all its figures; the rest shows them in other ways."""

    text: str
    drawing: Drawing | None = None
    charts: tuple[NativeChart, ...] = ()
    table: Table | None = None


class Report(Data):
    """A title (plain text), an opening line (mrkdwn), and what is shown.

    ``by`` is who shared it, None where the calendar did; ``weekly`` is the part of the portfolio that the weekly
    report is about, which has buttons to look further, or to hear no more.
    """

    title: str
    opening: str = ""
    figures: tuple[Figure, ...] = ()
    by: str | None = None
    weekly: Query | None = None


def render(report: Report, level: Level = Level.TEXT, pictures: Mapping[int, ShownPicture] | None = None) -> Message:
    """The report at a level; ``pictures`` are those of the figures with these numbers, counted from 0."""
    body: list[Block] = [blocks.header(report.title)]
    body += [blocks.section(report.opening)] if report.opening else []
    charts_left = limits.CHARTS
    for number, figure in enumerate(report.figures):
        if level is Level.NATIVE and (figure.charts or figure.table):
            body += [native.chart(each) for each in figure.charts[:charts_left]]
            charts_left -= len(figure.charts[:charts_left])
            body.append(native.table(figure.table) if figure.table else blocks.section(figure.text))
        else:
            shown = pictures.get(number) if pictures and level is Level.PICTURE else None
            body += [*picture.optional(shown), blocks.section(figure.text)]
    shared = f"Shared by {mention(report.by)}." if report.by else ""
    body += [blocks.context(shared)] if shared else []
    body += [_further(report.weekly)] if report.weekly else []
    lines = [
        f"*{inert(report.title, limits.HEADER)}*",
        report.opening,
        *(figure.text for figure in report.figures),
        shared,
    ]
    return message(without_bold("\n".join(filter(None, lines))), body)


def _further(query: Query) -> Block:
    return blocks.actions(
        portfolio.open_button(query),
        {key: value for key, value in movers.open_button(query.showing(movers.CELLS)).items() if key != "style"},
        portfolio.round_button(query.model_copy(update={"since": None})),
        buttons.stop_weekly(),
    )


def drawings(report: Report) -> dict[int, Drawing]:
    """The pictures to be drawn for it, by their figures' numbers."""
    return {number: figure.drawing for number, figure in enumerate(report.figures) if figure.drawing}


def richest(report: Report) -> Level:
    """The highest level at which the report looks other than as text."""
    if any(figure.charts or figure.table for figure in report.figures):
        return Level.NATIVE
    return Level.PICTURE if drawings(report) else Level.TEXT


def example() -> Report:
    cells = ("Retain", "Expand and Leverage", "Let Churn", "Save")
    return Report(
        title="Customers by maturity and health",
        opening="Size: Enterprise",
        figures=(
            Figure(
                text="*Retain* 12 · *Expand and Leverage* 24 · *Let Churn* 4 · *Save* 8",
                drawing=Drawing(chart="map", values={}, alt="Map of 48 customers: 12 Retain."),
                charts=(
                    NativeChart(
                        type="bar",
                        title="Customers in each cell",
                        categories=cells,
                        series=(Series(name="Customers", values=(12, 24, 4, 8)),),
                    ),
                ),
                table=Table(
                    caption="Customers in each cell",
                    header=("Cell", "Customers", "Share"),
                    rows=tuple(
                        (cell, number, f"{number * 100 // 48} %")
                        for cell, number in zip(cells, (12, 24, 4, 8), strict=True)
                    ),
                ),
            ),
        ),
        by="U01ANNA",
    )
