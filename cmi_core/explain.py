"""Why an account stands where it stands, what would move it, and what the open answers could still change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cmi_core.cells import Cell
from cmi_core.framework import Criterion, Framework
from cmi_core.health import Health, Label
from cmi_core.index import Score, score
from cmi_core.matrix import Distance, MapSettings, Placement, distances, place

Ratings = Mapping[str, int | None]

CLEAR_WORDING = Fraction(4, 5)


@dataclass(frozen=True, slots=True)
class Contribution:
    """One category's part in the index: mean x share = points, and the points add up to the CMI.

    `share` is the normalised weight, 0..1. A category with nothing rated has no mean and a share of 0.
    """

    category_id: str
    name: str
    mean: Fraction | None
    share: Fraction
    points: Fraction


@dataclass(frozen=True, slots=True)
class Move:
    """A change of one answer that would put the account into another cell."""

    criterion_id: str
    name: str
    from_level: int
    to_level: int
    cmi: Fraction
    cell: Cell


@dataclass(frozen=True, slots=True)
class Outcome:
    """A cell that the unknown answers leave possible, the CMIs it spans, and its worst and best answers."""

    cell: Cell
    lowest: Fraction
    highest: Fraction
    answers: dict[str, int]
    best_answers: dict[str, int]


@dataclass(frozen=True, slots=True)
class OpenRange:
    """What the unknown answers leave open: the CMI's exact bounds, and the cells in between from low to high."""

    lowest: Fraction
    highest: Fraction
    unknown: tuple[str, ...]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One criterion whose answer differs between two assessments; None is "not known" or not asked."""

    criterion_id: str
    name: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one placement. The versions say under which configuration it holds."""

    framework: str
    framework_version: int
    map_version: int
    score: Score
    placement: Placement
    contributions: tuple[Contribution, ...]
    distances: tuple[Distance, ...]
    nearest_move: Move | None
    open_range: OpenRange | None
    changes: tuple[Change, ...]


def explain(
    framework: Framework,
    ratings: Ratings,
    settings: MapSettings,
    chs: Health | None,
    *,
    current: Placement | None = None,
    previous: Ratings | None = None,
    map_version: int = 1,
) -> Explanation:
    """Explain an answer sheet. `current` is the placement in force, whose margins hold; `previous` the sheet before.

    Health that is a label has no distance to a cut.
    RatingError and MapError as `score` and `place` raise them.
    """
    result = score(framework, ratings)
    return Explanation(
        framework=framework.id,
        framework_version=framework.version,
        map_version=map_version,
        score=result,
        placement=place(settings, result.cmi, chs, scale=framework.scale, before=current),
        contributions=contributions(framework, result),
        distances=distances(settings, result.cmi, None if isinstance(chs, Label) else chs, scale=framework.scale),
        nearest_move=nearest_move(framework, ratings, settings, chs, current=current),
        open_range=open_range(framework, ratings, settings, chs, current=current),
        changes=() if previous is None else differences(framework, previous, ratings),
    )


def contributions(framework: Framework, result: Score) -> tuple[Contribution, ...]:
    """Each category's part in the score, in the framework's order."""
    counted = sum(
        (category.weight for category in framework.categories if result.categories[category.id] is not None),
        Fraction(0),
    )
    parts = []
    for category in framework.categories:
        mean = result.categories[category.id]
        share = category.weight / counted if mean is not None and counted else Fraction(0)
        parts.append(Contribution(category.id, category.name, mean, share, share * (mean or 0)))
    return tuple(parts)


def nearest_move(
    framework: Framework,
    ratings: Ratings,
    settings: MapSettings,
    chs: Health | None,
    *,
    current: Placement | None = None,
) -> Move | None:
    """The smallest change of one known answer that would move the cell, margins included; None where none does.

    Of equally small changes the first in the framework's order.
    """
    start = place(settings, score(framework, ratings).cmi, chs, scale=framework.scale, before=current)
    if start.cell is None:
        return None
    for criterion, level, changed in _single_changes(framework, ratings):
        cmi = score(framework, {**ratings, criterion.id: changed}).cmi
        cell = place(settings, cmi, chs, scale=framework.scale, before=start).cell
        if cmi is not None and cell is not None and cell != start.cell:
            return Move(criterion.id, criterion.name, level, changed, cmi, cell)
    return None


def open_range(
    framework: Framework,
    ratings: Ratings,
    settings: MapSettings,
    chs: Health | None,
    *,
    current: Placement | None = None,
) -> OpenRange | None:
    """What the unknown answers could still make of the account; None where all is known.

    The bounds are exact, and every cell that is named can really come about.
    """
    unknown = [criterion for criterion in framework.criteria if ratings.get(criterion.id) is None]
    if not unknown:
        return None
    outcomes: dict[str, Outcome] = {}
    values: list[Fraction] = []
    for answers in _worst_to_best(framework, unknown):
        cmi = score(framework, {**ratings, **answers}).cmi
        if cmi is None:
            raise AssertionError("a full answer sheet has a score")
        values.append(cmi)
        cell = place(settings, cmi, chs, scale=framework.scale, before=current).cell
        if cell is not None:
            first = outcomes.get(cell.id) or Outcome(cell, cmi, cmi, answers, answers)
            outcomes[cell.id] = Outcome(cell, first.lowest, cmi, first.answers, answers)
    return OpenRange(values[0], values[-1], tuple(criterion.id for criterion in unknown), tuple(outcomes.values()))


def differences(framework: Framework, before: Ratings, after: Ratings) -> tuple[Change, ...]:
    """What changed between two sheets, in the framework's order; criteria that it no longer has come last, by id."""
    names = {criterion.id: criterion.name for criterion in framework.criteria}
    gone = sorted((set(before) | set(after)) - set(names))
    return tuple(
        Change(criterion, names.get(criterion, criterion), before.get(criterion), after.get(criterion))
        for criterion in (*names, *gone)
        if before.get(criterion) != after.get(criterion)
    )


def agreement(one: Ratings, other: Ratings) -> Fraction | None:
    """The share of criteria known to both raters on which they agree exactly, 0..1; None where there are none.

    Under `CLEAR_WORDING` the wording is unclear.
    """
    both = _known_to_both(one, other)
    return Fraction(sum(mine == theirs for mine, theirs in both), len(both)) if both else None


def drift(before: Ratings, after: Ratings) -> Fraction | None:
    """The mean change per criterion known to both, in levels; None where there are none.

    Between the last sheet of one owner and the first of the next it shows how differently the two rate.
    """
    both = _known_to_both(before, after)
    return Fraction(sum(new - old for old, new in both), len(both)) if both else None


def _known_to_both(one: Ratings, other: Ratings) -> list[tuple[int, int]]:
    return [
        (mine, theirs)
        for criterion, mine in one.items()
        if mine is not None and (theirs := other.get(criterion)) is not None
    ]


def _single_changes(framework: Framework, ratings: Ratings) -> Iterator[tuple[Criterion, int, int]]:
    """Every change of one known answer, (criterion, level, changed level), the smallest changes first."""
    low, high = framework.scale
    for step in range(1, high - low + 1):
        for criterion in framework.criteria:
            level = ratings.get(criterion.id)
            if level is not None:
                yield from ((criterion, level, to) for to in (level + step, level - step) if low <= to <= high)


def _worst_to_best(framework: Framework, unknown: Sequence[Criterion]) -> Iterator[dict[str, int]]:
    """Answers to the unknown criteria, from all at their worst to all at their best, one level of one at a time."""
    low, high = framework.scale
    answers = {criterion.id: low if criterion.direction == "ascending" else high for criterion in unknown}
    yield dict(answers)
    for _ in range(high - low):
        for criterion in unknown:
            answers[criterion.id] += 1 if criterion.direction == "ascending" else -1
            yield dict(answers)
