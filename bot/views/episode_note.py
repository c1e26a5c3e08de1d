"""One line in an alert's thread: the account left the cell, or is back in it. The thread tells the whole episode."""

from datetime import UTC, datetime
from typing import Literal

from bot.views import blocks
from bot.views.cells import cell_name
from bot.views.message import Data, Message, message
from bot.views.text import count, day, inert


class EpisodeNote(Data):
    """`cell` is the episode's, `now_in` where the account stands now (None: off the map)."""

    what: Literal["left", "back", "churned"]
    name: str
    cell: str
    now_in: str | None = None
    opened_on: datetime
    on: datetime


def render(note: EpisodeNote) -> Message:
    name, days = inert(note.name), count((note.on - note.opened_on).days, "day")
    if note.what == "back":
        line = f"{name} is back in {cell_name(note.cell)} since {day(note.on)}. This alert is open again."
    elif note.what == "churned":
        line = f"{name} has churned; it stood in {cell_name(note.cell)} for {days}. This alert is closed."
    elif note.now_in:
        line = f"{name} moved from {cell_name(note.cell)} to {cell_name(note.now_in)} on {day(note.on)}, after {days}."
    else:
        line = f"{name} left {cell_name(note.cell)} on {day(note.on)}, after {days}: one of its scores is missing now."
    return message(line, [blocks.section(line)])


def example() -> EpisodeNote:
    opened, left = datetime(2026, 8, 12, 9, tzinfo=UTC), datetime(2026, 9, 2, 9, tzinfo=UTC)
    return EpisodeNote(
        what="left", name="Acme, Inc.", cell="save", now_in="expand_and_leverage", opened_on=opened, on=left
    )
