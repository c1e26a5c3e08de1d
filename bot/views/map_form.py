"""The form for the map: its kind, cuts, margins, alert cells and thresholds."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from bot.views import blocks
from bot.views.message import Block
from bot.views.override_form import cell_label
from bot.views.state import State
from cmi_core.cells import CELLS
from cmi_core.matrix import MapError, MapSettings, map_from_dict

CALLBACK = "map_form"
_VALUE = "value"
_NUMBERS: Mapping[str, tuple[str, str]] = {
    "cmi_cuts": (
        "CMI cuts",
        "On 1 to 5, lowest first: one for four quadrants, two for nine cells. Empty: the default.",
    ),
    "chs_cuts": ("Health cuts", "On 0 to 100, likewise. A score on a cut belongs to the band above it."),
    "cmi_margin": ("CMI margin", "How far past a cut an account must go to leave its band. 0: no margin."),
    "chs_margin": ("Health margin", "The same for health, in points."),
    "immature_floor": ("Immature below", "Inside Low: “do not sell or serve”. Empty: off; the usual value is 1.5."),
    "ltv_threshold": ("Lifetime value from", "With both thresholds the “??” cells say Invest or Economise."),
    "gm_threshold": ("Gross margin from, in percent", "See above. Empty: those cells say Decide."),
}
_LISTS = ("cmi_cuts", "chs_cuts")
_KINDS = {"quadrants": "Four quadrants", "nine": "Nine cells"}
_FIELD = re.compile(r"(\w+)(?:\[\d+\])?: ")


def build(settings: MapSettings) -> Block:
    """The form, filled in with these settings."""
    kinds = [blocks.option(name, kind) for kind, name in _KINDS.items()]
    chosen = next(option for option in kinds if option["value"] == settings.kind)
    body = [blocks.field("Kind of map", "kind", blocks.choice(_VALUE, kinds, chosen))]
    for key, (label, hint) in _NUMBERS.items():
        entered = blocks.text_input(_VALUE, number_text(getattr(settings, key)), longest=60)
        body.append(blocks.field(label, key, entered, hint=hint, optional=True))
    cells = [blocks.option(cell_label(cell), key) for key, cell in CELLS.items()]
    alerts = blocks.checkboxes(_VALUE, cells, settings.alert_cells)
    hint = "An account that moves into one of these is announced."
    body.append(blocks.field("Alert cells", "alert_cells", alerts, hint=hint, optional=True))
    return blocks.modal("Map and cuts", body, callback_id=CALLBACK, submit="Preview", close="Cancel")


def parse(view: Block) -> MapSettings | dict[str, str]:
    """The map, or what is wrong by block id."""
    state = State(view)
    data: dict[str, Any] = {
        "kind": state.option("kind", _VALUE) or "quadrants",
        "alert_cells": state.options("alert_cells", _VALUE),
    }
    for key in _NUMBERS:
        typed = _numbers(state.text(key, _VALUE))
        if typed:
            data[key] = typed if key in _LISTS else " ".join(typed)
        elif key.endswith("_margin"):
            data[key] = 0
    try:
        return map_from_dict(data)
    except MapError as error:
        found = _FIELD.match(str(error))
        field = found[1] if found and found[1] in data else "kind"
        text = str(error)[found.end() :] if found else str(error)
        return {field: f"{text[:1].upper()}{text[1:]}."}


def _numbers(text: str) -> list[str]:
    """2.5 and 3.5; 2,5 3,5; 2.5, 3.5: a comma within a number is a decimal comma."""
    words = re.split(r"[;\s]+|,\s+|,$", text.replace(" and ", " "))
    return [word.replace(",", ".") for word in words if word]


def number_text(value: Fraction | tuple[Fraction, ...] | None) -> str:
    """An exact number as somebody would type it: 2.5; a fraction such as 1/3 where no decimals say it."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(map(number_text, value))
    places = next((places for places in range(6) if (value * 10**places).denominator == 1), None)
    return str(value) if places is None else f"{float(value):.{places}f}"
