"""What an admin hears when something could not be posted in a channel: why, where it is now, and how to mend it."""

from typing import Literal

from bot.views import blocks, buttons
from bot.views.message import Data, Message, message

Why = Literal["shared", "refused"]


class ChannelTrouble(Data):
    """``instead`` is the channel to which it went; None: it waits."""

    channel: str
    why: Why
    instead: str | None = None


def render(trouble: ChannelTrouble) -> Message:
    where = f"<#{trouble.channel}>"
    went = f"It went to <#{trouble.instead}> instead." if trouble.instead else "It waits, and nothing is lost."
    if trouble.why == "shared":
        text = (
            f"{where} is shared with another organisation, and no score may leave yours. So CMI Bot held back what it "
            f"had to say there. {went} End the sharing, or choose another channel: what waits then goes out by itself."
        )
    else:
        text = (
            f"CMI Bot can't post in {where}: it isn't in that channel, or the channel is archived or gone. {went} "
            "Invite it there (/invite @CMI Bot), or choose another channel."
        )
    return message(text, [blocks.section(text), blocks.actions(buttons.channels(), buttons.routes())])


def example() -> ChannelTrouble:
    return ChannelTrouble(channel="C01ALERTS", why="shared")
