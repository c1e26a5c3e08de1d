"""Whether a channel may be posted to at all: no score leaves the workspace, so none goes to a shared channel.

Asked when a channel is chosen and before each message. Slack's answer is kept for some minutes, and no longer than
until Slack says that the channel has changed; that is stored, so that every process hears of it.
"""

import threading
from datetime import datetime, timedelta
from typing import Any, Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy.orm import Session

from bot.clock import real_now
from bot.slack import Kind, meaning
from bot.store import channels, messages, workspaces
from bot.store.database import Database
from bot.store.messages import Priority
from bot.views.channel_trouble import ChannelTrouble

KEEP: Final = timedelta(minutes=3)
# The clocks of two machines may differ by so much.
_CLOCKS: Final = timedelta(seconds=5)


def is_shared(info: dict[str, Any]) -> bool:
    """Whether people of another organisation are in a channel, or invited to it, by Slack's description of it."""
    return bool(info.get("is_ext_shared") or info.get("is_pending_ext_shared"))


class Destinations:
    """What is known of channels, kept by this process; thread-safe."""

    def __init__(self, db: Database, client: WebClient) -> None:
        self._db, self._client = db, client
        self._guard = threading.Lock()
        self._private: dict[str, datetime] = {}

    def is_shared(self, workspace_id: int, channel: str) -> bool:
        """Whether a channel is shared with another organisation now. Direct messages never are.

        Raises what Slack's client raises where that can't be found out: then nothing is posted. A channel that the bot
        can't see isn't shared: posting there fails by itself.
        """
        if channel[:1] not in ("C", "G") or self._known_private(workspace_id, channel):
            return False
        asked = real_now()
        try:
            info = self._client.conversations_info(channel=channel)["channel"]
        except SlackApiError as error:
            if meaning(error).kind in (Kind.GONE, Kind.NOT_IN_CHANNEL):
                return False
            raise
        shared = is_shared(info)
        if not shared:
            with self._guard:
                self._private[channel] = asked
        return shared

    def _known_private(self, workspace_id: int, channel: str) -> bool:
        with self._guard:
            asked = self._private.get(channel)
        if asked is None or asked + KEEP <= real_now():
            return False
        with self._db.read() as session:
            changed = channels.changed_at(session, workspace_id, channel)
        return changed is None or changed + _CLOCKS < asked


def tell_admins(session: Session, workspace_id: int, trouble: ChannelTrouble, now: datetime) -> None:
    """Owe each admin a direct message, at most one a day about a channel: what stands against it, and what to do."""
    for admin in workspaces.settings_of(session, workspace_id).admins:
        messages.owe(
            session,
            workspace_id=workspace_id,
            key=f"channel:{trouble.channel}:{trouble.why}:{now.date()}:{admin}",
            kind="channel_trouble",
            recipient=admin,
            data=trouble,
            now=now,
            priority=Priority.ALERT,
        )
