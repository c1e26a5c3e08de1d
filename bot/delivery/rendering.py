"""What a message looks like: of several ways the richest that its workspace's Slack takes."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import BaseModel
from slack_sdk import WebClient

from bot.delivery.kinds import KINDS, parse
from bot.delivery.pictures import Pictures
from bot.slack import Meaning
from bot.store import abilities
from bot.store.claims import Claimed
from bot.store.database import Database
from bot.views import channel_trouble, report
from bot.views.episode_note import EpisodeNote
from bot.views.message import Message
from bot.views.progress import Progress
from bot.views.report import Level, Report

log = logging.getLogger(__name__)

# Slack may say that a file is there before it can be shown.
_PAUSES = (0.0, 0.7, 1.5)
_REFUSED_BLOCKS = frozenset({"invalid_blocks", "invalid_arguments"})


@dataclass(frozen=True, slots=True)
class Way:
    """One way of showing a message; there is a plainer one after it unless it is text."""

    message: Message
    level: Level = Level.TEXT

    def refused(self, means: Meaning) -> bool:
        """Whether a refusal is about these blocks, so that a plainer way may do."""
        return self.level is not Level.TEXT and means.code in _REFUSED_BLOCKS


def ways(db: Database, client: WebClient, row: Claimed, now: datetime) -> Iterator[Way]:
    """The ways to show a message, the richest first: whoever is refused one asks for the next.

    What was refused is remembered, when the next is asked for. Raises Missing where pictures come first.
    """
    data = parse(row.kind, row.data)
    about = data.name if row.thread_of is None and isinstance(data, EpisodeNote | Progress) else ""
    for way in _ways(db, client, row, now, data):
        moved = channel_trouble.stands_in(way.message, row.meant_for, about) if row.meant_for or about else way.message
        yield replace(way, message=moved)


def _ways(db: Database, client: WebClient, row: Claimed, now: datetime, data: BaseModel) -> Iterator[Way]:
    if not isinstance(data, Report):
        yield Way(KINDS[row.kind].render(data))
        return
    richest = report.richest(data)
    if richest is Level.NATIVE and _takes_native(db, row.workspace_id, now):
        yield Way(report.render(data, Level.NATIVE), Level.NATIVE)
        _note_refused(db, row.workspace_id, now)
    if report.drawings(data):
        yield from _with_pictures(Pictures(db, client, row.workspace_id, now), data)
    yield Way(report.render(data))


def _with_pictures(pictures: Pictures, data: Report) -> Iterator[Way]:
    drawings = report.drawings(data)
    shown = pictures.uploaded(drawings)
    if not shown:
        return
    for pause in _PAUSES:
        time.sleep(pause)
        yield Way(report.render(data, Level.PICTURE, shown), Level.PICTURE)
    log.warning("Slack doesn't show the pictures of a message, so it goes out as text")
    for number in shown:
        pictures.forget(drawings[number])


def _takes_native(db: Database, workspace_id: int, now: datetime) -> bool:
    with db.read() as session:
        return abilities.takes(session, workspace_id, abilities.NATIVE_CHARTS, now)


def _note_refused(db: Database, workspace_id: int, now: datetime) -> None:
    log.info("This workspace doesn't take Slack's own charts yet; pictures stand in for them")
    with db.write() as session:
        abilities.refused(session, workspace_id, abilities.NATIVE_CHARTS, now, "invalid_blocks")
