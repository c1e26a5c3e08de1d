"""What is wrong with a framework's data, all of it at once, in words that say what to write instead."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from itertools import islice
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from cmi_core.framework import (
    HIGHEST_LEVEL,
    Category,
    Criterion,
    Framework,
    Level,
    Loc,
    Problem,
    disagreements,
    slug,
)
from cmi_core.values import exact
from cmi_core.yaml_text import line_of

_SHOWN = 40
_MOST = 200  # of whatever a hostile or mistaken file holds
_MODELS: Mapping[str, type[BaseModel]] = {"levels": Level, "criteria": Criterion, "categories": Category}
_FIELDS = "it must have fields of its own, such as name"
_WORDS = {
    "value_error": "{error}",
    "missing": "it is missing; add it",
    "string_type": "it must be text; put it in quotes if it is meant so",
    "string_unicode": "it has half a character; write the whole one in place of its code",
    "string_too_long": "it has {length} characters; at most {max_length} fit",
    "string_pattern_mismatch": "an id is lower-case letters, digits and single underscores, such as size_of_team",
    "int_type": "it must be a whole number",
    "greater_than_equal": "it must be {ge} or more",
    "bool_type": "write true or false",
    "literal_error": "choose {expected}",
    "too_short": "give at least one",
    "tuple_type": "it must be a list, each entry begun with “- ”",
    "model_type": _FIELDS,
    "dict_type": _FIELDS,
    "invalid_key": "a field's name must be text",
}
_SHARE = "give a share from 0 to 1, such as 0.75"
_LEVEL = f"a level is a whole number from 0 to {HIGHEST_LEVEL}"
_OF_FIELD = {
    ("weight", "greater_than_equal"): "a weight can't be negative",
    ("minimum_coverage", "greater_than_equal"): _SHARE,
    ("minimum_coverage", "less_than_equal"): _SHARE,
    ("value", "greater_than_equal"): _LEVEL,
    ("value", "less_than_equal"): _LEVEL,
    ("value", "int_type"): _LEVEL,
}


def problems_of(data: Any, node: yaml.Node | None = None) -> list[Problem]:
    """Everything wrong with the data of a framework, in the order of its lines; with `node` each has its line.

    Of hundreds of problems only the first are said: nobody mends a file that is no framework line by line.
    """
    found = [*islice(_by_field(data), _MOST), *islice(_between_fields(data), _MOST)]
    problems = [
        Problem(line=None if node is None else line_of(node, loc), field=_path(loc, data), text=text)
        for loc, text in found
    ]
    return sorted(problems, key=lambda problem: problem.line or 0)


def _by_field(data: Any) -> Iterator[tuple[Loc, str]]:
    try:
        Framework.model_validate(data)
    except ValidationError as error:
        found = error.errors(include_url=False)
        unnamed = {each["loc"][:-1] for each in found if each["loc"][-1:] == ("name",)}
        for each in found:
            loc, kind = each["loc"], each["type"]
            if kind == "invalid_key":  # a number as a field's name, not a position
                loc = (*loc[:-1], str(loc[-1]))
            disagreement = not loc and kind == "value_error"  # found with its place, by `_between_fields`
            # Too short counts only the entries that are right; an id comes from the name.
            follows = (kind == "too_short" and each["input"]) or (kind == "missing" and _is_id_of(loc, unnamed))
            if not disagreement and not follows:
                yield loc, _in_words(each)


def _is_id_of(loc: Loc, entries: Collection[Loc]) -> bool:
    return len(loc) > 1 and loc[-1] == "id" and loc[:-1] in entries


def _between_fields(data: Any) -> Iterator[tuple[Loc, str]]:
    """What disagrees, judged by those parts that are right by themselves."""
    categories: list[tuple[Loc, str]] = []
    weights: list[Fraction] = []
    criteria: list[tuple[Loc, str, tuple[int, int]]] = []
    for place, category in _entries(data, "categories"):
        loc: Loc = ("categories", place)
        categories += [(loc, name)] if (name := _id(category)) else []
        weights += _weight(category)
        for position, criterion in _entries(category, "criteria"):
            try:
                right = Criterion.model_validate(criterion)
            except ValidationError:
                continue
            criteria.append(((*loc, "criteria", position), right.id, right.scale))
    return disagreements(categories, weights, criteria)


def _entries(data: Any, field: str) -> Iterator[tuple[int, Any]]:
    entries = data.get(field) if isinstance(data, dict) else None
    yield from enumerate(entries if isinstance(entries, list) else [])


def _id(entry: Any) -> str:
    """The id that an entry gives itself or its name gives it, "" where neither does."""
    if not isinstance(entry, dict):
        return ""
    given, name = entry.get("id"), entry.get("name")
    if isinstance(given, str):
        return given
    return slug(name) if isinstance(name, str) else ""


def _weight(category: Any) -> list[Fraction]:
    """A category's weight, where it can be read; one that can't counts as some, since it will not stay so."""
    given = category.get("weight", 1) if isinstance(category, dict) else 1
    try:
        return [exact(given)]
    except ValueError:
        return [Fraction(1)]


def _path(loc: Loc, data: Any) -> str:
    """`categories > people > weight`: entries of lists go by their ids, levels by their values."""
    names: list[str] = []
    for part in loc:
        if isinstance(part, str):
            names.append(part)
            data = data.get(part) if isinstance(data, dict) else None
        elif isinstance(data, dict):  # levels in their short form
            key, data = list(data.items())[part]
            names.append(str(key))
        else:
            data = data[part] if isinstance(data, list | tuple) else None
            level = data.get("value") if isinstance(data, dict) else None
            names.append(_id(data) or (str(level) if level is not None else f"number {part + 1}"))
    return " > ".join(name if len(name) <= _SHOWN else f"{name[: _SHOWN - 1]}…" for name in names)


def _in_words(error: Any) -> str:
    """One of pydantic's errors, as one would say it to whoever writes the file."""
    loc, kind = error["loc"], error["type"]
    if kind == "extra_forbidden":
        return _unknown_field(loc)
    words = _OF_FIELD.get((str(loc[-1]) if loc else "", kind)) or _WORDS.get(kind)
    facts = {"length": len(str(error["input"])), **(error.get("ctx") or {})}
    return words.format(**facts) if words else str(error["msg"])


def _unknown_field(loc: Loc) -> str:
    lists = [part for part in loc[:-1] if isinstance(part, str)]
    known = _MODELS[lists[-1]] if lists and lists[-1] in _MODELS else Framework
    near = difflib.get_close_matches(str(loc[-1])[:_SHOWN], known.model_fields, n=1)
    hint = f"did you mean {near[0]}?" if near else f"the fields here are: {', '.join(known.model_fields)}"
    return f"there is no such field; {hint}"
