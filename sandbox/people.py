"""The people-side HTTP API: what a person in Slack can see and do, for the page, tests and the demo's tour."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox import people_state
from sandbox.attachments import Attachments
from sandbox.errors import PersonError, SlackError
from sandbox.inputs import take_values
from sandbox.interactions import Interactions
from sandbox.model import Channel, Json, Message, User, View
from sandbox.submission import Submissions
from sandbox.typed import say

Act = Callable[[User, Json], Awaitable[Json]]
COALESCE_SECONDS = 0.02
KEEP_ALIVE_SECONDS = 15.0


class PeopleApi:
    """Routes under /people."""

    def __init__(self, interactions: Interactions, submissions: Submissions) -> None:
        self._on = interactions
        self._submissions = submissions
        self._attachments = Attachments(interactions.workspace)
        self._workspace = interactions.workspace
        self._views = interactions.views
        self._acts: dict[str, Act] = {
            name: getattr(self, f"_{name}")
            for name in (
                "command", "message", "shortcut", "home", "click", "input",
                "options", "submit", "close", "read", "dismiss",
            )
        }  # fmt: skip

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/people", self._people),
            Route("/people/{uid}/state", self._state),
            Route("/people/{uid}/events", self._events),
            Route("/people/{uid}/wait", self._wait),
            Route("/people/{uid}/attach", self._attach, methods=["POST"]),
            Route("/people/{uid}/{act}", self._act, methods=["POST"]),
        ]

    async def _people(self, _request: Request) -> Response:
        with self._workspace.lock:
            return JSONResponse(people_state.everybody(self._workspace))

    async def _state(self, request: Request) -> Response:
        with self._workspace.lock:
            try:
                user = self._on.somebody(request.path_params["uid"])
            except PersonError as error:
                return JSONResponse({"ok": False, "error": str(error)}, 404)
            return JSONResponse(people_state.state(self._workspace, self._views, user))

    async def _events(self, _request: Request) -> Response:
        return StreamingResponse(
            self._versions(), media_type="text/event-stream", headers={"cache-control": "no-store"}
        )

    async def _versions(self) -> AsyncIterator[str]:
        version = 0
        while True:
            latest = await self._workspace.changes.after(version, KEEP_ALIVE_SECONDS)
            if latest > version:
                await asyncio.sleep(COALESCE_SECONDS)
                version = self._workspace.changes.version
                yield f"data: {json.dumps({'version': version})}\n\n"
            else:
                yield ": still here\n\n"

    async def _wait(self, request: Request) -> Response:
        since = int(request.query_params.get("since", "0"))
        timeout = min(float(request.query_params.get("timeout", "10")), 60.0)
        return JSONResponse({"version": await self._workspace.changes.after(since, timeout)})

    async def _act(self, request: Request) -> Response:
        act = self._acts.get(request.path_params["act"])
        if act is None:
            return JSONResponse({"ok": False, "error": "unknown_act"}, 404)
        try:
            user = self._on.somebody(request.path_params["uid"])
            return JSONResponse(await act(user, json.loads(await request.body() or b"{}")))
        except KeyError as error:
            return JSONResponse({"ok": False, "error": f"missing {error}"}, 400)
        except PersonError as error:
            return JSONResponse({"ok": False, "error": str(error)})
        except SlackError as error:
            return JSONResponse(error.body())

    async def _attach(self, request: Request) -> Response:
        """Take a file's bytes; the query says what it is called and which view, block_id and action_id it is for."""
        query = request.query_params
        try:
            user = self._on.somebody(request.path_params["uid"])
            view = self._view(user, {"view": query.get("view", "")})
            spot = (query.get("block_id", ""), query.get("action_id", ""))
            file = await self._attachments.attach(view, *spot, query.get("name", ""), await request.body())
            return JSONResponse({"ok": True, "file": file})
        except PersonError as error:
            return JSONResponse({"ok": False, "error": str(error)})

    async def _command(self, user: User, body: Json) -> Json:
        channel = self._on.channel_of(user, body["channel"])
        return await self._on.command(user, channel, body["command"], body.get("text", ""))

    async def _message(self, user: User, body: Json) -> Json:
        channel = self._on.channel_of(user, body["channel"])
        message = say(self._workspace, self._on.courier, user, channel, body["text"], thread_ts=body.get("thread_ts"))
        return {"ok": True, "ts": message.ts}

    async def _shortcut(self, user: User, body: Json) -> Json:
        on: tuple[Channel, Message] | None = None
        if "message" in body:
            place = self._on.place(user, {"message": body["message"]})
            if place.channel is None or place.message is None or place.message.visible_to:
                raise PersonError("That message has no shortcuts")
            on = (place.channel, place.message)
        return await self._on.shortcut(user, body["callback_id"], on)

    async def _home(self, user: User, body: Json) -> Json:
        self._on.open_home(user, body.get("tab", "home"))
        return {"ok": True}

    async def _click(self, user: User, body: Json) -> Json:
        place = self._on.place(user, body["where"])
        return await self._on.click(place, body["block_id"], body["action_id"], body.get("value"))

    async def _options(self, user: User, body: Json) -> Json:
        place = self._on.place(user, body["where"])
        return await self._on.options(place, body["block_id"], body["action_id"], body.get("query", ""))

    async def _input(self, user: User, body: Json) -> Json:
        with self._workspace.lock:
            take_values(self._view(user, body), body["values"])
            self._workspace.changes.bump()
        return {"ok": True}

    async def _submit(self, user: User, body: Json) -> Json:
        view = self._view(user, body)
        if view.busy:
            return {"ok": False, "error": "busy"}
        with self._workspace.lock:
            take_values(view, body.get("values", {}))
        return await self._submissions.submit(user, view)

    async def _close(self, user: User, body: Json) -> Json:
        self._submissions.close(user, self._view(user, body), everything=body.get("all", False))
        return {"ok": True}

    def _view(self, user: User, body: Json) -> View:
        view = self._on.place(user, {"view": body["view"]}).view
        if view is None:
            raise PersonError("That view is closed")
        return view

    async def _read(self, user: User, body: Json) -> Json:
        channel = self._on.channel_of(user, body["channel"])
        if channel.messages and self._workspace.unread(user.id, channel):
            self._workspace.read_up_to[user.id, channel.id] = channel.messages[-1].ts
            self._workspace.changes.bump()
        return {"ok": True}

    async def _dismiss(self, user: User, body: Json) -> Json:
        if "notice" in body:
            notices = self._workspace.notices[user.id]
            notices[:] = [notice for notice in notices if notice.id != body["notice"]]
            self._workspace.changes.bump()
        else:
            message = self._on.place(user, {"message": body["ephemeral"]}).message
            if message is None or message.visible_to is None:
                raise PersonError("Only a message that is private to you can be dismissed")
            self._workspace.remove(message)
        return {"ok": True}
