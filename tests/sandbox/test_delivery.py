"""Commands, clicks, modals, Homes and events reach a real Bolt app, over Socket Mode and over signed HTTP."""

from __future__ import annotations

from queue import Queue
from typing import Any

import pytest
from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from sandbox import Person, Sandbox
from sandbox.errors import PersonError
from sandbox.reading import seen_text
from tests.sandbox.conftest import ALERTS, DIEGO, GENERAL, PRIYA, plain

FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("Form"),
    "submit": plain("Save"),
    "private_metadata": "kept",
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": plain("Name"),
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}
CARD: list[dict[str, Any]] = [
    {"type": "section", "block_id": "what", "text": {"type": "mrkdwn", "text": "Tom & *Ann* <@U01DIEGO00>"}},
    {
        "type": "actions",
        "block_id": "do",
        "elements": [{"type": "button", "action_id": "go", "text": plain("Go"), "value": "7"}],
    },
]


def test_a_command_opens_a_form_and_its_answer_arrives(app: App, priya: Person) -> None:
    @app.command("/cmi")
    def open_form(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("form")
    def take(ack: Ack, view: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()
        name = view["state"]["values"]["name"]["text"]["value"]
        client.chat_postMessage(channel=body["user"]["id"], text=f"{name}, {view['private_metadata']}")

    priya.command("/cmi score Acme")
    priya.wait_for(lambda state: state["views"])
    priya.fill({"Name": "Ann"})
    assert priya.submit() == {}
    assert priya.modal is None
    message = priya.wait_for(lambda state: state["messages"]["D01PRIYA00"])[0]
    assert message["text"] == "Ann, kept"


def test_a_command_carries_slacks_form_fields(app: App, sandbox: Sandbox, priya: Person) -> None:
    seen: Queue[dict[str, str]] = Queue()

    @app.command("/cmi")
    def note(ack: Ack, body: dict[str, str]) -> None:
        seen.put(body)
        ack()

    priya.command("/cmi assign @Diego Ramos in #cs-alerts & <more>", channel="cs-alerts")
    body = seen.get(timeout=30)
    assert body["text"] == f"assign <@{DIEGO}|diego> in <#{ALERTS}|cs-alerts> &amp; &lt;more&gt;"
    assert (body["command"], body["user_id"], body["channel_id"]) == ("/cmi", PRIYA, ALERTS)
    assert body["response_url"].startswith(sandbox.url)


def test_an_ack_with_text_is_seen_by_the_caller_alone(app: App, sandbox: Sandbox, priya: Person) -> None:
    app.command("/cmi")(lambda ack: ack("Only you"))
    priya.command("/cmi")
    (message,) = priya.messages("general")
    assert (message["text"], message["ephemeral"]) == ("Only you", True)
    with sandbox.person(DIEGO) as diego:
        assert diego.messages("general") == []


def test_a_click_in_a_message_carries_it_and_can_replace_it(app: App, client: WebClient, priya: Person) -> None:
    seen: Queue[dict[str, Any]] = Queue()

    @app.action("go")
    def pressed(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        seen.put(body)
        respond(text="Done", replace_original=True)

    ts = client.chat_postMessage(channel=ALERTS, text="Tom & Ann", blocks=CARD)["ts"]
    priya.click("Go")
    body = seen.get(timeout=30)
    assert body["container"] == {"type": "message", "message_ts": ts, "channel_id": ALERTS, "is_ephemeral": False}
    assert body["actions"][0]["value"] == "7"
    assert body["message"]["text"] == "Tom &amp; Ann"
    assert body["message"]["blocks"][0]["text"]["text"] == "Tom &amp; *Ann* <@U01DIEGO00>"
    done = priya.wait_for(lambda state: [m for m in state["messages"][ALERTS] if m["text"] == "Done"])
    assert (done[0]["ts"], done[0]["blocks"]) == (ts, [])


def test_an_external_select_offers_what_the_app_finds(app: App, client: WebClient, priya: Person) -> None:
    @app.options("account")
    def find(ack: Ack, payload: dict[str, Any]) -> None:
        ack(options=[{"text": plain(f"{payload['value']} Ltd"), "value": "a1"}])

    chosen: Queue[dict[str, Any]] = Queue()

    @app.action("account")
    def pick(ack: Ack, action: dict[str, Any]) -> None:
        ack()
        chosen.put(action["selected_option"])

    menu: dict[str, Any] = {"type": "external_select", "action_id": "account", "min_query_length": 2}
    client.chat_postMessage(
        channel=GENERAL, text="?", blocks=[{"type": "actions", "block_id": "pick", "elements": [menu]}]
    )
    assert priya.options("account", "A") == []
    (option,) = priya.options("account", "Acme")
    priya.choose("account", option)
    assert chosen.get(timeout=30)["text"]["text"] == "Acme Ltd"


def test_home_is_published_when_opened(app: App, priya: Person) -> None:
    opened: Queue[dict[str, Any]] = Queue()

    @app.event("app_home_opened")
    def publish(event: dict[str, Any], client: WebClient) -> None:
        opened.put(event)
        block = {"type": "section", "text": plain(f"Visit {opened.qsize()}")}
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [block]})

    assert seen_text(priya.home()["blocks"]) == "Visit 1"
    first = opened.get(timeout=30)
    assert (first["tab"], first["channel"], "view" in first) == ("home", "D01PRIYA00", False)
    priya.home()
    assert opened.get(timeout=30)["view"]["type"] == "home"


def test_a_changed_person_is_told_to_the_app(app: App, sandbox: Sandbox, control: Any) -> None:
    changed: Queue[dict[str, Any]] = Queue()
    app.event("user_change")(lambda event: changed.put(event["user"]))
    assert control.post("people", json={"id": DIEGO, "deleted": True}).json()["ok"]
    assert changed.get(timeout=30)["deleted"] is True


def test_a_global_shortcut_opens_a_form(app: App, priya: Person) -> None:
    @app.shortcut("rate_account")
    def open_form(ack: Ack, shortcut: dict[str, Any], client: WebClient) -> None:
        ack()
        assert "channel" not in shortcut
        client.views_open(trigger_id=shortcut["trigger_id"], view=FORM)

    priya.shortcut("Rate an account")
    assert priya.wait_for(lambda state: state["views"])[0]["callback_id"] == "form"


def test_an_unknown_command_is_refused_by_slack_itself(app: App, priya: Person) -> None:
    with pytest.raises(PersonError, match="unknown_command"):
        priya.command("/nothing")


def test_a_form_refused_by_the_app_shows_why_under_the_question(app: App, priya: Person) -> None:
    @app.command("/cmi")
    def open_form(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=FORM)

    app.view("form")(lambda ack: ack(response_action="errors", errors={"name": "Too short"}))
    priya.command("/cmi")
    priya.wait_for(lambda state: state["views"])
    assert priya.submit() == {"name": "Please complete this required field."}
    priya.fill({"name": "x"})
    assert priya.submit() == {"name": "Too short"}
    modal = priya.modal
    assert modal is not None
    assert modal["errors"] == {"name": "Too short"}
    assert modal["state"]["values"]["name"]["text"]["value"] == "x"
