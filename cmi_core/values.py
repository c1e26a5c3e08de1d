"""Exact numbers for frozen settings: what was typed is what is kept, through JSON and back."""

import math
import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, ValidationError, WithJsonSchema

_NUMBER = re.compile(r"\s*[+-]?\d{1,30}(\.\d{1,30}|/\d{1,30})?\s*", re.ASCII)


def exact(value: object) -> Fraction:
    """The number as it was written: 0.1 becomes 1/10, "1/3" stays a third.

    ValueError for what is no finite number (a bool, NaN, other text).
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise ValueError(f"{value!r} is not a number")  # noqa: TRY004 - pydantic reports ValueErrors beside their field
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            raise ValueError(f"{value[:40]!r} is not a number")
        try:
            return Fraction(value)
        except ZeroDivisionError:
            raise ValueError(f"{value!r} divides by zero") from None
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a finite number")
    return Fraction(str(value))


def written(value: Fraction) -> int | str:
    """The shortest exact JSON form: a whole number, else a fraction as text."""
    return value.numerator if value.denominator == 1 else str(value)


Exact = Annotated[
    Fraction,
    BeforeValidator(exact),
    PlainSerializer(written, return_type=int | str, when_used="json"),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]}),
]


class Frozen(BaseModel):
    """Base of all settings and framework parts: immutable, and a misspelt field is an error instead of ignored."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")  # built at first use: a tenth of the start


def field_path(loc: Iterable[int | str]) -> str:
    """Where an error is, the way people count: `categories[2].criteria[1].name`, from 1."""
    path = ""
    for part in loc:
        path += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def complaint(error: ValidationError) -> tuple[tuple[int | str, ...], str]:
    """The first thing wrong: its location and what pydantic has to say, without pydantic's preamble."""
    first: Any = error.errors(include_url=False)[0]
    return first["loc"], first["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
