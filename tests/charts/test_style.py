"""The pictures' colours, reckoned: readable on paper and on Slack's grounds, and apart for the colour-blind."""

import math
from itertools import combinations, pairwise

import pytest

from bot.charts import style
from bot.charts.style import CELL_STYLES, Colour
from cmi_core.cells import GRIDS

SLACK_LIGHT, SLACK_DARK = (255, 255, 255), (26, 29, 33)
# Machado, Oliveira and Fernandes 2009, complete deficiency, on linear RGB.
SIGHTS = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(colour: Colour) -> list[float]:
    parts = [part / 255 for part in colour]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def contrast(one: Colour, other: Colour) -> float:
    """WCAG's ratio, 1 to 21."""
    light = sorted(sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear(c), strict=True)) for c in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


def lab(colour: Colour, sight: str) -> tuple[float, float, float]:
    seen = [sum(a * b for a, b in zip(row, linear(colour), strict=True)) for row in SIGHTS[sight]]
    red, green, blue = (min(max(part, 0.0), 1.0) for part in seen)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(one: Colour, other: Colour, sight: str) -> float:
    """How different two colours look; 2 is just noticeable."""
    return math.dist(lab(one, sight), lab(other, sight))


@pytest.mark.parametrize("ground", [style.PAPER, style.SHADE])
@pytest.mark.parametrize("text", [style.INK, style.MUTED])
def test_text_is_readable_on_its_ground(text: Colour, ground: Colour) -> None:
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize("ground", [SLACK_LIGHT, SLACK_DARK, style.PAPER])
def test_the_frame_sets_the_picture_off_from_both_of_slacks_grounds(ground: Colour) -> None:
    assert contrast(style.FRAME, ground) >= 3


@pytest.mark.parametrize("cell", CELL_STYLES)
def test_every_fill_is_set_off_by_its_outline(cell: str) -> None:
    assert contrast(style.INK, CELL_STYLES[cell].fill) >= 3
    assert contrast(style.INK, style.PAPER) >= 3


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("kind", GRIDS)
def test_a_maps_cells_are_told_apart_by_colour_with_any_sight(kind: str, sight: str) -> None:
    cells = [cell for row in GRIDS[kind].values() for cell in row]
    least = 15 if kind == "quadrants" else 9
    for one, other in combinations(cells, 2):
        assert distance(CELL_STYLES[one].fill, CELL_STYLES[other].fill, sight) >= least, (one, other)


@pytest.mark.parametrize("kind", GRIDS)
def test_a_maps_cells_are_told_apart_without_colour(kind: str) -> None:
    cells = [cell for row in GRIDS[kind].values() for cell in row]
    assert len({CELL_STYLES[cell].shape for cell in cells}) == len(cells)
    assert len({CELL_STYLES[cell].name for cell in cells}) == len(cells)
    hatches = [CELL_STYLES[cell].hatch for cell in cells]
    assert all(one != other for one, other in pairwise(hatches))  # as they are stacked


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_trends_two_lines_differ_for_any_sight(sight: str) -> None:
    assert distance(style.BLUE, style.VERMILLION, sight) >= 20
