"""The JSON that Slack sends to the app, and the objects that its API answers with."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.content import escape_mrkdwn, escaped
from sandbox.model import Channel, Json, Message, User
from sandbox.workspace import APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID, VERIFICATION_TOKEN, Workspace


def team() -> Json:
    """Return the team as interaction payloads show it."""
    return {"id": TEAM_ID, "domain": "sandbox"}


def person(user: User) -> Json:
    """Return a user as interaction payloads show them."""
    return {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id or TEAM_ID}


def channel_reference(channel: Channel) -> Json:
    """Return a channel as interaction payloads show it."""
    return {"id": channel.id, "name": channel.name if channel.kind == "channel" else "directmessage"}


def interaction(kind: str, user: User, **more: Any) -> Json:
    """Return what all interaction payloads have in common, plus `more`."""
    return {
        "type": kind,
        "user": person(user),
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "team": team(),
        "enterprise": None,
        "is_enterprise_install": False,
        **more,
    }


def command(
    user: User, channel: Channel, name: str, text: str, *, trigger_id: str, response_url: str
) -> dict[str, str]:
    """Return the form fields of a slash command."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": "sandbox",
        "channel_id": channel.id,
        "channel_name": channel_reference(channel)["name"],
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def event_envelope(workspace: Workspace, event: Json) -> Json:
    """Return the outer envelope of an event, with its globally unique event_id."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(6).upper()}",
        "event_time": int(workspace.calendar.now().timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER_ID,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": _in_shared_channel(workspace, event),
    }


def _in_shared_channel(workspace: Workspace, event: Json) -> bool:
    channel = workspace.channels.get(event["channel"]) if isinstance(event.get("channel"), str) else None
    return channel is not None and channel.is_ext_shared


def message_object(workspace: Workspace, message: Message, *, all_metadata: bool = False) -> Json:
    """Return a message as histories and payloads show it: texts escaped, the metadata perhaps cut to its type."""
    shown: Json = {
        "type": "message",
        "user": message.user,
        "text": escape_mrkdwn(message.text),
        "ts": message.ts,
        "team": TEAM_ID,
    }
    author = workspace.users.get(message.user)
    if author is not None and author.is_stranger:
        shown |= {"team": author.team_id, "user_team": author.team_id, "source_team": author.team_id}
    if message.bot:
        shown |= {
            "bot_id": BOT_ID,
            "app_id": APP_ID,
            "bot_profile": {"id": BOT_ID, "app_id": APP_ID, "team_id": TEAM_ID},
        }
    if message.blocks:
        shown["blocks"] = escaped(message.blocks)
    if message.files:
        shown |= {"files": [workspace.files.describe(file) for file in message.files], "upload": True}
    if message.metadata:
        keys = ("event_type", "event_payload") if all_metadata else ("event_type",)
        shown["metadata"] = {key: message.metadata[key] for key in keys}
    if message.edited:
        shown["edited"] = {"user": message.user, "ts": message.ts}
    replies = [reply for reply in message.replies if reply.visible_to is None]
    if message.thread_ts:
        shown["thread_ts"] = message.thread_ts
    elif replies:
        shown |= {"thread_ts": message.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}
    if message.visible_to:
        shown["is_ephemeral"] = True
    return shown


def user_object(user: User, at: datetime, *, email: bool, locale: bool) -> Json:
    """Return Slack's user object; the e-mail only with its scope, the locale only when asked for."""
    zone = ZoneInfo(user.tz)
    offset = at.astimezone(zone).utcoffset()
    profile = {
        "real_name": user.real_name,
        "display_name": user.name,
        "title": user.title,
        "team": user.team_id or TEAM_ID,
        **_status(user, at),
        **({"email": user.email} if email and not user.is_stranger else {}),
    }
    shown: Json = {
        "id": user.id,
        "team_id": user.team_id or TEAM_ID,
        "name": user.name,
        "deleted": user.deleted,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": int(at.timestamp()),
    }
    if user.deleted:
        return shown
    shown |= {
        "color": user.color,
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_admin": user.is_admin,
        "is_owner": user.is_admin,
        "is_primary_owner": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
    }
    if user.is_stranger:
        return shown | {"is_stranger": True}
    return shown | ({"locale": user.locale} if locale else {})


def _status(user: User, at: datetime) -> Json:
    if status_over(user, at):
        return {"status_text": "", "status_emoji": "", "status_expiration": 0}
    return {name: getattr(user, name) for name in ("status_text", "status_emoji", "status_expiration")}


def status_over(user: User, at: datetime) -> bool:
    """Say whether a status has run out."""
    return 0 < user.status_expiration <= at.timestamp()


def channel_object(channel: Channel) -> Json:
    """Return Slack's conversation object."""
    if channel.kind == "im":
        user = next(member for member in channel.members if member != BOT_USER_ID)
        return {"id": channel.id, "is_im": True, "is_archived": False, "user": user, "is_open": True}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_general": channel.name == "general",
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "connected_team_ids": channel.connected_teams,
        "is_member": BOT_USER_ID in channel.members,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
        "context_team_id": TEAM_ID,
    }
