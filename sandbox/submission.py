"""Submitting and closing modals: Slack's own checks first, then the app's answer."""

from __future__ import annotations

from typing import Any

from sandbox import payloads
from sandbox.errors import SlackError
from sandbox.inputs import complaints
from sandbox.interactions import Interactions
from sandbox.modals import view_payload
from sandbox.model import Json, User, View

TROUBLE = "We had some trouble connecting. Try again?"


class Submissions:
    """What Submit, Cancel and the cross do."""

    def __init__(self, interactions: Interactions) -> None:
        self._on = interactions
        self._workspace = interactions.workspace
        self._views = interactions.views

    async def submit(self, user: User, view: View) -> Json:
        """Submit a modal and carry out the app's answer."""
        view.errors = complaints(view.blocks, view.state)
        if view.errors:
            self._workspace.changes.bump()
            return {"ok": False, "error": "validation", "errors": view.errors}
        view.busy = True
        self._workspace.changes.bump()
        payload = payloads.interaction(
            "view_submission",
            user,
            view=view_payload(view),
            trigger_id=self._views.new_trigger(user.id, view),
            response_urls=self._response_urls(user, view),
        )
        ack = await self._on.courier.deliver("interactive", payload)
        view.busy = False
        self._workspace.changes.bump()
        if ack.failure:
            self._workspace.notify(user.id, TROUBLE)
            return {"ok": False, "error": self._on.reason(ack)}
        with self._workspace.lock:
            try:
                return self._answered(user, view, ack.payload)
            except SlackError as error:
                self._workspace.notify(user.id, TROUBLE)
                return {"ok": False, "error": error.code, "messages": error.messages}

    def _answered(self, user: User, view: View, answer: Any) -> Json:
        action = (answer or {}).get("response_action")
        if action == "errors":
            return self._refused(view, answer.get("errors") or {})
        if action == "clear":
            self._views.clear(user.id)
        elif action == "update":
            self._check_modal(answer.get("view"), view)
            self._views.replace(view, answer["view"])
        elif action == "push":
            self._check_modal(answer.get("view"))
            self._views.push(user.id, answer["view"])
        elif action is not None:
            raise SlackError("invalid_response_action", [f"unknown response_action: {action}"])
        elif self._views.get(view.id):
            self._views.close(view)
        return {"ok": True, "closed": self._views.get(view.id) is None}

    def _refused(self, view: View, errors: dict[str, str]) -> Json:
        inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        if not errors or not errors.keys() <= inputs:
            strangers = ", ".join(sorted(errors.keys() - inputs)) or "none given"
            raise SlackError("invalid_errors", [f"errors must name input blocks: {strangers}"])
        view.errors = dict(errors)
        self._workspace.changes.bump()
        return {"ok": False, "error": "validation", "errors": view.errors}

    def _check_modal(self, source: Any, replaced: View | None = None) -> None:
        if not isinstance(source, dict) or source.get("type") != "modal":
            raise SlackError("invalid_arguments", ["must be a modal view [json-pointer:/view]"])
        self._views.check(source, replaced)

    def _response_urls(self, user: User, view: View) -> list[Json]:
        found = []
        for block in view.blocks:
            element = block.get("element", {})
            if not element.get("response_url_enabled"):
                continue
            answer = view.state[block["block_id"]][element["action_id"]]
            channel = answer.get("selected_conversation") or answer.get("selected_channel")
            if channel:
                found.append(
                    {
                        "block_id": block["block_id"],
                        "action_id": element["action_id"],
                        "channel_id": channel,
                        "response_url": self._on.responses.new(user.id, channel),
                    }
                )
        return found

    def close(self, user: User, view: View, *, everything: bool) -> None:
        """Close a modal, or the whole stack; the app hears of it where the view asked for notify_on_close."""
        cleared = everything or view.source.get("clear_on_close", False)
        closing = list(self._views.stacks[user.id]) if cleared else [view]
        for closed in closing:
            if closed.source.get("notify_on_close"):
                payload = payloads.interaction("view_closed", user, view=view_payload(closed), is_cleared=cleared)
                self._on.courier.in_background(self._told(payload))
        if cleared:
            self._views.clear(user.id)
        else:
            self._views.close(view)

    async def _told(self, payload: Json) -> None:
        await self._on.courier.deliver("interactive", payload)
