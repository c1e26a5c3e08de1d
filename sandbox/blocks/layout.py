"""Block Kit's blocks as a table of specs."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sandbox.blocks.elements import element_specs, image_spec
from sandbox.blocks.newer import IN_CONTAINERS, newer_specs
from sandbox.blocks.rich_text import rich_text_spec
from sandbox.blocks.rules import Rule, Spec, Walk, check_object, flag, items, string, text
from sandbox.limits import BlockLimits


def element(container: str) -> Rule:
    """Accept an element that may stand in this container and on the surface being checked."""

    def rule(walk: Walk, value: Any, at: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        spec = element_specs(walk.limits).get(str(kind))
        if spec is None or container not in spec.containers or walk.surface not in spec.surfaces:
            walk.note(f"{at}/type", f"unsupported type: {kind}")
            return
        walk.focused += bool(value.get("focus_on_load"))
        if walk.focused > 1:
            walk.note(f"{at}/focus_on_load", "only one element may have focus_on_load")
        check_object(walk, value, at, spec)

    return rule


def _context_element(limits: BlockLimits) -> Rule:
    image, words = element("context"), text(limits.text)

    def rule(walk: Walk, value: Any, at: str) -> None:
        is_image = isinstance(value, dict) and value.get("type") == "image"
        (image if is_image else words)(walk, value, at)

    return rule


def _section_has_text(walk: Walk, block: Any, at: str) -> None:
    if "text" not in block and "fields" not in block:
        walk.note(at, "missing required field: text or fields")


def _unique_action_ids(walk: Walk, block: Any, at: str) -> None:
    elements = block.get("elements")
    parts = [part for part in elements if isinstance(part, dict)] if isinstance(elements, list) else []
    given = [part["action_id"] for part in parts if "action_id" in part]
    if len(set(map(str, given))) < len(given):
        walk.note(f"{at}/elements", "action_id must be unique within its block")


def _child(walk: Walk, value: Any, at: str) -> None:
    """Accept a block that may stand within a container."""
    kind = value.get("type") if isinstance(value, dict) else None
    if kind in IN_CONTAINERS:
        check_object(walk, value, at, block_specs(walk.limits)[kind])
    else:
        walk.note(f"{at}/type", f"unsupported type: {kind}")


@lru_cache(maxsize=8)
def block_specs(limits: BlockLimits) -> dict[str, Spec]:
    """Return every block that the sandbox knows, by its type."""
    image = image_spec(limits)
    specs = {
        "section": Spec(
            {
                "text": text(limits.text),
                "fields": items(text(limits.section_field), limits.section_fields),
                "accessory": element("section"),
                "expand": flag(),
            },
            also=_section_has_text,
        ),
        "header": Spec({"text": text(limits.header, plain=True)}, frozenset({"text"})),
        "divider": Spec({}),
        "context": Spec(
            {"elements": items(_context_element(limits), limits.context_elements)}, frozenset({"elements"})
        ),
        "actions": Spec(
            {"elements": items(element("actions"), limits.actions_elements)},
            frozenset({"elements"}),
            _unique_action_ids,
        ),
        "input": Spec(
            {
                "label": text(limits.input_label, plain=True),
                "element": element("input"),
                "hint": text(limits.input_hint, plain=True),
                "optional": flag(),
                "dispatch_action": flag(),
            },
            frozenset({"label", "element"}),
        ),
        "image": Spec({**image.properties, "title": text(limits.image_title, plain=True)}, image.required, image.also),
        "rich_text": rich_text_spec(limits),
    } | newer_specs(limits, element("card"), _child)
    block_id = string(limits.block_id)
    return {
        kind: Spec({**spec.properties, "block_id": block_id}, spec.required, spec.also, spec.surfaces)
        for kind, spec in specs.items()
    }
