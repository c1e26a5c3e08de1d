"""Ratings in, index out: the arithmetic of the method, exact to the last fraction."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from cmi_core.framework import Criterion, Framework

_mean = lru_cache(maxsize=4096)(Fraction)  # few distinct means exist, and making a Fraction is the costly part


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
    levels = _levels(framework, ratings)
    means: dict[str, Fraction | None] = {}
    weighted, weight_sum, rated = Fraction(0), Fraction(0), 0
    for category in framework.categories:
        known = [level for criterion in category.criteria if (level := levels.get(criterion.id)) is not None]
        rated += len(known)
        means[category.id] = mean = _mean(sum(known), len(known)) if known else None
        if mean is not None:
            weighted += category.weight * mean
            weight_sum += category.weight
    asked = len(framework.criteria)
    coverage = _mean(rated, asked)
    cmi = weighted / weight_sum if weight_sum and coverage >= framework.minimum_coverage else None
    return Score(cmi, means, coverage, rated, asked, named_level(framework, cmi))


def counted_level(framework: Framework, criterion: Criterion, level: int) -> int:
    """What a level counts for: itself, or its mirror image on a descending criterion."""
    return framework.lowest + framework.highest - level if criterion.direction == "descending" else level


def named_level(framework: Framework, value: Fraction | None) -> str:
    """The name of the level nearest to a score (half rounds up), "" without a score or without names."""
    if value is None:
        return ""
    return framework.level_names.get(math.floor(value + Fraction(1, 2)), "")


def _levels(framework: Framework, ratings: Mapping[str, int | None]) -> dict[str, int]:
    """The known ratings, checked, as what they count for."""
    low, high = framework.scale
    asked = framework.criteria_by_id
    levels: dict[str, int] = {}
    for field, rating in ratings.items():
        criterion = asked.get(field)
        if criterion is None:
            raise RatingError(str(field), f"{framework.name} has no such criterion")
        if rating is None:
            continue
        if type(rating) is not int:
            raise RatingError(field, f"{rating!r} is not a whole number from {low} to {high}")
        if not low <= rating <= high:
            raise RatingError(field, f"{rating} is off the scale; choose {low} to {high}")
        levels[field] = counted_level(framework, criterion, rating)
    return levels
