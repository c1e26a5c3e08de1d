"""How the pictures look: colours, shapes and hatches.

A picture is opaque paper with a frame, so that it reads the same on Slack's light and dark backgrounds. Fills are the
colour-blind safe set of Okabe and Ito; every fill has a dark outline, a shape or hatch of its own, and a label.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Colour = tuple[int, int, int]
Shape = Literal["circle", "square", "triangle", "diamond", "down", "plus", "pentagon", "star", "bar"]
Hatch = Literal["", "up", "down", "across", "dots", "cross"]

PAPER: Colour = (252, 252, 249)
SHADE: Colour = (230, 233, 236)
FAINT: Colour = (208, 211, 214)
FRAME: Colour = (120, 126, 134)
MUTED: Colour = (84, 90, 98)
INK: Colour = (29, 33, 38)

ORANGE: Colour = (230, 159, 0)
SKY: Colour = (86, 180, 233)
GREEN: Colour = (0, 158, 115)
YELLOW: Colour = (240, 228, 66)
BLUE: Colour = (0, 114, 178)
VERMILLION: Colour = (213, 94, 0)
PURPLE: Colour = (204, 121, 167)
WHITE: Colour = (255, 255, 255)
GREY: Colour = (190, 190, 190)


@dataclass(frozen=True, slots=True)
class CellStyle:
    """One cell's name in pictures, where space is short, and its look."""

    name: str
    fill: Colour
    shape: Shape
    hatch: Hatch


CELL_STYLES: Mapping[str, CellStyle] = {
    "retain": CellStyle("Retain", SKY, "circle", ""),
    "expand_and_leverage": CellStyle("Expand and Leverage", GREEN, "square", "down"),
    "let_churn": CellStyle("Let Churn", VERMILLION, "diamond", "cross"),
    "save": CellStyle("Save", YELLOW, "triangle", "up"),
    "promote_maturity": CellStyle("Promote Maturity", BLUE, "pentagon", "dots"),
    "decide_low_maturity": CellStyle("?? low CMI", WHITE, "plus", "across"),
    "core": CellStyle("CORE", GREY, "bar", ""),
    "promote_your_solution": CellStyle("Promote your Solution", PURPLE, "star", "up"),
    "churn_or_let_churn": CellStyle("Churn or Let Churn", VERMILLION, "diamond", "cross"),
    "decide_low_health": CellStyle("?? low health", ORANGE, "down", "dots"),
}
ELSEWHERE = CellStyle("Another map", FAINT, "circle", "across")
NOWHERE = CellStyle("Not on the map", PAPER, "circle", "")


def cell_style(cell: str | None) -> CellStyle:
    """The look of a cell; of one that this map does not have, and of none."""
    return NOWHERE if cell is None else CELL_STYLES.get(cell, ELSEWHERE)
