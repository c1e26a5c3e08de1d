"""Scoring a whole portfolio's answer sheets: the arithmetic of `index.score`, on packed sheets, as whole numbers.

A packed sheet has one character a criterion in the framework's order: the level's digit (a letter from 10 on), or "-"
for not known. A category has few distinct stretches of answers, so each is reckoned once and a sheet costs one look-up
a category.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Generic, TypeVar

from cmi_core.framework import Category, Framework

UNKNOWN = "-"
MARKS = "0123456789abcdefghijklmnopqrstuvwxyz"  # by level
T = TypeVar("T")


class SheetScorer(Generic[T]):
    """Scores packed sheets by one framework; call it with a sheet. It keeps what it has seen, so make it for one run.

    Finds the same CMI as `index.score`, and gives what `of` makes of it: few distinct scores exist, and each is
    handed to `of` once. None below the minimum coverage.
    """

    def __init__(self, framework: Framework, of: Callable[[Fraction], T]) -> None:
        self._of = of
        self._least = math.ceil(framework.minimum_coverage * len(framework.criteria))
        self._common = math.lcm(*range(1, max(len(category.criteria) for category in framework.categories) + 1))
        self._parts: list[tuple[int, int, _Part]] = []
        start = 0
        for category, weight in zip(framework.categories, framework.whole_weights, strict=True):
            end = start + len(category.criteria)
            self._parts.append((start, end, _Part(category, framework.scale, weight, self._common)))
            start = end
        self._length = start
        self._made: dict[tuple[int, int], T] = {}

    def __call__(self, sheet: str) -> T | None:
        """ValueError for a sheet of another length, or with a level that the scale does not have."""
        if len(sheet) != self._length:
            raise ValueError(f"a sheet of {len(sheet)} answers, where {self._length} are asked")
        total = weights = rated = 0
        for start, end, part in self._parts:
            weighted, weight, known = part[sheet[start:end]]
            total += weighted
            weights += weight
            rated += known
        if rated < self._least or not weights:
            return None
        ratio = (total, weights)
        if ratio not in self._made:
            self._made[ratio] = self._of(Fraction(total, weights * self._common))
        return self._made[ratio]


class _Part(dict[str, tuple[int, int, int]]):
    """One category's answers to (weighted mean × common denominator, weight, number known), reckoned when first met."""

    def __init__(self, category: Category, scale: tuple[int, int], weight: int, common: int) -> None:
        super().__init__()
        low, high = scale
        self._levels = [
            {MARKS[v]: low + high - v if criterion.direction == "descending" else v for v in range(low, high + 1)}
            for criterion in category.criteria
        ]
        self._weight = weight
        self._common = common

    def __missing__(self, answers: str) -> tuple[int, int, int]:
        try:
            known = [levels[mark] for levels, mark in zip(self._levels, answers, strict=True) if mark != UNKNOWN]
        except KeyError as error:
            raise ValueError(f"a sheet has the answer {error}, which is off the scale") from None
        if known:
            found = (self._weight * sum(known) * (self._common // len(known)), self._weight, len(known))
        else:
            found = (0, 0, 0)
        self[answers] = found
        return found
