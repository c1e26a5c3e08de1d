"""Saying something to one person, wherever they came from: a channel, a window or the Home."""

from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.errors import UserError
from bot.slack import TIMEOUT_SECONDS, Kind, meaning
from bot.views import blocks, notes
from bot.views.message import Block, Message

Body = dict[str, Any]


def privately(client: WebClient, body: Body, message: Message) -> None:
    """Tell only the person who acted; as a direct message where neither the channel nor a window can be used."""
    url = body.get("response_url")
    if url:
        answer = WebhookClient(url, timeout=TIMEOUT_SECONDS, retry_handlers=[]).send_dict(
            {**message.as_answer(), "replace_original": False}
        )
        if answer.status_code == 200:
            return
    elif body.get("trigger_id") and _in_window(client, body, message):
        return
    user = person(body)
    if user:
        client.chat_postMessage(
            channel=user, text=message.text, blocks=message.blocks, parse="none", unfurl_links=False
        )


def renew(body: Body, message: Message) -> None:
    """Change the private answer in which the person just pressed something; in vain where it is too old for that."""
    url = body.get("response_url")
    if url and (body.get("container") or {}).get("is_ephemeral"):
        WebhookClient(url, timeout=TIMEOUT_SECONDS, retry_handlers=[]).send_dict(
            {**message.as_answer(), "replace_original": True}
        )


def on_top(client: WebClient, body: Body, view: Block) -> None:
    """Put a window on top of that in which the person is, where nothing they chose is lost. UserError if too late."""
    try:
        client.views_push(trigger_id=body["trigger_id"], view=view)
    except SlackApiError as error:
        kind = meaning(error).kind
        if kind is Kind.USED_TRIGGER:
            return
        if kind not in (Kind.EXPIRED_TRIGGER, Kind.RETRY):
            raise
        raise UserError("That took too long for Slack. Please press the button again: nothing is lost.") from error


def _in_window(client: WebClient, body: Body, message: Message) -> bool:
    """Put the message into a window on top; False where Slack's time for that is over."""
    view = blocks.modal("CMI Bot", message.blocks, callback_id=notes.CALLBACK)
    show = client.views_push if in_modal(body) else client.views_open
    try:
        show(trigger_id=body["trigger_id"], view=view)
    except SlackApiError as error:
        return meaning(error).kind is Kind.USED_TRIGGER
    return True


def in_modal(body: Body) -> bool:
    """Whether the person acted inside an open window."""
    return (body.get("view") or {}).get("type") == "modal"


def person(body: Body) -> str | None:
    """The Slack user id of whoever caused the request."""
    user = body.get("user") or body.get("user_id")
    return user.get("id") if isinstance(user, dict) else user
