"""The map's cells and what moved an account between them, in words."""

from collections.abc import Mapping

from bot.views.text import escape, without_bold
from cmi_core.cells import CELLS, GRIDS
from cmi_core.movement import Cause
from cmi_core.plays import playbook

_CAUSES: Mapping[Cause, str] = {
    Cause.HEALTH_READING: "a new health score",
    Cause.ASSESSMENT: "a new rating",
    Cause.RENEWAL: "a rating confirmed as unchanged",
    Cause.CORRECTION: "a correction",
    Cause.OVERRIDE: "a decision by hand",
    Cause.CONFIGURATION: "new settings of the map",
}
_TOLD_APART = {"decide_low_maturity": "?? low CMI", "decide_low_health": "?? low health"}


def cell_name(cell: str | None) -> str:
    """The field's name of a cell by its id; an account without a cell is not on the map."""
    return CELLS[cell].name if cell else "not on the map"


def short_name(cell: str) -> str:
    """The same; the two open cells of one name are told apart by what they lack."""
    return _TOLD_APART.get(cell) or cell_name(cell)


def cell_order(kind: str) -> list[str]:
    """A map's cells as one reads it: the highest health first, from low to high maturity."""
    return [cell for row in GRIDS[kind].values() for cell in row]


def cause_text(cause: str) -> str:
    return _CAUSES[Cause(cause)]


def play(cell: str, *, steps: int = 5) -> str:
    """The cell's playbook as mrkdwn: title, one line, and its first steps."""
    book = playbook(cell)
    lines = [f"*{escape(book.title)}*", escape(book.summary)]
    lines += [f"{number}. {escape(step)}" for number, step in enumerate(book.steps[:steps], 1)]
    return "\n".join(lines)


def plain_play(cell: str, *, steps: int = 5) -> str:
    """The same without formatting, for the plain text of a message."""
    return without_bold(play(cell, steps=steps))
