"""The sandbox's server: a local Slack workspace that an unchanged bot can be pointed at."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from sandbox import cast
from sandbox.clocks import Calendar, CalendarLike
from sandbox.control import Control
from sandbox.delivery import Courier
from sandbox.errors import SlackError
from sandbox.faults import CallLog, Faults
from sandbox.file_server import FileServer
from sandbox.interactions import Interactions
from sandbox.limits import Limits
from sandbox.manifest import Manifest
from sandbox.methods import Platform
from sandbox.modals import Views
from sandbox.model import Channel, User
from sandbox.people import PeopleApi
from sandbox.person import Person
from sandbox.rates import Rates
from sandbox.response_urls import ResponseUrls
from sandbox.submission import Submissions
from sandbox.webapi import Tokens, WebApi
from sandbox.workspace import BOT_USER_ID, Workspace

log = logging.getLogger(__name__)

PAGE = Path(__file__).parent / "page"
START_SECONDS = 10.0
PING_SECONDS = 0.25  # slack_sdk's client can only close between two frames, else it waits three seconds


class Sandbox:
    """A workspace with the app installed, served on one loopback port by a thread of its own.

    Use it as a context manager. `url` is where people go, `api_url` what the bot takes as SLACK_API_URL. Payloads
    reach the app over Socket Mode until `use_http` is called. Without `native_blocks`, it refuses data tables
    and charts, as workspaces do that Slack's roll-out has not reached.
    """

    bot_token = "xoxb-sandbox-bot-token"
    app_token = "xapp-sandbox-app-token"
    signing_secret = "sandbox-signing-secret"

    def __init__(
        self,
        manifest: str | Path = "manifest.yaml",
        *,
        port: int = 0,
        people: Iterable[User] | None = None,
        channels: Iterable[Channel] | None = None,
        calendar: CalendarLike | None = None,
        limits: Limits | None = None,
        native_blocks: bool = True,
    ) -> None:
        # asyncio turns Nagle's delay off only where the protocol is named.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self._address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.url = f"http://{self._address}"
        self.api_url = f"{self.url}/api/"
        self.workspace = Workspace(
            Manifest.read(Path(manifest)),
            cast.people() if people is None else people,
            cast.channels(BOT_USER_ID) if channels is None else channels,
            calendar or Calendar(),
            limits or Limits(),
            native_blocks=native_blocks,
        )
        self.workspace.files.origin = self.url
        self.faults = Faults()
        self.calls = CallLog()
        self.views = Views(self.workspace)
        self.courier = Courier(self.workspace, self.faults)
        self.responses = ResponseUrls(self.workspace, self._address)
        self._server: uvicorn.Server | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="sandbox", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start serving.

        Raises:
            RuntimeError: the server did not come up.
        """
        self._thread.start()
        if not self._ready.wait(START_SECONDS):
            raise RuntimeError("The sandbox's server did not start")

    def stop(self) -> None:
        """Stop serving and drop every connection."""
        if self._server is not None:
            self._server.should_exit = self._server.force_exit = True
        self._thread.join(START_SECONDS)
        self._socket.close()

    def use_http(self, *request_urls: str) -> None:
        """Deliver payloads to this address from now on, signed with the signing secret.

        Several are those of the app's processes: they get payloads by turns, as from a load balancer before them.
        """
        self.courier.use_http(request_urls, self.signing_secret)

    def person(self, user_id: str) -> Person:
        """Return a client that acts as this person."""
        return Person(self.url, user_id)

    @property
    def environment(self) -> dict[str, str]:
        """What an app needs in its environment to live in this workspace, over either way of delivery."""
        return {
            "SLACK_API_URL": self.api_url,
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_APP_TOKEN": self.app_token,
            "SLACK_SIGNING_SECRET": self.signing_secret,
        }

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.workspace.protocol.attach(self._loop)
        self.workspace.changes.attach(self._loop)
        app = self._app()
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            lifespan="off",
            ws="websockets-sansio",
            ws_ping_interval=PING_SECONDS,
        )
        self._server = uvicorn.Server(config)
        app.state.connections = self._server.server_state.connections
        serving = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        while not self._server.started and not serving.done():
            await asyncio.sleep(0.002)
        self._ready.set()
        await serving
        await self.courier.close()

    def _app(self) -> Starlette:
        platform = Platform(
            self.workspace,
            self.views,
            Rates(self.workspace.limits, self.workspace.protocol),
            self.courier.sockets,
            self._address,
        )
        tokens = Tokens(self.bot_token, self.app_token)
        api = WebApi(platform, tokens, self.faults, self.calls)
        files = FileServer(self.workspace, tokens, self.faults, self.calls)
        interactions = Interactions(self.workspace, self.views, self.courier, self.responses)
        people = PeopleApi(interactions, Submissions(interactions))
        control = Control(self.workspace, self.courier, self.faults, self.calls)
        return Starlette(
            routes=[
                Route("/api/{method}", api.endpoint, methods=["GET", "POST"]),
                Route("/response/{url_id}", self._respond, methods=["POST"]),
                WebSocketRoute("/socket", self.courier.sockets.serve),
                *files.routes(),
                *people.routes(),
                *control.routes(),
                Mount("/", StaticFiles(directory=PAGE, html=True, check_dir=False)),
            ],
            exception_handlers={ClientDisconnect: _hung_up},
        )

    async def _respond(self, request: Request) -> Response:
        try:
            with self.workspace.lock:
                self.responses.answer(request.path_params["url_id"], json.loads(await request.body()))
        except SlackError as error:
            return PlainTextResponse(error.code, 404 if error.code.endswith("_url") else 400)
        return PlainTextResponse("ok")


def _hung_up(request: Request, _error: Exception) -> Response:
    """A client that was cut in the middle of its request is no fault of the server's. Nobody reads this answer."""
    log.info("%s %s: the client hung up", request.method, request.url.path)
    return Response(status_code=400)
