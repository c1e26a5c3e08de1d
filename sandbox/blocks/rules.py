"""The small rules that Block Kit's tables are made of. A rule looks at one value and notes what is wrong with it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.limits import BlockLimits


@dataclass(frozen=True)
class Problem:
    """What Slack would refuse: where (a JSON pointer into the payload) and why."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


@dataclass
class Walk:
    """One check of one payload: the surface it is for, and what was found so far."""

    surface: str
    limits: BlockLimits
    problems: list[Problem] = field(default_factory=list)
    focused: int = 0
    markdown: int = 0
    tables: int = 0
    charts: int = 0

    def note(self, pointer: str, message: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(pointer, message))


Rule = Callable[[Walk, Any, str], None]


@dataclass(frozen=True)
class Spec:
    """A kind of object: its properties, which of them are required, and what else must hold."""

    properties: Mapping[str, Rule]
    required: frozenset[str] = frozenset()
    also: Rule | None = None
    surfaces: frozenset[str] = frozenset({"message", "modal", "home"})
    containers: frozenset[str] = frozenset({"section", "actions", "input"})


def check_object(walk: Walk, value: Any, at: str, spec: Spec) -> None:
    """Check an object against its spec: unknown, missing and wrong properties."""
    for name in spec.required - value.keys():
        walk.note(at, f"missing required field: {name}")
    for name, item in value.items():
        if name == "type":
            continue
        rule = spec.properties.get(name)
        if rule is None:
            walk.note(at, f"invalid additional property: {name}")
        else:
            rule(walk, item, f"{at}/{name}")
    if spec.also:
        spec.also(walk, value, at)


def obj(spec: Spec) -> Rule:
    """Accept an object that fits `spec`."""

    def rule(walk: Walk, value: Any, at: str) -> None:
        if isinstance(value, dict):
            check_object(walk, value, at, spec)
        else:
            walk.note(at, "must be an object")

    return rule


def string(longest: int, shortest: int = 1) -> Rule:
    """Accept a string of so many characters."""

    def rule(walk: Walk, value: Any, at: str) -> None:
        if not isinstance(value, str):
            walk.note(at, "must be a string")
        elif len(value) > longest:
            walk.note(at, f"must be less than {longest + 1} characters")
        elif len(value) < shortest:
            walk.note(at, f"must be more than {shortest - 1} characters")

    return rule


def text(longest: int, *, plain: bool = False) -> Rule:
    """Accept a text object, plain_text only where Slack insists."""
    length = string(longest)
    boolean = flag()

    def rule(walk: Walk, value: Any, at: str) -> None:
        if not isinstance(value, dict):
            walk.note(at, "must be a text object")
            return
        kind = value.get("type")
        if kind not in ("plain_text", "mrkdwn"):
            walk.note(f"{at}/type", f"unsupported type: {kind}")
        elif plain and kind != "plain_text":
            walk.note(f"{at}/type", "must be plain_text")
        if "text" not in value:
            walk.note(at, "missing required field: text")
        extra = "emoji" if kind == "plain_text" else "verbatim"
        for name, item in value.items():
            if name == "text":
                length(walk, item, f"{at}/text")
            elif name == extra:
                boolean(walk, item, f"{at}/{name}")
            elif name != "type":
                walk.note(at, f"invalid additional property: {name}")

    return rule


def flag() -> Rule:
    """Accept true or false."""

    def rule(walk: Walk, value: Any, at: str) -> None:
        if not isinstance(value, bool):
            walk.note(at, "must be a boolean")

    return rule


def integer(low: int, high: int) -> Rule:
    """Accept a whole number from low to high."""

    def rule(walk: Walk, value: Any, at: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            walk.note(at, "must be an integer")
        elif not low <= value <= high:
            walk.note(at, f"must be between {low} and {high}")

    return rule


def number(*, positive: bool = False) -> Rule:
    """Accept a finite number, above zero where it must be positive."""

    def rule(walk: Walk, value: Any, at: str) -> None:
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
            walk.note(at, "must be a number")
        elif positive and value <= 0:
            walk.note(at, "must be greater than 0")

    return rule


def one_of(*allowed: str) -> Rule:
    """Accept one of a few strings."""

    def rule(walk: Walk, value: Any, at: str) -> None:
        if value not in allowed:
            walk.note(at, f"must be one of: {', '.join(allowed)}")

    return rule


def matching(pattern: str, what: str) -> Rule:
    """Accept a string of a certain form."""
    form = re.compile(pattern)

    def rule(walk: Walk, value: Any, at: str) -> None:
        if not isinstance(value, str) or not form.fullmatch(value):
            walk.note(at, f"must be {what}")

    return rule


def url(longest: int) -> Rule:
    """Accept an absolute http(s) address."""
    length = string(longest)

    def rule(walk: Walk, value: Any, at: str) -> None:
        length(walk, value, at)
        if isinstance(value, str) and not re.match(r"(https?|mailto|tel):", value):
            walk.note(at, "must be a valid URL")

    return rule


def items(rule_of_one: Rule, most: int, least: int = 1) -> Rule:
    """Accept a list of so many, each fitting a rule."""

    def rule(walk: Walk, value: Any, at: str) -> None:
        if not isinstance(value, list):
            walk.note(at, "must be a list")
            return
        if len(value) > most:
            walk.note(at, f"no more than {most} items allowed")
        if len(value) < least:
            walk.note(at, f"no fewer than {least} items allowed")
        for index, item in enumerate(value):
            rule_of_one(walk, item, f"{at}/{index}")

    return rule


def anything() -> Rule:
    """Accept what the sandbox doesn't judge."""
    return lambda _walk, _value, _at: None
