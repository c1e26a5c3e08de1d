"""What is said in a workspace, as plain text for the terminal."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.model import Channel, Message
from sandbox.server import Sandbox

WIDTH = 110
LINES = 8


@dataclass(frozen=True)
class Said:
    """A message that is new, or `changed` since it was last looked at."""

    channel: Channel
    message: Message
    changed: bool

    @property
    def text(self) -> str:
        """What it says now."""
        return self.message.text


class Transcript:
    """Remembers what was heard, so that each message and each change is told once."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._workspace = sandbox.workspace
        self._heard: dict[tuple[str, str], str] = {}

    def new(self) -> list[Said]:
        """Return what was said or changed since the last time, channel by channel."""
        found = []
        with self._workspace.lock:
            for channel in self._workspace.channels.values():
                for ts, message in channel.by_ts.items():
                    before = self._heard.get((channel.id, ts))
                    if before != message.text:
                        found.append(Said(channel, message, changed=before is not None))
                        self._heard[channel.id, ts] = message.text
        return found

    def show(self, said: Iterable[Said]) -> str:
        """Return messages as they read, under the names of their channels."""
        lines: list[str] = []
        channel = None
        for each in said:
            if each.channel is not channel:
                channel = each.channel
                lines.append(f"   {self._place(channel)}")
            lines += self._message(each)
        return "\n".join(lines)

    def _place(self, channel: Channel) -> str:
        if channel.kind == "channel":
            return f"#{channel.name}"
        names = [self._workspace.users[member] for member in channel.members]
        return f"{next(user.real_name for user in names if not user.is_bot)}'s messages from CMI Bot"

    def _message(self, said: Said) -> list[str]:
        remark = " (changed)" if said.changed else ""
        if said.message.visible_to:
            remark += f" (only {self._workspace.users[said.message.visible_to].real_name} sees it)"
        remark += " (in the thread)" if said.message.thread_ts else ""
        author = self._workspace.users[said.message.user].real_name
        lines = [line for line in self._readable(said.text).splitlines() if line.strip()]
        if len(lines) > LINES:  # the end often says what has changed
            lines = [*lines[: LINES - 2], "…", lines[-1]]
        shown = [textwrap.shorten(line, WIDTH, placeholder=" …") for line in lines]
        return [f"     {author}{remark}: {shown[0] if shown else ''}", *(f"       {line}" for line in shown[1:])]

    def _readable(self, text: str) -> str:
        def named(mention: re.Match[str]) -> str:
            user = self._workspace.users.get(mention[1])
            return f"@{user.real_name}" if user else mention[0]

        return html.unescape(re.sub(r"<@(\w+)>", named, text)).replace("\u2060", "")
