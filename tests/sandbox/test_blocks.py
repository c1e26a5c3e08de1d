"""The checker names what Slack would refuse, where it stands, and lets through what Slack takes."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from sandbox.blocks import check_message, check_view
from sandbox.limits import BlockLimits
from tests.sandbox.conftest import plain

Json = dict[str, Any]


def option(value: str, text: str = "One") -> Json:
    return {"text": plain(text), "value": value}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn("Hello")} | more


def asked(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("Question"), "element": element} | more


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Title"), "submit": plain("Save"), "blocks": list(blocks)} | more


def button(**more: Any) -> Json:
    return {"type": "button", "action_id": "go", "text": plain("Go")} | more


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


TEXT_INPUT = {"type": "plain_text_input", "action_id": "t"}
MENU = {"type": "static_select", "action_id": "m", "options": [option("1"), option("2", "Two")]}
CONFIRM = {"title": plain("Sure?"), "text": mrkdwn("Really"), "confirm": plain("Yes"), "deny": plain("No")}
RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "x", "style": {"bold": True}}]}
            ],
        }
    ],
}

GOOD = [
    section(),
    section(accessory=button(style="primary", confirm=CONFIRM, value="")),
    section(fields=[mrkdwn("a"), plain("b")]),
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider"},
    {
        "type": "context",
        "elements": [mrkdwn("a"), {"type": "image", "image_url": "https://x.test/a.png", "alt_text": "A"}],
    },
    actions(button(), MENU | {"initial_option": option("2", "Two")}),
    asked({"type": "radio_buttons", "action_id": "r", "options": [option(str(n)) for n in range(10)]}),
    asked({"type": "checkboxes", "action_id": "c", "options": [option("1") | {"text": mrkdwn("*One*")}]}),
    asked({"type": "multi_users_select", "action_id": "u", "max_selected_items": 3}, optional=True),
    asked({"type": "conversations_select", "action_id": "c", "filter": {"include": ["public"]}}),
    section(accessory={"type": "datepicker", "action_id": "d", "initial_date": "2026-09-30"}),
    section(accessory={"type": "overflow", "action_id": "o", "options": [option("1")]}),
    RICH,
]


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_what_slack_takes_passes_in_messages_and_modals(block: Json) -> None:
    assert check_message({"text": "t", "blocks": [block]}) == []
    assert check_view(modal(block)) == []


REFUSED = [
    (section(text=mrkdwn("")), "/text/text", "must be more than 0 characters"),
    (section(text=mrkdwn("x" * 3001)), "/text/text", "must be less than 3001 characters"),
    ({"type": "section"}, "", "missing required field: text or fields"),
    (section(colour="red"), "", "invalid additional property: colour"),
    (section(fields=[plain("x")] * 11), "/fields", "no more than 10 items allowed"),
    (section(fields=[plain("x" * 2001)]), "/fields/0/text", "must be less than 2001 characters"),
    (section(accessory=TEXT_INPUT), "/accessory/type", "unsupported type: plain_text_input"),
    ({"type": "header", "text": mrkdwn("x")}, "/text/type", "must be plain_text"),
    ({"type": "header", "text": plain("x" * 151)}, "/text/text", "must be less than 151 characters"),
    ({"type": "context", "elements": [mrkdwn("x")] * 11}, "/elements", "no more than 10 items allowed"),
    ({"type": "context", "elements": []}, "/elements", "no fewer than 1 items allowed"),
    (actions(), "/elements", "no fewer than 1 items allowed"),
    (actions(*(button(action_id=str(n)) for n in range(26))), "/elements", "no more than 25 items allowed"),
    (actions(button(), button()), "/elements", "action_id must be unique within its block"),
    (actions(button(action_id="x" * 256)), "/elements/0/action_id", "must be less than 256 characters"),
    (actions(button(text=plain("x" * 76))), "/elements/0/text/text", "must be less than 76 characters"),
    (actions(button(text=mrkdwn("x"))), "/elements/0/text/type", "must be plain_text"),
    (actions(button(value="x" * 2001)), "/elements/0/value", "must be less than 2001 characters"),
    (actions(button(style="blue")), "/elements/0/style", "must be one of: primary, danger"),
    (actions(button(url="acme")), "/elements/0/url", "must be a valid URL"),
    (
        actions(button(confirm={**CONFIRM, "text": plain("x" * 301)})),
        "/elements/0/confirm/text/text",
        "must be less than 301 characters",
    ),
    (actions(MENU | {"options": []}), "/elements/0/options", "no fewer than 1 items allowed"),
    (
        actions(MENU | {"options": [option(str(n)) for n in range(101)]}),
        "/elements/0/options",
        "no more than 100 items allowed",
    ),
    (actions(MENU | {"options": [option("1"), option("1")]}), "/elements/0", "option values must be unique"),
    (
        actions(MENU | {"initial_option": option("2", "Other")}),
        "/elements/0/initial_option",
        "initial option must be one of the options, exactly",
    ),
    (
        actions(MENU | {"options": [{"text": mrkdwn("x"), "value": "1"}]}),
        "/elements/0/options/0/text/type",
        "must be plain_text",
    ),
    (
        actions(MENU | {"options": [option("1", "x" * 76)]}),
        "/elements/0/options/0/text/text",
        "must be less than 76 characters",
    ),
    (
        actions(MENU | {"options": [option("x" * 151)]}),
        "/elements/0/options/0/value",
        "must be less than 151 characters",
    ),
    (
        actions(MENU | {"option_groups": [{"label": plain("G"), "options": [option("3")]}]}),
        "/elements/0",
        "must provide exactly one of: options, option_groups",
    ),
    (
        asked({"type": "radio_buttons", "options": [option(str(n)) for n in range(11)]}),
        "/element/options",
        "no more than 10 items allowed",
    ),
    (
        section(accessory={"type": "overflow", "options": [option(str(n)) for n in range(6)]}),
        "/accessory/options",
        "no more than 5 items allowed",
    ),
    (asked(button()), "/element/type", "unsupported type: button"),
    (asked(TEXT_INPUT, label=mrkdwn("x")), "/label/type", "must be plain_text"),
    (asked(TEXT_INPUT, label=plain("x" * 2001)), "/label/text", "must be less than 2001 characters"),
    (asked(TEXT_INPUT | {"max_length": 3001}), "/element/max_length", "must be between 1 and 3000"),
    (asked(TEXT_INPUT | {"placeholder": plain("x" * 151)}), "/element/placeholder/text", "less than 151"),
    (
        section(accessory={"type": "image", "image_url": "https://x.test/a.png"}),
        "/accessory",
        "missing required field: alt_text",
    ),
    ({"type": "image", "alt_text": "A"}, "", "must provide exactly one of: image_url, slack_file"),
    (section(accessory={"type": "datepicker", "initial_date": "30.9.2026"}), "/accessory/initial_date", "be a date"),
    ({"type": "sparkline"}, "/type", "unsupported type: sparkline"),
    (section(block_id="x" * 256), "/block_id", "must be less than 256 characters"),
]  # fmt: skip


@pytest.mark.parametrize(("block", "pointer", "said"), REFUSED)
def test_what_slack_refuses_is_named_with_its_pointer(block: Json, pointer: str, said: str) -> None:
    for found, base in (
        (check_message({"text": "t", "blocks": [block]}), "/blocks/0"),
        (check_view(modal(block)), "/view/blocks/0"),
    ):
        assert [problem.pointer for problem in found] == [base + pointer]
        assert said in found[0].message


def test_surfaces_and_elements_must_fit() -> None:
    number = asked({"type": "number_input", "action_id": "n", "is_decimal_allowed": False})
    assert check_view(modal(number)) == []
    assert [p.pointer for p in check_message({"text": "t", "blocks": [number]})] == ["/blocks/0/element/type"]
    assert [p.pointer for p in check_view({"type": "home", "blocks": [number]})] == ["/view/blocks/0/element/type"]
    alert = {"type": "alert", "text": plain("Careful"), "level": "warning"}
    assert check_view(modal(alert)) == []
    assert [p.pointer for p in check_message([alert])] == ["/blocks/0/type"]
    markdown = {"type": "markdown", "text": "# x"}
    assert check_message([markdown]) == []
    assert [p.pointer for p in check_view(modal(markdown))] == ["/view/blocks/0/type"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"title": plain("x" * 25)}, "/view/title/text"),
        ({"title": mrkdwn("x")}, "/view/title/type"),
        ({"submit": plain("")}, "/view/submit/text"),
        ({"close": plain("x" * 25)}, "/view/close/text"),
        ({"private_metadata": "x" * 3001}, "/view/private_metadata"),
        ({"callback_id": "x" * 256}, "/view/callback_id"),
        ({"external_id": "x" * 256}, "/view/external_id"),
        ({"notify_on_close": "yes"}, "/view/notify_on_close"),
        ({"colour": "red"}, "/view"),
        ({"blocks": [section()] * 101}, "/view/blocks"),
        ({"blocks": "none"}, "/view/blocks"),
        ({"type": "dialog"}, "/view/type"),
        ({"blocks": [section(block_id="a"), section(block_id="a")]}, "/view/blocks/1/block_id"),
        (
            {"blocks": [asked(TEXT_INPUT | {"focus_on_load": True}) for _ in range(2)]},
            "/view/blocks/1/element/focus_on_load",
        ),
    ],
)
def test_a_views_own_rules(changes: Json, pointer: str) -> None:
    assert [problem.pointer for problem in check_view(modal(section()) | changes)] == [pointer]


def test_a_modal_with_inputs_needs_submit_and_a_home_has_none() -> None:
    form = modal(asked(TEXT_INPUT))
    del form["submit"]
    assert [problem.pointer for problem in check_view(form)] == ["/view/submit"]
    assert [p.pointer for p in check_view({"type": "home", "submit": plain("x"), "blocks": [section()]})] == ["/view"]
    del form["title"]
    assert "missing required field: title" in [problem.message for problem in check_view(form)]


def test_a_message_holds_fifty_blocks_and_needs_its_text() -> None:
    assert check_message({"text": "t", "blocks": [section()] * 50}) == []
    assert [p.pointer for p in check_message({"text": "t", "blocks": [section()] * 51})] == ["/blocks"]
    assert [p.pointer for p in check_message({"blocks": [section()]})] == ["/text"]


def test_tables_and_markdown_are_limited_per_message() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x" * 50}] * 20] * 10}
    assert check_message([table]) == []
    assert [p.pointer for p in check_message([table, deepcopy(table)])] == ["/blocks/1"]
    long = {"type": "table", "rows": [[{"type": "raw_text", "text": "x" * 51}] * 20] * 10}
    assert [p.pointer for p in check_message([long])] == ["/blocks/0/rows"]
    half = {"type": "markdown", "text": "x" * 6001}
    assert [p.pointer for p in check_message([half, half])] == ["/blocks/1/text"]


def test_limits_can_be_other_than_slacks() -> None:
    assert check_message([section(text=mrkdwn("x" * 11))], BlockLimits(text=10)) != []
