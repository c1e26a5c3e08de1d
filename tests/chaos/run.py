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

DRAIN_SECONDS, _REPORT_EVERY = 300.0, 15.0
_FOUND = re.compile(r"Message \d+: (.*)")


@dataclass(frozen=True)
class Outcome:
    """What is to be judged, and figures to show: a number by what was counted."""

    record: Record
    figures: dict[str, float]
    faults: Counter[str]


def play(folder: Path, database_url: str, size: Size, say: Callable[[str], None] = print) -> Outcome:
    """Play it on an empty, migrated database; `folder` takes the processes' logs. AssertionError where all is late."""
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
        said = Counter(found for each in made.processes for found in _FOUND.findall(each.said()))
        figures: dict[str, float] = {
            "seconds with faults": round(seconds),
            "seconds until all was said after them": round(drained),
            "messages owed": len(taken.owed),
            "calls of Slack": len(made.sandbox.calls.entries),
            "ratings stored": len(taken.stored),
            "ratings read as saved": len(taken.saved),
            **{f"messages owed: {kind}": n for kind, n in Counter(each.kind for each in taken.owed).items()},
            **{f"looked up: {what}": number for what, number in said.items()},
            **crowd.notebook.counts,
            **struck.counts,
        }
        return Outcome(taken, figures, strikes.faults_of(made.sandbox))


def _while_it_storms(made: World, crowd: Crowd, struck: Strikes, say: Callable[[str], None]) -> float:
    began = reported = time.monotonic()
    while time.monotonic() - began < made.size.seconds and _owed(made) < made.size.owed:
        time.sleep(0.5)
        if time.monotonic() - reported >= _REPORT_EVERY:
            reported = time.monotonic()
            with made.db.read() as session:
                left = record.waiting(session)
            say(
                f"{reported - began:4.0f} s: {_owed(made)} messages owed, {left} of them not said yet; "
                f"{len(crowd.notebook.saved)} ratings saved; {dict(struck.counts)}"
            )
    return time.monotonic() - began


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
