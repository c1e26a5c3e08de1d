import json
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmi_core import (
    CELLS,
    Band,
    Label,
    MapError,
    MapSettings,
    Placement,
    default_map,
    distances,
    map_from_dict,
    place,
    playbook,
)

QUADRANTS = default_map()
NINE = default_map("nine")
F = Fraction
Kind = Literal["quadrants", "nine"]

# The method's grids, health from high to low, maturity from low to high.
PRINTED: dict[Kind, list[list[str]]] = {
    "quadrants": [["Retain", "Expand and Leverage"], ["Let Churn", "Save"]],
    "nine": [
        ["Retain", "Promote Maturity", "Expand and Leverage"],
        ["?? (LTV, GM)", "CORE", "Promote your Solution"],
        ["Churn or Let Churn", "?? (LTV, GM)", "Save"],
    ],
}


def cell_name(settings: MapSettings, cmi: Fraction, chs: Fraction, before: Placement | None = None) -> str:
    cell = place(settings, cmi, chs, before=before).cell
    assert cell is not None
    return cell.name


def test_all_cells_and_cut_edges_by_brute_force() -> None:
    """Every twentieth of a CMI point against every half health point, judged by plain comparisons."""
    cuts = {"quadrants": ([F(3)], [F(50)]), "nine": ([F(5, 2), F(7, 2)], [F(50), F(75)])}
    for kind, (cmi_cuts, chs_cuts) in cuts.items():
        settings = MapSettings(kind=kind)
        rows = PRINTED[settings.kind]
        for cmi in (F(n, 20) for n in range(20, 101)):
            column = len([cut for cut in cmi_cuts if cmi >= cut])
            for chs in (F(n, 2) for n in range(201)):
                row = len(rows) - 1 - len([cut for cut in chs_cuts if chs >= cut])
                assert cell_name(settings, cmi, chs) == rows[row][column]


def test_on_a_cut_counts_as_the_upper_band() -> None:
    hair = F(1, 10**12)
    assert cell_name(QUADRANTS, F(3), F(50)) == "Expand and Leverage"
    assert cell_name(QUADRANTS, F(3) - hair, F(50)) == "Retain"
    assert cell_name(QUADRANTS, F(3), F(50) - hair) == "Save"
    assert cell_name(NINE, F(5, 2), F(75) - hair) == "CORE"


def test_the_map_lists_its_cells_as_printed() -> None:
    for kind, rows in PRINTED.items():
        assert [cell.name for cell in default_map(kind).cells] == [name for row in rows for name in row]
    assert len(CELLS) == 10
    assert {key: cell.id for key, cell in CELLS.items()} == {key: key for key in CELLS}


def test_every_cell_has_a_playbook_of_short_steps() -> None:
    for cell in CELLS.values():
        book = playbook(cell)
        assert book == playbook(cell.id)
        assert 3 <= len(book.steps) <= 5
        assert all(len(text) <= 120 for text in (book.title, book.summary, *book.steps))


def test_without_cmi_or_chs_the_account_is_unplaced_and_says_which() -> None:
    nothing = place(QUADRANTS, None, None)
    assert (nothing.cell, nothing.missing) == (None, ("cmi", "chs"))
    assert place(QUADRANTS, F(2), None).missing == ("chs",)
    only_health = place(QUADRANTS, None, F(80))
    assert (only_health.missing, only_health.chs_band, only_health.cell) == (("cmi",), Band.HIGH, None)


def test_a_label_maps_straight_to_a_band() -> None:
    placed = place(NINE, F(4), Label("Yellow", Band.MEDIUM))
    assert (placed.cell, placed.missing, placed.held) == (CELLS["promote_your_solution"], (), ())


def test_on_four_quadrants_a_medium_label_counts_as_high() -> None:
    assert place(QUADRANTS, F(4), Label("Yellow", Band.MEDIUM)).cell == CELLS["expand_and_leverage"]
    assert place(QUADRANTS, F(4), Label("Red", Band.LOW)).cell == CELLS["save"]


@pytest.mark.parametrize("kind", ["quadrants", "nine"])
@pytest.mark.parametrize("margin", [0, 4])
@pytest.mark.parametrize("band", Band)
def test_no_cut_margin_or_earlier_place_parts_a_label_from_its_band(kind: str, margin: int, band: Band) -> None:
    right = Band.HIGH if band is Band.MEDIUM and kind == "quadrants" else band
    for cuts in ((50, 75), (5, 15), (85, 95)):
        chs_cuts = cuts if kind == "nine" else cuts[:1]
        settings = map_from_dict({"kind": kind, "chs_cuts": chs_cuts, "chs_margin": margin})
        for before in (None, *(place(settings, F(3), F(value)) for value in range(0, 101, 10))):
            assert place(settings, F(3), Label("Any", band), before=before).chs_band == right
        # What it is drawn at lies in the same band.
        assert place(settings, F(3), settings.height(Label("Any", band))).chs_band == right


@pytest.mark.parametrize(("cmi", "chs"), [(F(0), F(50)), (F(6), F(50)), (F(3), F(-1)), (F(3), F(101))])
def test_a_value_off_its_scale_is_refused(cmi: Fraction, chs: Fraction) -> None:
    with pytest.raises(MapError, match="off its scale"):
        place(QUADRANTS, cmi, chs)


def test_cuts_and_margins_are_rescaled_to_the_frameworks_scale() -> None:
    assert place(QUADRANTS, F(2), F(80), scale=(1, 3)).cmi_band == Band.HIGH
    assert place(QUADRANTS, F(199, 100), F(80), scale=(1, 3)).cmi_band == Band.LOW
    low = place(QUADRANTS, F(1), F(80), scale=(1, 3))
    assert place(QUADRANTS, F(204, 100), F(80), scale=(1, 3), before=low).cmi_band == Band.LOW
    assert place(QUADRANTS, F(205, 100), F(80), scale=(1, 3), before=low).cmi_band == Band.HIGH
    assert [d.cut for d in distances(NINE, F(0), None, scale=(0, 10))] == [F(15, 4), F(25, 4)]


def test_hysteresis_up_at_cut_plus_margin_and_down_below_cut_minus_margin() -> None:
    save, expand = place(QUADRANTS, F(4), F(40)), place(QUADRANTS, F(4), F(60))
    assert cell_name(QUADRANTS, F(4), F(5299, 100), save) == "Save"
    assert cell_name(QUADRANTS, F(4), F(53), save) == "Expand and Leverage"
    assert cell_name(QUADRANTS, F(4), F(47), expand) == "Expand and Leverage"
    assert cell_name(QUADRANTS, F(4), F(4699, 100), expand) == "Save"
    assert cell_name(QUADRANTS, F(29, 10), F(60), expand) == "Expand and Leverage"
    assert cell_name(QUADRANTS, F(289, 100), F(60), expand) == "Retain"


def test_a_held_axis_says_where_it_moves() -> None:
    save, expand = place(QUADRANTS, F(4), F(40)), place(QUADRANTS, F(4), F(60))
    assert [held.text for held in place(QUADRANTS, F(4), F(51), before=save).held] == ["health 51: moves up at 53"]
    both = place(QUADRANTS, F(295, 100), F(48), before=expand)
    assert [held.text for held in both.held] == ["CMI 3.0: moves down below 2.9", "health 48: moves down below 47"]
    almost = place(QUADRANTS, F(4), F(52999, 1000), before=save)
    assert [held.text for held in almost.held] == ["health just under 53: moves up at 53"]
    assert place(QUADRANTS, F(4), F(45), before=save).held == ()


def test_every_cut_on_the_way_wants_its_margin() -> None:
    low = place(NINE, F(2), F(80))
    jumped = place(NINE, F(355, 100), F(80), before=low)
    assert (jumped.cmi_band, jumped.held[0].moves_at) == (Band.MEDIUM, F(18, 5))
    assert place(NINE, F(36, 10), F(80), before=low).cmi_band == Band.HIGH


def test_first_placements_use_no_hysteresis() -> None:
    unplaced = place(QUADRANTS, F(2), None)
    assert place(QUADRANTS, F(3), F(50), before=unplaced) == place(QUADRANTS, F(3), F(50))


def test_a_band_that_the_new_map_lacks_holds_nothing() -> None:
    core = place(NINE, F(3), F(60))
    assert place(QUADRANTS, F(3), F(50), before=core) == place(QUADRANTS, F(3), F(50))


def test_margin_zero_turns_hysteresis_off() -> None:
    settings = MapSettings(cmi_margin=0, chs_margin=0)
    assert cell_name(settings, F(3), F(50), place(settings, F(1), F(0))) == "Expand and Leverage"


@given(
    st.sampled_from([QUADRANTS, NINE]),
    st.lists(st.fractions(min_value=F(-29, 10), max_value=F(29, 10)), min_size=2, max_size=8),
    st.sampled_from([F(50), F(75)]),
)
def test_noise_below_the_margin_never_flaps(settings: MapSettings, noise: list[Fraction], cut: Fraction) -> None:
    placement = place(settings, F(4), cut + noise[0])
    first = placement.cell
    for change in noise[1:]:
        placement = place(settings, F(4), cut + change, before=placement)
        assert placement.cell == first


@given(st.fractions(0, 100), st.fractions(0, 100), st.fractions(0, 100))
def test_placing_again_changes_nothing_and_more_health_never_lowers_the_band(
    start: Fraction, one: Fraction, other: Fraction
) -> None:
    before = place(NINE, F(3), start)
    low, high = (place(NINE, F(3), chs, before=before) for chs in sorted((one, other)))
    assert low.chs_band is not None
    assert high.chs_band is not None
    assert NINE.bands.index(low.chs_band) <= NINE.bands.index(high.chs_band)
    assert place(NINE, F(3), min(one, other), before=low).chs_band == low.chs_band


def test_the_immature_floor_is_off_by_default_and_marks_the_bottom_of_low() -> None:
    floor = MapSettings(immature_floor="1.5")
    assert place(floor, F(149, 100), F(80)).immature
    assert not place(floor, F(3, 2), F(80)).immature
    assert place(floor, F(149, 100), F(80)).cell == CELLS["retain"]
    assert place(floor, F(1, 10), F(80), scale=(0, 1)).immature
    assert not place(QUADRANTS, F(1), F(80)).immature
    high_floor = MapSettings(immature_floor="2.95")
    held_in_high = place(high_floor, F(292, 100), F(80), before=place(high_floor, F(4), F(80)))
    assert (held_in_high.cmi_band, held_in_high.immature) == (Band.HIGH, False)


def test_distances_to_each_cut() -> None:
    found = [(d.axis, d.cut, d.by) for d in distances(NINE, F(3), F(50))]
    assert found == [
        ("cmi", F(5, 2), F(1, 2)),
        ("cmi", F(7, 2), -F(1, 2)),
        ("chs", F(50), F(0)),
        ("chs", F(75), F(-25)),
    ]
    assert distances(NINE, None, None) == ()


def test_defaults_are_the_methods() -> None:
    assert QUADRANTS.to_dict() == {
        "kind": "quadrants",
        "cmi_cuts": [3],
        "chs_cuts": [50],
        "cmi_margin": "1/10",
        "chs_margin": 3,
        "immature_floor": None,
        "alert_cells": ["save", "let_churn", "churn_or_let_churn"],
        "ltv_threshold": None,
        "gm_threshold": None,
    }
    assert NINE.to_dict() == {**QUADRANTS.to_dict(), "kind": "nine", "cmi_cuts": ["5/2", "7/2"], "chs_cuts": [50, 75]}


def test_settings_survive_json_exactly() -> None:
    settings = MapSettings(
        kind="nine", cmi_cuts=("7/3", 3.3), chs_cuts=(40, "60.5"), immature_floor=1.5, gm_threshold="0.1"
    )
    again = map_from_dict(json.loads(json.dumps(settings.to_dict())))
    assert again == settings
    assert all(lower < upper for lower, upper in pairwise(again.cmi_cuts))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "hexagons"}, "kind"),
        ({"colour": "red"}, "colour"),
        ({"kind": "nine", "cmi_cuts": [3]}, "cmi_cuts: this map needs 2"),
        ({"kind": "nine", "cmi_cuts": [3, 3]}, "cmi_cuts: must rise"),
        ({"kind": "nine", "chs_cuts": [75, 50]}, "chs_cuts: must rise"),
        ({"cmi_cuts": [1]}, "cmi_cuts: must lie between 1 and 5"),
        ({"chs_cuts": [100]}, "chs_cuts: must lie between 0 and 100"),
        ({"chs_cuts": ["half"]}, "chs_cuts[1]: 'half' is not a number"),
        ({"chs_cuts": [float("nan")]}, "chs_cuts[1]: nan"),
        ({"chs_cuts": [True]}, "chs_cuts[1]: True"),
        ({"cmi_margin": -1}, "cmi_margin"),
        ({"cmi_margin": 2}, "cmi_margin: 2 leaves no way past a cut"),
        ({"chs_cuts": [2]}, "chs_margin: 3 leaves no way"),
        ({"immature_floor": 3}, "immature_floor: must lie between 1"),
        ({"alert_cells": ["saved"]}, "alert_cells: there is no cell 'saved'"),
        ({"ltv_threshold": "much"}, "ltv_threshold"),
    ],
)
def test_wrong_settings_name_the_setting(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(MapError) as refusal:
        map_from_dict(wrong)
    assert str(refusal.value).startswith(field)
