from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmi_core import Framework, RatingError, framework_from_dict, load_framework, named_level, one_decimal, score, whole
from cmi_core.display import two_decimals

MAOR = load_framework("maor-wittgen")
IDS = [criterion.id for criterion in MAOR.criteria]
GOLDEN = dict(zip(IDS, [3, 1, 3, 3, 4, 5, 2, 1, 2, 1, 2, 1], strict=True))

levels = st.integers(1, 5)
sheets = st.fixed_dictionaries(dict.fromkeys(IDS, st.none() | levels))
full_sheets = st.fixed_dictionaries(dict.fromkeys(IDS, levels))


def weighing(*weights: object, minimum_coverage: object = 0) -> Framework:
    data = MAOR.to_dict()
    for category, weight in zip(data["categories"], weights, strict=True):
        category["weight"] = weight
    return framework_from_dict({**data, "minimum_coverage": minimum_coverage})


def by_hand(framework: Framework, ratings: dict[str, int | None]) -> Fraction | None:
    """The method's formula, written out without any of the core's shortcuts."""
    total = weights = Fraction(0)
    for category in framework.categories:
        known = [r for criterion in category.criteria if (r := ratings.get(criterion.id)) is not None]
        if known:
            total += category.weight * Fraction(sum(known), len(known))
            weights += category.weight
    return total / weights if weights else None


def test_golden_example() -> None:
    result = score(MAOR, GOLDEN)
    assert result.cmi == Fraction(71, 30)
    assert one_decimal(result.cmi) == "2.4"
    shown = {category: one_decimal(mean) for category, mean in result.categories.items() if mean is not None}
    assert shown == {"charter": "2.3", "people": "4.0", "process": "1.7", "technology": "1.3"}
    assert (result.rated, result.asked, result.stage) == (12, 12, "")
    assert result.coverage == 1


@given(sheets)
def test_the_arithmetic_is_exact(ratings: dict[str, int | None]) -> None:
    framework = weighing("1/3", "0.7", 30, 1)
    assert score(framework, ratings).cmi == by_hand(framework, ratings)


@given(full_sheets)
def test_the_index_stays_on_the_scale(ratings: dict[str, int]) -> None:
    cmi = score(MAOR, ratings).cmi
    assert cmi is not None
    assert 1 <= min(ratings.values()) <= cmi <= max(ratings.values()) <= 5


@given(full_sheets, st.sampled_from(IDS))
def test_a_better_rating_never_lowers_the_index(ratings: dict[str, int], criterion: str) -> None:
    better = {**ratings, criterion: min(5, ratings[criterion] + 1)}
    before, after = score(MAOR, ratings).cmi, score(MAOR, better).cmi
    assert before is not None
    assert after is not None
    assert after > before if better != ratings else after == before


@given(sheets, st.fractions(min_value=Fraction(1, 1000), max_value=1000))
def test_weights_are_normalised(ratings: dict[str, int | None], factor: Fraction) -> None:
    scaled = weighing(*(str(weight * factor) for weight in (40, 20, 30, 10)))
    assert score(scaled, ratings) == score(weighing(40, 20, 30, 10), ratings)


@given(sheets, st.sampled_from(IDS))
def test_an_unknown_never_raises_coverage(ratings: dict[str, int | None], criterion: str) -> None:
    less = score(MAOR, {**ratings, criterion: None})
    assert less.coverage <= score(MAOR, ratings).coverage
    assert less.coverage == Fraction(less.rated, 12)


@given(sheets)
def test_left_out_counts_as_not_known(ratings: dict[str, int | None]) -> None:
    assert score(MAOR, {field: rating for field, rating in ratings.items() if rating is not None}) == score(
        MAOR, ratings
    )


def test_a_category_with_nothing_rated_drops_out_and_the_others_are_scaled_up() -> None:
    ratings = {**GOLDEN, "use_of_tools": None, "use_of_reports": None, "complexity_of_environment": None}
    result = score(MAOR, ratings)
    assert result.categories["technology"] is None
    assert result.coverage == Fraction(3, 4)
    assert result.cmi == (40 * Fraction(7, 3) + 20 * 4 + 30 * Fraction(5, 3)) / 90


def test_below_the_minimum_coverage_there_is_no_cmi() -> None:
    known = dict(list(GOLDEN.items())[:8])
    result = score(MAOR, known)
    assert (result.cmi, result.rated) == (None, 8)
    assert result.categories["charter"] == Fraction(7, 3)
    assert score(MAOR, {}).cmi is None
    assert set(score(MAOR, {}).categories.values()) == {None}


def test_no_cmi_where_the_rated_categories_weigh_nothing() -> None:
    framework = weighing(0, 0, 0, 1)
    assert score(framework, {"clarity_of_charter": 5}).cmi is None
    assert score(framework, {"clarity_of_charter": 5, "use_of_tools": 2}).cmi == 2
    assert score(framework, {}).cmi is None


@pytest.mark.parametrize("rating", [True, False, 2.5, 3.0, "3", float("nan"), Fraction(3), [3], 0, 6, -1, 10**30])
def test_a_wrong_rating_names_its_field(rating: Any) -> None:
    with pytest.raises(RatingError, match=r"^use_of_tools: ") as refusal:
        score(MAOR, {**GOLDEN, "use_of_tools": rating})
    assert refusal.value.field == "use_of_tools"
    assert isinstance(refusal.value, ValueError)


@pytest.mark.parametrize("rating", [3, None])
def test_an_unknown_criterion_is_named(rating: int | None) -> None:
    with pytest.raises(RatingError, match=r"^use_of_coffee: "):
        score(MAOR, {**GOLDEN, "use_of_coffee": rating})


def test_category_scores_are_not_rounded_before_weighting() -> None:
    """On this sheet rounding on the way would show 3.1."""
    ratings = dict(zip(IDS, [2, 5, 1, 3, 1, 4, 4, 4, 4, 2, 1, 4], strict=True))
    result = score(MAOR, ratings)
    assert result.cmi == Fraction(91, 30)
    assert one_decimal(result.cmi) == "3.0"
    means = {category: Fraction(one_decimal(mean)) for category, mean in result.categories.items() if mean is not None}
    rounded = sum((category.weight * means[category.id] for category in MAOR.categories), Fraction(0)) / 100
    assert one_decimal(rounded) == "3.1"


def test_a_half_rounds_up() -> None:
    assert [one_decimal(Fraction(n, 100)) for n in (235, 234, 245, 499, 500)] == ["2.4", "2.3", "2.5", "5.0", "5.0"]
    assert [one_decimal(Fraction(n, 100)) for n in (-25, -26, -4, -5, -6)] == ["-0.2", "-0.3", "0.0", "0.0", "-0.1"]


@given(st.fractions(min_value=-1000, max_value=1000))
def test_one_decimal_is_within_half_a_tenth(value: Fraction) -> None:
    assert -Fraction(1, 20) < Fraction(one_decimal(value)) - value <= Fraction(1, 20)


def test_two_decimals_round_half_up_too() -> None:
    shown = [two_decimals(Fraction(n, 1000)) for n in (2365, 2364, 5000, -5, -6, 1)]
    assert shown == ["2.37", "2.36", "5.00", "0.00", "-0.01", "0.00"]


def test_health_is_shown_whole_where_it_is() -> None:
    assert [whole(Fraction(41)), whole(Fraction(83, 2)), whole(Fraction(0)), whole(Fraction(100))] == [
        "41",
        "41.5",
        "0",
        "100",
    ]


def test_named_levels_are_in_the_result() -> None:
    bolstra = load_framework("bolstra-5-stages")
    for ratings in product((1, 2, 3), repeat=5):
        result = score(bolstra, dict(zip((c.id for c in bolstra.criteria), ratings, strict=True)))
        assert result.stage == ("Heroic" if sum(ratings) < 7.5 else "Managed" if sum(ratings) < 12.5 else "Repeatable")
    assert named_level(bolstra, Fraction(5, 2)) == "Repeatable"
    assert named_level(bolstra, None) == ""
    assert named_level(MAOR, Fraction(3)) == ""
