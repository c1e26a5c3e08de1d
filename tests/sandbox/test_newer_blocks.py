"""Charts, data tables, cards, carousels and containers: what is taken and refused, and the workspace's switch."""

from __future__ import annotations

from copy import deepcopy
from functools import partial
from queue import Queue
from typing import Any

import httpx
import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from sandbox import Person, Sandbox
from sandbox.blocks import check_message, check_view
from sandbox.reading import seen_text
from tests.sandbox.conftest import ALERTS, MANIFEST, PRIYA, new_client, plain
from tests.sandbox.test_modals import modal
from tests.sandbox.test_webapi import refusal

Json = dict[str, Any]


def raw(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def points(*values: float) -> list[Json]:
    return [{"label": label, "value": value} for label, value in zip(("Q1", "Q2"), values, strict=True)]


PIE: Json = {
    "type": "data_visualization",
    "title": "Accounts per quadrant",
    "chart": {"type": "pie", "segments": [{"label": "Retain", "value": 3}, {"label": "Save", "value": 0.5}]},
}
LINE: Json = {
    "type": "data_visualization",
    "title": "Health",
    "chart": {
        "type": "line",
        "series": [{"name": "Acme", "data": points(40, -1)}, {"name": "Borealis", "data": points(0, 2.5)}],
        "axis_config": {"categories": ["Q1", "Q2"], "x_label": "Quarter", "y_label": "Score"},
    },
}
TABLE: Json = {
    "type": "data_table",
    "caption": "Accounts",
    "page_size": 5,
    "row_header_column_index": 0,
    "rows": [[raw("Account"), raw("CMI")], [raw("Acme"), {"type": "raw_number", "value": 3.5}]],
}
GO: Json = {"type": "button", "action_id": "go", "text": plain("Go"), "value": "7"}
CARD: Json = {
    "type": "card",
    "block_id": "acme",
    "title": plain("Acme"),
    "subtitle": {"type": "mrkdwn", "text": "*Save*"},
    "body": plain("Health fell"),
    "subtext": plain("Since May"),
    "actions": [GO],
}
CAROUSEL: Json = {"type": "carousel", "elements": [CARD, {"type": "card", "title": plain("Borealis")}]}
CONTAINER: Json = {
    "type": "container",
    "title": plain("More"),
    "is_collapsible": True,
    "default_collapsed": True,
    "width": "wide",
    "child_blocks": [{"type": "section", "text": plain("inside")}, {"type": "divider"}],
}
HOME = {"type": "home"}


@pytest.mark.parametrize("block", [PIE, LINE, TABLE, CARD, CAROUSEL, CONTAINER], ids=lambda block: block["type"])
def test_each_is_taken_in_a_message(client: WebClient, block: Json) -> None:
    assert check_message([block]) == []
    assert client.chat_postMessage(channel=ALERTS, text="x", blocks=[block])["ok"]


@pytest.mark.parametrize(
    ("block", "in_modal", "on_home"),
    [
        (PIE, False, False),
        (TABLE, False, True),
        (CARD, True, True),
        (CAROUSEL, False, True),
        (CONTAINER, False, False),
        ({"type": "alert", "text": plain("x")}, True, False),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else None,
)
def test_each_has_its_surfaces(block: Json, *, in_modal: bool, on_home: bool) -> None:
    assert (check_view(modal(block)) == []) == in_modal
    assert (check_view(HOME | {"blocks": [block]}) == []) == on_home


def changed(block: Json, *path: str | int, to: Any) -> Json:
    copy = deepcopy(block)
    inner: Any = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return copy


@pytest.mark.parametrize(
    ("block", "pointer"),
    [
        (changed(PIE, "title", to="x" * 51), "/title"),
        (changed(PIE, "chart", "type", to="donut"), "/chart/type"),
        (changed(PIE, "chart", "segments", 0, "value", to=0), "/chart/segments/0/value"),
        (changed(PIE, "chart", "segments", 0, "label", to="x" * 21), "/chart/segments/0/label"),
        (changed(PIE, "chart", "segments", to=PIE["chart"]["segments"] * 4), "/chart/segments"),
        (changed(PIE, "chart", "segments", 1, "value", to=float("nan")), "/chart/segments/1/value"),
        (changed(LINE, "chart", "axis_config", "categories", to=["Q1", "Q3"]), "/chart/series/0/data"),
        (changed(LINE, "chart", "axis_config", "categories", to=["Q1", "Q1"]), "/chart/axis_config/categories"),
        (changed(LINE, "chart", "series", 1, "name", to="Acme"), "/chart/series"),
        (changed(LINE, "chart", "axis_config", "y_label", to="x" * 51), "/chart/axis_config/y_label"),
        (changed(TABLE, "caption", to=""), "/caption"),
        (changed(TABLE, "rows", to=TABLE["rows"][:1]), "/rows"),
        (changed(TABLE, "rows", to=TABLE["rows"][:1] * 102), "/rows"),
        (changed(TABLE, "rows", 1, to=[raw("Acme")]), "/rows"),
        (changed(TABLE, "rows", 0, 0, to={"type": "rich_text", "elements": []}), "/rows/0/0/type"),
        (changed(TABLE, "rows", 1, 1, "value", to="3"), "/rows/1/1/value"),
        (changed(TABLE, "rows", 1, 0, "text", to="x" * 9989), "/rows"),
        (changed(TABLE, "page_size", to=101), "/page_size"),
        (changed(TABLE, "row_header_column_index", to=2), "/row_header_column_index"),
        (changed(CARD, "title", "text", to="x" * 151), "/title/text"),
        (changed(CARD, "body", "text", to="x" * 201), "/body/text"),
        (changed(CARD, "actions", to=[GO] * 4), "/actions"),
        (changed(CARD, "actions", to=[{"type": "overflow"}]), "/actions/0/type"),
        ({"type": "card", "subtitle": plain("x")}, ""),
        (changed(CAROUSEL, "elements", to=[]), "/elements"),
        (changed(CAROUSEL, "elements", to=[{"type": "card", "title": plain("x")}] * 11), "/elements"),
        (changed(CAROUSEL, "elements", 0, to={"type": "divider"}), "/elements/0/type"),
        (changed(CONTAINER, "child_blocks", to=[{"type": "divider"}] * 11), "/child_blocks"),
        (changed(CONTAINER, "child_blocks", 0, to=PIE), "/child_blocks/0/type"),
        (changed(CONTAINER, "is_collapsible", to=False), "/default_collapsed"),
        (changed(CONTAINER, "width", to="huge"), "/width"),
    ],
)
def test_what_is_refused_is_named_with_its_pointer(block: Json, pointer: str) -> None:
    assert f"/blocks/0{pointer}" in [problem.pointer for problem in check_message([block])]


def test_a_message_holds_two_charts() -> None:
    assert check_message([PIE, LINE]) == []
    assert [problem.pointer for problem in check_message([PIE, LINE, PIE])] == ["/blocks/2"]


def test_block_ids_are_unique_also_within_blocks() -> None:
    twice = [CARD, changed(CAROUSEL, "elements", 1, "block_id", to="other")]
    assert [problem.pointer for problem in check_message(twice)] == ["/blocks/1/elements/0/block_id"]


def test_buttons_within_blocks_are_pressed(app: App, client: WebClient, priya: Person) -> None:
    pressed: Queue[Json] = Queue()

    @app.action("go")
    def note(ack: Ack, action: Json) -> None:
        ack()
        pressed.put(action)

    inside = changed(CONTAINER, "child_blocks", 0, to={"type": "actions", "block_id": "in", "elements": [GO]})
    for block, block_id in ((CARD, "acme"), (CAROUSEL, "acme"), (inside, "in")):
        client.chat_postMessage(channel=ALERTS, text="x", blocks=[block])
        priya.click("Go", where=priya.messages(ALERTS)[-1])
        action = pressed.get(timeout=30)
        assert (action["block_id"], action["value"]) == (block_id, "7")


def test_their_figures_can_be_read() -> None:
    assert seen_text([PIE]).split("\n") == ["Accounts per quadrant", "Retain", "3", "Save", "0.5"]
    assert seen_text([TABLE]).split("\n") == ["Accounts", "Account", "CMI", "Acme", "3.5"]


def test_a_workspace_may_not_have_charts_and_data_tables_yet(control: httpx.Client, client: WebClient) -> None:
    assert control.post("workspace", json={"native_blocks": False}).json()["ok"]
    for block in (PIE, TABLE):
        answer = refusal(partial(client.chat_postMessage, channel=ALERTS, text="x", blocks=[CARD, block]))
        assert answer["error"] == "invalid_blocks"
        told = f"[ERROR] unsupported type: {block['type']} [json-pointer:/blocks/1/type]"
        assert answer["response_metadata"]["messages"] == [told]
    home = HOME | {"blocks": [TABLE]}
    assert refusal(lambda: client.views_publish(user_id=PRIYA, view=home))["error"] == "invalid_arguments"
    control.post("workspace", json={"native_blocks": True})
    assert client.views_publish(user_id=PRIYA, view=home)["ok"]
    assert control.post("workspace", json={"colour": "red"}).status_code == 400


def test_a_sandbox_can_start_without_them() -> None:
    with Sandbox(manifest=MANIFEST, native_blocks=False) as sandbox:
        client = new_client(sandbox)
        answer = refusal(lambda: client.chat_postMessage(channel=ALERTS, text="x", blocks=[TABLE]))
        assert answer["error"] == "invalid_blocks"
