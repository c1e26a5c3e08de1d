"""response_urls: five answers to an interaction within half an hour, also where the bot isn't a member."""

from __future__ import annotations

import secrets

from sandbox.errors import SlackError
from sandbox.methods.chat import message_parts, revise
from sandbox.model import Json, Message, ResponseUrl
from sandbox.workspace import BOT_USER_ID, Workspace

KEPT = 10_000  # the oldest are forgotten first


class ResponseUrls:
    """The addresses given out, and what comes in on them."""

    def __init__(self, workspace: Workspace, address: str) -> None:
        self._workspace = workspace
        self._address = address
        self._urls: dict[str, ResponseUrl] = {}

    def new(self, user_id: str, channel_id: str, original: Message | None = None) -> str:
        """Return a fresh address for one interaction."""
        url = ResponseUrl(secrets.token_hex(16), user_id, channel_id, self._workspace.protocol.now(), original)
        self._urls[url.id] = url
        if len(self._urls) > KEPT:
            del self._urls[next(iter(self._urls))]
        return f"http://{self._address}/response/{url.id}"

    def answer(self, url_id: str, content: Json) -> None:
        """Post, replace or delete as an app answers.

        Raises:
            SlackError: expired_url, used_url, or what is wrong with the message.
        """
        url = self._urls.get(url_id)
        limits = self._workspace.limits
        if url is None or self._workspace.protocol.now() - url.born > limits.response_url_seconds:
            raise SlackError("expired_url")
        if url.uses >= limits.response_url_uses:
            raise SlackError("used_url")
        self.respond(url.user, url.channel, content, url.original)
        url.uses += 1

    def respond(self, user_id: str, channel_id: str, content: Json, original: Message | None = None) -> None:
        """Carry out an answer, which only `user_id` sees unless it says in_channel.

        Raises:
            SlackError: what is wrong with the message.
        """
        if original is not None and content.get("delete_original"):
            self._workspace.remove(original)
            return
        if original is not None and content.get("replace_original"):
            revise(self._workspace, original, {k: v for k, v in content.items() if k in ("text", "blocks", "metadata")})
            return
        text, blocks, metadata = message_parts(self._workspace, content)
        public = content.get("response_type") == "in_channel"
        thread = content.get("thread_ts") or (original.thread_ts if original else None)
        self._workspace.post(
            self._workspace.channels[channel_id],
            BOT_USER_ID,
            text,
            blocks or [],
            thread_ts=thread,
            metadata=metadata,
            visible_to=None if public else user_id,
        )
