"""Faults on demand: what the client sees, and whether the workspace changed all the same."""

from __future__ import annotations

import logging
import socket
import time
from http.client import RemoteDisconnected
from queue import Empty, Queue
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

import httpx
import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import Person, Sandbox
from sandbox.errors import PersonError
from tests.sandbox.conftest import ALERTS, new_app, over_socket

BROKEN = (RemoteDisconnected, ConnectionResetError, URLError)


def post(client: WebClient) -> Any:
    return client.chat_postMessage(channel=ALERTS, text="x")


@pytest.mark.parametrize(
    ("fault", "raised", "status", "effect"),
    [
        ({"kind": "drop_before"}, BROKEN, None, False),
        ({"kind": "drop_after"}, BROKEN, None, True),
        ({"kind": "http_500"}, SlackApiError, 500, False),
        ({"kind": "http_500_after"}, SlackApiError, 500, True),
        ({"kind": "rate_limited", "retry_after": 7}, SlackApiError, 429, False),
        ({"kind": "error", "error": "internal_error"}, SlackApiError, 200, False),
        ({"kind": "error_after", "error": "fatal_error"}, SlackApiError, 200, True),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else None,
)
def test_a_fault_strikes_once_with_or_without_effect(
    sandbox: Sandbox,
    client: WebClient,
    control: httpx.Client,
    *,
    fault: dict[str, Any],
    raised: type[Exception] | tuple[type[Exception], ...],
    status: int | None,
    effect: bool,
) -> None:
    control.post("faults", json=[{"method": "chat.postMessage", "times": 1} | fault])
    with pytest.raises(raised) as caught:
        post(client)
    if isinstance(caught.value, SlackApiError):
        assert caught.value.response.status_code == status
    (entry,) = control.get("log").json()["entries"]
    assert (entry["effect"], entry["fault"], entry["status"]) == (effect, fault["kind"], status)
    assert len(sandbox.workspace.channels[ALERTS].messages) == effect
    assert post(client)["ok"]


def test_a_delay_outlasts_an_impatient_client(sandbox: Sandbox, control: httpx.Client) -> None:
    control.post("faults", json=[{"kind": "delay", "seconds": 0.6}])
    hasty = WebClient(sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[], timeout=0.2)  # type: ignore[arg-type] # the SDK passes fractions on
    with pytest.raises(TimeoutError):
        post(hasty)
    assert control.get("messages", params={"channel": ALERTS}).json()["messages"] == []
    with sandbox.person("U01PRIYA00") as priya:
        priya.wait_for(lambda state: state["messages"][ALERTS])


def test_the_sdks_own_retry_posts_twice_after_a_broken_answer(sandbox: Sandbox, control: httpx.Client) -> None:
    control.post("faults", json=[{"method": "chat.postMessage", "kind": "drop_after", "times": 1}])
    post(WebClient(sandbox.bot_token, base_url=sandbox.api_url))
    entries = control.get("log").json()["entries"]
    assert [entry["effect"] for entry in entries] == [True, True]
    assert control.get("log", params={"since": 1}).json() == {"ok": True, "entries": entries[1:], "next": 2}


def test_the_log_keeps_no_tokens(client: WebClient, sandbox: Sandbox, control: httpx.Client) -> None:
    post(client)
    httpx.post(f"{sandbox.api_url}auth.test", data={"token": sandbox.bot_token}, trust_env=False)
    log = control.get("log").text
    assert '"token_kind":"xoxb"' in log
    assert sandbox.bot_token not in log


def test_probability_and_unknown_faults(sandbox: Sandbox, control: httpx.Client) -> None:
    control.post("limits", json={"enforce_rates": False})
    control.post("faults", json=[{"method": "auth.test", "kind": "http_500", "probability": 0.5}])
    url = f"{sandbox.api_url}auth.test"
    with httpx.Client(trust_env=False) as http:
        struck = sum(http.post(url).status_code == 500 for _ in range(100))
    assert 30 < struck < 70
    for wrong in ({"kind": "explode"}, {"deliver": "explode"}, {"kind": "delay", "colour": "red"}):
        assert control.post("faults", json=[wrong]).status_code == 400


def test_deliveries_are_dropped_delayed_and_doubled(app: App, priya: Person, control: httpx.Client) -> None:
    control.post("limits", json={"ack_seconds": 0.5})
    seen: Queue[str] = Queue()

    @app.command("/cmi")
    def note(ack: Ack, body: dict[str, str]) -> None:
        ack()
        seen.put(body["text"])

    control.post("faults", json=[{"deliver": "drop", "type": "slash_commands", "times": 1}])
    with pytest.raises(PersonError, match="operation_timeout"):
        priya.command("/cmi lost")
    control.post("faults", json=[{"deliver": "delay", "seconds": 0.8, "times": 1}])
    with pytest.raises(PersonError, match="operation_timeout"):
        priya.command("/cmi late")
    assert seen.get(timeout=30) == "late"
    control.post("limits", json={"ack_seconds": 30})
    control.post("faults", json=[{"deliver": "duplicate", "times": 1}])
    priya.command("/cmi twice")
    assert [seen.get(timeout=30) for _ in range(2)] == ["twice", "twice"]
    priya.command("/cmi once")
    assert seen.get(timeout=30) == "once"
    with pytest.raises(Empty):
        seen.get(timeout=0.2)
    control.post("faults", json=[{"deliver": "lost_ack", "times": 1}])
    with pytest.raises(PersonError, match="dispatch_failed"):
        priya.command("/cmi taken all the same")
    assert seen.get(timeout=30) == "taken all the same"


def test_connections_share_the_work_and_ten_are_the_most(
    sandbox: Sandbox, client: WebClient, priya: Person, control: httpx.Client
) -> None:
    first, second = new_app(sandbox), new_app(sandbox)
    first.command("/cmi")(lambda ack: ack("first"))
    second.command("/cmi")(lambda ack: ack("second"))
    with over_socket(first, sandbox), over_socket(second, sandbox):
        for _ in range(4):
            priya.command("/cmi")
        assert sorted(m["text"] for m in priya.messages("general")) == ["first", "first", "second", "second"]
        control.post("limits", json={"socket_connections": 2})
        with pytest.raises(SlackApiError, match="too_many_websockets"):
            client.apps_connections_open(app_token=sandbox.app_token)


def test_a_refreshed_connection_comes_back(sandbox: Sandbox, priya: Person, control: httpx.Client) -> None:
    app = new_app(sandbox)
    app.command("/cmi")(lambda ack: ack("here"))
    with over_socket(app, sandbox):
        assert control.post("disconnect", json={"reason": "refresh_requested"}).json()["ok"]
        deadline = time.monotonic() + 10
        while not sandbox.courier.sockets.connections and time.monotonic() < deadline:
            time.sleep(0.02)
        priya.command("/cmi")
    assert priya.messages("general")[0]["text"] == "here"


def test_a_client_that_is_cut_in_the_middle_is_one_line_in_the_log(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture, priya: Person
) -> None:
    address = urlsplit(sandbox.url)
    with (
        caplog.at_level(logging.INFO),
        socket.create_connection((str(address.hostname), int(address.port or 0))) as cut,
    ):
        cut.sendall(b"POST /api/auth.test HTTP/1.1\r\nHost: sandbox\r\nContent-Length: 100\r\n\r\ntoken=")
        cut.close()
        priya.wait_for(lambda _: "POST /api/auth.test: the client hung up" in caplog.text)
    assert "Traceback" not in caplog.text
