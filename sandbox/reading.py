"""What a person reads in blocks: texts, labels, and the element that a text or an id points to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.blocks.elements import all_options
from sandbox.content import elements, every_block
from sandbox.errors import PersonError
from sandbox.model import Json


@dataclass(frozen=True)
class Spot:
    """An element within its block."""

    block: Json
    element: Json


def seen_text(value: Any) -> str:
    """Return everything that can be read in a message, view or list of blocks, one text per line."""
    return "\n".join(_texts(value))


# Texts; pictures' descriptions; and what charts and data tables are called, with their figures.
_READ = ("text", "alt_text", "caption", "title", "label", "name")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in _READ and isinstance(item, str):
                yield item
            elif name == "value" and isinstance(item, int | float):
                yield str(item)
            elif name not in ("state", "errors"):
                yield from _texts(item)


def find(blocks: list[Json], wanted: str) -> Spot | None:
    """Return what a person means by `wanted`.

    That is an element's action_id or button text, or its block's block_id, label or text. An exact match goes before a
    text that only starts so.
    """
    spots = [
        Spot(block, element)
        for block in every_block(blocks)
        for element in elements(block)
        if element["type"] != "image"
    ]
    exact = (spot for spot in spots if wanted in _names(spot))
    similar = (spot for spot in spots if any(name.startswith(wanted) for name in _names(spot)))
    return next(exact, None) or next(similar, None)


def _names(spot: Spot) -> Iterator[str]:
    block, element = spot.block, spot.element
    yield element["action_id"]
    if element["type"] == "button":
        yield element["text"]["text"]
        return
    yield block["block_id"]
    if "placeholder" in element:
        yield element["placeholder"]["text"]
    if label := block.get("label") or block.get("text"):
        yield label["text"]


def option_value(element: Json, wanted: str) -> str:
    """Return the value of the option that shows this text, or has this value.

    Raises:
        PersonError: none does; the text lists those that are there.
    """
    options = all_options(element)
    for option in options:
        if wanted in (option["value"], option["text"]["text"]):
            return str(option["value"])
    offered = ", ".join(option["text"]["text"] for option in options)
    raise PersonError(f"There is no option {wanted!r}; there are: {offered}")
