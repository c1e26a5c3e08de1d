"""What one person sees, as JSON for the page and for tests."""

from __future__ import annotations

from dataclasses import asdict

from sandbox.content import escape_mrkdwn
from sandbox.modals import Views, view_payload
from sandbox.model import Channel, File, Json, Message, User, View
from sandbox.workspace import APP_ID, BOT_USER_ID, Workspace

SHOWN = 200


def person(user: User) -> Json:
    """Return a user for the people's page."""
    names = ("id", "name", "real_name", "title", "tz", "deleted", "is_bot", "is_admin", "is_restricted", "color")
    more = ("is_stranger", "status_text", "status_emoji")
    return {name: getattr(user, name) for name in (*names, *more)}


def everybody(workspace: Workspace) -> Json:
    """Return all people and the app."""
    return {
        "people": [person(user) for user in workspace.users.values()],
        "app": {"id": APP_ID, "name": workspace.manifest.name, "bot_user_id": BOT_USER_ID},
    }


def state(workspace: Workspace, views: Views, user: User) -> Json:
    """Return everything that a person sees."""
    if not user.is_stranger:
        workspace.app_dm(user.id)
    mine = [c for c in workspace.channels.values() if user.id in c.members]
    messages, threads = {}, {}
    for channel in mine:
        visible = [m for m in channel.messages[-SHOWN:] if m.visible_to in (None, user.id)]
        messages[channel.id] = [message(workspace, m, user.id) for m in visible]
        for root in visible:
            replies = [r for r in root.replies if r.visible_to in (None, user.id)]
            if replies:
                threads[f"{channel.id}:{root.ts}"] = [message(workspace, r, user.id) for r in replies]
    home = views.homes.get(user.id)
    return {
        "version": workspace.changes.version,
        "now": workspace.calendar.now().timestamp(),
        "me": person(user),
        "channels": [_channel(workspace, channel, user) for channel in mine],
        "messages": messages,
        "threads": threads,
        "home": _view(home) if home else None,
        "views": [_view(view) for view in views.stacks[user.id]],
        "notices": [asdict(notice) for notice in workspace.notices[user.id]],
        "commands": [
            {key: command.get(key, "") for key in ("command", "description", "usage_hint")}
            for command in workspace.manifest.commands
            if not user.is_stranger
        ],
        "shortcuts": [
            {key: shortcut[key] for key in ("callback_id", "name", "description", "type")}
            for shortcut in workspace.manifest.shortcuts
            if not user.is_stranger
        ],
    }


def _channel(workspace: Workspace, channel: Channel, user: User) -> Json:
    return {
        "id": channel.id,
        "name": channel.name if channel.kind == "channel" else workspace.bot.real_name,
        "kind": channel.kind,
        "with": BOT_USER_ID if channel.kind == "im" else None,
        "unread": workspace.unread(user.id, channel),
        "is_member": True,
        "topic": channel.topic,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_ext_shared": channel.is_ext_shared,
        "read_only": channel.is_archived or (channel.kind == "im" and workspace.manifest.messages_read_only),
    }


def message(workspace: Workspace, shown: Message, viewer: str) -> Json:
    """Return one message for the people's page: text escaped as Slack's clients get it."""
    author = workspace.users.get(shown.user)
    public: Json = {
        "ts": shown.ts,
        "channel": shown.channel,
        "user": shown.user,
        "bot": shown.bot,
        "text": escape_mrkdwn(shown.text),
        "blocks": shown.blocks,
        "files": [file(one) for one in shown.files],
        "edited": shown.edited,
        "ephemeral": shown.visible_to is not None,
        "username": author.real_name if author else shown.user,
        "state": {"values": shown.states.get(viewer, {})},
    }
    replies = [reply for reply in shown.replies if reply.visible_to in (None, viewer)]
    if shown.thread_ts:
        public["thread_ts"] = shown.thread_ts
    if replies:
        public |= {"thread_ts": shown.ts, "reply_count": len(replies)}
    return public


def file(shown: File) -> Json:
    """Return a file for the people's page, which fetches it from /files/{id}?person=."""
    return {key: getattr(shown, key) for key in ("id", "name", "title", "mimetype", "size", "alt_txt", "is_image")}


def _view(view: View) -> Json:
    return view_payload(view) | {"errors": view.errors, "busy": view.busy}
