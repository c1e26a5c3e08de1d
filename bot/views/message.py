"""The shapes that all views share."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.views import limits
from bot.views.text import clip_markup

Block = dict[str, Any]
"""A block, element or view of Block Kit, ready for JSON."""


class Data(BaseModel):
    """What a view shows, as values. It survives JSON exactly, since messages are stored before they are sent."""

    model_config = ConfigDict(frozen=True, defer_build=True)  # built at first use: a tenth of the start


@dataclass(frozen=True, slots=True)
class Message:
    """A message for Slack. ``text`` says all that ``blocks`` say: phones and screen readers get only that."""

    text: str
    blocks: list[Block]

    def as_answer(self) -> dict[str, Any]:
        """The arguments of an ``ack`` or ``respond`` that only the person who asked can see."""
        return {"response_type": "ephemeral", "text": self.text, "blocks": self.blocks}


def message(text: str, blocks: list[Block]) -> Message:
    """A message within Slack's limits of length and number of blocks."""
    return Message(clip_markup(text, limits.MESSAGE_TEXT) or "CMI Bot", blocks[: limits.MESSAGE_BLOCKS])
