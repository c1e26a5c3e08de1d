"""The people-side API: watching, message shortcuts, suggestions, and the sandbox started alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import Any

import httpx
import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from sandbox import Person, Sandbox
from sandbox.errors import PersonError
from tests.sandbox.conftest import (
    ALERTS,
    GENERAL,
    LEFT,
    MANIFEST,
    PRIYA,
    changed_manifest,
    new_app,
    new_client,
    over_socket,
    plain,
)
from tests.sandbox.test_webapi import refusal


@pytest.fixture
def other_manifest(tmp_path: Path) -> Path:
    """The project's manifest without the history scopes, with a message shortcut, and a silent Messages tab."""

    def change(manifest: dict[str, Any]) -> None:
        scopes = manifest["oauth_config"]["scopes"]
        scopes["bot"] = [scope for scope in scopes["bot"] if not scope.endswith(":history")]
        shortcut = {"name": "Note it", "type": "message", "callback_id": "note", "description": "Keep it"}
        manifest["features"]["shortcuts"].append(shortcut)
        manifest["features"]["app_home"]["messages_tab_read_only_enabled"] = True

    return changed_manifest(tmp_path, change)


@pytest.fixture
def other(other_manifest: Path) -> Iterator[Sandbox]:
    with Sandbox(manifest=other_manifest) as running:
        yield running


def test_a_message_shortcut_carries_the_message(other: Sandbox) -> None:
    seen: Queue[dict[str, Any]] = Queue()
    app = new_app(other)

    @app.shortcut("note")
    def note(ack: Ack, shortcut: dict[str, Any]) -> None:
        ack()
        seen.put(shortcut)

    ts = new_client(other).chat_postMessage(channel=ALERTS, text="Keep me")["ts"]
    with over_socket(app, other), other.person(PRIYA) as priya:
        priya.shortcut("Note it", priya.messages(ALERTS)[0])
        body = seen.get(timeout=30)
        assert (body["type"], body["message"]["ts"], body["channel"]["id"]) == ("message_action", ts, ALERTS)
        assert body["response_url"]
        with pytest.raises(PersonError, match="no such shortcut"):
            priya.shortcut("Note it")


def test_history_needs_its_scope(other: Sandbox) -> None:
    client = new_client(other)
    dm = client.chat_postMessage(channel=PRIYA, text="x")["channel"]
    assert refusal(lambda: client.conversations_history(channel=dm))["needed"] == "im:history"
    assert refusal(lambda: client.conversations_history(channel=ALERTS))["needed"] == "channels:history"


def test_changes_are_streamed_and_waited_for(sandbox: Sandbox, client: WebClient) -> None:
    with (
        httpx.Client(base_url=f"{sandbox.url}/people/{PRIYA}/", trust_env=False) as http,
        http.stream("GET", "events") as stream,
    ):
        versions = (line for line in stream.iter_lines() if line.startswith("data:"))
        first = next(versions)
        seen = http.get("state").json()["version"]
        assert http.get("wait", params={"since": seen, "timeout": 0.1}).json() == {"version": seen}
        client.chat_postMessage(channel=GENERAL, text="x")
        assert next(versions) != first
        assert http.get("wait", params={"since": seen, "timeout": 5}).json()["version"] > seen


@pytest.mark.parametrize("answer", [{"options": [{"text": plain("x" * 76), "value": "1"}]}, {"choices": []}])
def test_suggestions_that_slack_refuses_are_refused(
    app: App, client: WebClient, priya: Person, answer: dict[str, Any]
) -> None:
    app.options("account")(lambda ack: ack(answer))
    menu: dict[str, Any] = {"type": "external_select", "action_id": "account", "min_query_length": 0}
    client.chat_postMessage(channel=GENERAL, text="?", blocks=[{"type": "actions", "elements": [menu]}])
    with pytest.raises(PersonError, match="invalid_options"):
        priya.options("account", "")


def test_who_may_act_and_what_the_app_does_not_take(sandbox: Sandbox, priya: Person) -> None:
    with sandbox.person(LEFT) as left, pytest.raises(PersonError, match="Nobody can act"):
        left.state()
    with pytest.raises(PersonError, match="sees nothing like 'Go'"):
        priya.click("Go")
    assert priya.act("dance") == {"ok": False, "error": "unknown_act"}
    assert priya.act("message", channel=GENERAL) == {"ok": False, "error": "missing 'text'"}


def test_an_app_may_take_no_messages(other: Sandbox) -> None:
    with other.person(PRIYA) as priya, pytest.raises(PersonError, match="turned off"):
        priya.say("hello")


def test_a_private_message_has_no_shortcuts(other: Sandbox) -> None:
    new_client(other).chat_postEphemeral(channel=ALERTS, user=PRIYA, text="psst")
    with other.person(PRIYA) as priya, pytest.raises(PersonError, match="no shortcuts"):
        priya.shortcut("Note it", priya.messages(ALERTS)[0])


def test_it_runs_alone_and_says_what_to_set() -> None:
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--manifest", str(MANIFEST)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=MANIFEST.parent) as process:
        try:
            assert process.stdout is not None
            said = dict(process.stdout.readline().removeprefix("export ").strip().split("=", 1) for _ in range(4))
            answer = httpx.post(
                f"{said['SLACK_API_URL']}auth.test",
                headers={"authorization": f"Bearer {said['SLACK_BOT_TOKEN']}"},
                trust_env=False,
            )
            assert answer.json()["ok"]
        finally:
            process.terminate()
