"""Ratings in, index out: the arithmetic of the method, exact to the last fraction."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from cmi_core.framework import Framework

_fraction = lru_cache(maxsize=4096)(Fraction)  # few distinct scores exist, and making a Fraction is the costly part


class RatingError(ValueError):
    """A rating can't be used; `field` is the criterion's id and the text says what is wrong with it."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Score:
    """What an answer sheet amounts to, on the framework's scale.

    `cmi` is None below the minimum coverage or where nothing with a weight is rated: then the account is incomplete.
    `categories` has every category id, None where nothing in it is rated. `coverage` is rated / asked, 0..1.
    `stage` is the level's name where the framework names its levels, else "".
    """

    cmi: Fraction | None
    categories: dict[str, Fraction | None]
    coverage: Fraction
    rated: int
    asked: int
    stage: str = ""


def score(framework: Framework, ratings: Mapping[str, int | None]) -> Score:
    """Score an answer sheet: criterion id to level, None or left out for "not known".

    RatingError for an unknown criterion, a level off the scale and whatever is not a whole number.
    """
    sums, counts = _sums_by_category(framework, ratings)
    means: dict[str, Fraction | None] = {}
    # Whole numbers over one denominator: the same value as with fractions all the way, several times as fast.
    common = math.lcm(*filter(None, counts))
    weighted = weight_sum = 0
    for category, weight, total, count in zip(framework.categories, framework.whole_weights, sums, counts, strict=True):
        means[category.id] = _fraction(total, count) if count else None
        if count:
            weighted += weight * total * (common // count)
            weight_sum += weight
    rated, asked = sum(counts), len(framework.criteria)
    coverage = _fraction(rated, asked)
    enough = weight_sum and coverage >= framework.minimum_coverage
    cmi = _fraction(weighted, weight_sum * common) if enough else None
    return Score(cmi, means, coverage, rated, asked, named_level(framework, cmi))


def named_level(framework: Framework, value: Fraction | None) -> str:
    """The name of the level nearest to a score (half rounds up), "" without a score or without names."""
    if value is None or not framework.level_names:
        return ""
    return framework.level_names.get(math.floor(value + Fraction(1, 2)), "")


def _sums_by_category(framework: Framework, ratings: Mapping[str, int | None]) -> tuple[list[int], list[int]]:
    """Per category the sum and the number of its known ratings, checked; a descending criterion is mirrored."""
    low, high = framework.scale
    counted = framework.counted
    sums, counts = [0] * len(framework.categories), [0] * len(framework.categories)
    for field, rating in ratings.items():
        place = counted.get(field)
        if place is None:
            raise RatingError(str(field), f"{framework.name} has no such criterion")
        if rating is None:
            continue
        if type(rating) is not int:  # a bool is an int too, and no rating
            raise RatingError(field, f"{rating!r} is not a whole number from {low} to {high}")
        if not low <= rating <= high:
            raise RatingError(field, f"{rating} is off the scale; choose {low} to {high}")
        category, mirrored = place
        sums[category] += low + high - rating if mirrored else rating
        counts[category] += 1
    return sums, counts
