"""Block Kit's blocks of 2025 and 2026: markdown, tables, charts, alerts, cards and containers, as a table of specs.

Slack has moved some of their limits within months; these stay at the stricter figure.
"""

from __future__ import annotations

from typing import Any

from sandbox.blocks.charts import chart_spec
from sandbox.blocks.elements import image_spec
from sandbox.blocks.rich_text import rich_text_spec
from sandbox.blocks.rules import (
    Rule,
    Spec,
    Walk,
    anything,
    check_object,
    flag,
    integer,
    items,
    number,
    obj,
    one_of,
    string,
    text,
)
from sandbox.limits import BlockLimits

MESSAGE = frozenset({"message"})
MODAL = frozenset({"modal"})
MESSAGE_AND_HOME = frozenset({"message", "home"})
IN_CONTAINERS = frozenset(
    {"actions", "context", "divider", "header", "image", "input", "rich_text", "section", "table"}
)


def newer_specs(limits: BlockLimits, button: Rule, child: Rule) -> dict[str, Spec]:
    """Return these blocks by type; `button` judges a card's actions, `child` a block within a container."""
    card = _card(limits, button)
    alert = {
        "text": text(limits.alert_text),
        "level": one_of("default", "info", "warning", "error", "success"),
    }
    return {
        "markdown": Spec(
            {"text": string(limits.markdown_text)}, frozenset({"text"}), _count_markdown, surfaces=MESSAGE
        ),
        "table": _table(limits),
        "data_table": _data_table(limits),
        "data_visualization": chart_spec(limits),
        "alert": Spec(alert, frozenset({"text"}), surfaces=MODAL),
        "card": card,
        "carousel": Spec(
            {"elements": items(_card_in_carousel(card), limits.carousel_cards)},
            frozenset({"elements"}),
            surfaces=MESSAGE_AND_HOME,
        ),
        "container": _container(limits, child),
    }


def _count_markdown(walk: Walk, block: Any, at: str) -> None:
    walk.markdown += len(str(block.get("text", "")))
    if walk.markdown > walk.limits.markdown_text:
        walk.note(f"{at}/text", f"markdown must be less than {walk.limits.markdown_text + 1} characters in all")


def _cell(limits: BlockLimits) -> Rule:
    kinds = {
        "raw_text": Spec({"text": string(limits.table_text, 0)}, frozenset({"text"})),
        "raw_number": Spec({"value": number(), "text": string(limits.table_text, 0)}, frozenset({"value"})),
        "rich_text": rich_text_spec(limits),
    }

    def cell(walk: Walk, value: Any, at: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind in kinds:
            check_object(walk, value, at, kinds[kind])
        else:
            walk.note(f"{at}/type", f"unsupported type: {kind}")

    return cell


def _cells(block: Any) -> list[list[Any]]:
    rows = block.get("rows")
    return [row for row in rows if isinstance(row, list)] if isinstance(rows, list) else []


def _limit_text(walk: Walk, block: Any, at: str, most: int) -> None:
    if _characters(_cells(block)) > most:
        walk.note(f"{at}/rows", f"must be less than {most + 1} characters in all")


def _characters(value: Any) -> int:
    if isinstance(value, list):
        return sum(_characters(item) for item in value)
    if not isinstance(value, dict):
        return 0
    own = str(value.get("text", value.get("value", "")))
    return len(own) + _characters(value.get("elements"))


def _table(limits: BlockLimits) -> Spec:
    def also(walk: Walk, block: Any, at: str) -> None:
        walk.tables += 1
        if walk.tables > 1:
            walk.note(at, "only one table is allowed in a message")
        _limit_text(walk, block, at, limits.table_text)

    column = obj(Spec({"align": one_of("left", "center", "right"), "is_wrapped": flag()}))
    rows = items(items(_cell(limits), limits.table_cells), limits.table_rows)
    settings = items(column, limits.table_cells)
    return Spec({"rows": rows, "column_settings": settings}, frozenset({"rows"}), also, surfaces=MESSAGE)


def _data_table(limits: BlockLimits) -> Spec:
    def also(walk: Walk, block: Any, at: str) -> None:
        _limit_text(walk, block, at, limits.data_table_text)
        rows = _cells(block)
        if not rows:
            return
        if any(len(row) != len(rows[0]) for row in rows):
            walk.note(f"{at}/rows", "all rows must have the same number of cells")
        for index, cell in enumerate(rows[0]):
            if isinstance(cell, dict) and cell.get("type") == "rich_text":
                walk.note(f"{at}/rows/0/{index}/type", "header cells must not be rich_text")
        header = block.get("row_header_column_index", 0)
        if isinstance(header, int) and header >= len(rows[0]):
            walk.note(f"{at}/row_header_column_index", "must be one of the columns")

    properties = {
        "caption": string(limits.text),
        "rows": items(items(_cell(limits), limits.data_table_columns), limits.data_table_rows, 2),
        "page_size": integer(1, limits.data_table_page),
        "row_header_column_index": integer(0, limits.data_table_columns),
    }
    return Spec(properties, frozenset({"caption", "rows"}), also, surfaces=MESSAGE_AND_HOME)


def _card(limits: BlockLimits, button: Rule) -> Spec:
    picture = obj(image_spec(limits))
    properties = {
        "hero_image": picture,
        "icon": picture,
        "slack_icon": anything(),
        "title": text(limits.card_title),
        "subtitle": text(limits.card_title),
        "body": text(limits.card_text),
        "subtext": text(limits.card_text),
        "actions": items(button, limits.card_actions),
        "block_id": string(limits.block_id),
    }
    return Spec(properties, also=_card_says_something)


def _card_says_something(walk: Walk, card: Any, at: str) -> None:
    if not card.keys() & {"hero_image", "title", "actions", "body"}:
        walk.note(at, "missing required field: one of hero_image, title, actions, body")


def _card_in_carousel(card: Spec) -> Rule:
    whole = obj(card)

    def rule(walk: Walk, value: Any, at: str) -> None:
        if isinstance(value, dict) and value.get("type") != "card":
            walk.note(f"{at}/type", f"unsupported type: {value.get('type')}")
        else:
            whole(walk, value, at)

    return rule


def _container(limits: BlockLimits, child: Rule) -> Spec:
    def also(walk: Walk, block: Any, at: str) -> None:
        if "title" not in block and "rich_text_title" not in block:
            walk.note(at, "missing required field: title or rich_text_title")
        if block.get("is_collapsible") and block.get("has_header_divider"):
            walk.note(f"{at}/has_header_divider", "must not be set where is_collapsible is")
        if block.get("default_collapsed") and not block.get("is_collapsible"):
            walk.note(f"{at}/default_collapsed", "needs is_collapsible")

    properties = {
        "title": text(limits.container_title, plain=True),
        "rich_text_title": obj(rich_text_spec(limits)),
        "subtitle": text(limits.container_title),
        "icon": obj(image_spec(limits)),
        "child_blocks": items(child, limits.container_blocks),
        "width": one_of("narrow", "standard", "wide", "full"),
        "is_collapsible": flag(),
        "default_collapsed": flag(),
        "has_header_divider": flag(),
    }
    return Spec(properties, frozenset({"child_blocks"}), also, surfaces=MESSAGE)
