"""chat.*: messages from the bot."""

from __future__ import annotations

import json
import re
from typing import Any

from sandbox.blocks.checker import check_blocks
from sandbox.content import settle
from sandbox.errors import SlackError
from sandbox.methods.conversations import open_dm
from sandbox.methods.registry import Call, method
from sandbox.model import Channel, Json, Message
from sandbox.payloads import message_object
from sandbox.workspace import BOT_USER_ID, Workspace

USER_ID = re.compile(r"[UW][A-Z0-9]+")


@method("chat.postMessage", "special", "chat:write", effect=True)
def post_message(call: Call) -> Json:
    """Post a message to a channel, or to a person by their id."""
    wanted = call.required("channel")
    channel = open_dm(call, wanted) if USER_ID.fullmatch(wanted) else writable(call, wanted)
    if channel.kind == "im" and not call.workspace.manifest.messages_tab:
        raise SlackError("messages_tab_disabled")
    text, blocks, metadata = message_parts(call.workspace, _content(call))
    call.on.rates.post(channel.id)
    message = call.workspace.post(
        channel,
        BOT_USER_ID,
        text[: call.workspace.limits.message_text],
        blocks or [],
        thread_ts=call.text("thread_ts"),
        broadcast=call.flag("reply_broadcast"),
        metadata=metadata,
    )
    answer: Json = {
        "channel": channel.id,
        "ts": message.ts,
        "message": message_object(call.workspace, message, all_metadata=True),
    }
    if len(text) > call.workspace.limits.message_text:
        answer |= {"warning": "message_truncated", "response_metadata": {"warnings": ["message_truncated"]}}
    return answer


@method("chat.postEphemeral", "4", "chat:write", effect=True)
def post_ephemeral(call: Call) -> Json:
    """Post a message that one member sees."""
    channel = writable(call, call.required("channel"))
    user = call.user()
    if user.id not in channel.members:
        raise SlackError("user_not_in_channel")
    text, blocks, _ = message_parts(call.workspace, _content(call))
    message = call.workspace.post(
        channel, BOT_USER_ID, text, blocks or [], thread_ts=call.text("thread_ts"), visible_to=user.id
    )
    return {"message_ts": message.ts}


@method("chat.update", "3", "chat:write", effect=True)
def update(call: Call) -> Json:
    """Change one of the bot's messages."""
    channel, message = _own_message(call, "cant_update_message")
    if len(call.text("text") or "") > call.workspace.limits.update_text:
        raise SlackError("msg_too_long")
    revise(call.workspace, message, _content(call))
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": message_object(call.workspace, message, all_metadata=True),
    }


@method("chat.delete", "3", "chat:write", effect=True)
def delete(call: Call) -> Json:
    """Delete one of the bot's messages."""
    channel, message = _own_message(call, "cant_delete_message")
    call.workspace.remove(message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink", "special")
def get_permalink(call: Call) -> Json:
    """Return a message's address."""
    channel = call.channel()
    ts = call.required("message_ts")
    message = channel.by_ts.get(ts)
    if message is None or message.visible_to:
        raise SlackError("message_not_found")
    return {
        "channel": channel.id,
        "permalink": f"http://{call.on.address}/archives/{channel.id}/p{ts.replace('.', '')}",
    }


def _content(call: Call) -> Json:
    content: Json = {}
    for name, error in (("blocks", "invalid_blocks_format"), ("metadata", "invalid_metadata_format")):
        if name in call.args:
            content[name] = call.decoded(name, error)
    if "text" in call.args:
        content["text"] = call.args["text"]
    return content


def message_parts(workspace: Workspace, content: Json) -> tuple[str, list[Json] | None, Json | None]:
    """Return a message's checked text, blocks and metadata.

    Raises:
        SlackError: no_text, invalid_blocks or invalid_metadata_format.
    """
    text, blocks = content.get("text") or "", content.get("blocks") or None
    if not isinstance(text, str):
        raise SlackError("invalid_arguments", ["must be a string [json-pointer:/text]"])
    if not text and not blocks:
        raise SlackError("no_text")
    if blocks is not None:
        problems = check_blocks(blocks, workspace.limits.blocks) or workspace.problems(blocks)
        if problems:
            said = [str(problem) for problem in problems]
            raise SlackError("invalid_blocks", said, errors=said)
    return text, blocks, _metadata(workspace, content.get("metadata"))


def _metadata(workspace: Workspace, metadata: Any) -> Json | None:
    if not metadata:
        return None
    if (
        not isinstance(metadata, dict)
        or metadata.keys() != {"event_type", "event_payload"}
        or not isinstance(metadata["event_type"], str)
        or not isinstance(metadata["event_payload"], dict)
    ):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata)) > workspace.limits.metadata_bytes:
        raise SlackError("metadata_too_large")
    return metadata


def revise(workspace: Workspace, message: Message, content: Json) -> None:
    """Change a message as Slack does: text alone takes the blocks away, and metadata stays unless it is given.

    Raises:
        SlackError: the new content is refused.
    """
    if "text" in content or "blocks" in content:
        text, blocks, _ = message_parts(workspace, content)
        message.text = text
        message.edited = not blocks
        message.blocks = settle(blocks or [])
        message.states.clear()
        workspace.files.show(message.blocks, message.visible_to or message.channel)
    elif "metadata" not in content:
        raise SlackError("no_text")
    if "metadata" in content:
        message.metadata = _metadata(workspace, content["metadata"])
    workspace.changes.bump()


def writable(call: Call, wanted: str) -> Channel:
    """Return the channel of that id or name, if the bot may write there.

    Raises:
        SlackError: channel_not_found, is_archived, not_in_channel or user_disabled.
    """
    channel = call.workspace.channel_named(wanted)
    member = channel is not None and BOT_USER_ID in channel.members
    if channel is None or (channel.is_private and not member):
        raise SlackError("channel_not_found")
    if channel.is_archived:
        raise SlackError("is_archived")
    if not member and "chat:write.public" not in call.workspace.manifest.scopes:
        raise SlackError("not_in_channel")
    if channel.kind == "im" and any(call.workspace.users[member].deleted for member in channel.members):
        raise SlackError("user_disabled")
    return channel


def _own_message(call: Call, error: str) -> tuple[Channel, Message]:
    channel = call.channel()
    message = channel.by_ts.get(call.required("ts"))
    if message is None or message.visible_to is not None:
        raise SlackError("message_not_found")
    if not message.bot:
        raise SlackError(error)
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel, message
