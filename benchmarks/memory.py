"""Memory of `cmi-bot run` when idle, beside a bare Bolt app that has imported the same database and scheduler packages.

Idle: ready, with its scheduler and its delivery at work on an empty database, a few seconds after it began. Counted is
what belongs to the process alone and its share of what it has in common with others (PSS), in megabytes.
"""

import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import Row, Size, row_of
from benchmarks.servers import bare, bot
from sandbox.limits import Limits
from sandbox.server import Sandbox
from tests.databases import new_sqlite

GOAL = 1.3


def rows(size: Size) -> Iterator[Row]:
    """One row."""
    if not Path("/proc/self/smaps_rollup").exists():
        yield Row("memory when idle", GOAL, None, note="only Linux tells")
        return
    taken = [(_ours(size), _bare(size)) for _ in range(size.pairs)]
    yield row_of("memory when idle", taken, goal=GOAL, scale=1.0, unit="MB")


def _ours(size: Size) -> float:
    with tempfile.TemporaryDirectory() as folder, Sandbox(limits=Limits(enforce_rates=False)) as sandbox:
        known = {**sandbox.environment, "SLACK_APP_TOKEN": "", "DATABASE_URL": new_sqlite(Path(folder))}
        with bot(Path(folder) / "bot", "run", CMI_TICK_SECONDS="1", **known) as process:
            return _megabytes(process.pid, size)


def _bare(size: Size) -> float:
    with tempfile.TemporaryDirectory() as folder, bare(Path(folder) / "bare", IDLE="1") as process:
        return _megabytes(process.pid, size)


def _megabytes(pid: int, size: Size) -> float:
    time.sleep(size.of(4, 1))
    said = Path(f"/proc/{pid}/smaps_rollup").read_text()
    kilobytes = re.search(r"^Pss:\s+(\d+) kB", said, re.MULTILINE)
    assert kilobytes, said
    return int(kilobytes[1]) / 1024
