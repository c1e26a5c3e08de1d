"""A picture in a message, a window or the Home. What it shows stands beside it as text: no picture says more."""

from typing import Any

from bot.views import blocks, limits
from bot.views.message import Block, Data
from bot.views.text import clip


class Drawing(Data):
    """A picture to be drawn: the name of one of `bot.charts` and its values, ready for JSON; ``alt`` says it in words.

    It is drawn where it is shown, since a message may wait long before it is sent. ``caption`` (mrkdwn) is what only
    the picture would say: it stands below.
    """

    chart: str
    values: dict[str, Any]
    alt: str
    caption: str = ""


class ShownPicture(Data):
    """A picture that Slack has as a file."""

    file_id: str
    alt: str
    caption: str = ""


def image(picture: ShownPicture) -> Block:
    """The picture as a block; Slack answers `invalid_blocks` where it has no such file, or not yet."""
    return {
        "type": "image",
        "slack_file": {"id": picture.file_id},
        "alt_text": clip(picture.alt, limits.ALT_TEXT) or "A chart",
    }


def optional(picture: ShownPicture | None) -> list[Block]:
    """The picture with its caption as part of a view's blocks, none where there is none."""
    if picture is None:
        return []
    return [image(picture), blocks.context(picture.caption)] if picture.caption else [image(picture)]


def example() -> ShownPicture:
    return ShownPicture(
        file_id="F01MAP0000",
        alt="Map of 48 customers by maturity and health: 12 Retain, 24 Expand and Leverage, 4 Let Churn, 8 Save.",
        caption="Median of size Enterprise: Charter 3.1 · People 2.8",
    )
