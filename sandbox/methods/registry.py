"""What a Web API method is: its name, scopes, tier and the function that answers it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.delivery.socket_mode import SocketMode
from sandbox.errors import SlackError, missing
from sandbox.modals import Views
from sandbox.model import Channel, Json, User
from sandbox.rates import Rates
from sandbox.workspace import BOT_USER_ID, Workspace


@dataclass(frozen=True)
class Platform:
    """What methods work on."""

    workspace: Workspace
    views: Views
    rates: Rates
    sockets: SocketMode
    address: str  # host:port


@dataclass(frozen=True)
class Call:
    """One call: its arguments as sent (strings from a form, values from JSON), and the platform."""

    args: Json
    on: Platform

    @property
    def workspace(self) -> Workspace:
        """The workspace called upon."""
        return self.on.workspace

    def text(self, name: str) -> str | None:
        """Return an optional string argument."""
        value = self.args.get(name)
        return None if value is None or value == "" else str(value)

    def required(self, name: str) -> str:
        """Return a required string argument.

        Raises:
            SlackError: invalid_arguments.
        """
        value = self.text(name)
        if value is None:
            raise missing(name)
        return value

    def flag(self, name: str) -> bool:
        """Return a boolean argument, in any of the ways that clients write one."""
        return str(self.args.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, default: int, most: int) -> int:
        """Return a positive whole number, at most `most`.

        Raises:
            SlackError: invalid_arguments.
        """
        value = self.text(name)
        if value is None:
            return default
        if not value.isdigit() or not 1 <= int(value) <= most:
            raise SlackError("invalid_arguments", [f"must be between 1 and {most} [json-pointer:/{name}]"])
        return int(value)

    def decoded(self, name: str, error: str) -> Any:
        """Return an argument that is JSON, also where a form carries it as text.

        Raises:
            SlackError: `error`.
        """
        value = self.args.get(name)
        if isinstance(value, str) and value:
            try:
                return json.loads(value)
            except ValueError:
                raise SlackError(error) from None
        return value

    def need_scope(self, scope: str) -> None:
        """Refuse what the manifest didn't ask for.

        Raises:
            SlackError: missing_scope, with needed and provided.
        """
        granted = self.workspace.manifest.scopes
        if scope not in granted:
            raise SlackError("missing_scope", needed=scope, provided=",".join(granted))

    def channel(self, name: str = "channel") -> Channel:
        """Return the channel an argument names, if the bot may know of it.

        Raises:
            SlackError: invalid_arguments or channel_not_found.
        """
        found = self.workspace.channels.get(self.required(name))
        if found is None or (found.is_private and BOT_USER_ID not in found.members):
            raise SlackError("channel_not_found")
        return found

    def user(self, name: str = "user") -> User:
        """Return the user an argument names.

        Raises:
            SlackError: invalid_arguments or user_not_found.
        """
        found = self.workspace.users.get(self.required(name))
        if found is None:
            raise SlackError("user_not_found")
        return found

    def page(self, items: list[Any], default: int, most: int) -> tuple[list[Any], str]:
        """Return the page of `items` that limit and cursor ask for, and the next cursor.

        Raises:
            SlackError: invalid_cursor or invalid_arguments.
        """
        size = self.number("limit", default, most)
        cursor = self.text("cursor")
        start = 0
        if cursor is not None:
            if not cursor.startswith("next:") or not cursor[5:].isdigit():
                raise SlackError("invalid_cursor")
            start = int(cursor[5:])
        end = start + size
        return items[start:end], f"next:{end}" if end < len(items) else ""


Answer = Callable[[Call], Json]


@dataclass(frozen=True)
class Method:
    """A Web API method: all its `scopes` are needed, and `effect` says whether it changes the workspace."""

    name: str
    answer: Answer
    tier: str
    scopes: tuple[str, ...] = ()
    token: str = "xoxb"
    effect: bool = False


METHODS: dict[str, Method] = {}


def method(name: str, tier: str, *scopes: str, token: str = "xoxb", effect: bool = False) -> Callable[[Answer], Answer]:
    """Register a function as the answer to a Web API method."""

    def register(answer: Answer) -> Answer:
        METHODS[name] = Method(name, answer, tier, scopes, token, effect)
        return answer

    return register
