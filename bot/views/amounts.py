"""Lifetime value and gross margin as people type and read them."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from pydantic import Field

from bot.views import blocks
from bot.views.message import Block, Data
from bot.views.state import State
from cmi_core.display import one_decimal
from cmi_core.values import exact

LIFETIME_VALUE, GROSS_MARGIN = "lifetime_value", "gross_margin"
_LONGEST = 30


class Figures(Data):
    """``gross_margin`` is in percent; None where it isn't known. ``errors`` are by block id."""

    lifetime_value: Decimal | None = None
    gross_margin: Fraction | None = None
    errors: dict[str, str] = Field(default_factory=dict)


def money(text: str) -> Decimal:
    """An amount of money. ValueError, in the person's words, for anything else."""
    try:
        value = Decimal(text.replace(" ", "").replace("_", ""))
    except InvalidOperation:
        raise ValueError(f"“{text[:40]}” isn't an amount. Please write it as 12500 or 12500.50.") from None
    if not value.is_finite() or abs(value) >= 10**15:
        raise ValueError(f"“{text[:40]}” isn't an amount that can be stored.")
    return value


def percent(text: str) -> Fraction:
    """A gross margin in percent, with or without its sign. ValueError, in the person's words, for anything else."""
    try:
        value = exact(text.removesuffix("%"))
    except ValueError:
        raise ValueError(f"“{text[:40]}” isn't a percentage. Please write it as 62 or 62.5.") from None
    if not -1000 <= value <= 100:
        raise ValueError(f"“{text[:40]}” isn't a gross margin in percent.")
    return value


def fields(figures: Figures) -> list[Block]:
    """The two inputs, with what is known filled in."""
    value = "" if figures.lifetime_value is None else f"{figures.lifetime_value:f}"
    margin = "" if figures.gross_margin is None else f"{float(figures.gross_margin):.15g}"
    return [
        blocks.field(
            "Lifetime value",
            LIFETIME_VALUE,
            blocks.text_input(LIFETIME_VALUE, value, longest=_LONGEST),
            hint="What the customer is worth over the years, such as 125000.",
            optional=True,
        ),
        blocks.field(
            "Gross margin, %",
            GROSS_MARGIN,
            blocks.text_input(GROSS_MARGIN, margin, longest=_LONGEST),
            hint="In percent, such as 62.",
            optional=True,
        ),
    ]


def parse(state: State) -> Figures:
    """What was typed; a figure that can't be read becomes an error under its field."""
    values: dict[str, Decimal | Fraction] = {}
    errors: dict[str, str] = {}
    readers: dict[str, Callable[[str], Decimal | Fraction]] = {LIFETIME_VALUE: money, GROSS_MARGIN: percent}
    for name, read in readers.items():
        text = state.text(name, name)
        try:
            if text:
                values[name] = read(text)
        except ValueError as error:
            errors[name] = str(error)
    return Figures.model_validate({**values, "errors": errors})


def shown(figures: Figures) -> str:
    """lifetime value 125,000, gross margin 62.0 %; empty where neither is known."""
    parts = []
    if figures.lifetime_value is not None:
        parts.append(f"lifetime value {figures.lifetime_value:,.0f}")
    if figures.gross_margin is not None:
        parts.append(f"gross margin {one_decimal(figures.gross_margin)} %")
    return ", ".join(parts)
