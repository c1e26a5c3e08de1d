"""Every picture, at its hardest: complete, small, the same each time, and nothing outside or on top of each other."""

import io
import subprocess
import sys
from importlib import import_module
from itertools import combinations

import pytest
from PIL import Image

from bot import charts
from bot.charts.canvas import RESOLUTION, Canvas
from bot.charts.data import ChartData, MapChart
from bot.charts.map_layout import NAMED, PLOT, layout, named
from tests.charts.samples import HARDEST, account_map

LARGEST_BYTES = 200_000


def composed(chart: str, values: ChartData) -> Canvas:
    canvas = import_module(charts.CHARTS[chart][1]).compose(values)
    assert isinstance(canvas, Canvas)
    return canvas


@pytest.mark.parametrize("case", HARDEST)
def test_a_picture_is_opaque_small_and_twice_as_fine_as_it_is_shown(case: str) -> None:
    chart, values = HARDEST[case]
    png = charts.draw(chart, values.model_dump(mode="json"))
    assert len(png) < LARGEST_BYTES
    assert png.startswith(b"\x89PNG")
    picture = Image.open(io.BytesIO(png))
    assert "transparency" not in picture.info
    canvas = composed(chart, values)
    assert picture.width == canvas.frame.right * RESOLUTION == 1120
    assert picture.height == canvas.frame.bottom * RESOLUTION


@pytest.mark.parametrize("case", HARDEST)
def test_no_text_leaves_the_picture(case: str) -> None:
    canvas = composed(*HARDEST[case])
    assert canvas.texts
    assert [box for box in canvas.texts if not box.within(canvas.frame)] == []


@pytest.mark.parametrize("chart", charts.CHARTS)
def test_the_same_figures_give_the_same_picture(chart: str) -> None:
    values = next(values for name, values in HARDEST.values() if name == chart)
    drawn = {charts.draw(chart, values.model_dump(mode="json")) for _ in range(2)}
    assert len(drawn) == 1


MAPS = {case: values for case, (_, values) in HARDEST.items() if isinstance(values, MapChart)}


@pytest.mark.parametrize("case", MAPS)
def test_on_the_map_marks_stay_inside_and_numbers_apart(case: str) -> None:
    placed = layout(MAPS[case])
    assert len(placed.marks) == len(MAPS[case].points)
    for mark in placed.marks:
        assert PLOT.box.left <= mark.at[0] <= PLOT.box.right
        assert PLOT.box.top <= mark.at[1] <= PLOT.box.bottom
    assert all(not one.box.overlaps(other.box) for one, other in combinations(placed.tags, 2))
    assert [tag.number for tag in placed.tags] == list(range(1, len(placed.tags) + 1))


def test_the_largest_accounts_and_those_that_changed_cell_are_numbered() -> None:
    chart = account_map(48)
    names = [name for _, name in named(chart)]
    assert len(names) == NAMED
    assert chart.points[0].name in names
    moved = [
        tag.mark.point for tag in layout(chart).tags if tag.mark.point.from_cell not in (None, tag.mark.point.cell)
    ]
    assert moved


def test_a_larger_revenue_is_a_larger_mark_and_accounts_at_one_place_are_told_apart() -> None:
    marks = layout(account_map(48)).marks
    assert [mark.point.revenue for mark in marks] == sorted((mark.point.revenue for mark in marks), reverse=True)
    assert len({mark.at for mark in layout(account_map(40, spread=False)).marks}) == 40


def test_an_account_that_did_not_move_has_no_arrow() -> None:
    still = account_map(5).model_copy(
        update={"points": tuple(p.model_copy(update={"before": p.at}) for p in account_map(5).points)}
    )
    assert layout(still).arrows == ()
    assert layout(account_map(48)).arrows != ()


def test_a_digest_tells_pictures_apart_and_survives_json() -> None:
    values = account_map(5).model_dump(mode="json")
    same = MapChart.model_validate_json(account_map(5).model_dump_json()).model_dump(mode="json")
    assert charts.digest("map", values) == charts.digest("map", same)
    assert charts.digest("map", values) != charts.digest("map", account_map(6).model_dump(mode="json"))
    assert charts.digest("map", values) != charts.digest("trend", values)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Acme, Inc.", "Acme, Inc."),
        ("Łódź\n& Söhne", "Łódź & Söhne"),
        ("Ελλάδα Сибирь", "Ελλάδα Сибирь"),
        ("🎉 Party 🎉", "Party"),
        ("🎉", ""),
        ("日本電気", ""),
        ("شركة", ""),
        ("חברה", ""),
        ("नमस्ते", ""),
        ("safe\u202egnp.exe", ""),
        ("e\u0301t\u00e9", "été"),
    ],
)
def test_a_name_is_drawn_only_where_its_script_can_be(name: str, shown: str) -> None:
    assert import_module("bot.charts.names").drawable(name) == shown
    assert charts.drawable(name) == bool(shown)


def test_what_draws_is_imported_when_first_used() -> None:
    script = "import sys, bot.flows.account_pictures, bot.delivery.pictures; print('PIL' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
