"""A run: everything goes wrong for a while, then nothing does, and when all is quiet the count is taken."""

import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from bot.store.tables import Message
from tests.chaos import record, strikes, world
from tests.chaos.people import Crowd
from tests.chaos.record import Record
from tests.chaos.strikes import Strikes
from tests.chaos.world import Size, World

DRAIN_SECONDS, _REPORT_EVERY, _LONGER = 300.0, 15.0, 120.0
_FOUND = re.compile(r"Message \d+: (.*)")


@dataclass(frozen=True)
class Outcome:
    """What is to be judged, and figures to show: a number by what was counted."""

    record: Record
    figures: dict[str, int]
    faults: Counter[str]


def play(folder: Path, database_url: str, size: Size, say: Callable[[str], None] = print) -> Outcome:
    """Play it on an empty, migrated database; `folder` takes the processes' logs."""
    with world.made(folder, database_url, size) as made:
        began = record.began(made.db)
        crowd, struck = Crowd(made), Strikes(made)
        struck.begin()
        try:
            crowd.begin()
            seconds = _while_it_storms(made, crowd, struck, say)
        finally:
            struck.stop()
            crowd.finish()
        drained = _until_quiet(made, say)
        struck.end_all()
        taken = record.take(
            made.db,
            made.sandbox,
            made.calendar.now(),
            crowd.notebook,
            settings_changed=crowd.settings_changed,
            unclean=struck.unclean,
            began=began,
        )
        times = {"seconds with faults": round(seconds), "seconds until all was said after them": round(drained)}
        return Outcome(taken, {**times, **_figures(made, crowd, struck, taken)}, strikes.faults_of(made.sandbox))


def _figures(made: World, crowd: Crowd, struck: Strikes, taken: Record) -> dict[str, int]:
    looked_up = Counter(found for each in made.processes for found in _FOUND.findall(each.said()))
    return {
        "messages owed": len(taken.owed),
        **{f"messages owed: {kind}": number for kind, number in Counter(each.kind for each in taken.owed).items()},
        "calls of Slack": len(made.sandbox.calls.entries),
        **{f"looked up: {what}": number for what, number in looked_up.items()},
        "ratings stored": len(taken.stored),
        "ratings read as saved": len(taken.saved),
        "presses of which somebody read that they can't be or failed": taken.refused.total(),
        **crowd.notebook.counts,
        **struck.counts,
    }


def _while_it_storms(made: World, crowd: Crowd, struck: Strikes, say: Callable[[str], None]) -> float:
    began = reported = time.monotonic()
    while _storms_on(made.size, time.monotonic() - began, len(crowd.notebook.saved), _owed(made)):
        time.sleep(0.5)
        crowd.check()
        if time.monotonic() - reported >= _REPORT_EVERY:
            reported = time.monotonic()
            with made.db.read() as session:
                left = record.waiting(session)
            say(
                f"{reported - began:4.0f} s: {_owed(made)} messages owed, {left} of them not said yet; "
                f"{len(crowd.notebook.saved)} ratings saved; {dict(struck.counts)}"
            )
    return time.monotonic() - began


def _storms_on(size: Size, seconds: float, saved: int, owed: int) -> bool:
    if seconds < size.seconds:
        return owed < size.owed
    return saved < size.least and seconds < size.seconds + _LONGER


def _until_quiet(made: World, say: Callable[[str], None]) -> float:
    """Wait until all is said and everybody asked; what is left then is for the judge."""
    began = reported = time.monotonic()
    while time.monotonic() - began < DRAIN_SECONDS:
        with made.db.read() as session:
            left, late = record.waiting(session), record.forgotten(session, made.calendar.now())
        if not left and not late:
            break
        if time.monotonic() - reported >= _REPORT_EVERY:
            reported = time.monotonic()
            say(f"{reported - began:4.0f} s after the faults: {left} messages to say, {len(late)} accounts to ask for")
        time.sleep(0.2)
    return time.monotonic() - began


def _owed(made: World) -> int:
    with made.db.read() as session:
        return session.execute(select(func.count()).select_from(Message)).scalar_one()


def folder() -> Path:
    """A new folder, with a path that is short enough for sockets."""
    return Path(tempfile.mkdtemp(prefix="chaos", dir="/tmp"))
