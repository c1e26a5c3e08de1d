"""Carries payloads to the app by whichever way is set, keeps Slack's three seconds, and retries events."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Sequence
from typing import Any

from sandbox.delivery.ack import Ack
from sandbox.delivery.signed_http import SignedHttp
from sandbox.delivery.socket_mode import SocketMode
from sandbox.faults import Faults
from sandbox.model import Json
from sandbox.payloads import event_envelope
from sandbox.workspace import Workspace

SUBSCRIPTIONS = {"im": "message.im", "channel": "message.channels", "group": "message.groups"}
SCOPES = {
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "app_mention": "app_mentions:read",
    "user_change": "users:read",
}

log = logging.getLogger(__name__)


class Courier:
    """The one way out to the app."""

    def __init__(self, workspace: Workspace, faults: Faults) -> None:
        self._workspace = workspace
        self._faults = faults
        self.sockets = SocketMode(workspace.limits, workspace.protocol)
        self._http: SignedHttp | None = None
        self._opened: list[SignedHttp] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def use_http(self, request_urls: Sequence[str], signing_secret: str) -> None:
        """Deliver over signed HTTP from now on, to several addresses by turns; Socket Mode rests."""
        self._http = SignedHttp(request_urls, signing_secret)
        self._opened.append(self._http)

    async def deliver(self, kind: str, payload: Json, retry: tuple[int, str] | None = None) -> Ack:
        """Deliver one payload and wait for the ack, at most the three seconds Slack grants."""
        fault = self._faults.for_delivery(kind)
        if fault is not None and fault.deliver == "duplicate":
            for _ in range(fault.copies):
                self.in_background(self._unwatched(kind, payload, retry))
        lost = fault is not None and fault.deliver == "drop"
        late = fault.seconds if fault is not None and fault.deliver == "delay" else 0.0
        clock = self._workspace.protocol
        deadline = clock.now() + self._workspace.limits.ack_seconds
        sending = asyncio.create_task(self._send(kind, payload, retry, late=late, lost=lost))
        limit = asyncio.create_task(clock.sleep(self._workspace.limits.ack_seconds))
        await asyncio.wait({sending, limit}, return_when=asyncio.FIRST_COMPLETED)
        limit.cancel()
        # By the clock, not by which task woke first: on a busy machine an answer and the deadline wake together.
        if sending.done() and clock.now() < deadline:
            lost_ack = fault is not None and fault.deliver == "lost_ack"
            return Ack(failure="connection_failed") if lost_ack else sending.result()
        self._keep(sending)  # Slack hangs up, the request itself is with the app already
        return Ack(failure="http_timeout" if self._http else "timeout")

    async def _send(
        self, kind: str, payload: Json, retry: tuple[int, str] | None, *, late: float = 0.0, lost: bool = False
    ) -> Ack:
        if lost:
            await asyncio.Event().wait()
        if late:
            await self._workspace.protocol.sleep(late)
        if self._http is not None:
            return await self._http.send(kind, payload, retry)
        return await (await self.sockets.send(kind, payload, retry))

    async def _unwatched(self, kind: str, payload: Json, retry: tuple[int, str] | None) -> None:
        await self._send(kind, payload, retry)

    def event(self, event: Json) -> None:
        """Deliver an event in the background, if the manifest asks for it and has its scope, and retry it."""
        name = SUBSCRIPTIONS[event["channel_type"]] if event["type"] == "message" else event["type"]
        manifest = self._workspace.manifest
        scope = SCOPES.get(name)
        if name in manifest.events and (scope is None or scope in manifest.scopes):
            self.in_background(self._event(event_envelope(self._workspace, event)))

    async def _event(self, envelope: Json) -> None:
        ack = await self.deliver("events_api", envelope)
        for attempt, delay in enumerate(self._workspace.limits.event_retry_seconds, start=1):
            if ack.failure is None or ack.no_retry:
                return
            await self._workspace.protocol.sleep(delay)
            ack = await self.deliver("events_api", envelope, (attempt, ack.failure))
        if ack.failure:
            log.warning("Gave up on event %s: %s", envelope["event"]["type"], ack.failure)

    @property
    def under_way(self) -> int:
        """How much goes on in the background: deliveries that nobody waits for, and answers that came too late."""
        return len(self._tasks)

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something that nobody waits for, until the sandbox ends."""
        self._keep(asyncio.create_task(work))

    def _keep(self, task: asyncio.Task[Any]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Drop what is still under way."""
        for task in list(self._tasks):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        for http in self._opened:
            await http.close()
