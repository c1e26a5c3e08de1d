"""Health readings from anywhere, brought to one scale: 0 (lost) to 100 (healthy)."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from cmi_core.cells import Band
from cmi_core.framework import Framework
from cmi_core.index import Score
from cmi_core.values import exact

Number = int | float | Decimal | Fraction

_TYPED = re.compile(r"(-?\d{1,9}(?:[.,]\d{1,9})?)\s*%?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Label:
    """Health in a word of its source, such as a colour, with the band that the word names. It has no number."""

    text: str
    band: Band


Health = Fraction | Label
"""What is known of an account's health: 0-100, or a label."""


class HealthError(ValueError):
    """This can't be a health score; the text says what to enter instead."""


def rescale(
    value: Number,
    lowest: Number,
    highest: Number,
    direction: Literal["ascending", "descending"] = "ascending",
) -> Fraction:
    """A reading on a source's own scale as 0-100. On a descending source the scale's upper end means "likely to churn".

    HealthError for what is no finite number, for a value off the scale and for a scale without extent.
    """
    reading, low, high = (_number(number) for number in (value, lowest, highest))
    if low >= high:
        raise HealthError(f"The scale {low} to {high} is upside down: its lower end must be below its upper end.")
    if not low <= reading <= high:
        raise HealthError(f"{value} is off the scale: give a number from {lowest} to {highest}.")
    share = 100 * (reading - low) / (high - low)
    return 100 - share if direction == "descending" else share


def from_rating(framework: Framework, score: Score) -> Fraction | None:
    """A rated health framework's score as 0-100; None where too little is rated. HealthError for a CMI framework."""
    if framework.kind != "health":
        raise HealthError(f"{framework.name} measures maturity, not health.")
    return None if score.cmi is None else rescale(score.cmi, framework.lowest, framework.highest)


def parse_health(text: str) -> Fraction:
    """What a person typed, "41", "41,5" or "41 %", as 0-100. HealthError tells them what to do instead."""
    typed = _TYPED.fullmatch(text.strip())
    if typed is None:
        raise HealthError("Please enter the health score as a number from 0 to 100, for example 41 or 41.5.")
    value = Fraction(typed[1].replace(",", "."))
    if not 0 <= value <= 100:
        raise HealthError(f"{text.strip()} is off the scale: please enter a number from 0 to 100.")
    return value


def _number(value: object) -> Fraction:
    if isinstance(value, str):
        raise HealthError(f"{value!r} is text: give a number.")
    try:
        return exact(value)
    except ValueError as error:
        raise HealthError(f"{error}: give a finite number.") from None
