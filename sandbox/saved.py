"""Keeps a workspace in a file, so that a demo that is started again finds Slack as it left it."""

from __future__ import annotations

import json
import threading
from base64 import b64decode, b64encode
from dataclasses import fields
from pathlib import Path
from typing import Any

from sandbox.modals import Views
from sandbox.model import Channel, File, Json, Message, User, View
from sandbox.workspace import Workspace

EVERY_SECONDS = 0.25


def save(workspace: Workspace, views: Views, path: Path) -> None:
    """Write people, channels, messages, what was read, and Homes. Open modals and toasts end with the demo."""
    with workspace.lock:
        saved = {
            "users": [_plain(user) for user in list(workspace.users.values())],
            "channels": [_channel(channel) for channel in list(workspace.channels.values())],
            "read": [[*key, ts] for key, ts in list(workspace.read_up_to.items())],
            "homes": [_plain(home) for home in list(views.homes.values())],
            "files": [_file(file) for file in list(workspace.files.by_id.values()) if file.completed],
        }
        text = json.dumps(saved, ensure_ascii=False)
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)  # atomic: a demo killed in the middle leaves the file before


def load(workspace: Workspace, views: Views, path: Path) -> None:
    """Put back what `save` wrote, before the workspace is served.

    Raises:
        ValueError: the file is not one of this version's.
    """
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        workspace.users = {user["id"]: User(**user) for user in saved["users"]}
        files = {file["id"]: _read_file(file) for file in saved.get("files", [])}
        workspace.files.by_id = files
        workspace.channels = {channel["id"]: _read_channel(channel, files) for channel in saved["channels"]}
        workspace.read_up_to = {(user, channel): ts for user, channel, ts in saved["read"]}
        views.homes = {home["owner"]: View(**home) for home in saved["homes"]}
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} can't be read: {error}") from error


def _plain(item: Any) -> Json:
    return {each.name: getattr(item, each.name) for each in fields(item)}


def _channel(channel: Channel) -> Json:
    shown = {message.ts for message in list(channel.messages)}
    every = sorted(channel.by_ts.values(), key=lambda message: message.ts)
    messages = [_message(message) for message in every]
    return _plain(channel) | {"messages": messages, "by_ts": sorted(shown)}


def _message(message: Message) -> Json:
    saved = {key: value for key, value in _plain(message).items() if key != "replies"}
    return saved | {"files": [file.id for file in message.files]}


def _file(file: File) -> Json:
    return _plain(file) | {"content": b64encode(file.content or b"").decode(), "seen_in": sorted(file.seen_in)}


def _read_file(saved: Json) -> File:
    return File(**saved | {"content": b64decode(saved["content"]), "seen_in": set(saved["seen_in"])})


def _read_channel(saved: Json, files: dict[str, File]) -> Channel:
    """Threads hang together by their roots; `by_ts` lists what stands in the channel itself."""
    shown = set(saved["by_ts"])
    channel = Channel(**saved | {"messages": [], "by_ts": {}})
    for stored in saved["messages"]:
        message = Message(**stored | {"files": [files[each] for each in stored.get("files", [])]})
        channel.by_ts[message.ts] = message
        if message.ts in shown:
            channel.messages.append(message)
        if message.thread_ts in channel.by_ts and message.thread_ts != message.ts:
            channel.by_ts[message.thread_ts].replies.append(message)
    return channel


class Keeper:
    """Saves a workspace in the background whenever it changed, and once more at the end."""

    def __init__(self, workspace: Workspace, views: Views, path: Path) -> None:
        self._workspace, self._views, self._path = workspace, views, path
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        """Save now, and from now on."""
        save(self._workspace, self._views, self._path)
        self._thread.start()

    def stop(self) -> None:
        """Save a last time."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        save(self._workspace, self._views, self._path)

    def _run(self) -> None:
        saved = 0
        while not self._stopping.wait(EVERY_SECONDS):
            version = self._workspace.changes.version
            if version != saved:
                save(self._workspace, self._views, self._path)
                saved = version
