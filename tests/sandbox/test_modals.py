"""Modals and Homes: triggers, stacks, hashes, kept typing, and what the answer to a submission does."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Queue
from typing import Any

import httpx
import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from sandbox import Person, Sandbox
from sandbox.errors import PersonError
from tests.sandbox.conftest import DIEGO, LEFT, PRIYA, new_app, over_socket, plain
from tests.sandbox.test_webapi import refusal

Json = dict[str, Any]


def text_question(block_id: str = "q", **element: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(block_id.title()),
        "element": {"type": "plain_text_input", "action_id": "a"} | element,
    }


def radio_question(*values: str, **element: Any) -> Json:
    options = [{"text": plain(f"Level {value}"), "value": value} for value in values]
    chooser = {"type": "radio_buttons", "action_id": "r", "options": options} | element
    return {"type": "input", "block_id": "level", "label": plain("Level"), "element": chooser}


def modal(*blocks: Json, **more: Any) -> Json:
    shown = list(blocks) or [text_question()]
    return {"type": "modal", "callback_id": "m", "title": plain("M"), "submit": plain("Save"), "blocks": shown} | more


@pytest.fixture
def bolt(sandbox: Sandbox) -> Iterator[App]:
    """An app whose command only acknowledges; tests open the views themselves."""
    app = new_app(sandbox)
    app.command("/cmi")(lambda ack: ack())
    with over_socket(app, sandbox):
        yield app


def trigger(sandbox: Sandbox, user: str = PRIYA) -> str:
    return sandbox.views.new_trigger(user)


def test_a_trigger_is_used_once(sandbox: Sandbox, client: WebClient) -> None:
    once = trigger(sandbox)
    assert (
        refusal(lambda: client.views_open(trigger_id=once, view=modal(title=plain(""))))["error"] == "invalid_arguments"
    )
    assert client.views_open(trigger_id=once, view=modal())["view"]["hash"]
    assert refusal(lambda: client.views_open(trigger_id=once, view=modal()))["error"] == "exchanged_trigger_id"
    assert refusal(lambda: client.views_open(trigger_id="1.2.3", view=modal()))["error"] == "invalid_trigger_id"


def test_a_trigger_dies_after_three_seconds(sandbox: Sandbox, client: WebClient, control: httpx.Client) -> None:
    young, old = trigger(sandbox), trigger(sandbox)
    control.post("protocol-clock", json={"advance_seconds": 2.5})
    assert client.views_open(trigger_id=young, view=modal())["ok"]
    control.post("protocol-clock", json={"advance_seconds": 0.6})
    assert refusal(lambda: client.views_open(trigger_id=old, view=modal()))["error"] == "expired_trigger_id"


def test_views_are_refused_with_pointers(sandbox: Sandbox, client: WebClient) -> None:
    answer = refusal(lambda: client.views_open(trigger_id=trigger(sandbox), view=modal(title=plain("x" * 25))))
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    big = [{"type": "section", "text": plain("x" * 2999)} for _ in range(90)]
    assert (
        refusal(lambda: client.views_open(trigger_id=trigger(sandbox), view=modal(*big)))["error"] == "view_too_large"
    )


def test_the_stack_holds_three(sandbox: Sandbox, client: WebClient, priya: Person) -> None:
    first = client.views_open(trigger_id=trigger(sandbox), view=modal())["view"]
    refused = refusal(lambda: client.views_push(trigger_id=trigger(sandbox), view=modal()))
    assert refused["error"] == "invalid_trigger_id"

    def from_top() -> str:
        return sandbox.views.new_trigger(PRIYA, sandbox.views.stacks[PRIYA][-1])

    second = client.views_push(trigger_id=from_top(), view=modal())["view"]
    assert (second["root_view_id"], second["previous_view_id"]) == (first["id"], first["id"])
    client.views_push(trigger_id=from_top(), view=modal())
    assert refusal(lambda: client.views_push(trigger_id=from_top(), view=modal()))["error"] == "push_limit_reached"
    assert len(priya.state()["views"]) == 3
    with sandbox.person(DIEGO) as diego:
        assert diego.state()["views"] == []


def test_an_update_keeps_the_id_and_what_was_typed(sandbox: Sandbox, client: WebClient, priya: Person) -> None:
    before = client.views_open(trigger_id=trigger(sandbox), view=modal(text_question("kept"), radio_question("1", "2")))
    priya.fill({"kept": "typed", "Level": "Level 2"})
    view = before["view"]
    changed = modal(text_question("kept"), text_question("new", initial_value="start"), radio_question("1", "3"))
    after = client.views_update(view_id=view["id"], hash=view["hash"], view=changed)["view"]
    assert after["id"] == view["id"]
    assert after["state"]["values"]["kept"]["a"]["value"] == "typed"
    assert after["state"]["values"]["new"]["a"]["value"] == "start"
    assert after["state"]["values"]["level"]["r"]["selected_option"] is None
    stale = refusal(lambda: client.views_update(view_id=view["id"], hash=view["hash"], view=changed))
    assert stale["error"] == "hash_conflict"
    assert refusal(lambda: client.views_update(view_id="V0", view=changed))["error"] == "not_found"
    both = refusal(lambda: client.api_call("views.update", json={"view_id": view["id"], "external_id": "x"}))
    assert both["error"] == "invalid_arguments"


def test_external_ids_find_a_view_and_are_unique(sandbox: Sandbox, client: WebClient) -> None:
    client.views_open(trigger_id=trigger(sandbox), view=modal(external_id="mine"))
    assert client.views_update(external_id="mine", view=modal(external_id="mine"))["ok"]
    again = refusal(lambda: client.views_open(trigger_id=trigger(sandbox, DIEGO), view=modal(external_id="mine")))
    assert again["error"] == "duplicate_external_id"


def test_homes_are_published_with_hashes(client: WebClient, priya: Person) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    first = client.views_publish(user_id=PRIYA, view=home)["view"]
    second = client.views_publish(user_id=PRIYA, view=home, hash=first["hash"])["view"]
    assert second["id"] == first["id"]
    stale = refusal(lambda: client.views_publish(user_id=PRIYA, view=home, hash=first["hash"]))
    assert stale["error"] == "hash_conflict"
    assert refusal(lambda: client.views_publish(user_id=LEFT, view=home))["error"] == "user_not_found"
    assert refusal(lambda: client.views_publish(user_id=PRIYA, view=modal()))["error"] == "invalid_arguments"
    assert priya.state()["home"]["hash"] == second["hash"]


@pytest.mark.parametrize(
    ("answer", "open_views"),
    [
        ({}, ["bottom"]),
        ({"response_action": "clear"}, []),
        ({"response_action": "update", "view": modal(callback_id="new")}, ["bottom", "new"]),
        ({"response_action": "push", "view": modal(callback_id="new")}, ["bottom", "m", "new"]),
    ],
    ids=["close", "clear", "update", "push"],
)
def test_the_answer_decides_what_stays_open(
    bolt: App, sandbox: Sandbox, client: WebClient, priya: Person, *, answer: Json, open_views: list[str]
) -> None:
    bolt.view("m")(lambda ack: ack(**answer))
    client.views_open(trigger_id=trigger(sandbox), view=modal(callback_id="bottom"))
    on_top = sandbox.views.new_trigger(PRIYA, sandbox.views.stacks[PRIYA][0])
    client.views_push(trigger_id=on_top, view=modal())
    priya.fill({"Q": "x"})
    assert priya.submit() == {}
    assert [view["callback_id"] for view in priya.state()["views"]] == open_views


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "update", "view": modal(title=plain("x" * 25))},
        {"response_action": "errors", "errors": {"elsewhere": "x"}},
        {"response_action": "jump"},
    ],
)
def test_an_answer_that_slack_refuses_shows_trouble(
    bolt: App, sandbox: Sandbox, client: WebClient, priya: Person, answer: Json
) -> None:
    bolt.view("m")(lambda ack: ack(**answer))
    client.views_open(trigger_id=trigger(sandbox), view=modal())
    priya.fill({"Q": "x"})
    with pytest.raises(PersonError, match="invalid_"):
        priya.submit()
    state = priya.state()
    assert [notice["text"] for notice in state["notices"]] == ["We had some trouble connecting. Try again?"]
    assert len(state["views"]) == 1


def test_what_is_opened_while_submitting_outlives_the_submission(
    bolt: App, sandbox: Sandbox, client: WebClient, priya: Person
) -> None:
    @bolt.view("m")
    def open_another(ack: Ack, body: Json, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=modal(callback_id="next"))
        ack()

    client.views_open(trigger_id=trigger(sandbox), view=modal())
    priya.fill({"Q": "x"})
    priya.submit()
    assert [view["callback_id"] for view in priya.state()["views"]] == ["next"]


@pytest.mark.parametrize(("notify", "told"), [(True, True), (False, False)])
def test_closing_is_told_only_where_asked_for(
    bolt: App, sandbox: Sandbox, client: WebClient, priya: Person, *, notify: bool, told: bool
) -> None:
    closed: Queue[Json] = Queue()

    @bolt.view_closed("m")
    def note(ack: Ack, body: Json) -> None:
        ack()
        closed.put(body)

    client.views_open(trigger_id=trigger(sandbox), view=modal(notify_on_close=notify))
    priya.close()
    client.views_open(trigger_id=trigger(sandbox), view=modal(notify_on_close=True, private_metadata="second"))
    priya.close(everything=True)
    heard = [closed.get(timeout=30) for _ in range(1 + told)]
    assert sorted((b["view"]["private_metadata"], b["is_cleared"]) for b in heard) == [("", False)] * told + [
        ("second", True)
    ]
    assert priya.modal is None


def test_a_click_in_a_modal_carries_what_was_typed(
    bolt: App, sandbox: Sandbox, client: WebClient, priya: Person
) -> None:
    seen: Queue[Json] = Queue()

    @bolt.action("more")
    def pressed(ack: Ack, body: Json) -> None:
        ack()
        seen.put(body)

    more = {
        "type": "actions",
        "block_id": "do",
        "elements": [{"type": "button", "action_id": "more", "text": plain("More")}],
    }
    opened = client.views_open(trigger_id=trigger(sandbox), view=modal(text_question(), more))["view"]
    priya.fill({"Q": "half"})
    priya.click("More")
    body = seen.get(timeout=30)
    assert body["view"]["state"]["values"]["q"]["a"]["value"] == "half"
    assert body["container"] == {"type": "view", "view_id": opened["id"]}
    assert "response_url" not in body
    assert client.views_push(trigger_id=body["trigger_id"], view=modal())["ok"]


@pytest.mark.parametrize(
    ("question", "value", "complaint"),
    [
        (text_question(min_length=3), "ab", "This must be at least 3 characters."),
        (text_question(max_length=3), "abcd", "This must be fewer than 4 characters."),
        (text_question(type="number_input", is_decimal_allowed=False), "4.5", "Please enter a whole number."),
        (
            text_question(type="number_input", is_decimal_allowed=True, min_value="0", max_value="100"),
            "101",
            "100 or less",
        ),
        (text_question(type="email_text_input"), "ann", "valid email"),
        (text_question(type="url_text_input"), "acme", "valid URL"),
    ],
)
def test_slack_checks_answers_before_the_app_sees_them(
    sandbox: Sandbox, client: WebClient, priya: Person, *, question: Json, value: str, complaint: str
) -> None:
    client.views_open(trigger_id=trigger(sandbox), view=modal(question))
    priya.fill({"Q": value})
    assert complaint in priya.submit()["q"]


def test_nobody_can_choose_what_is_not_offered(sandbox: Sandbox, client: WebClient, priya: Person) -> None:
    view = client.views_open(trigger_id=trigger(sandbox), view=modal(radio_question("1", "2")))["view"]
    with pytest.raises(PersonError, match="there are: Level 1, Level 2"):
        priya.choose("Level", "Level 9")
    forged = priya.act("input", view=view["id"], values={"level": {"r": "9"}})
    assert forged == {"ok": False, "error": "There is no option '9' in r"}
    with sandbox.person(DIEGO) as diego:
        assert diego.act("input", view=view["id"], values={})["error"] == "That view is closed"


def test_a_press_on_what_the_app_has_just_replaced_still_reaches_it(
    sandbox: Sandbox, client: WebClient, priya: Person
) -> None:
    pressed: Queue[str] = Queue()
    app = new_app(sandbox)

    @app.action("old")
    def press(ack: Ack, action: Json) -> None:
        ack()
        pressed.put(action["value"])

    button = {"type": "button", "text": plain("Old"), "action_id": "old", "value": "kept"}
    with over_socket(app, sandbox):
        client.views_publish(
            user_id=PRIYA, view={"type": "home", "blocks": [{"type": "actions", "elements": [button]}]}
        )
        seen = priya.state()["home"]
        client.views_publish(user_id=PRIYA, view={"type": "home", "blocks": [{"type": "divider"}]})
        priya.click("Old", where=seen)
        assert pressed.get(timeout=30) == "kept"
