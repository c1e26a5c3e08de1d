"""conversations.*: channels, direct messages and what was said in them."""

from __future__ import annotations

import re
from collections.abc import Callable

from sandbox.errors import SlackError
from sandbox.methods.registry import Call, method
from sandbox.methods.users import conversation_types
from sandbox.model import Channel, Json, Message
from sandbox.payloads import channel_object, message_object
from sandbox.workspace import BOT_USER_ID

_TS = re.compile(r"\d{1,12}(\.\d{1,6})?")


@method("conversations.open", "3", "im:write", effect=True)
def conversations_open(call: Call) -> Json:
    """Open the direct messages with one person; doing it again gives the same ones."""
    if call.text("channel"):
        channel = call.channel()
        if channel.kind != "im":
            raise SlackError("channel_not_found")
        return {"channel": {"id": channel.id}, "no_op": True, "already_open": True}
    given = (
        call.decoded("users", "invalid_arguments")
        if str(call.args.get("users", "")).startswith("[")
        else call.text("users")
    )
    ids = given if isinstance(given, list) else (given or "").split(",")
    if not ids or not ids[0]:
        raise SlackError("users_list_not_supplied")
    if len(ids) > 1:
        call.need_scope("mpim:write")
    channel = open_dm(call, ids[0])
    shown = channel_object(channel) if call.flag("return_im") else {"id": channel.id}
    return {"channel": shown}


def open_dm(call: Call, user_id: str) -> Channel:
    """Return the app's direct messages with a person.

    Raises:
        SlackError: user_not_found, user_disabled, user_not_visible or cannot_dm_bot.
    """
    user = call.workspace.users.get(user_id)
    if user is None:
        raise SlackError("user_not_found")
    if user.is_bot:
        raise SlackError("cannot_dm_bot")
    if user.deleted:
        raise SlackError("user_disabled")
    if user.is_stranger:
        raise SlackError("user_not_visible")
    return call.workspace.app_dm(user_id)


def _readable(call: Call, right: str) -> Channel:
    channel = call.channel()
    call.need_scope(f"{channel.scope_family}:{right}")
    return channel


@method("conversations.info", "3")
def conversations_info(call: Call) -> Json:
    """Describe a conversation."""
    return {"channel": channel_object(_readable(call, "read"))}


@method("conversations.list", "2")
def conversations_list(call: Call) -> Json:
    """List the conversations of the types asked for, private ones only where the bot is a member."""
    families = conversation_types(call)
    hide = call.flag("exclude_archived")
    found = [
        channel
        for channel in call.workspace.channels.values()
        if channel.scope_family in families
        and not (hide and channel.is_archived)
        and not (channel.is_private and BOT_USER_ID not in channel.members)
    ]
    page, cursor = call.page(found, 100, call.workspace.limits.list_page)
    return {"channels": [channel_object(c) for c in page], "response_metadata": {"next_cursor": cursor}}


@method("conversations.members", "4")
def conversations_members(call: Call) -> Json:
    """List a conversation's members."""
    page, cursor = call.page(_readable(call, "read").members, 100, call.workspace.limits.list_page)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


@method("conversations.join", "3", "channels:join", effect=True)
def conversations_join(call: Call) -> Json:
    """Make the bot a member of a public channel."""
    channel = call.channel()
    if channel.kind == "im" or channel.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    if BOT_USER_ID not in channel.members:
        channel.members.append(BOT_USER_ID)
        call.workspace.changes.bump()
    return {"channel": channel_object(channel)}


@method("conversations.history", "3")
def conversations_history(call: Call) -> Json:
    """Return a conversation's top-level messages, newest first."""
    channel = _member_of(call)
    within = _window(call)
    found = [m for m in reversed(channel.messages) if m.visible_to is None and within(m.ts)]
    return _messages(call, found)


@method("conversations.replies", "3")
def conversations_replies(call: Call) -> Json:
    """Return a thread, its root first."""
    channel = _member_of(call)
    root = channel.by_ts.get(call.required("ts"))
    if root is None or root.visible_to is not None:
        raise SlackError("thread_not_found")
    if root.thread_ts:
        root = channel.by_ts[root.thread_ts]
    within = _window(call)
    replies = [reply for reply in root.replies if reply.visible_to is None and within(reply.ts)]
    return _messages(call, [root, *replies])


def _member_of(call: Call) -> Channel:
    channel = _readable(call, "history")
    if BOT_USER_ID not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _window(call: Call) -> Callable[[str], bool]:
    bounds = []
    for name in ("oldest", "latest"):
        value = call.text(name)
        if value is not None and not _TS.fullmatch(value):
            raise SlackError(f"invalid_ts_{name}")
        bounds.append(_stamp(value) if value else None)
    oldest, latest = bounds
    inclusive = call.flag("inclusive")

    def within(ts: str) -> bool:
        at = _stamp(ts)
        if oldest is not None and (at < oldest or (at == oldest and not inclusive)):
            return False
        return latest is None or at < latest or (at == latest and inclusive)

    return within


def _stamp(ts: str) -> tuple[int, int]:
    seconds, _, micros = ts.partition(".")
    return int(seconds), int(micros.ljust(6, "0") or 0)


def _messages(call: Call, found: list[Message]) -> Json:
    page, cursor = call.page(found, 100, call.workspace.limits.history_page)
    everything = call.flag("include_all_metadata")
    return {
        "messages": [message_object(call.workspace, message, all_metadata=everything) for message in page],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }
