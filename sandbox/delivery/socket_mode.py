"""Socket Mode: up to ten WebSockets, each payload on one of them, acknowledged by its envelope id."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import secrets
from dataclasses import dataclass

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.clocks import ProtocolClock
from sandbox.delivery.ack import Ack
from sandbox.errors import SlackError
from sandbox.faults import break_connection
from sandbox.limits import Limits
from sandbox.model import Json
from sandbox.workspace import APP_ID

WITH_RESPONSE = ("slash_commands", "interactive")
REASONS = ("warning", "refresh_requested", "link_disabled", "cut")


@dataclass(frozen=True)
class Sent:
    """An envelope on its way: over which connection, and the ack to come."""

    kind: str
    socket: WebSocket
    acked: asyncio.Future[Ack]


class SocketMode:
    """The open connections and the envelopes waiting for their ack."""

    def __init__(self, limits: Limits, clock: ProtocolClock) -> None:
        self._limits = limits
        self._clock = clock
        self._tickets: dict[str, float] = {}
        self._connections: list[WebSocket] = []
        self._turn = itertools.count()
        self._waiting: dict[str, Sent] = {}
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    def new_ticket(self) -> str:
        """Return a ticket for one connection.

        Raises:
            SlackError: too_many_websockets.
        """
        if len(self._connections) >= self._limits.socket_connections:
            raise SlackError("too_many_websockets")
        ticket = secrets.token_hex(16)
        self._tickets[ticket] = self._clock.now() + self._limits.socket_ticket_seconds
        return ticket

    async def serve(self, socket: WebSocket) -> None:
        """Run one connection from hello to its end."""
        until = self._tickets.pop(socket.query_params.get("ticket", ""), None)
        if until is None or until < self._clock.now():
            await socket.close(code=1008)
            return
        await socket.accept()
        self._connections.append(socket)
        try:
            await socket.send_text(json.dumps(self._hello()))
            while True:
                self._take(await socket.receive_text())
        except (WebSocketDisconnect, RuntimeError):  # RuntimeError: Starlette's word for a socket already closed
            pass
        finally:
            self._leave(socket)
            for sent in list(self._waiting.values()):
                # Slack gives an event that was not acknowledged to another connection; an interaction times out.
                if sent.socket is socket and sent.kind == "events_api" and not sent.acked.done():
                    sent.acked.set_result(Ack(failure="connection_failed"))

    def _leave(self, socket: WebSocket) -> None:
        """Send nothing more over a connection."""
        if socket in self._connections:
            self._connections.remove(socket)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": APP_ID},
        }

    def _take(self, text: str) -> None:
        try:
            message = json.loads(text)
        except ValueError:
            return  # some clients ping in plain text
        sent = self._waiting.pop(message.get("envelope_id", ""), None)
        if sent is not None and not sent.acked.done():
            sent.acked.set_result(Ack(message.get("payload")))

    async def send(self, kind: str, payload: Json, retry: tuple[int, str] | None = None) -> asyncio.Future[Ack]:
        """Send a payload over one of the connections and return the ack to come."""
        acked: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        if not self._connections:
            acked.set_result(Ack(failure="connection_failed"))
            return acked
        envelope: Json = {
            "envelope_id": secrets.token_hex(16),
            "type": kind,
            "accepts_response_payload": kind in WITH_RESPONSE,
            "payload": payload,
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry[0] if retry else 0, "retry_reason": retry[1] if retry else ""}
        socket = self._connections[next(self._turn) % len(self._connections)]
        self._waiting[envelope["envelope_id"]] = Sent(kind, socket, acked)
        acked.add_done_callback(lambda _: self._waiting.pop(envelope["envelope_id"], None))
        try:
            await socket.send_text(json.dumps(envelope))
        except (WebSocketDisconnect, RuntimeError):
            if not acked.done():
                acked.set_result(Ack(failure="connection_failed"))
        return acked

    async def disconnect(self, reason: str, count: int | None = None) -> None:
        """End connections, the oldest `count` of them, or all.

        They are told the reason and closed: at once (refresh_requested, link_disabled), or after a while in which they
        get nothing new (warning). "cut" breaks them without a word, as a failing network does.

        Raises:
            ValueError: there is no such reason.
        """
        if reason not in REASONS:
            raise ValueError(f"There is no reason {reason!r}; there are: {', '.join(REASONS)}")
        for socket in self._connections[:count]:
            self._leave(socket)
            if reason == "cut":
                break_connection(socket)
                continue
            told = {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
            await socket.send_text(json.dumps(told))
            if reason == "warning":
                self._keep(asyncio.create_task(self._close_later(socket)))
            else:
                await socket.close()

    async def _close_later(self, socket: WebSocket) -> None:
        await self._clock.sleep(self._limits.socket_warning_seconds)
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # the app was quicker
            await socket.close()

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
