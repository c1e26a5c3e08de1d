"""The demo as a command: it starts, ends, survives a kill, and says what is wrong."""

import json
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from sandbox.person import Person
from tests.demo.conftest import Start

PRIYA = "U01PRIYA00"


def saved(folder: Path, channel: str) -> str:
    """All that the demo has kept of a channel."""
    channels = json.loads((folder / "slack.json").read_text())["channels"]
    return " ".join(message["text"] for one in channels if one["id"] == channel for message in one["messages"])


@contextmanager
def occupied(port: int) -> Iterator[None]:
    """Take a port, unless somebody has it anyway."""
    with ExitStack() as held:
        with suppress(OSError):
            held.enter_context(socket.create_server(("127.0.0.1", port)))
        yield


def test_it_goes_on_after_a_kill_and_ends_at_one_ctrl_c(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-a-real-workspace")
    monkeypatch.setenv("SLACK_CLIENT_ID", "real")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "real")
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/real.sqlite")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    demo = start("--port", "0")
    with Person(demo.url, PRIYA) as priya:
        priya.command("/cmi health Acme 43")
        priya.wait_for(lambda state: any("health 43" in m["text"] for m in state["messages"]["D01PRIYA00"]))
        seen = len(priya.messages("cs-alerts"))
        priya.home()
        deadline = time.monotonic() + 60
        while "health 43" not in saved(tmp_path / "demo", "D01PRIYA00"):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    assert demo.end(signal.SIGKILL) != 0

    with occupied(8065):
        again = start()
        again.wait_for("Port 8065 was taken")
    with Person(again.url, PRIYA) as priya:
        assert len(priya.messages("cs-alerts")) == seen
        assert any("health 43" in message["text"] for message in priya.dm())
        assert priya.state()["home"] is not None
        priya.command("/cmi account Acme")
        priya.wait_for(lambda state: any("health 43" in m["text"] for m in state["messages"]["C01GENERAL"]))
    refused = start("--port", "0")
    assert refused.status() == 1
    assert "a demo is running" in refused.output
    assert again.url.removesuffix("/") in refused.output
    assert again.end() == 0
    assert "Traceback" not in again.output
    assert "Bye." in again.output
    assert "Traceback" not in (tmp_path / "demo/log.txt").read_text()


def test_a_demo_ended_or_killed_while_it_fills_begins_anew(start: Start, tmp_path: Path) -> None:
    first = start("--port", "0")
    first.wait_for("a year of customer success")
    time.sleep(1)
    assert first.end(signal.SIGTERM) == 0
    assert "Traceback" not in first.output
    assert not (tmp_path / "demo/slack.json").exists()
    killed = start("--port", "0")
    killed.wait_for("a year of customer success")
    time.sleep(1)
    killed.kill()
    demo = start("--port", "0")
    assert httpx.get(f"{demo.url}/people").json()["people"][0]["id"] == PRIYA
    assert demo.end() == 0
    assert "Thistle Bank moved" in saved(tmp_path / "demo", "C01CSALERT")


def test_a_port_that_is_taken_is_said(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        demo = start("--port", str(port))
        assert demo.status() == 1
    assert f"port {port} is taken" in demo.output
    assert "Traceback" not in demo.output


def test_a_folder_of_another_version_asks_for_fresh(start: Start, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo/slack.json").write_text("{}")
    demo = start("--port", "0")
    assert demo.status() == 1
    assert "--fresh" in demo.output
    assert "Traceback" not in demo.output
