"""What a person has chosen or typed: Slack's `state` objects, from initial values and from what the client sends."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sandbox.blocks.elements import all_options
from sandbox.content import elements, every_block
from sandbox.errors import PersonError
from sandbox.model import Json, View

_OPTION = ("selected_option", "initial_option")
_OPTIONS = ("selected_options", "initial_options")
_TEXT = ("value", "initial_value")

# The name of what was chosen, and of the property it starts from, by element type.
FIELDS: dict[str, tuple[str, str]] = {
    "static_select": _OPTION,
    "external_select": _OPTION,
    "radio_buttons": _OPTION,
    "overflow": _OPTION,
    "checkboxes": _OPTIONS,
    "multi_static_select": _OPTIONS,
    "multi_external_select": _OPTIONS,
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "plain_text_input": _TEXT,
    "number_input": _TEXT,
    "email_text_input": _TEXT,
    "url_text_input": _TEXT,
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", ""),
}
_STATELESS = ("button", "overflow", "image")


def initial(element: Json) -> Json:
    """Return an element's state before anybody touches it."""
    chosen, start = FIELDS[element["type"]]
    nothing: Any = [] if chosen.endswith("s") else None
    return {"type": element["type"], chosen: element.get(start, nothing)}


def initial_state(blocks: Iterable[Json], before: Json | None = None) -> Json:
    """Return the state of a fresh set of blocks: {block_id: {action_id: state}}.

    What stood `before` under the same block_id and action_id stays, as views.update keeps what was typed.
    """
    state: Json = {}
    for block in every_block(blocks):
        for element in elements(block):
            if element["type"] in _STATELESS or element["type"] not in FIELDS:
                continue
            kept = (before or {}).get(block["block_id"], {}).get(element["action_id"])
            usable = kept is not None and kept["type"] == element["type"] and _still_offered(element, kept)
            state.setdefault(block["block_id"], {})[element["action_id"]] = kept if usable else initial(element)
    return state


def _still_offered(element: Json, kept: Json) -> bool:
    if "options" not in element and "option_groups" not in element:
        return True
    chosen = kept[FIELDS[element["type"]][0]]
    offered = all_options(element)
    return chosen is None or all(one in offered for one in (chosen if isinstance(chosen, list) else [chosen]))


def chosen(element: Json, value: Any) -> Json:
    """Return the state that a client's plain value stands for (an option's value, an id, a date, a text).

    Raises:
        PersonError: nobody could choose this in Slack's client.
    """
    kind = element["type"]
    if kind not in FIELDS or kind == "file_input":
        raise PersonError(f"A {kind} takes no value")
    name, _ = FIELDS[kind]
    if value is None or value == "":
        return {"type": kind, name: [] if name.endswith("s") else None}
    if name == "selected_option":
        return {"type": kind, name: _option(element, value)}
    if name == "selected_options":
        return {"type": kind, name: [_option(element, one) for one in value]}
    return {"type": kind, name: value}


def _option(element: Json, value: Any) -> Json:
    if element["type"].endswith("external_select"):
        if isinstance(value, dict) and "value" in value and "text" in value:
            text = value["text"]
            return {
                "text": text if isinstance(text, dict) else {"type": "plain_text", "text": text, "emoji": True},
                "value": value["value"],
            }
        raise PersonError("An external select takes {'value', 'text'}, as offered by its options")
    wanted = value["value"] if isinstance(value, dict) else value
    for option in all_options(element):
        if option["value"] == wanted:
            return option
    raise PersonError(f"There is no option {wanted!r} in {element.get('action_id')}")


def take_values(view: View, values: Json) -> None:
    """Keep what a person has filled in, by block id and action id.

    Raises:
        PersonError: a value can't be chosen there.
    """
    for block in every_block(view.blocks):
        for element in elements(block):
            given = values.get(block["block_id"], {})
            action_id = element.get("action_id")
            if action_id not in given:
                continue
            answers = view.state.setdefault(block["block_id"], {})
            if element["type"] == "file_input":
                answers[action_id]["files"] = _still_attached(answers[action_id]["files"], given[action_id])
            else:
                answers[action_id] = chosen(element, given[action_id])


def _still_attached(files: list[Json], kept: Any) -> list[Json]:
    """Files can only be taken away so; attaching brings them."""
    return [file for file in files if file["id"] in (kept or [])]


def complaints(blocks: Iterable[Json], state: Json) -> dict[str, str]:
    """Return what Slack's client says under each question before it submits, by block id."""
    found = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        answer = state.get(block["block_id"], {}).get(element["action_id"], {})
        value = answer.get(FIELDS.get(element["type"], ("value", ""))[0])
        problem = _complaint(element, value) if value else _empty(block)
        if problem:
            found[block["block_id"]] = problem
    return found


def _empty(block: Json) -> str | None:
    return None if block.get("optional") else "Please complete this required field."


def _complaint(element: Json, value: Any) -> str | None:
    kind = element["type"]
    if kind == "plain_text_input":
        low, high = element.get("min_length", 0), element.get("max_length", 3000)
        if len(value) < low:
            return f"This must be at least {low} characters."
        return f"This must be fewer than {high + 1} characters." if len(value) > high else None
    if kind == "number_input":
        return _number_complaint(element, value)
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not re.fullmatch(r"https?://\S+", value):
        return "Please enter a valid URL."
    most = element.get("max_selected_items")
    return f"Please choose at most {most}." if most and len(value) > most else None


def _number_complaint(element: Json, value: str) -> str | None:
    decimal = element["is_decimal_allowed"]
    if not re.fullmatch(r"-?\d+(\.\d+)?" if decimal else r"-?\d+", str(value)):
        return "Please enter a number." if decimal else "Please enter a whole number."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and float(value) < float(low):
        return f"This must be {low} or more."
    if high is not None and float(value) > float(high):
        return f"This must be {high} or less."
    return None
