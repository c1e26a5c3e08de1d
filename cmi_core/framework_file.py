"""Frameworks as files that people read, change and hand back: YAML in, every problem with its line, YAML out."""

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from cmi_core.framework import Category, Criterion, Framework, FrameworkError, Level, Problem, slug
from cmi_core.framework_problems import problems_of
from cmi_core.yaml_text import YamlTextError, read_yaml

_LISTED = 50


@cache
def built_in_frameworks() -> tuple[str, ...]:
    """The names that `load_framework` knows without a file."""
    return tuple(sorted(Path(file.name).stem for file in _built_in_files().iterdir() if file.name.endswith(".yaml")))


def load_framework(name_or_path: str | Path) -> Framework:
    """A built-in framework by name, or one from a YAML file. FrameworkError where there is none or it is wrong."""
    if name_or_path in built_in_frameworks():
        return _built_in(str(name_or_path))
    path = Path(name_or_path)
    try:
        content = path.read_bytes()
    except (OSError, ValueError):  # not there, not readable, or no name that a file can have
        known = ", ".join(built_in_frameworks())
        raise FrameworkError(
            f"There is no framework {str(name_or_path)[:80]!r}. Give a readable YAML file or one of: {known}."
        ) from None
    return parse_framework(content, source=path.name)


def parse_framework(text: str | bytes, source: str = "framework") -> Framework:
    """A framework from a file's text or bytes; `source` says in errors which file is meant.

    FrameworkError lists every problem, with its line and field; the first 50 of very many.
    """
    try:
        data, node = read_yaml(_decoded(text) if isinstance(text, bytes) else text)
    except YamlTextError as error:
        found = [Problem(line=line, text=wrong) for line, wrong in error.problems]
        raise _refusal(source, found) from None
    found = problems_of(data, node)
    if found:
        raise _refusal(source, found)
    return Framework.model_validate(data)


def framework_from_dict(data: Mapping[str, Any]) -> Framework:
    """A framework from what `to_dict` gave. FrameworkError names the fields that are wrong."""
    try:
        return Framework.model_validate(dict(data))
    except ValidationError:
        found = problems_of(dict(data))
        raise FrameworkError("\n".join(map(str, found)), found) from None


def framework_text(framework: Framework, heading: str = "") -> str:
    """The framework as a YAML file that `parse_framework` reads back the same; `heading` becomes its first comment."""
    comment = "".join(f"# {line}\n" for line in heading.splitlines())
    return comment + yaml.dump(
        _plain(framework), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110, default_flow_style=False
    )


def _refusal(source: str, problems: list[Problem]) -> FrameworkError:
    more = len(problems) - _LISTED
    lines = [f"{source}{': ' if each.line is None else ', '}{each}" for each in problems[:_LISTED]]
    return FrameworkError("\n".join([*lines, f"… and {more} more."] if more > 0 else lines), problems)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise YamlTextError([(line, "this isn't UTF-8 text; save the file as text, with the encoding UTF-8")]) from None


class _Dumper(yaml.SafeDumper):
    """Indents lists, as people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


def _plain(framework: Framework) -> dict[str, Any]:
    return {
        "id": framework.id,
        "name": framework.name,
        "version": framework.version,
        "kind": framework.kind,
        "subject": framework.subject,
        **_given(source=framework.source, notes=framework.notes),
        "minimum_coverage": _number(framework.minimum_coverage),
        "categories": [_category(category) for category in framework.categories],
    }


def _category(category: Category) -> dict[str, Any]:
    criteria = [_criterion(criterion) for criterion in category.criteria]
    return {**_named(category), "weight": _number(category.weight), "criteria": criteria}


def _criterion(criterion: Criterion) -> dict[str, Any]:
    direction = criterion.direction if criterion.direction != "ascending" else ""
    levels = {level.value: _level(level) for level in criterion.levels}
    return {**_named(criterion), "question": criterion.question, **_given(direction=direction), "levels": levels}


def _level(level: Level) -> str | dict[str, Any]:
    more = _given(name=level.name, detail=level.detail, ours=level.ours)
    return {"text": level.text, **more} if more else level.text


def _named(part: Category | Criterion) -> dict[str, str]:
    return {"name": part.name, **_given(id=part.id if part.id != slug(part.name) else "")}


def _given(**fields: str | bool) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


def _number(value: Fraction) -> int | float | str:
    """A number as people write it, exact: 40, 0.75, or 1/3 where no decimal says it."""
    if value.denominator == 1:
        return value.numerator
    return float(value) if Fraction(str(float(value))) == value else str(value)


@cache
def _built_in(name: str) -> Framework:
    return parse_framework((_built_in_files() / f"{name}.yaml").read_bytes(), source=name)


def _built_in_files() -> resources.abc.Traversable:
    return resources.files("cmi_core") / "frameworks"
