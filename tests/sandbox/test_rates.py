"""Rates: a tier per method, about a message a second per channel, hundreds a minute per workspace."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import Sandbox, clocks
from tests.sandbox.conftest import ALERTS, GENERAL, PRIYA


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The protocol clock stands still but for what a test moves it, however slow this machine is."""
    began = time.monotonic()
    monkeypatch.setattr(clocks, "time", SimpleNamespace(monotonic=lambda: began))


def retry_after(call: Callable[[], Any]) -> int:
    with pytest.raises(SlackApiError) as caught:
        call()
    response = caught.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    return int(response.headers["Retry-After"])


@pytest.mark.usefixtures("still")
def test_a_channel_takes_a_small_burst_then_one_a_second(client: WebClient, control: httpx.Client) -> None:
    for _ in range(3):
        client.chat_postMessage(channel=ALERTS, text="x")
    assert retry_after(lambda: client.chat_postMessage(channel=ALERTS, text="x")) == 1
    assert client.chat_postMessage(channel=GENERAL, text="x")["ok"]
    control.post("protocol-clock", json={"advance_seconds": 1})
    assert client.chat_postMessage(channel=ALERTS, text="x")["ok"]
    assert retry_after(lambda: client.chat_postMessage(channel=ALERTS, text="x")) == 1
    assert len(client.conversations_history(channel=ALERTS)["messages"]) == 4


@pytest.mark.real_time
def test_one_message_a_second_is_always_taken(client: WebClient) -> None:
    for _ in range(3):
        client.chat_postMessage(channel=ALERTS, text="x")
    for _ in range(3):
        time.sleep(1.0)
        assert client.chat_postMessage(channel=ALERTS, text="x")["ok"]


@pytest.mark.usefixtures("still")
def test_a_person_and_their_direct_messages_are_one_channel(client: WebClient) -> None:
    dm = client.conversations_open(users=PRIYA)["channel"]["id"]
    for channel in (PRIYA, dm, PRIYA):
        client.chat_postMessage(channel=channel, text="x")
    assert retry_after(lambda: client.chat_postMessage(channel=dm, text="x")) == 1


@pytest.mark.usefixtures("still")
def test_a_tiers_minute(client: WebClient, control: httpx.Client) -> None:
    for _ in range(20):
        client.users_list()
    assert retry_after(client.users_list) == 60
    assert client.users_info(user=PRIYA)["ok"]
    control.post("protocol-clock", json={"advance_seconds": 30})
    assert retry_after(client.users_list) == 30
    control.post("protocol-clock", json={"advance_seconds": 30})
    assert client.users_list()["ok"]


@pytest.mark.usefixtures("still")
def test_a_workspaces_minute(sandbox: Sandbox, control: httpx.Client) -> None:
    control.post("limits", json={"workspace_per_minute": 5, "channel_burst": 100})
    client = WebClient(sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])
    for number in range(5):
        client.chat_postMessage(channel=(ALERTS, GENERAL)[number % 2], text="x")
    assert retry_after(lambda: client.chat_postMessage(channel=PRIYA, text="x")) == 60
    control.post("limits", json={"enforce_rates": False})
    assert client.chat_postMessage(channel=PRIYA, text="x")["ok"]


def test_limits_are_known_by_name(control: httpx.Client) -> None:
    assert control.post("limits", json={"tiers": {"2": 1}, "blocks": {"header": 20}}).json()["ok"]
    for unknown in ({"speed": 1}, {"blocks": {"speed": 1}}):
        answer = control.post("limits", json=unknown)
        assert (answer.status_code, "speed" in answer.json()["error"]) == (400, True)
