"""A framework is what an index asks and how the answers weigh: data that people copy, change and version, not code.

Everything here is frozen and validated once, when it is loaded, so that scoring can trust it.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from functools import cache, cached_property
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from cmi_core.values import Exact, Frozen, complaint, field_path
from cmi_core.yaml_text import YamlTextError, line_of, read_yaml

SlugText = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:_[a-z0-9]+)*$", max_length=120)]
Line = Annotated[str, Field(min_length=1, max_length=200)]
Direction = Literal["ascending", "descending"]

# Words of the relation with the vendor. A maturity index that asks about it measures health a second time.
_RELATION = re.compile(
    r"\b(usage|log-?ins?|nps|net promoter|csat|satisfaction|(support )?tickets?"
    r"|payments?|billing|invoices?|renewals?|churn)\b",
    re.IGNORECASE,
)


class FrameworkError(ValueError):
    """This framework can't be used: the text names the field, the line where it is known, and what to change."""


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

    value: int = Field(strict=True)
    text: str = Field(min_length=1, max_length=75)  # Slack's limit for an option's description
    detail: str = Field(default="", max_length=2000)
    name: str = Field(default="", max_length=40)
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

    @model_validator(mode="after")
    def _one_scale_without_gaps(self) -> Self:
        if len(self.levels) < 2:
            raise ValueError("levels: give at least two levels")
        for below, above in pairwise(self.levels):
            if above.value != below.value + 1:
                raise ValueError(f"levels: after {below.value} comes {below.value + 1}, not {above.value}")
        return self


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
    source: str = Field(default="", max_length=1000)
    notes: str = Field(default="", max_length=4000)
    minimum_coverage: Exact = Field(default=Fraction(3, 4), ge=0, le=1)
    categories: tuple[Category, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        _refuse_repeats("category", [category.id for category in self.categories])
        _refuse_repeats("criterion", [criterion.id for criterion in self.criteria])
        if not any(category.weight for category in self.categories):
            raise ValueError("categories: the weights sum to 0; give at least one category a weight above 0")
        for criterion in self.criteria:
            if (criterion.levels[0].value, criterion.levels[-1].value) != (self.lowest, self.highest):
                raise ValueError(
                    f"criterion {criterion.id}: levels must run {self.lowest} to {self.highest} like the first"
                )
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
        return self.categories[0].criteria[0].levels[0].value

    @property
    def highest(self) -> int:
        """The scale's upper end."""
        return self.categories[0].criteria[0].levels[-1].value

    @cached_property
    def scale(self) -> tuple[int, int]:
        """(lowest, highest), as the map takes it."""
        return self.lowest, self.highest

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

        True for a new version that changes only weights or wording.
        """
        return (self.scale, self.counted, [category.id for category in self.categories]) == (
            other.scale,
            other.counted,
            [category.id for category in other.categories],
        )

    def with_weights(self, weights: Mapping[str, Fraction]) -> "Framework":
        """The same framework with other weights by category id. FrameworkError where they can't be."""
        data = self.to_dict()
        for category in data["categories"]:
            category["weight"] = weights[category["id"]]
        return framework_from_dict(data)

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


def _refuse_repeats(what: str, ids: list[str]) -> None:
    for repeated, count in Counter(ids).items():
        if count > 1:
            raise ValueError(f"{what} id {repeated} is used {count} times; give each its own `id`")


def built_in_frameworks() -> tuple[str, ...]:
    """The names that `load_framework` knows without a file."""
    return tuple(sorted(Path(file.name).stem for file in _built_in_files().iterdir() if file.name.endswith(".yaml")))


def load_framework(name_or_path: str | Path) -> Framework:
    """A built-in framework by name, or one from a YAML file. FrameworkError where there is none or it is wrong."""
    if name_or_path in built_in_frameworks():
        return _built_in(str(name_or_path))
    path = Path(name_or_path)
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise FrameworkError(f"{path.name} can't be read as UTF-8 text: {error}") from None
    except (OSError, ValueError):  # not there, not readable, or no name that a file can have
        known = ", ".join(built_in_frameworks())
        raise FrameworkError(
            f"There is no framework {str(name_or_path)[:80]!r}. Give a readable YAML file or one of: {known}."
        ) from None
    return parse_framework(text, source=path.name)


def parse_framework(text: str, source: str = "framework") -> Framework:
    """A framework from YAML text; `source` says in errors which text is meant."""
    try:
        data, node = read_yaml(text)
    except YamlTextError as error:
        raise FrameworkError(f"{source}: {error}") from None
    try:
        return Framework.model_validate(data)
    except ValidationError as error:
        loc, message = complaint(error)
        field = f"{field_path(loc)}: " if loc else ""
        raise FrameworkError(f"{source}, line {line_of(node, loc)}: {field}{message}") from None


def framework_from_dict(data: Mapping[str, Any]) -> Framework:
    """A framework from what `to_dict` gave. FrameworkError names the field that is wrong."""
    try:
        return Framework.model_validate(dict(data))
    except ValidationError as error:
        loc, message = complaint(error)
        raise FrameworkError(f"{field_path(loc)}: {message}" if loc else message) from None


@cache
def _built_in(name: str) -> Framework:
    return parse_framework((_built_in_files() / f"{name}.yaml").read_text("utf-8"), source=name)


def _built_in_files() -> resources.abc.Traversable:
    return resources.files("cmi_core") / "frameworks"
