"""Socket Mode's connections ending: refreshed, warned and cut, with nothing that Slack would deliver again lost."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from queue import Queue
from typing import Any

import httpx
import pytest
from slack_bolt import App
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from sandbox import Person, Sandbox
from sandbox.errors import PersonError
from tests.sandbox.conftest import new_app, over_socket

Json = dict[str, Any]


@contextmanager
def raw_connection(sandbox: Sandbox, client: WebClient) -> Iterator[ClientConnection]:
    """A connection that acknowledges nothing by itself."""
    url = client.apps_connections_open(app_token=sandbox.app_token)["url"]
    with connect(url, proxy=None) as socket:
        assert received(socket)["type"] == "hello"
        yield socket


@pytest.fixture
def pair(sandbox: Sandbox, client: WebClient) -> Iterator[list[ClientConnection]]:
    with ExitStack() as stack:
        yield [stack.enter_context(raw_connection(sandbox, client)) for _ in range(2)]


def received(socket: ClientConnection, timeout: float = 30) -> Json:
    message: Json = json.loads(socket.recv(timeout=timeout))
    return message


def silent(socket: ClientConnection) -> bool:
    try:
        socket.recv(timeout=0.2)
    except TimeoutError:
        return True
    return False


def closed(socket: ClientConnection) -> bool:
    try:
        socket.recv(timeout=30)
    except ConnectionClosed:
        return True
    return False


def until(look: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 30
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_an_event_that_a_cut_connection_did_not_acknowledge_goes_to_another(
    pair: list[ClientConnection], priya: Person, control: httpx.Client
) -> None:
    first, second = pair
    priya.act("home")
    lost = received(first)
    assert (lost["type"], lost["retry_attempt"], lost["retry_reason"]) == ("events_api", 0, "")
    assert control.post("disconnect", json={"reason": "cut", "count": 1}).json()["ok"]
    again = received(second)
    assert (again["retry_attempt"], again["retry_reason"]) == (1, "connection_failed")
    assert again["payload"]["event_id"] == lost["payload"]["event_id"]
    assert again["envelope_id"] != lost["envelope_id"]
    second.send(json.dumps({"envelope_id": again["envelope_id"]}))
    assert closed(first)
    assert silent(second)


def test_an_acknowledged_event_does_not_come_again(
    pair: list[ClientConnection], priya: Person, control: httpx.Client
) -> None:
    first, second = pair
    priya.act("home")
    first.send(json.dumps({"envelope_id": received(first)["envelope_id"]}))
    assert first.ping().wait(30)  # what comes back says that the ack has arrived before it
    control.post("disconnect", json={"reason": "cut", "count": 1})
    assert closed(first)
    assert silent(second)


def test_an_interaction_is_not_delivered_again(
    pair: list[ClientConnection], priya: Person, control: httpx.Client
) -> None:
    control.post("limits", json={"ack_seconds": 0.5})
    first, second = pair
    with ThreadPoolExecutor() as threads:
        typing = threads.submit(priya.command, "/cmi help")
        assert received(first)["type"] == "slash_commands"
        control.post("disconnect", json={"reason": "cut", "count": 1})
        with pytest.raises(PersonError, match="operation_timeout"):
            typing.result()
    assert silent(second)


def test_a_warned_connection_gets_nothing_new_and_is_closed_later(
    pair: list[ClientConnection], priya: Person, control: httpx.Client
) -> None:
    first, second = pair
    control.post("disconnect", json={"reason": "warning", "count": 1})
    warned = received(first)
    assert (warned["type"], warned["reason"]) == ("disconnect", "warning")
    for _ in range(2):
        priya.act("home")
        envelope = received(second)
        second.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
    assert silent(first)
    control.post("protocol-clock", json={"advance_seconds": 11})
    assert closed(first)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "cut"])
def test_an_app_comes_back_after_each(sandbox: Sandbox, priya: Person, control: httpx.Client, reason: str) -> None:
    app: App = new_app(sandbox)
    opened: Queue[str] = Queue()

    @app.event("app_home_opened")
    def note(event: Json) -> None:
        opened.put(event["user"])

    with over_socket(app, sandbox, ping_interval=0.3):  # slack_sdk finds a cut connection by its pings alone
        control.post("disconnect", json={"reason": reason})
        until(lambda: sandbox.courier.sockets.connections == 1)
        priya.act("home")
        assert opened.get(timeout=30) == priya.id


def test_an_unknown_reason_is_refused(control: httpx.Client) -> None:
    assert control.post("disconnect", json={"reason": "boredom"}).status_code == 400
