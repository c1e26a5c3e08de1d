"""A framework is what an index asks and how the answers weigh: data that people copy, change and version, not code.

Everything here is frozen and validated once, when it is loaded, so that scoring can trust it.
"""

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from cmi_core.values import Exact, Frozen


def _paragraphs(text: str) -> str:
    """Text that can be stored and shown: neither control characters nor half characters."""
    for char in text:
        if unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t":
            raise ValueError(f"it has a character that can't be shown (U+{ord(char):04X}); take it out")
    return text


def _one_line(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty")
    if "\n" in text or "\t" in text:
        raise ValueError("it must stand on one line")
    return _paragraphs(text)


SlugText = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:_[a-z0-9]+)*$", max_length=120)]
Line = Annotated[str, Field(max_length=200), AfterValidator(_one_line)]
Paragraphs = Annotated[str, AfterValidator(_paragraphs)]
Direction = Literal["ascending", "descending"]
# Where a field is, from the outside in: names of fields, positions in lists from 0.
Loc = tuple[int | str, ...]

# A sheet keeps one character for each level, and no menu of a survey should be longer.
HIGHEST_LEVEL = 20

# Words of the relation with the vendor. A maturity index that asks about it measures health a second time.
_RELATION = re.compile(
    r"\b(usage|log-?ins?|nps|net promoter|csat|satisfaction|(support )?tickets?"
    r"|payments?|billing|invoices?|renewals?|churn)\b",
    re.IGNORECASE,
)


class Problem(Frozen):
    """One thing to mend in a framework: where, as `categories > people > weight`, and what is wrong there.

    `line` counts from 1 and is None where the framework is no text; `field` is empty where the whole is meant.
    """

    line: int | None = None
    field: str = ""
    text: str

    def __str__(self) -> str:
        line = "" if self.line is None else f"line {self.line}"
        where = ", ".join(filter(None, (line, self.field)))
        return f"{where}: {self.text}" if where else self.text


class FrameworkError(ValueError):
    """This framework can't be used: the text has a line for each of its `problems`, all there are."""

    def __init__(self, text: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(text)
        self.problems = tuple(problems)


def slug(name: str) -> str:
    """The id that a name gives: lower case, parentheses dropped, every run of other characters one underscore."""
    bare = re.sub(r"\([^)]*\)", " ", name.lower())
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_")


class _Named(Frozen):
    """Fills a missing id with the slug of the name, so that a file need not say everything twice."""

    id: SlugText
    name: Line

    @model_validator(mode="before")
    @classmethod
    def _id_from_name(cls, data: Any) -> Any:
        if isinstance(data, dict) and "id" not in data and isinstance(data.get("name"), str):
            return {"id": slug(data["name"]), **data}
        return data


class Level(Frozen):
    """One step of a criterion's scale. `ours` marks a level that the source does not word."""

    value: int = Field(strict=True, ge=0, le=HIGHEST_LEVEL)
    text: Annotated[str, Field(max_length=75), AfterValidator(_one_line)]  # Slack's limit for an option's description
    detail: Paragraphs = Field(default="", max_length=2000)
    name: Paragraphs = Field(default="", max_length=40)
    ours: bool = Field(default=False, strict=True)


class Criterion(_Named):
    """One question with its levels, lowest first. On a descending criterion the lowest level counts as the best."""

    question: Line
    levels: tuple[Level, ...]
    direction: Direction = "ascending"

    @model_validator(mode="before")
    @classmethod
    def _levels_by_value(cls, data: Any) -> Any:
        """Read the short form of a file, `{1: text, 2: {text: ..., ours: true}}`, into a list of levels."""
        if not isinstance(data, dict) or not isinstance(data.get("levels"), dict):
            return data
        levels = [
            {"value": value, **(level if isinstance(level, dict) else {"text": level})}
            for value, level in data["levels"].items()
        ]
        return {**data, "levels": levels}

    @field_validator("levels")
    @classmethod
    def _one_scale_without_gaps(cls, levels: tuple[Level, ...]) -> tuple[Level, ...]:
        if len(levels) < 2:
            raise ValueError("give at least two levels")
        for below, above in pairwise(levels):
            if above.value != below.value + 1:
                raise ValueError(f"after {below.value} comes {below.value + 1}, not {above.value}")
        return levels

    @property
    def scale(self) -> tuple[int, int]:
        """(lowest, highest) level."""
        return self.levels[0].value, self.levels[-1].value


class Category(_Named):
    """A group of criteria that is scored as their mean and enters the index with its weight (any unit, 0 or more)."""

    weight: Exact = Field(default=Fraction(1), ge=0)
    criteria: tuple[Criterion, ...] = Field(min_length=1)


class Framework(Frozen):
    """A versioned questionnaire with weights, for maturity (`cmi`) or health, about a customer or a team."""

    id: str = Field(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=60)
    name: Line
    version: int = Field(default=1, ge=1, strict=True)
    kind: Literal["cmi", "health"] = "cmi"
    subject: Literal["customer", "team"] = "customer"
    source: Paragraphs = Field(default="", max_length=1000)
    notes: Paragraphs = Field(default="", max_length=4000)
    minimum_coverage: Exact = Field(default=Fraction(3, 4), ge=0, le=1)
    categories: tuple[Category, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        groups = [((position,), category.id) for position, category in enumerate(self.categories)]
        asked = [((), criterion.id, criterion.scale) for criterion in self.criteria]
        for _, text in disagreements(groups, [category.weight for category in self.categories], asked):
            raise ValueError(text)
        return self

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria in the order in which they are asked."""
        return tuple(criterion for category in self.categories for criterion in category.criteria)

    @cached_property
    def criteria_by_id(self) -> dict[str, Criterion]:
        """The same criteria, for looking one up."""
        return {criterion.id: criterion for criterion in self.criteria}

    @property
    def lowest(self) -> int:
        """The scale's lower end, the same for every criterion."""
        return self.scale[0]

    @property
    def highest(self) -> int:
        """The scale's upper end."""
        return self.scale[1]

    @cached_property
    def scale(self) -> tuple[int, int]:
        """(lowest, highest), as the map takes it."""
        return self.categories[0].criteria[0].scale

    @cached_property
    def whole_weights(self) -> tuple[int, ...]:
        """The categories' weights as whole numbers in the same proportion."""
        common = math.lcm(*(category.weight.denominator for category in self.categories))
        return tuple(int(category.weight * common) for category in self.categories)

    @cached_property
    def counted(self) -> dict[str, tuple[int, bool]]:
        """How each criterion counts: its category's position, and whether its scale is mirrored."""
        return {
            criterion.id: (position, criterion.direction == "descending")
            for position, category in enumerate(self.categories)
            for criterion in category.criteria
        }

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion with this id; KeyError when there is none."""
        return self.criteria_by_id[criterion_id]

    def asks_the_same_as(self, other: "Framework") -> bool:
        """Whether both ask the same criteria on the same scale, so that one's ratings can be scored with the other.

        True for a new version that changes only weights or wording. The order counts, since packed sheets go by it.
        """
        return (self.scale, [*self.counted.items()], [category.id for category in self.categories]) == (
            other.scale,
            [*other.counted.items()],
            [category.id for category in other.categories],
        )

    def with_weights(self, weights: Mapping[str, Fraction]) -> "Framework":
        """The same framework with other weights by category id. ValueError where they can't be."""
        data = self.to_dict()
        for category in data["categories"]:
            category["weight"] = weights[category["id"]]
        return Framework.model_validate(data)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What an admin should reconsider: a maturity criterion that asks about the relation with the vendor."""
        if self.kind != "cmi":
            return ()
        return tuple(
            f"{criterion.name}: “{found.group()}” belongs to the relation with us, so to health; "
            "maturity is about the customer alone."
            for criterion in self.criteria
            if (found := _RELATION.search(f"{criterion.name} {criterion.question}"))
        )

    @cached_property
    def level_names(self) -> dict[int, str]:
        """Names that all criteria share for a level (Heroic ... Optimized), by value; empty where there are none."""
        names: dict[int, str] = {}
        for levels in zip(*(criterion.levels for criterion in self.criteria), strict=True):
            shared = {level.name for level in levels}
            if len(shared) == 1 and (name := shared.pop()):
                names[levels[0].value] = name
        return names

    def to_dict(self) -> dict[str, Any]:
        """The framework as JSON values, exact: `framework_from_dict` gives an equal one back."""
        return self.model_dump(mode="json")


def disagreements(
    categories: Sequence[tuple[Loc, str]],
    weights: Sequence[Fraction],
    criteria: Sequence[tuple[Loc, str, tuple[int, int]]],
) -> Iterator[tuple[Loc, str]]:
    """What is wrong between parts that are right by themselves, and where.

    Takes where each category is and its id, the weights, and where each criterion is, its id and its scale.
    """
    yield from _repeats("category", categories)
    yield from _repeats("criterion", [(loc, name) for loc, name, _ in criteria])
    if weights and not any(weights):
        yield ("categories",), "the weights sum to 0; give at least one category a weight above 0"
    for loc, name, scale in criteria:
        first = criteria[0][2]
        if scale != first:
            ours, all_others = (f"{low} to {high}" for low, high in (scale, first))
            text = f"the levels of {name} run {ours}, those of the first criterion {all_others}; all need one scale"
            yield (*loc, "levels"), text


def _repeats(what: str, named: Sequence[tuple[Loc, str]]) -> Iterator[tuple[Loc, str]]:
    seen: set[str] = set()
    for loc, name in named:
        if name in seen:
            yield loc, f"another {what} has the id {name} already; give this one an `id` of its own"
        seen.add(name)
