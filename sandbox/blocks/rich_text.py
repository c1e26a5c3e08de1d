"""Rich text: formatted runs within sections, lists, quotes and preformatted parts."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sandbox.blocks.rules import Rule, Spec, Walk, anything, check_object, flag, integer, items, obj, one_of, string
from sandbox.limits import BlockLimits

MANY = 100_000


def _of_types(specs: dict[str, Spec]) -> Rule:
    def rule(walk: Walk, value: Any, at: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind in specs:
            check_object(walk, value, at, specs[kind])
        else:
            walk.note(f"{at}/type", f"unsupported type: {kind}")

    return rule


@lru_cache(maxsize=8)
def rich_text_spec(limits: BlockLimits) -> Spec:
    """Return the rich_text block's spec."""
    style = obj(Spec(dict.fromkeys(("bold", "italic", "strike", "code", "underline"), flag())))
    word = string(MANY)
    runs = {
        "text": Spec({"text": word, "style": style}, frozenset({"text"})),
        "link": Spec({"url": string(limits.url), "text": word, "style": style, "unsafe": flag()}, frozenset({"url"})),
        "user": Spec({"user_id": word, "style": style}, frozenset({"user_id"})),
        "usergroup": Spec({"usergroup_id": word, "style": style}, frozenset({"usergroup_id"})),
        "channel": Spec({"channel_id": word, "style": style}, frozenset({"channel_id"})),
        "broadcast": Spec({"range": one_of("here", "channel", "everyone")}, frozenset({"range"})),
        "emoji": Spec({"name": word, "unicode": word, "style": style}, frozenset({"name"})),
        "date": Spec(
            {"timestamp": integer(0, 2**40), "format": word, "url": string(limits.url), "fallback": word},
            frozenset({"timestamp", "format"}),
        ),
        "color": Spec({"value": word}, frozenset({"value"})),
    }
    line = items(_of_types(runs), MANY, 0)
    needs = frozenset({"elements"})
    border = integer(0, 1)
    section = Spec({"elements": line}, needs)
    listing = Spec(
        {
            "elements": items(_of_types({"rich_text_section": section}), MANY),
            "style": one_of("bullet", "ordered"),
            "indent": integer(0, 8),
            "offset": integer(0, MANY),
            "border": border,
        },
        needs | {"style"},
    )
    parts = {
        "rich_text_section": section,
        "rich_text_list": listing,
        "rich_text_quote": Spec({"elements": line, "border": border}, needs),
        "rich_text_preformatted": Spec({"elements": line, "border": border, "language": anything()}, needs),
    }
    return Spec({"elements": items(_of_types(parts), MANY), "block_id": string(limits.block_id)}, needs)
