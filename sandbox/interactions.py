"""What people do in their clients, and what Slack makes of it: commands, shortcuts, clicks, Homes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox import payloads
from sandbox.blocks.checker import check_suggestions
from sandbox.content import escape_plain, find_element
from sandbox.delivery import Ack, Courier
from sandbox.errors import PersonError, SlackError
from sandbox.inputs import FIELDS, chosen, initial_state
from sandbox.modals import Views, view_payload
from sandbox.model import Channel, Json, Message, User, View
from sandbox.response_urls import ResponseUrls
from sandbox.typed import with_mentions
from sandbox.workspace import Workspace


@dataclass
class Place:
    """Where somebody clicks: in a view, or in a message."""

    user: User
    view: View | None = None
    message: Message | None = None
    channel: Channel | None = None
    blocks: list[Json] = field(default_factory=list)
    state: Json = field(default_factory=dict)


class Interactions:
    """Turns what a person does into payloads, and acks into what the person sees."""

    def __init__(self, workspace: Workspace, views: Views, courier: Courier, responses: ResponseUrls) -> None:
        self.workspace = workspace
        self.views = views
        self.courier = courier
        self.responses = responses

    def somebody(self, user_id: str) -> User:
        """Return a person who can sign in.

        Raises:
            PersonError: there is no such person.
        """
        user = self.workspace.users.get(user_id)
        if user is None or user.deleted or user.is_bot:
            raise PersonError(f"Nobody can act as {user_id}")
        return user

    def channel_of(self, user: User, channel_id: str) -> Channel:
        """Return a channel that this person is in.

        Raises:
            PersonError: they are not.
        """
        channel = self.workspace.channels.get(channel_id)
        if channel is None or user.id not in channel.members:
            raise PersonError(f"{user.name} is not in {channel_id}")
        return channel

    async def command(self, user: User, channel: Channel, name: str, text: str) -> Json:
        """Send a slash command; a late or missing ack shows Slack's words for it."""
        known = None if user.is_stranger else self.workspace.manifest.command(name)
        if known is None:  # people of other organisations have none of this workspace's commands
            self.workspace.notify(user.id, f"{name} is not a valid command.")
            return {"ok": False, "error": "unknown_command"}
        escape = known.get("should_escape", False)
        fields = payloads.command(
            user,
            channel,
            name,
            with_mentions(self.workspace, text) if escape else escape_plain(text),
            trigger_id=self.views.new_trigger(user.id),
            response_url=self.responses.new(user.id, channel.id),
        )
        ack = await self.courier.deliver("slash_commands", fields)
        if ack.failure:
            error = self.reason(ack)
            self.workspace.notify(user.id, f'{name} failed with the error "{error}"')
            return {"ok": False, "error": error}
        return self._said(user, channel, name, ack.payload)

    def _said(self, user: User, channel: Channel, name: str, content: Any) -> Json:
        if not content:
            return {"ok": True}
        try:
            self.responses.respond(user.id, channel.id, content)
        except SlackError as error:
            self.workspace.notify(user.id, f'{name} failed with the error "{error.code}"')
            return {"ok": False, "error": error.code, "messages": error.messages}
        return {"ok": True}

    @staticmethod
    def reason(ack: Ack) -> str:
        """Return what Slack's client calls a failed delivery."""
        return "operation_timeout" if ack.failure in ("timeout", "http_timeout") else "dispatch_failed"

    async def shortcut(self, user: User, callback_id: str, on: tuple[Channel, Message] | None = None) -> Json:
        """Use a global shortcut, or a message shortcut on a message."""
        known = None if user.is_stranger else self.workspace.manifest.shortcut(callback_id)
        if known is None or (known["type"] == "message") != (on is not None):
            raise PersonError(f"There is no such shortcut as {callback_id} here")
        kind = "message_action" if on else "shortcut"
        payload = payloads.interaction(
            kind,
            user,
            callback_id=callback_id,
            trigger_id=self.views.new_trigger(user.id),
            action_ts=self.workspace.next_ts(),
        )
        if on:
            channel, message = on
            payload |= {
                "channel": payloads.channel_reference(channel),
                "message": payloads.message_object(self.workspace, message),
                "message_ts": message.ts,
                "response_url": self.responses.new(user.id, channel.id),
            }
        return self.outcome(user, await self.courier.deliver("interactive", payload))

    def outcome(self, user: User, ack: Ack) -> Json:
        """Return what an interaction came to, telling the person where it failed."""
        if ack.failure is None:
            return {"ok": True}
        self.workspace.notify(user.id, "This app didn't respond. Please try again.")
        return {"ok": False, "error": self.reason(ack)}

    def open_home(self, user: User, tab: str = "home") -> None:
        """Open the app's Home or Messages tab, of which the app hears each time."""
        if user.is_stranger:
            raise PersonError("This app belongs to another organisation.")
        home = self.views.homes.get(user.id)
        event: Json = {
            "type": "app_home_opened",
            "user": user.id,
            "channel": self.workspace.app_dm(user.id).id,
            "event_ts": self.workspace.next_ts(),
            "tab": tab,
        }
        if home is not None and tab == "home":
            event["view"] = view_payload(home)
        self.courier.event(event)

    def place(self, user: User, where: Json) -> Place:
        """Return where somebody clicks.

        Raises:
            PersonError: they see no such message or view.
        """
        if "message" in where:
            channel = self.channel_of(user, where["message"]["channel"])
            message = channel.by_ts.get(where["message"]["ts"])
            if message is None or message.visible_to not in (None, user.id):
                raise PersonError("That message is gone")
            state = message.states.setdefault(user.id, initial_state(message.blocks))
            return Place(user, message=message, channel=channel, blocks=message.blocks, state=state)
        view = self.views.homes.get(user.id) if where.get("home") else self.views.get(where.get("view", ""))
        if view is None or view.owner != user.id:
            raise PersonError("That view is closed")
        return Place(user, view=view, blocks=view.blocks, state=view.state)

    async def click(self, place: Place, block_id: str, action_id: str, value: Any) -> Json:
        """Press a button or choose from a menu, also one that the app has just replaced: it was still on the screen."""
        replaced = place.view.replaced if place.view else []
        element = find_element([*place.blocks, *replaced], block_id, action_id)
        if element is None:
            raise PersonError(f"There is no {action_id} in {block_id}")
        action = self._action(place, block_id, element, value)
        payload = payloads.interaction("block_actions", place.user, **self._surroundings(place), actions=[action])
        self.workspace.changes.bump()
        ack = await self.courier.deliver("interactive", payload)
        return self.outcome(place.user, ack)

    def _action(self, place: Place, block_id: str, element: Json, value: Any) -> Json:
        action = {
            "type": element["type"],
            "action_id": element["action_id"],
            "block_id": block_id,
            "action_ts": self.workspace.next_ts(),
        }
        if element["type"] == "button":
            return action | {key: element[key] for key in ("text", "value", "style", "url") if key in element}
        state = chosen(element, value)
        if element["type"] != "overflow":
            place.state.setdefault(block_id, {})[element["action_id"]] = state
        start = FIELDS[element["type"]][1]
        return action | state | {key: element[key] for key in ("placeholder", start) if key in element}

    def _surroundings(self, place: Place) -> Json:
        if place.view is not None:
            return {
                "container": {"type": "view", "view_id": place.view.id},
                "trigger_id": self.views.new_trigger(place.user.id, place.view),
                "view": view_payload(place.view),
            }
        message, channel = place.message, place.channel
        if message is None or channel is None:
            raise PersonError("There is nothing to click here")
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.visible_to is not None,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        shown = payloads.message_object(self.workspace, message)
        return {
            "container": container,
            "trigger_id": self.views.new_trigger(place.user.id),
            "channel": payloads.channel_reference(channel),
            "response_url": self.responses.new(place.user.id, channel.id, message),
            "state": {"values": place.state},
            **({} if message.visible_to else {"message": shown}),
        }

    async def options(self, place: Place, block_id: str, action_id: str, query: str) -> Json:
        """Ask the app for the options of an external select."""
        element = find_element(place.blocks, block_id, action_id)
        if element is None or not element["type"].endswith("external_select"):
            raise PersonError(f"There is no external select {action_id} in {block_id}")
        if len(query) < element.get("min_query_length", 3):
            return {"ok": True, "options": [], "option_groups": []}
        around = {
            k: v for k, v in self._surroundings(place).items() if k not in ("trigger_id", "response_url", "state")
        }
        payload = payloads.interaction(
            "block_suggestion", place.user, **around, action_id=action_id, block_id=block_id, value=query
        )
        ack = await self.courier.deliver("interactive", payload)
        if ack.failure:
            return {"ok": False, "error": self.reason(ack)}
        answer = ack.payload if isinstance(ack.payload, dict) else {}
        problems = check_suggestions(answer, self.workspace.limits.blocks)
        if problems:
            return {"ok": False, "error": "invalid_options", "messages": [str(problem) for problem in problems]}
        return {"ok": True, "options": answer.get("options", []), "option_groups": answer.get("option_groups", [])}
