"""What people type: messages, with the @people and #channels in them."""

from __future__ import annotations

import re

from sandbox import payloads
from sandbox.content import escape_plain
from sandbox.delivery import Courier
from sandbox.errors import PersonError
from sandbox.model import Channel, Message, User
from sandbox.workspace import Workspace

# What message events call a conversation, by its scopes' family.
KINDS = {"channels": "channel", "groups": "group", "im": "im"}


def say(
    workspace: Workspace, courier: Courier, user: User, channel: Channel, text: str, *, thread_ts: str | None = None
) -> Message:
    """Post what a person writes; the app hears of it where it is a member and subscribed.

    Raises:
        PersonError: nobody can write there.
    """
    if channel.is_archived:
        raise PersonError(f"#{channel.name} is archived")
    if channel.kind == "im" and workspace.manifest.messages_read_only:
        raise PersonError("Sending messages to this app has been turned off.")
    message = workspace.post(channel, user.id, with_mentions(workspace, text), thread_ts=thread_ts)
    if workspace.bot.id in channel.members:
        event = payloads.message_object(workspace, message) | {"channel": channel.id, "event_ts": message.ts}
        courier.event(event | {"channel_type": KINDS[channel.scope_family]})
        if channel.kind != "im" and f"<@{workspace.bot.id}" in message.text:
            courier.event(event | {"type": "app_mention"})
    return message


def with_mentions(workspace: Workspace, text: str) -> str:
    """Turn typed @people and #channels into Slack's escaped form, as it does in messages and under should_escape."""
    people = {name: f"<@{u.id}|{u.name}>" for u in workspace.users.values() for name in (u.real_name, u.name)}
    rooms = {c.name: f"<#{c.id}|{c.name}>" for c in workspace.channels.values() if c.kind == "channel"}
    for sign, known in (("@", people), ("#", rooms)):
        names = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
        tags = {name.lower(): tag for name, tag in known.items()}
        parts = re.split(rf"(?<![\w<]){sign}({names})(?![\w-])", text, flags=re.IGNORECASE)
        text = "".join(tags[part.lower()] if n % 2 else part for n, part in enumerate(parts))
    parts = re.split(r"(<[@#][A-Z0-9]+(?:\|[^<>]*)?>)", text)
    return "".join(part if n % 2 else escape_plain(part) for n, part in enumerate(parts))
