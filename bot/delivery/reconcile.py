"""Looking for a message that may or may not have arrived."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.slack import Kind, meaning
from bot.store.claims import Claimed

# The machine's clock and Slack's may differ by so much without a message being overlooked.
_CLOCK_MARGIN = timedelta(seconds=60)


class Found(Enum):
    THERE = "it had arrived"
    ABSENT = "it had not arrived and is sent again"
    HIDDEN = "nobody can tell whether it arrived, since the channel's history can't be read"
    LATER = "Slack could not be asked just now"


@dataclass(frozen=True)
class Verdict:
    found: Found
    ts: str | None = None

    @property
    def text(self) -> str:
        return self.found.value


def look(client: WebClient, message: Claimed, *, thread: str | None) -> Verdict:
    """Page the history of the channel or of the thread from the attempt on, and look for the message's token.

    There is no upper end: the calendar may have been moved since the attempt, and what arrived later is little.
    """
    if message.channel is None or message.attempt_at is None:
        return Verdict(Found.ABSENT)  # the channel is stored before the first attempt to post
    oldest = str((message.attempt_at - _CLOCK_MARGIN).timestamp())
    cursor: str | None = None
    while True:
        try:
            page = _page(
                client,
                thread,
                channel=message.channel,
                oldest=oldest,
                inclusive=True,
                include_all_metadata=True,
                limit=200,
                cursor=cursor,
            )
        except Exception as error:
            return Verdict(unread(error))
        posts: list[dict[str, Any]] = page.get("messages") or []
        for post in posts:
            metadata = post.get("metadata") or {}
            if (metadata.get("event_payload") or {}).get("k") == message.token:
                return Verdict(Found.THERE, post["ts"])
        follow: dict[str, Any] = page.get("response_metadata") or {}
        cursor = follow.get("next_cursor")
        if not cursor:
            return Verdict(Found.ABSENT)


def _page(client: WebClient, thread: str | None, **window: Any) -> SlackResponse:
    if thread is not None:
        return client.conversations_replies(ts=thread, **window)
    return client.conversations_history(**window)


def unread(error: Exception) -> Found:
    """What it means that Slack didn't show the history."""
    kind = meaning(error).kind
    return Found.LATER if kind in {Kind.RETRY, Kind.AMBIGUOUS, Kind.BAD_TOKEN} else Found.HIDDEN
