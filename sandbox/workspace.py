"""The workspace's state, in memory: people, channels, messages, who has read what."""

from __future__ import annotations

import itertools
import secrets
import threading
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sandbox.blocks.rules import Problem
from sandbox.changes import Changes
from sandbox.clocks import CalendarLike, ProtocolClock
from sandbox.content import settle
from sandbox.errors import SlackError
from sandbox.files import Files
from sandbox.limits import Limits
from sandbox.manifest import Manifest
from sandbox.model import Channel, Json, Message, Notice, User

TEAM_ID = "T01SANDBOX"
APP_ID = "A01SANDBOX"
BOT_ID = "B01SANDBOX"
BOT_USER_ID = "U01CMIBOT0"
_ROLLED_OUT_IN_PHASES = ("data_table", "data_visualization")
VERIFICATION_TOKEN = "sandbox"  # Slack's deprecated token still stands in every payload; nothing checks it


class Workspace:
    """All that Slack would remember. Whoever reads or changes it from outside the server's thread takes `lock`."""

    def __init__(
        self,
        manifest: Manifest,
        users: Iterable[User],
        channels: Iterable[Channel],
        calendar: CalendarLike,
        limits: Limits,
        *,
        native_blocks: bool = True,
    ) -> None:
        self.manifest = manifest
        self.calendar = calendar
        self.protocol = ProtocolClock()
        self.limits = limits
        self.native_blocks = native_blocks
        self.lock = threading.RLock()
        self.changes = Changes()
        bot = User(
            BOT_USER_ID, manifest.bot_name.lower().replace(" ", ""), manifest.bot_name, is_bot=True, tz="Etc/UTC"
        )
        self.users = {user.id: user for user in [*users, bot]}
        self.channels = {channel.id: channel for channel in channels}
        self.files = Files(self)
        self.notices: defaultdict[str, list[Notice]] = defaultdict(list)
        self.read_up_to: dict[tuple[str, str], str] = {}
        self._last_ts = (0, 0)
        self._numbers = itertools.count(1)

    @property
    def bot(self) -> User:
        """The app's bot user."""
        return self.users[BOT_USER_ID]

    def problems(self, blocks: list[Json], at: str = "/blocks") -> list[Problem]:
        """Return what this workspace refuses in blocks that fit Block Kit.

        That is data tables and charts where Slack's roll-out has not reached it, and files that can't be shown.
        """
        late = () if self.native_blocks else _ROLLED_OUT_IN_PHASES
        found = [
            Problem(f"{at}/{index}/type", f"unsupported type: {block['type']}")
            for index, block in enumerate(blocks)
            if block["type"] in late
        ]
        return found or self.files.problems(blocks, at)

    def next_id(self, prefix: str) -> str:
        """Return an id that is new in this workspace, such as V0000001AB12."""
        return f"{prefix}{next(self._numbers):05d}{secrets.token_hex(2).upper()}"

    def next_ts(self) -> str:
        """Return a message ts from the calendar: unique and growing, as Slack's are within a channel."""
        now = self.calendar.now()
        stamp = (int(now.timestamp()), now.microsecond)
        if stamp <= self._last_ts:
            seconds, micros = self._last_ts
            stamp = (seconds, micros + 1) if micros < 999_999 else (seconds + 1, 0)
        self._last_ts = stamp
        return f"{stamp[0]}.{stamp[1]:06d}"

    def app_dm(self, user_id: str) -> Channel:
        """Return the direct messages between a person and the app, opened when first asked for."""
        dm_id = f"D{user_id[1:]}"
        if dm_id not in self.channels:
            self.channels[dm_id] = Channel(dm_id, "directmessage", [user_id, BOT_USER_ID], kind="im")
        return self.channels[dm_id]

    def channel_named(self, wanted: str) -> Channel | None:
        """Return a channel by its id or (#)name."""
        if wanted in self.channels:
            return self.channels[wanted]
        name = wanted.removeprefix("#")
        return next((c for c in self.channels.values() if c.kind == "channel" and c.name == name), None)

    def rename_channel_id(self, channel: Channel, new_id: str) -> None:
        """Give a channel another id, with all that was said in it."""
        old_id = channel.id
        self.channels[new_id] = self.channels.pop(old_id)
        channel.id = new_id
        for message in channel.by_ts.values():
            message.channel = new_id
        for (user, read_in), ts in list(self.read_up_to.items()):
            if read_in == old_id:
                self.read_up_to[user, new_id] = ts
        self.files.rename_channel_id(old_id, new_id)

    def post(self, channel: Channel, user: str, text: str, blocks: Iterable[Json] = (), **more: Any) -> Message:
        """Add a message.

        Raises:
            SlackError: thread_not_found.
        """
        message = Message(self.next_ts(), channel.id, user, text, settle(blocks), bot=user == BOT_USER_ID, **more)
        root = None
        if message.thread_ts is not None:
            root = self._root(channel, message.thread_ts)
            message.thread_ts = root.ts
            root.replies.append(message)
        if root is None or message.broadcast:
            channel.messages.append(message)
        channel.by_ts[message.ts] = message
        self.files.show(message.blocks, message.visible_to or channel.id)
        if not message.bot:
            self.read_up_to[user, channel.id] = message.ts
        self.changes.bump()
        return message

    def _root(self, channel: Channel, thread_ts: str) -> Message:
        found = channel.by_ts.get(thread_ts)
        if found is None:
            raise SlackError("thread_not_found")
        return channel.by_ts[found.thread_ts] if found.thread_ts else found

    def remove(self, message: Message) -> None:
        """Delete a message (a thread's root takes its replies along)."""
        channel = self.channels[message.channel]
        channel.by_ts.pop(message.ts, None)
        if message in channel.messages:
            channel.messages.remove(message)
        if message.thread_ts and message.thread_ts in channel.by_ts:
            channel.by_ts[message.thread_ts].replies.remove(message)
        self.changes.bump()

    def notify(self, user_id: str, text: str, *, error: bool = True) -> None:
        """Show a person a toast."""
        self.notices[user_id].append(Notice(self.next_id("N"), "error" if error else "info", text))
        self.changes.bump()

    def unread(self, user_id: str, channel: Channel) -> int:
        """Count what a person has not read in a channel."""
        seen = self.read_up_to.get((user_id, channel.id), "0")
        count = 0
        for message in reversed(channel.messages):
            if message.ts <= seen:
                break
            count += message.user != user_id and message.visible_to in (None, user_id)
        return count
