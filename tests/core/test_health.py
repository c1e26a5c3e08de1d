from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmi_core import HealthError, from_rating, load_framework, parse_health, rescale, score

SIX = load_framework("health-six")
IDS = [criterion.id for criterion in SIX.criteria]


def test_a_rating_on_a_scale_becomes_0_to_100() -> None:
    assert [rescale(value, 1, 5) for value in (1, 2, 3, 4, 5)] == [0, 25, 50, 75, 100]
    assert rescale(Fraction(7), 0, 10) == 70
    assert rescale(Decimal("0.1"), 0, 1) == 10
    assert rescale(0.1, 0, 1) == 10


def test_a_source_declares_its_direction() -> None:
    assert rescale(20, 0, 100, "descending") == 80
    assert rescale(1, 1, 5, "descending") == 100


@given(st.fractions(0, 10), st.fractions(0, 10))
def test_rescaling_keeps_order_and_bounds(one: Fraction, other: Fraction) -> None:
    up, down = rescale(one, 0, 10), rescale(one, 0, 10, "descending")
    assert 0 <= up <= 100
    assert up + down == 100
    assert (one < other) == (up < rescale(other, 0, 10))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, "41", "", None, [1], -1, 100.1, Decimal("NaN")])
def test_what_is_no_reading_is_refused(value: Any) -> None:
    with pytest.raises(HealthError):
        rescale(value, 0, 100)


@pytest.mark.parametrize(("lowest", "highest"), [(5, 5), (5, 1)])
def test_a_scale_needs_extent(lowest: int, highest: int) -> None:
    with pytest.raises(HealthError, match="upside down"):
        rescale(5, lowest, highest)


def test_a_rated_health_framework_gives_a_health_score() -> None:
    ratings: dict[str, int | None] = dict(zip(IDS, [5, 4, 4, 3, 2, 1], strict=True))
    assert from_rating(SIX, score(SIX, ratings)) == 100 * (Fraction(19, 6) - 1) / 4
    assert from_rating(SIX, score(SIX, {IDS[0]: 5})) is None


def test_maturity_is_not_health() -> None:
    maor = load_framework("maor-wittgen")
    with pytest.raises(HealthError, match="maturity, not health"):
        from_rating(maor, score(maor, {}))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("41", "41"),
        ("41.5", "41.5"),
        ("41,5", "41.5"),
        (" 41 % ", "41"),
        ("41%", "41"),
        ("0", "0"),
        ("100", "100"),
        ("007", "7"),
        ("\n99.999\t", "99.999"),
    ],
)
def test_what_people_type_is_read(text: str, value: str) -> None:
    assert parse_health(text) == Fraction(value)


@pytest.mark.parametrize(
    "text", ["", " ", "good", "41/100", "1e1", "nan", "٤١", "4 1", "41%%", "1,000.5", ".5", "--1", "0x1f"]
)
def test_what_is_no_number_says_what_to_enter(text: str) -> None:
    with pytest.raises(HealthError, match="number from 0 to 100, for example 41"):
        parse_health(text)


@pytest.mark.parametrize("text", ["101", "-1", "100,01", "1000000"])
def test_a_number_off_the_scale_says_so(text: str) -> None:
    with pytest.raises(HealthError, match="off the scale"):
        parse_health(text)
