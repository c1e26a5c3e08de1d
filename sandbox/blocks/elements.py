"""Block Kit's interactive elements and composition objects as a table of specs."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sandbox.blocks.rules import (
    Rule,
    Spec,
    Walk,
    anything,
    flag,
    integer,
    items,
    matching,
    obj,
    one_of,
    string,
    text,
    url,
)
from sandbox.limits import BlockLimits

ANYWHERE = frozenset({"section", "actions", "input"})
INPUT = frozenset({"input"})
MODAL = frozenset({"modal"})
UNLIMITED = 1_000_000


def confirm(limits: BlockLimits) -> Spec:
    """Return the confirmation dialog's spec."""
    properties = {
        "title": text(limits.confirm_title, plain=True),
        "text": text(limits.confirm_text),
        "confirm": text(limits.confirm_button, plain=True),
        "deny": text(limits.confirm_button, plain=True),
        "style": one_of("primary", "danger"),
    }
    return Spec(properties, frozenset({"title", "text", "confirm", "deny"}))


def option(limits: BlockLimits, *, plain: bool, link: bool = False) -> Spec:
    """Return an option's spec; only an overflow menu's may carry a url."""
    properties: dict[str, Rule] = {
        "text": text(limits.option_text, plain=plain),
        "value": string(limits.option_value),
        "description": text(limits.option_description, plain=plain),
    }
    if link:
        properties["url"] = url(limits.url)
    return Spec(properties, frozenset({"text", "value"}))


def _menu_of_options(walk: Walk, element: Any, at: str) -> None:
    if ("options" in element) == ("option_groups" in element):
        walk.note(at, "must provide exactly one of: options, option_groups")
    check_choices(walk, element, at)


def check_choices(walk: Walk, element: Any, at: str) -> None:
    """Note option values given twice, and an initial choice that is not exactly one of the options."""
    choices = all_options(element)
    values = [choice.get("value") for choice in choices]
    if len(set(map(str, values))) < len(values):
        walk.note(at, "option values must be unique")
    single = [("initial_option", element["initial_option"])] if "initial_option" in element else []
    several = element.get("initial_options")
    many = [(f"initial_options/{n}", one) for n, one in enumerate(several)] if isinstance(several, list) else []
    for where, chosen in [*single, *many]:
        if chosen not in choices:
            walk.note(f"{at}/{where}", "initial option must be one of the options, exactly")


def all_options(element: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a menu's options, those in groups included; malformed ones are left out."""
    found = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        if isinstance(group, dict):
            found += group.get("options") or []
    return [item for item in found if isinstance(item, dict)]


def option_lists(limits: BlockLimits, least: int = 1) -> dict[str, Rule]:
    """Return the rules for a menu's options and option_groups."""
    choice = obj(option(limits, plain=True))
    group = obj(
        Spec(
            {"label": text(limits.option_text, plain=True), "options": items(choice, limits.options, least)},
            frozenset({"label", "options"}),
        )
    )
    return {
        "options": items(choice, limits.options, least),
        "option_groups": items(group, limits.option_groups, least),
    }


def _selects(limits: BlockLimits, shared: dict[str, Rule]) -> dict[str, Spec]:
    choice = obj(option(limits, plain=True))
    lists = option_lists(limits)
    common = shared | {"placeholder": text(limits.placeholder, plain=True)}
    one_id, ids = string(UNLIMITED), items(string(UNLIMITED), limits.options)
    filters = obj(
        Spec(
            {
                "include": items(one_of("im", "mpim", "private", "public"), 4),
                "exclude_external_shared_channels": flag(),
                "exclude_bot_users": flag(),
            }
        )
    )
    conversations = {"default_to_current_conversation": flag(), "filter": filters}
    kinds: dict[str, tuple[dict[str, Rule], dict[str, Rule], Rule | None]] = {
        "static": (
            lists | {"initial_option": choice},
            lists | {"initial_options": items(choice, limits.options)},
            _menu_of_options,
        ),
        "external": (
            {"initial_option": choice, "min_query_length": integer(0, UNLIMITED)},
            {"initial_options": items(choice, limits.options), "min_query_length": integer(0, UNLIMITED)},
            None,
        ),
        "users": ({"initial_user": one_id}, {"initial_users": ids}, None),
        "conversations": (
            conversations | {"initial_conversation": one_id, "response_url_enabled": flag()},
            conversations | {"initial_conversations": ids},
            None,
        ),
        "channels": (
            {"initial_channel": one_id, "response_url_enabled": flag()},
            {"initial_channels": ids},
            None,
        ),
    }
    specs = {}
    for kind, (single, several, also) in kinds.items():
        specs[f"{kind}_select"] = Spec(common | single, also=also)
        many = common | several | {"max_selected_items": integer(1, UNLIMITED)}
        specs[f"multi_{kind}_select"] = Spec(many, also=also, containers=frozenset({"section", "input"}))
    return specs


def _choices(limits: BlockLimits, shared: dict[str, Rule]) -> dict[str, Spec]:
    rich = obj(option(limits, plain=False))
    needs = frozenset({"options"})
    overflow = obj(option(limits, plain=True, link=True))
    return {
        "radio_buttons": Spec(
            shared | {"options": items(rich, limits.radio_options), "initial_option": rich}, needs, check_choices
        ),
        "checkboxes": Spec(
            shared
            | {
                "options": items(rich, limits.checkbox_options),
                "initial_options": items(rich, limits.checkbox_options),
            },
            needs,
            check_choices,
        ),
        "overflow": Spec(
            {
                "action_id": shared["action_id"],
                "confirm": shared["confirm"],
                "options": items(overflow, limits.overflow_options),
            },
            needs,
            check_choices,
            containers=frozenset({"section", "actions"}),
        ),
    }


def _check_lengths(walk: Walk, element: Any, at: str) -> None:
    low, high, value = (element.get(name) for name in ("min_length", "max_length", "initial_value"))
    if isinstance(low, int) and isinstance(high, int) and low > high:
        walk.note(at, "min_length must not exceed max_length")
    if isinstance(value, str) and isinstance(high, int) and len(value) > high:
        walk.note(f"{at}/initial_value", f"must be less than {high + 1} characters")


def _inputs(limits: BlockLimits, shared: dict[str, Rule]) -> dict[str, Spec]:
    dispatch = obj(
        Spec({"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)}, frozenset())
    )
    typed: dict[str, Rule] = {
        "action_id": shared["action_id"],
        "focus_on_load": shared["focus_on_load"],
        "placeholder": text(limits.placeholder, plain=True),
        "dispatch_action_config": dispatch,
        "initial_value": string(UNLIMITED, 0),
    }
    number = matching(r"-?\d+(\.\d+)?", "a number written as a string")
    lengths = {"min_length": integer(0, limits.input_length), "max_length": integer(1, limits.input_length)}
    numeric = typed | {"is_decimal_allowed": flag(), "initial_value": number, "min_value": number, "max_value": number}
    rich = {name: rule for name, rule in typed.items() if name != "initial_value"} | {"initial_value": anything()}
    files = {
        "action_id": shared["action_id"],
        "filetypes": items(string(UNLIMITED), UNLIMITED),
        "max_files": integer(1, limits.max_files),
    }
    return {
        "plain_text_input": Spec(
            typed | lengths | {"multiline": flag()},
            also=_check_lengths,
            containers=INPUT,
        ),
        "number_input": Spec(numeric, frozenset({"is_decimal_allowed"}), surfaces=MODAL, containers=INPUT),
        "email_text_input": Spec(typed, surfaces=MODAL, containers=INPUT),
        "url_text_input": Spec(typed, surfaces=MODAL, containers=INPUT),
        "rich_text_input": Spec(rich, surfaces=frozenset({"modal", "home"}), containers=INPUT),
        "file_input": Spec(files, surfaces=MODAL, containers=INPUT),
    }


def _pickers(limits: BlockLimits, shared: dict[str, Rule]) -> dict[str, Spec]:
    common = shared | {"placeholder": text(limits.placeholder, plain=True)}
    time = matching(r"([01]\d|2[0-3]):[0-5]\d", "a time such as 09:30")
    return {
        "datepicker": Spec(common | {"initial_date": matching(r"\d{4}-\d{2}-\d{2}", "a date such as 2026-09-30")}),
        "timepicker": Spec(common | {"initial_time": time, "timezone": string(UNLIMITED)}),
        "datetimepicker": Spec(
            shared | {"initial_date_time": integer(1_000_000_000, 9_999_999_999)},
            surfaces=frozenset({"message", "modal"}),
            containers=frozenset({"actions", "input"}),
        ),
    }


@lru_cache(maxsize=8)
def element_specs(limits: BlockLimits) -> dict[str, Spec]:
    """Return every element that the sandbox knows, by its type."""
    shared: dict[str, Rule] = {
        "action_id": string(limits.action_id),
        "confirm": obj(confirm(limits)),
        "focus_on_load": flag(),
    }
    button = {
        "action_id": shared["action_id"],
        "confirm": shared["confirm"],
        "text": text(limits.button_text, plain=True),
        "value": string(limits.button_value, 0),
        "url": url(limits.url),
        "style": one_of("primary", "danger"),
        "accessibility_label": string(limits.accessibility_label),
    }
    specs = {
        "button": Spec(button, frozenset({"text"}), containers=frozenset({"section", "actions", "card"})),
        "image": image_spec(limits),
    }
    parts = (_selects, _choices, _inputs, _pickers)
    for part in parts:
        specs |= part(limits, shared)
    return specs


def image_spec(limits: BlockLimits) -> Spec:
    """Return the image element's spec, which the image block widens by a title."""
    slack_file = obj(Spec({"id": string(UNLIMITED), "url": url(limits.url)}, also=_one_of_two("id", "url")))
    return Spec(
        {"image_url": url(limits.image_url), "slack_file": slack_file, "alt_text": string(limits.alt_text)},
        frozenset({"alt_text"}),
        _one_of_two("image_url", "slack_file"),
        containers=frozenset({"section", "context"}),
    )


def _one_of_two(first: str, second: str) -> Rule:
    def rule(walk: Walk, value: Any, at: str) -> None:
        if (first in value) == (second in value):
            walk.note(at, f"must provide exactly one of: {first}, {second}")

    return rule
