from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmi_core import CELLS, Band, Label, MapSettings, default_map, framework_from_dict, load_framework, place, score
from cmi_core.explain import agreement, contributions, differences, drift, explain, nearest_move, open_range

MAOR = load_framework("maor-wittgen")
IDS = [criterion.id for criterion in MAOR.criteria]
GOLDEN: dict[str, int | None] = dict(zip(IDS, [3, 1, 3, 3, 4, 5, 2, 1, 2, 1, 2, 1], strict=True))
NEAR: dict[str, int | None] = {**GOLDEN, **dict(zip(IDS, [4, 3, 4], strict=False))}  # CMI 2.9, in reach of 3.1
MAP = default_map()
NINE = default_map("nine")
LOW_HEALTH = Fraction(20)

sheets = st.fixed_dictionaries(dict.fromkeys(IDS, st.none() | st.integers(1, 5)))


def test_contributions_make_the_sum_of_the_golden_example() -> None:
    parts = contributions(MAOR, score(MAOR, GOLDEN))
    assert [part.share * 100 for part in parts] == [40, 20, 30, 10]
    assert [part.points for part in parts] == [Fraction(14, 15), Fraction(4, 5), Fraction(1, 2), Fraction(2, 15)]
    assert sum(part.points for part in parts) == Fraction(71, 30)


def test_a_category_with_nothing_rated_contributes_nothing() -> None:
    ratings = {**GOLDEN, **dict.fromkeys(IDS[9:], None)}
    parts = contributions(MAOR, score(MAOR, ratings))
    assert [part.share * 9 for part in parts] == [4, 2, 3, 0]
    assert (parts[3].mean, int(parts[3].points)) == (None, 0)


@given(sheets)
def test_contributions_always_add_up(ratings: dict[str, int | None]) -> None:
    result = score(MAOR, ratings)
    if result.cmi is not None:
        assert sum(part.points for part in contributions(MAOR, result)) == result.cmi


def test_the_single_change_that_moves_the_cell() -> None:
    move = nearest_move(MAOR, NEAR, MAP, LOW_HEALTH)
    assert move is not None
    assert (move.criterion_id, move.from_level, move.to_level) == ("breadth_of_influence", 3, 5)
    assert move.cmi == score(MAOR, {**NEAR, "breadth_of_influence": 5}).cmi
    assert move.cell == CELLS["save"]


@given(sheets, st.sampled_from([MAP, NINE]), st.integers(0, 100))
def test_no_smaller_change_would_do(ratings: dict[str, int | None], settings: MapSettings, health: int) -> None:
    chs = Fraction(health)
    start = place(settings, score(MAOR, ratings).cmi, chs)
    move = nearest_move(MAOR, ratings, settings, chs)
    smallest = 5 if move is None else abs(move.to_level - move.from_level)
    for criterion, level in ratings.items():
        for to in range(1, 6):
            if level is not None and abs(to - level) < smallest:
                after = place(settings, score(MAOR, {**ratings, criterion: to}).cmi, chs, before=start)
                assert after.cell == start.cell


def test_the_nearest_move_heeds_the_margin() -> None:
    ratings: dict[str, int | None] = {**dict.fromkeys(IDS, 3), "use_of_tools": 2}  # CMI 2.9666...
    assert nearest_move(MAOR, ratings, MapSettings(cmi_margin=0), LOW_HEALTH) is not None
    move = nearest_move(MAOR, ratings, MAP, LOW_HEALTH)
    assert move is not None
    assert move.cmi >= Fraction(31, 10)


def test_an_unplaced_account_has_no_nearest_move() -> None:
    assert nearest_move(MAOR, GOLDEN, MAP, None) is None
    assert nearest_move(MAOR, {}, MAP, LOW_HEALTH) is None


def test_the_range_that_unknown_answers_leave_open() -> None:
    ratings: dict[str, int | None] = {**dict.fromkeys(IDS, 3), "clarity_of_charter": None}
    opened = open_range(MAOR, ratings, MAP, LOW_HEALTH)
    assert opened is not None
    assert opened.unknown == ("clarity_of_charter",)
    assert (opened.lowest, opened.highest) == (3 - Fraction(4, 15), 3 + Fraction(4, 15))
    assert [(outcome.cell.id, outcome.answers["clarity_of_charter"]) for outcome in opened.outcomes] == [
        ("let_churn", 1),
        ("save", 3),
    ]
    assert [outcome.best_answers["clarity_of_charter"] for outcome in opened.outcomes] == [2, 5]
    assert opened.outcomes[0].highest < 3 == opened.outcomes[1].lowest


def test_nothing_is_open_where_all_is_known() -> None:
    assert open_range(MAOR, GOLDEN, MAP, LOW_HEALTH) is None


@given(sheets, st.data())
def test_the_open_range_holds_every_possible_answer(ratings: dict[str, int | None], data: st.DataObject) -> None:
    opened = open_range(MAOR, ratings, NINE, LOW_HEALTH)
    guess = {field: data.draw(st.integers(1, 5)) if level is None else level for field, level in ratings.items()}
    cmi = score(MAOR, guess).cmi
    assert cmi is not None
    if opened is None:
        assert guess == ratings
        return
    assert opened.lowest <= cmi <= opened.highest
    for outcome in opened.outcomes:
        reached = score(MAOR, {**ratings, **outcome.answers}).cmi
        assert place(NINE, reached, LOW_HEALTH).cell == outcome.cell


def test_a_descending_criterion_opens_the_range_the_other_way() -> None:
    data = MAOR.to_dict()
    data["categories"][0]["criteria"][0]["direction"] = "descending"
    ratings: dict[str, int | None] = {**dict.fromkeys(IDS, 3), "clarity_of_charter": None}
    opened = open_range(framework_from_dict(data), ratings, MAP, LOW_HEALTH)
    assert opened is not None
    assert opened.lowest < opened.highest
    assert opened.outcomes[0].answers == {"clarity_of_charter": 5}


def test_what_changed_criterion_by_criterion() -> None:
    before = {**GOLDEN, "old_criterion": 2}
    after = {**GOLDEN, "use_of_tools": 4, "size_of_team": None, "clarity_of_charter": 3}
    changes = [
        (change.criterion_id, change.name, change.before, change.after) for change in differences(MAOR, before, after)
    ]
    assert changes == [
        ("size_of_team", "Size of Team", 4, None),
        ("use_of_tools", "Use of Tools", 1, 4),
        ("old_criterion", "old_criterion", 2, None),
    ]
    assert differences(MAOR, {"use_of_tools": None}, {}) == ()


def test_two_raters_agree_where_both_know() -> None:
    other: dict[str, int | None] = {**GOLDEN, "use_of_tools": 5, "use_of_reports": None}
    assert agreement(GOLDEN, other) == Fraction(10, 11)
    assert agreement(GOLDEN, {}) is None


def test_drift_is_the_mean_change_of_what_both_know() -> None:
    later: dict[str, int | None] = {**GOLDEN, "use_of_tools": 4, "size_of_team": 3, "use_of_reports": None}
    assert drift(GOLDEN, later) == Fraction(3 - 1, 11)
    assert drift(later, GOLDEN) == Fraction(-2, 11)
    assert drift(GOLDEN, {}) is None


def test_a_label_places_without_a_distance() -> None:
    told = explain(MAOR, GOLDEN, MAP, Label("Green", Band.HIGH))
    assert told.placement.cell == CELLS["retain"]
    assert [distance.axis for distance in told.distances] == ["cmi"]


def test_an_explanation_has_everything_of_one_placement() -> None:
    current = place(MAP, Fraction(2), LOW_HEALTH)
    ratings = {**NEAR, "use_of_tools": None}
    told = explain(MAOR, ratings, MAP, Fraction(51), current=current, previous=NEAR, map_version=7)
    assert (told.framework, told.framework_version, told.map_version) == ("maor-wittgen", 1, 7)
    assert told.placement.cell == CELLS["let_churn"]
    assert [held.text for held in told.placement.held] == ["health 51: moves up at 53"]
    assert [distance.axis for distance in told.distances] == ["cmi", "chs"]
    assert [change.criterion_id for change in told.changes] == ["use_of_tools"]
    assert told.open_range is not None
    assert told.nearest_move is not None
    assert told.nearest_move.cell == CELLS["save"]


def test_without_an_earlier_sheet_nothing_changed() -> None:
    assert explain(MAOR, GOLDEN, MAP, None).changes == ()


@pytest.mark.parametrize("known", [0, 8])
def test_an_incomplete_sheet_is_explained_too(known: int) -> None:
    told = explain(MAOR, dict(list(GOLDEN.items())[:known]), MAP, LOW_HEALTH)
    assert (told.score.cmi, told.placement.missing, told.nearest_move) == (None, ("cmi",), None)
    assert told.open_range is not None
    assert len(told.contributions) == 4
