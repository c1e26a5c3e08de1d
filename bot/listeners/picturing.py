"""A window gets its picture: it opens at once with its text, and the picture follows when it is drawn and uploaded."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from bot.delivery.pictures import Pictures
from bot.slack import Kind, meaning
from bot.views.message import Block
from bot.views.picture import Drawing, ShownPicture

log = logging.getLogger(__name__)

# Slack may say that a file is there before it can be shown.
_PAUSES = (0.0, 0.5, 1.0, 2.0)


@dataclass(frozen=True, slots=True)
class Window:
    """An open window as Slack knows it; its hash is another after each change of what it shows."""

    id: str
    hash: str


@dataclass(frozen=True, slots=True)
class Pictured:
    """A picture to be drawn, and the window with it."""

    drawing: Drawing
    build: Callable[[ShownPicture], Block]


Picturing = Callable[[], Pictured | None]
"""Reads what a window's picture shows; None where it has none."""


def add(pictures: Pictures, window: Window, pictured: Pictured | None) -> None:
    """Put the picture into the window, unless it shows something else by now; where Slack refuses, text must do."""
    put(
        pictures,
        pictured,
        lambda view: pictures.client.views_update(view_id=window.id, hash=window.hash, view=view),
    )


def put(pictures: Pictures, pictured: Pictured | None, show: Callable[[Block], object]) -> None:
    """The same with any way to show a view, which Slack refuses where another is shown by now."""
    picture = pictures.shown(pictured.drawing) if pictured else None
    if pictured is None or picture is None:
        return
    why = ""
    for pause in _PAUSES:
        time.sleep(pause)
        try:
            show(pictured.build(picture))
        except SlackApiError as error:
            means = meaning(error)
            if means.code == "hash_conflict" or means.kind is Kind.GONE:
                return
            why = means.code
        else:
            return
    log.warning("Slack doesn't show the picture of the %s: %s", pictured.drawing.chart, why)
    pictures.forget(pictured.drawing)
