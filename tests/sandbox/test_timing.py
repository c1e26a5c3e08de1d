"""Slack's time limits: the short ones at their real value, the long ones by moving the protocol clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, Queue
from threading import Event
from typing import Any

import httpx
import pytest
from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import Person, Sandbox
from sandbox.errors import PersonError
from tests.sandbox.conftest import PRIYA, new_app, over_http
from tests.sandbox.test_modals import modal, trigger
from tests.sandbox.test_webapi import refusal


@pytest.mark.real_time
def test_a_command_acknowledged_after_three_seconds_has_failed(app: App, priya: Person) -> None:
    done = Event()
    app.command("/cmi")(lambda ack: done.wait(60))
    began = time.monotonic()
    with pytest.raises(PersonError, match="operation_timeout"):
        priya.command("/cmi")
    took = time.monotonic() - began
    done.set()
    assert 2.9 < took < 60
    assert [n["text"] for n in priya.state()["notices"]] == ['/cmi failed with the error "operation_timeout"']


@pytest.mark.real_time
def test_a_submission_acknowledged_in_time_is_taken_and_a_late_one_is_not(
    app: App, sandbox: Sandbox, client: WebClient, priya: Person
) -> None:
    pause = Queue[float]()

    @app.view("m")
    def slow(ack: Ack) -> None:
        time.sleep(pause.get())
        ack()

    client.views_open(trigger_id=trigger(sandbox), view=modal())
    priya.fill({"Q": "x"})
    pause.put(3.3)
    with pytest.raises(PersonError, match="operation_timeout"):
        priya.submit()
    assert priya.state()["notices"][0]["text"] == "We had some trouble connecting. Try again?"
    pause.put(1.0)
    assert priya.submit() == {}
    assert priya.modal is None


@pytest.mark.real_time
def test_a_trigger_lives_three_real_seconds(sandbox: Sandbox, client: WebClient) -> None:
    began = time.monotonic()
    early, late = trigger(sandbox), trigger(sandbox)
    time.sleep(2.5)
    try:
        client.views_open(trigger_id=early, view=modal())
    except SlackApiError:
        assert time.monotonic() - began > 3, "it lived no three seconds"  # the machine may have stood still
    time.sleep(0.6)
    assert refusal(lambda: client.views_open(trigger_id=late, view=modal()))["error"] == "expired_trigger_id"


def failing(app: App, seen: Queue[tuple[str | None, str | None]], **headers: str | Sequence[str]) -> None:
    """Make the app refuse every event, noting the retry headers."""

    @app.middleware
    def refuse(req: BoltRequest, body: dict[str, Any], next_: Callable[[], BoltResponse]) -> BoltResponse:
        if body.get("type") != "event_callback":
            return next_()
        number, reason = (req.headers.get(f"x-slack-retry-{name}", [None])[0] for name in ("num", "reason"))
        seen.put((number, reason))
        return BoltResponse(status=500, headers=headers)


def open_home(priya: Person) -> None:
    assert priya.act("home")["ok"]


def next_attempt(seen: Queue[tuple[str | None, str | None]], control: httpx.Client, after: float) -> Any:
    """Return the delivery that comes once `after` seconds have passed, and not before."""
    with pytest.raises(Empty):
        seen.get(timeout=0.3)
    control.post("protocol-clock", json={"advance_seconds": after - 5})
    with pytest.raises(Empty):
        seen.get(timeout=0.2)
    for _ in range(20):  # more than once only where the sandbox hadn't begun to wait when its clock was moved
        control.post("protocol-clock", json={"advance_seconds": 5})
        with suppress(Empty):
            return seen.get(timeout=2)
    raise AssertionError(f"nothing came after {after} seconds")


def test_events_come_again_at_once_after_a_minute_and_after_five(
    app: App, sandbox: Sandbox, priya: Person, control: httpx.Client
) -> None:
    if sandbox.courier.sockets.connections:  # over a socket a refusal is silence
        control.post("limits", json={"ack_seconds": 0.2})
    seen: Queue[tuple[str | None, str | None]] = Queue()
    failing(app, seen)
    open_home(priya)
    first, second = seen.get(timeout=30), seen.get(timeout=30)
    assert first in ((None, None), ("0", None), ("0", ""))
    reason = second[1]
    assert (second[0], reason in ("http_error", "timeout")) == ("1", True)
    assert next_attempt(seen, control, 60) == ("2", reason)
    assert next_attempt(seen, control, 300) == ("3", reason)
    control.post("protocol-clock", json={"advance_seconds": 3600})
    with pytest.raises(Empty):
        seen.get(timeout=0.3)


@pytest.mark.parametrize("app", ["http"], indirect=True)
def test_over_http_the_app_can_decline_retries(app: App, priya: Person) -> None:
    seen: Queue[tuple[str | None, str | None]] = Queue()
    failing(app, seen, **{"x-slack-no-retry": "1"})
    open_home(priya)
    assert seen.get(timeout=30) == (None, None)
    with pytest.raises(Empty):
        seen.get(timeout=0.3)


def test_nobody_there_is_said_at_once(sandbox: Sandbox, priya: Person) -> None:
    with pytest.raises(PersonError, match="dispatch_failed"):
        priya.command("/cmi")
    sandbox.use_http("http://127.0.0.1:9/slack/events")
    with pytest.raises(PersonError, match="dispatch_failed"):
        priya.command("/cmi")
    assert len(priya.state()["notices"]) == 2
    assert priya.id == PRIYA


def test_where_one_of_several_processes_is_down_another_is_asked(sandbox: Sandbox, priya: Person) -> None:
    app = new_app(sandbox)
    app.command("/cmi")(lambda ack: ack("here"))
    with over_http(app, sandbox, "http://127.0.0.1:9/slack/events"):
        for _ in range(2):
            priya.command("/cmi")
    assert [message["text"] for message in priya.messages("general")] == ["here", "here"]
