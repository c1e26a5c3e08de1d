"""Whether a channel can be posted to, and if not, what to do about it."""

from slack_sdk import WebClient

from bot.delivery.destination import is_shared
from bot.slack import Kind, meaning


def trouble(client: WebClient, channel: str) -> str | None:
    """What is wrong with a channel, in words for an admin; None if the bot can post there.

    A channel shared with another organisation is refused: no score may leave the workspace.
    """
    try:
        info = client.conversations_info(channel=channel)["channel"]
    except Exception as error:
        means = meaning(error)
        if means.kind is Kind.GONE:
            return "CMI Bot can't see this channel. If it is private, invite the bot: /invite @CMI Bot."
        unsure = "Slack did not answer the question for this channel just now. Please try again in a minute."
        return means.text if means.refused else unsure
    if info.get("is_archived"):
        return "This channel is archived. Please choose another, or unarchive it."
    if is_shared(info):
        return "This channel is shared with another organisation, and scores must stay inside yours. Choose another."
    if not info.get("is_member") and not info.get("is_im"):
        return "CMI Bot isn't in this channel yet. Invite it there: /invite @CMI Bot."
    return None
