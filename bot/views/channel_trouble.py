"""What an admin hears when something could not be posted in a channel: why, where it is now, and how to mend it."""

from typing import Literal

from bot.views import blocks, buttons, limits
from bot.views.message import Data, Message, message
from bot.views.text import inert, mention

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
            f"CMI Bot can't post in {where}: it isn't in that channel, may not post there, or the channel is "
            f"archived or gone. {went} Invite it there (/invite @CMI Bot), or choose another channel."
        )
    return message(text, [blocks.section(text), blocks.actions(buttons.channels(), buttons.routes())])


def stands_in(shown: Message, meant_for: str | None, about: str = "") -> Message:
    """A message that is shown elsewhere than it was meant for, with a line on that.

    ``meant_for`` is a channel's or a person's id; None where only its thread is gone. ``about`` is the account of what
    comes out of an alert's thread.
    """
    thread = f"About {inert(about)}, out of its alert's thread." if about else ""
    line = " ".join(filter(None, (thread, _for(meant_for))))
    return message(f"{shown.text}\n{line}", [*shown.blocks[: limits.MESSAGE_BLOCKS - 1], blocks.context(line)])


def _for(meant_for: str | None) -> str:
    if meant_for is None:
        return ""
    if meant_for[:1] in ("U", "W"):
        return f"Meant for {mention(meant_for)}, whom Slack doesn't reach any more."
    return f"Meant for <#{meant_for}>, where CMI Bot can't post."


def example() -> ChannelTrouble:
    return ChannelTrouble(channel="C01ALERTS", why="shared")
