"""A sandbox with a real Bolt app in it, connected over Socket Mode and over signed HTTP in turn."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
import yaml
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.startup import hang_up
from sandbox import Person, Sandbox

MANIFEST = Path(__file__).parents[2] / "manifest.yaml"
ADMIN, PRIYA, DIEGO, HANA, GUEST, LEFT = (
    "U01ADMIN00",
    "U01PRIYA00",
    "U01DIEGO00",
    "U01HANA000",
    "U01GUEST00",
    "U01LEFT000",
)
GENERAL, ALERTS, RANDOM = "C01GENERAL", "C01CSALERT", "C01RANDOM0"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(manifest=MANIFEST) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> WebClient:
    """The bot's Web API client; it retries nothing, so that each call is counted once."""
    return new_client(sandbox)


def new_client(sandbox: Sandbox) -> WebClient:
    return WebClient(sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])


@pytest.fixture
def priya(sandbox: Sandbox) -> Iterator[Person]:
    with sandbox.person(PRIYA) as person:
        yield person


@pytest.fixture
def control(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{sandbox.url}/control/", trust_env=False) as client:
        yield client


@pytest.fixture(params=["socket", "http"])
def app(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[App]:
    """A Bolt app living in the sandbox; register listeners on it."""
    connect: Callable[[App, Sandbox], AbstractContextManager[None]] = (
        over_socket if request.param == "socket" else over_http
    )
    bolt = new_app(sandbox)
    with connect(bolt, sandbox):
        yield bolt


def new_app(sandbox: Sandbox) -> App:
    logger = logging.getLogger("bolt")
    logger.setLevel(logging.CRITICAL)
    return App(client=new_client(sandbox), signing_secret=sandbox.signing_secret, logger=logger)


@contextmanager
def over_socket(bolt: App, sandbox: Sandbox, ping_interval: float = 10) -> Iterator[None]:
    handler = SocketModeHandler(bolt, sandbox.app_token, ping_interval=ping_interval)
    handler.connect()  # type: ignore[no-untyped-call] # slack_bolt leaves it untyped
    try:
        yield
    finally:
        hang_up(handler)


@contextmanager
def over_http(bolt: App, sandbox: Sandbox, *others: str) -> Iterator[None]:
    """Served at an address of its own; `others` are asked by turns with it."""

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            answer = bolt.dispatch(BoltRequest(body=body, headers={k: [v] for k, v in self.headers.items()}))
            content = answer.body.encode()
            self.send_response(answer.status)
            for name, values in answer.headers.items():
                self.send_header(name, values[0])
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name for it
            pass

    with closing_server(ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)) as url:
        sandbox.use_http(*others, f"{url}/slack/events")
        yield


@contextmanager
def closing_server(server: ThreadingHTTPServer) -> Iterator[str]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def changed_manifest(folder: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """Write the project's manifest, changed, into a folder."""
    manifest = yaml.safe_load(MANIFEST.read_text())
    change(manifest)
    path = folder / "manifest.yaml"
    path.write_text(yaml.safe_dump(manifest))
    return path


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}
