"""The clock's work: a few ticks that ask the database what is due. Without a job store a restart loses nothing."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler

from bot.errors import Busy, reference

log = logging.getLogger(__name__)


Alone = Callable[[str], AbstractContextManager[bool]]


def schedule(ticks: dict[str, Callable[[], object]], seconds: float, alone: Alone) -> BackgroundScheduler:
    """A scheduler that runs each tick at once and then every `seconds`, never twice at the same time.

    Another process may be at the same tick: `alone` says by its name whether it is free (`Database.alone`).

    APScheduler by default drops a run that is more than a second late; `misfire_grace_time=None` runs it.
    """
    scheduler = BackgroundScheduler(timezone=UTC)
    for name, tick in ticks.items():
        scheduler.add_job(
            guarded(name, tick, alone),
            "interval",
            seconds=seconds,
            id=name,
            next_run_time=datetime.now(UTC),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
    return scheduler


def guarded(name: str, tick: Callable[[], object], alone: Alone) -> Callable[[], None]:
    """A tick that raises is logged with a reference, and runs again at its next turn; a busy database is no fault.

    While another process is at it, it is left out: that would ask Slack the same questions and wait for the same rows.
    """

    def run() -> None:
        try:
            with alone(name) as free:
                if free:
                    tick()
        except Busy:
            log.warning("The tick “%s” waits for its next turn: somebody else was writing for too long", name)
        except Exception:
            log.exception("The tick “%s” failed (reference %s); it runs again at its next turn", name, reference())

    return run
