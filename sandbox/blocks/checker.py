"""Whole messages and views: what Block Kit asks beyond the single block."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.blocks.elements import check_choices, option_lists
from sandbox.blocks.layout import block_specs
from sandbox.blocks.rules import Problem, Rule, Spec, Walk, check_object, flag, string, text
from sandbox.limits import BlockLimits

DEFAULT = BlockLimits()


def check_message(message: Mapping[str, Any] | list[Any], limits: BlockLimits = DEFAULT) -> list[Problem]:
    """Return what Slack would refuse in a message, given as its arguments (text, blocks) or as the list of blocks.

    A missing top-level `text` counts as a problem for arguments: phones and screen readers would have nothing to say.
    """
    walk = Walk("message", limits)
    blocks = message if isinstance(message, list) else message.get("blocks")
    if not isinstance(message, list) and not message.get("text"):
        walk.note("/text", "must be more than 0 characters")
    if blocks is not None:
        _check_blocks(walk, blocks, limits.message_blocks)
    return walk.problems


def check_blocks(blocks: Any, limits: BlockLimits = DEFAULT) -> list[Problem]:
    """Return what Slack would refuse in a message's blocks alone."""
    walk = Walk("message", limits)
    _check_blocks(walk, blocks, limits.message_blocks)
    return walk.problems


def check_view(view: Mapping[str, Any], limits: BlockLimits = DEFAULT) -> list[Problem]:
    """Return what Slack would refuse in a modal or Home view."""
    kind = view.get("type")
    if kind not in ("modal", "home"):
        return [Problem("/view/type", f"unsupported type: {kind}")]
    walk = Walk(kind, limits)
    check_object(
        walk, {name: value for name, value in view.items() if name != "blocks"}, "/view", _view_spec(kind, limits)
    )
    if "blocks" not in view:
        walk.note("/view", "missing required field: blocks")
    else:
        _check_blocks(walk, view["blocks"], limits.view_blocks, "/view/blocks")
    if kind == "modal" and "submit" not in view and _has_input(view.get("blocks")):
        walk.note("/view/submit", "missing required field: submit, as the view has input blocks")
    return walk.problems


def check_suggestions(answer: Mapping[str, Any], limits: BlockLimits = DEFAULT) -> list[Problem]:
    """Return what Slack would refuse in the app's answer to a block_suggestion."""
    walk = Walk("modal", limits)
    check_object(walk, answer, "", Spec(option_lists(limits, least=0), also=check_choices))
    return walk.problems


def view_bytes(view: Mapping[str, Any]) -> int:
    """Return the size of a view's JSON, which Slack limits as view_too_large."""
    return len(json.dumps(view, ensure_ascii=False).encode())


def _view_spec(kind: str, limits: BlockLimits) -> Spec:
    properties: dict[str, Rule] = {
        "private_metadata": string(limits.private_metadata, 0),
        "callback_id": string(limits.callback_id, 0),
        "external_id": string(limits.external_id, 0),
    }
    if kind == "home":
        return Spec(properties)
    label = text(limits.view_title, plain=True)
    return Spec(
        properties
        | {
            "title": label,
            "submit": label,
            "close": label,
            "clear_on_close": flag(),
            "notify_on_close": flag(),
            "submit_disabled": flag(),
        },
        frozenset({"title"}),
    )


def _has_input(blocks: Any) -> bool:
    return isinstance(blocks, list) and any(isinstance(b, dict) and b.get("type") == "input" for b in blocks)


def _check_blocks(walk: Walk, blocks: Any, most: int, at: str = "/blocks") -> None:
    if not isinstance(blocks, list):
        walk.note(at, "must be a list")
        return
    if len(blocks) > most:
        walk.note(at, f"no more than {most} items allowed")
    specs = block_specs(walk.limits)
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        here = f"{at}/{index}"
        kind = block.get("type") if isinstance(block, dict) else None
        spec = specs.get(str(kind))
        if spec is None or walk.surface not in spec.surfaces:
            walk.note(f"{here}/type", f"unsupported type: {kind}")
            continue
        check_object(walk, block, here, spec)
        for pointer, inner in _nested(block, here):
            block_id = inner.get("block_id")
            if block_id is not None and str(block_id) in seen:
                walk.note(f"{pointer}/block_id", "block_id must be unique")
            seen.add(str(block_id))


def _nested(block: dict[str, Any], at: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield at, block
    part = {"container": "child_blocks", "carousel": "elements"}.get(block["type"])
    inner = block.get(part) if part else None
    for index, item in enumerate(inner if isinstance(inner, list) else []):
        if isinstance(item, dict):
            yield f"{at}/{part}/{index}", item
