"""What Slack does to blocks and text on their way in and out: fills in ids and flags, escapes entities."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from typing import Any

from sandbox.model import Json

_CONTROL = re.compile(r"<(?:[@#!]|https?:|mailto:|tel:)[^<>]*>")
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")


def settle(blocks: Iterable[Json]) -> list[Json]:
    """Return a copy of blocks as Slack stores them: every block with an id, every element with an action id."""
    settled: list[Json] = [_settled(block) for block in blocks]
    for block in every_block(settled):
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for element in elements(block):
            if element["type"] != "image":
                element.setdefault("action_id", secrets.token_urlsafe(4))
    return settled


def every_block(blocks: Iterable[Json]) -> Iterator[Json]:
    """Yield blocks and those within them: a container's children, a carousel's cards."""
    for block in blocks:
        yield block
        if block["type"] == "container":
            yield from block["child_blocks"]
        elif block["type"] == "carousel":
            yield from block["elements"]


def _settled(value: Any) -> Any:
    if isinstance(value, list):
        return [_settled(item) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {name: _settled(item) for name, item in value.items()}
    if copy.get("type") == "plain_text":
        copy.setdefault("emoji", True)
    elif copy.get("type") == "mrkdwn":
        copy.setdefault("verbatim", False)
    return copy


def elements(block: Json) -> Iterator[Json]:
    """Yield a block's interactive elements (and images)."""
    kind = block["type"]
    if kind == "section" and "accessory" in block:
        yield block["accessory"]
    elif kind == "actions":
        yield from block["elements"]
    elif kind == "card":
        yield from block.get("actions", [])
    elif kind == "input":
        yield block["element"]


def find_element(blocks: Iterable[Json], block_id: str, action_id: str) -> Json | None:
    """Return the element with these ids, or None."""
    for block in every_block(blocks):
        if block["block_id"] == block_id:
            for element in elements(block):
                if element.get("action_id") == action_id:
                    return element
    return None


def escape_plain(text: str) -> str:
    """Escape what Slack escapes in plain text, leaving entities that are there already."""
    return _BARE_AMPERSAND.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def escape_mrkdwn(text: str) -> str:
    """Escape as Slack does in mrkdwn: links and mentions stay, and so does a quote's > at the start of a line."""
    parts = []
    end = 0
    for control in _CONTROL.finditer(text):
        parts += [escape_plain(text[end : control.start()]), control.group()]
        end = control.end()
    return "".join([*parts, escape_plain(text[end:])])


def escaped(value: Any) -> Any:
    """Return a copy of blocks with every text object's text escaped, as payloads and histories show them."""
    if isinstance(value, list):
        return [escaped(item) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {name: escaped(item) for name, item in value.items()}
    if isinstance(copy.get("text"), str):
        copy["text"] = (escape_mrkdwn if copy.get("type") == "mrkdwn" else escape_plain)(copy["text"])
    return copy
