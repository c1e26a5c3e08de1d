"""What maturity alone decides, whatever map is in use: touch, offer, qualification, tags and content."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Literal, Self

from pydantic import model_validator

from cmi_core.cells import Band
from cmi_core.framework import Criterion, Framework
from cmi_core.index import Score
from cmi_core.matrix import Scale, on_scale
from cmi_core.values import Exact, Frozen


class MaturityBand(StrEnum):
    """The method's four bands of maturity."""

    IMMATURE = "immature"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Touch(StrEnum):
    """How closely an account is looked after."""

    TECH = "tech"
    STANDARD = "standard"
    HIGH = "high"


class MaturityCuts(Frozen):
    """Where Low, Medium and High begin, on 1-5; each belongs to the band above it. Independent of the map's cuts."""

    low: Exact = Fraction(3, 2)
    medium: Exact = Fraction(5, 2)
    high: Exact = Fraction(7, 2)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not 1 <= self.low < self.medium < self.high <= 5:
            raise ValueError("low, medium and high must rise, from 1 to 5")
        return self


@dataclass(frozen=True, slots=True)
class OfferMix:
    """What to sell to a band of maturity, after the deck."""

    services: str
    use: str
    fees: str
    conclusion: str


@dataclass(frozen=True, slots=True)
class ContentPiece:
    """One piece of the workspace's content catalogue: for which category, and for accounts in which band of it."""

    id: str
    title: str
    category_id: str
    band: Band
    url: str = ""


TOUCH: Mapping[MaturityBand, Touch] = {
    MaturityBand.IMMATURE: Touch.TECH,
    MaturityBand.LOW: Touch.STANDARD,
    MaturityBand.MEDIUM: Touch.STANDARD,
    MaturityBand.HIGH: Touch.HIGH,
}

OFFER_MIX: Mapping[MaturityBand, OfferMix] = {
    MaturityBand.IMMATURE: OfferMix(
        "Lots of consulting", "Basic and minimal", "Low margin, long payback", "Do not sell or serve"
    ),
    MaturityBand.LOW: OfferMix(
        "Much consulting",
        "Basic and sporadic",
        "Low software fees",
        "Few simple metrics; help to build processes first",
    ),
    MaturityBand.MEDIUM: OfferMix(
        "Less consulting, more training on the software",
        "More of the advanced features",
        "Fees can rise",
        "Train people and open up advanced features",
    ),
    MaturityBand.HIGH: OfferMix(
        "Services fade",
        "High, with pressure for advanced features and availability",
        "Fees can rise",
        "Keep up with what it asks of the product",
    ),
}

_DEFAULT_CUTS = MaturityCuts()
_DEFAULT_SCALE: Scale = (1, 5)


def maturity_band(cmi: Fraction, *, scale: Scale = _DEFAULT_SCALE, cuts: MaturityCuts = _DEFAULT_CUTS) -> MaturityBand:
    """The band of a CMI on a framework's scale."""
    if cmi < on_scale(cuts.low, scale):
        return MaturityBand.IMMATURE
    return MaturityBand(category_band(cmi, scale=scale, cuts=cuts))


def category_band(mean: Fraction, *, scale: Scale = _DEFAULT_SCALE, cuts: MaturityCuts = _DEFAULT_CUTS) -> Band:
    """The band of a category's score: as for the CMI, but without Immature."""
    if mean < on_scale(cuts.medium, scale):
        return Band.LOW
    return Band.MEDIUM if mean < on_scale(cuts.high, scale) else Band.HIGH


def qualification(
    cmi: Fraction | None, *, scale: Scale = _DEFAULT_SCALE, cut: Fraction = _DEFAULT_CUTS.low
) -> Literal["qualified", "unqualified", "unknown"]:
    """Whether a prospect is mature enough to be sold to and served; shown beside budget, authority, need and timing."""
    if cmi is None:
        return "unknown"
    return "unqualified" if cmi < on_scale(cut, scale) else "qualified"


def tags(framework: Framework, score: Score, *, cuts: MaturityCuts = _DEFAULT_CUTS) -> tuple[str, ...]:
    """The category bands for another system, for example "cmi-charter-low"; none for a category that is not known."""
    return tuple(
        f"cmi-{category.id.replace('_', '-')}-{category_band(mean, scale=framework.scale, cuts=cuts)}"
        for category in framework.categories
        if (mean := score.categories[category.id]) is not None
    )


def weakest_categories(framework: Framework, score: Score) -> tuple[str, ...]:
    """The known categories' ids, lowest score first; of equals the heavier one, then the framework's order."""
    known = [
        (mean, -category.weight, position, category.id)
        for position, category in enumerate(framework.categories)
        if (mean := score.categories[category.id]) is not None
    ]
    return tuple(category for *_, category in sorted(known))


def weak_criteria(
    framework: Framework,
    ratings: Mapping[str, int | None],
    *,
    limit: int = 3,
    cuts: MaturityCuts = _DEFAULT_CUTS,
) -> tuple[Criterion, ...]:
    """The criteria whose known answer falls into the Low band, the lowest first; of equals the one that weighs more."""
    low, high = framework.scale
    weak = []
    position = 0
    for category in framework.categories:
        for criterion in category.criteria:
            position += 1
            level = ratings.get(criterion.id)
            if level is None:
                continue
            value = low + high - level if criterion.direction == "descending" else level
            if category_band(Fraction(value), scale=framework.scale, cuts=cuts) == Band.LOW:
                weak.append((value, -category.weight / len(category.criteria), position, criterion))
    return tuple(criterion for *_, criterion in sorted(weak, key=lambda each: each[:3])[:limit])


def next_content(
    catalogue: Sequence[ContentPiece],
    framework: Framework,
    score: Score,
    *,
    seen: Collection[str] = frozenset(),
    limit: int = 3,
    cuts: MaturityCuts = _DEFAULT_CUTS,
) -> tuple[ContentPiece, ...]:
    """The next pieces for an account that has seen some: from its weakest category on, in the catalogue's order."""
    chosen: list[ContentPiece] = []
    for category in weakest_categories(framework, score):
        mean = score.categories[category]
        band = None if mean is None else category_band(mean, scale=framework.scale, cuts=cuts)
        chosen += [p for p in catalogue if p.category_id == category and p.band == band and p.id not in seen]
    return tuple(chosen[:limit])
