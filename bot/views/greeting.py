"""The answer to somebody who writes to the bot or mentions it."""

from bot.views import blocks, buttons
from bot.views.message import Message, message

_HOW = "I go by a command: type /cmi help to see what there is, or /cmi score and an account's name to rate it."
_HOME = "Your accounts are on my Home tab."


def render(*, in_channel: bool) -> Message:
    """One short sentence; in a channel nothing about anybody, and no buttons, since everyone there reads it."""
    if in_channel:
        return message(_HOW, [blocks.section(_HOW)])
    text = f"{_HOW} {_HOME}"
    return message(text, [blocks.section(text), blocks.actions(buttons.pick("score"), buttons.show_help())])


def example() -> Message:
    return render(in_channel=False)
