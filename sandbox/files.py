"""The workspace's files: uploaded in three steps, processed a little later, and seen where they are shown."""

from __future__ import annotations

import mimetypes
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from sandbox.blocks.rules import Problem
from sandbox.errors import SlackError
from sandbox.model import Channel, File, Json, Message

if TYPE_CHECKING:
    from sandbox.workspace import Workspace

IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"GIF8", "image/gif", "gif"),
)
OTHERS = {"txt": "text", "jpeg": "jpg", "htm": "html", "": "binary"}


class Files:
    """All files, by id. `origin` is the server's address, in which Slack's links to files begin."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.origin = ""
        self.by_id: dict[str, File] = {}
        self._awaited: dict[str, File] = {}

    def new(self, user_id: str, name: str, size: int, alt_txt: str = "") -> File:
        """Note that a file is to come."""
        now = int(self._workspace.calendar.now().timestamp())
        file = File(self._workspace.next_id("F"), name, name, user_id, size, now, alt_txt, seen_in={user_id})
        self.by_id[file.id] = file
        return file

    def upload_address(self, file: File) -> str:
        """Return the address that takes a file's bytes, once."""
        key = secrets.token_urlsafe(24)
        self._awaited[key] = file
        return f"{self.origin}/upload/v1/{key}"

    def receive(self, key: str, content: bytes) -> bool:
        """Take a file's bytes; say whether they were expected, by address and by length."""
        file = self._awaited.get(key)
        if file is None or len(content) != file.size:
            return False
        del self._awaited[key]
        file.content = content
        return True

    def complete(self, file: File, then: Callable[[], None] = lambda: None) -> None:
        """Take a file whose bytes are there; it is processed a little later, and `then` follows."""
        file.completed = True

        def process() -> None:
            with self._workspace.lock:
                if file.id in self.by_id:
                    _process(file)
                    then()
                    self._workspace.changes.bump()

        self._workspace.protocol.call_later(self._workspace.limits.file_processing_seconds, process)

    def share(self, files: list[File], message: Message) -> None:
        """Note that a message carries files."""
        for file in files:
            file.shares.setdefault(message.channel, []).append(message.ts)
            file.seen_in.add(message.channel)

    def get(self, file_id: str) -> File:
        """Return a file that is there.

        Raises:
            SlackError: file_not_found.
        """
        file = self.by_id.get(file_id)
        if file is None or not file.completed:
            raise SlackError("file_not_found")
        return file

    def delete(self, file: File) -> None:
        """Delete a file; messages that held nothing else go with it."""
        del self.by_id[file.id]
        for channel_id, stamps in file.shares.items():
            by_ts = self._workspace.channels[channel_id].by_ts
            for message in [by_ts[ts] for ts in stamps if ts in by_ts]:
                message.files.remove(file)
                if not (message.files or message.text or message.blocks):
                    self._workspace.remove(message)
        self._workspace.changes.bump()

    def show(self, blocks: Iterable[Json], to: str) -> None:
        """Let a person, or a channel's members, see the files that blocks show."""
        for _, shown in slack_files(list(blocks)):
            if file := self._named(shown):
                file.seen_in.add(to)

    def rename_channel_id(self, old_id: str, new_id: str) -> None:
        """Follow a channel that was given another id."""
        for file in self.by_id.values():
            if old_id in file.seen_in:
                file.seen_in = file.seen_in - {old_id} | {new_id}
            if old_id in file.shares:
                file.shares[new_id] = file.shares.pop(old_id)

    def visible(self, file: File, user_id: str) -> bool:
        """Say whether a person may look at a file."""
        channels = self._workspace.channels
        return any(place == user_id or user_id in _members(channels.get(place)) for place in file.seen_in)

    def problems(self, blocks: Any, at: str = "/blocks") -> list[Problem]:
        """Return which of the files that blocks show can't be shown: unknown, not processed yet, or no image."""
        found = []
        for pointer, shown in slack_files(blocks, at):
            file = self._named(shown)
            if file is None or not file.is_image:
                found.append(Problem(pointer, "invalid slack file"))
        return found

    def _named(self, shown: Json) -> File | None:
        if "id" in shown:
            return self.by_id.get(str(shown["id"]))
        links = (file for file in self.by_id.values() if shown.get("url") in (self.private_url(file), self.link(file)))
        return next(links, None)

    def private_url(self, file: File, *, download: bool = False) -> str:
        """Return where the app finds the bytes."""
        return f"{self.origin}/files-pri/{file.id}/{'download/' if download else ''}{file.safe_name}"

    def link(self, file: File) -> str:
        """Return a file's permalink."""
        return f"{self.origin}/archive/{file.user}/{file.id}/{file.safe_name}"

    def describe(self, file: File) -> Json:
        """Return Slack's file object; what comes from processing is empty or absent before it."""
        shown: Json = {
            "id": file.id,
            "created": file.created,
            "timestamp": file.created,
            "name": file.name,
            "title": file.title,
            "mimetype": file.mimetype,
            "filetype": file.filetype,
            "pretty_type": file.filetype.upper(),
            "user": file.user,
            "editable": False,
            "size": file.size,
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": any(channel.startswith("C") for channel in file.shares),
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": self.private_url(file),
            "url_private_download": self.private_url(file, download=True),
            "permalink": self.link(file),
            "comments_count": 0,
            "is_starred": False,
            "shares": self._shares(file),
            "has_rich_preview": False,
            "file_access": "visible",
        }
        for name, family in (("channels", "channels"), ("groups", "groups"), ("ims", "im")):
            shown[name] = [c for c in file.shares if self._workspace.channels[c].scope_family == family]
        if file.is_image:
            shown |= {f"thumb_{size}": self.private_url(file) for size in (64, 80, 160, 360)}
        if file.width:
            shown |= {"original_w": file.width, "original_h": file.height}
        return shown | ({"alt_txt": file.alt_txt} if file.alt_txt else {})

    def _shares(self, file: File) -> Json:
        shares: Json = {}
        for channel_id, stamps in file.shares.items():
            channel = self._workspace.channels[channel_id]
            kind = "public" if channel.scope_family == "channels" else "private"
            entries = [{"ts": ts, "channel_name": channel.name} for ts in stamps]
            shares.setdefault(kind, {})[channel_id] = entries
        return shares


def slack_files(value: Any, at: str = "") -> Iterator[tuple[str, Json]]:
    """Yield every slack_file in blocks, with its JSON pointer."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from slack_files(item, f"{at}/{index}")
    elif isinstance(value, dict):
        for name, item in value.items():
            if name == "slack_file" and isinstance(item, dict):
                yield f"{at}/slack_file", item
            else:
                yield from slack_files(item, f"{at}/{name}")


def extension(name: str) -> str:
    """Return a file name's extension as Slack names the file type: png, csv, text, binary."""
    suffix = PurePath(name).suffix.removeprefix(".").lower()
    return OTHERS.get(suffix, suffix)


def _process(file: File) -> None:
    content = file.content or b""
    for magic, mimetype, filetype in IMAGES:
        if content.startswith(magic):
            file.mimetype, file.filetype = mimetype, filetype
            file.width, file.height = _dimensions(content, filetype)
            return
    # A name alone makes no image: Slack looks at the bytes.
    guessed = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    fake = guessed.startswith("image/")
    file.mimetype = "application/octet-stream" if fake else guessed
    file.filetype = "binary" if fake else extension(file.name)


def _dimensions(content: bytes, filetype: str) -> tuple[int, int]:
    """Return width and height of a PNG or GIF in pixels (a JPEG keeps them deeper inside: 0, 0)."""
    if filetype == "png":
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    if filetype == "gif":
        return int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")
    return 0, 0


def _members(channel: Channel | None) -> list[str]:
    return channel.members if channel else []
