"""/control: the clocks, faults, limits, people and channels, for tests and the demo."""

from __future__ import annotations

import calendar as months
import json
from collections.abc import Awaitable, Callable
from dataclasses import fields
from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.channel_control import ChannelControl
from sandbox.delivery import Courier
from sandbox.errors import PersonError
from sandbox.faults import CallLog, Faults
from sandbox.model import Channel, Json, User
from sandbox.payloads import message_object, status_over, user_object
from sandbox.people_state import person
from sandbox.workspace import Workspace

Handler = Callable[[Request], Awaitable[Json]]
USER_FIELDS = {item.name for item in fields(User)}


class Control:
    """Routes under /control."""

    def __init__(self, workspace: Workspace, courier: Courier, faults: Faults, calls: CallLog) -> None:
        self._workspace = workspace
        self._courier = courier
        self._faults = faults
        self._calls = calls
        self._rooms = ChannelControl(workspace, courier)

    def routes(self) -> list[Route]:
        """Return the routes."""
        handlers: dict[str, tuple[Handler, str]] = {
            "clock": (self._clock, "GET POST"),
            "protocol-clock": (self._protocol_clock, "POST"),
            "log": (self._log, "GET"),
            "messages": (self._messages, "GET"),
            "faults": (self._set_faults, "POST"),
            "limits": (self._limits, "POST"),
            "workspace": (self._settings, "POST"),
            "people": (self._people, "POST"),
            "channels": (self._channels, "POST"),
            "disconnect": (self._disconnect, "POST"),
        }
        return [
            Route(f"/control/{name}", self._answering(handler), methods=methods.split())
            for name, (handler, methods) in handlers.items()
        ]

    def _answering(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                return JSONResponse({"ok": True, **await handler(request)})
            except (ValueError, KeyError, PersonError) as error:
                return JSONResponse({"ok": False, "error": str(error)}, 400)

        return endpoint

    async def _clock(self, request: Request) -> Json:
        calendar = self._workspace.calendar
        if request.method == "POST":
            calendar.advance(_step(calendar.now(), json.loads(await request.body())))
            self._end_statuses()
            self._workspace.changes.bump()
        return {"now": calendar.now().timestamp()}

    def _end_statuses(self) -> None:
        """Take away the statuses that have run out; what Slack does by the minute is done when the calendar moves."""
        with self._workspace.lock:
            for user in self._workspace.users.values():
                if status_over(user, self._workspace.calendar.now()):
                    user.status_text, user.status_emoji, user.status_expiration = "", "", 0
                    self._told(user)

    async def _protocol_clock(self, request: Request) -> Json:
        self._workspace.protocol.advance(float(json.loads(await request.body())["advance_seconds"]))
        return {}

    async def _log(self, request: Request) -> Json:
        entries = self._calls.since(int(request.query_params.get("since", "0")))
        return {"entries": entries, "next": len(self._calls.entries)}

    async def _messages(self, request: Request) -> Json:
        channel = self._channel(request.query_params["channel"])
        every = sorted(channel.by_ts.values(), key=lambda message: message.ts)
        return {
            "messages": [
                message_object(self._workspace, m, all_metadata=True) | {"visible_to": m.visible_to} for m in every
            ]
        }

    async def _set_faults(self, request: Request) -> Json:
        self._faults.set(json.loads(await request.body()))
        return {}

    async def _limits(self, request: Request) -> Json:
        self._workspace.limits.apply(json.loads(await request.body()))
        return {}

    async def _settings(self, request: Request) -> Json:
        given = json.loads(await request.body())
        _only(given, {"native_blocks"})
        self._workspace.native_blocks = bool(given["native_blocks"])
        return {}

    async def _people(self, request: Request) -> Json:
        given = json.loads(await request.body())
        _only(given, USER_FIELDS)
        with self._workspace.lock:
            user = self._workspace.users.get(given.get("id", ""))
            if user is None:
                name = given["name"]
                user = User(given.get("id") or self._workspace.next_id("U"), name, given.get("real_name", name))
                self._workspace.users[user.id] = user
            for key, value in given.items():
                setattr(user, key, value)
            self._told(user)
        return {"person": person(user)}

    def _told(self, user: User) -> None:
        self._workspace.changes.bump()
        shown = user_object(user, self._workspace.calendar.now(), email=False, locale=True)
        self._courier.event({"type": "user_change", "user": shown, "event_ts": self._workspace.next_ts()})

    async def _channels(self, request: Request) -> Json:
        given = json.loads(await request.body())
        with self._workspace.lock:
            channel = self._rooms.change(given)
            self._workspace.changes.bump()
        return {"channel": {"id": channel.id, "name": channel.name, "members": channel.members}}

    async def _disconnect(self, request: Request) -> Json:
        given = json.loads(await request.body())
        await self._courier.sockets.disconnect(given.get("reason", "refresh_requested"), given.get("count"))
        return {}

    def _channel(self, wanted: str) -> Channel:
        channel = self._workspace.channel_named(wanted)
        if channel is None:
            raise ValueError(f"There is no channel {wanted!r}")
        return channel


def _only(given: Json, known: set[str]) -> None:
    if unknown := given.keys() - known:
        raise ValueError(f"Unknown: {', '.join(sorted(unknown))}")


def _step(now: datetime, given: Json) -> timedelta:
    if "to" in given:
        to = given["to"]
        until = datetime.fromisoformat(to) if isinstance(to, str) else datetime.fromtimestamp(to, UTC)
        return until.replace(tzinfo=until.tzinfo or UTC) - now
    if "advance_months" in given:
        return _later(now, int(given["advance_months"])) - now
    return timedelta(days=float(given.get("advance_days", 0)), seconds=float(given.get("advance_seconds", 0)))


def _later(now: datetime, by: int) -> datetime:
    year, month = divmod(now.year * 12 + now.month - 1 + by, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, months.monthrange(year, month + 1)[1]))
