"""What people read who don't belong here: guests, and people of other organisations."""

from bot.views import blocks
from bot.views.message import Block, Message, message

_GUEST = (
    "CMI Bot is for full members of this workspace, because it shows how all its customers are doing. "
    "As a guest you can't use it. Please ask the colleague who invited you for what you need."
)
_OTHERS = (
    "CMI Bot works only for members of the workspace that installed it. Please ask a colleague there for what you need."
)
UNSURE = "Slack could not say just now who you are, so nothing was done yet. Please try again in a moment."


def text(state: str) -> str:
    """In a sentence or two; `state` is guest, foreign, deactivated or bot."""
    return _GUEST if state == "guest" else _OTHERS


def home(state: str) -> Block:
    """The whole Home of such a person."""
    body = [blocks.header("CMI Bot"), blocks.section(text(state))]
    return {"type": "home", "blocks": body}


def note(state: str) -> Message:
    """The answer to a message."""
    return message(text(state), [blocks.section(text(state))])
