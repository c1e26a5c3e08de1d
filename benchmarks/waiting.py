"""A hundred commands at once, each of which opens a window, while every call of Slack's API takes a second.

The ratio is the slowest acknowledgement to one second, or the slowest window to its trigger's three seconds, whichever
is worse. Windows are timed by the sandbox's own log, from the command to the end of the call that opened it. That there
is such a call for each command is a gate.
"""

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.harness import Row, Size, row_of
from benchmarks.people import know
from benchmarks.servers import Caller, bot, command_body
from bot.flows import workspaces
from bot.store.database import Database
from sandbox import cast
from sandbox.faults import Fault
from sandbox.limits import Limits
from sandbox.model import User
from sandbox.server import Sandbox
from sandbox.workspace import TEAM_ID
from tests.databases import new_sqlite

COMMANDS = 100
TRIGGER_SECONDS = 3.0


def rows(size: Size) -> Iterator[Row]:
    """One row."""
    users = [f"U01BENCH{number:02}" for number in range(COMMANDS)]
    people = [*cast.people(), *(User(user, user.lower(), user) for user in users)]
    limits = Limits(enforce_rates=False)
    with tempfile.TemporaryDirectory() as folder, Sandbox(limits=limits, people=people) as sandbox:
        url = new_sqlite(Path(folder))
        db = Database(url)
        know(db, workspaces.register(db, datetime.now(UTC), TEAM_ID, "Benchmark"), users)
        db.close()
        environment = {**sandbox.environment, "SLACK_APP_TOKEN": "", "DATABASE_URL": url}
        with bot(Path(folder) / "bot", "web", **environment) as process, closing(Caller(process.port)) as caller:
            caller.post(command_body(TEAM_ID, users[0], "help"))
            sandbox.faults.set([asdict(Fault(kind="delay", seconds=1.0))])
            storms = [_storm(sandbox, caller, users) for _ in range(size.pairs)]
    broken = [f"{len(windows)} of {COMMANDS} windows" for _, windows in storms if len(windows) != COMMANDS]
    taken = [(max(answer, max(windows, default=0.0) / TRIGGER_SECONDS), 1.0) for answer, windows in storms]
    more = {"answer_seconds": median(each for each, _ in storms), "window_seconds": median(max(w) for _, w in storms)}
    yield row_of("100 commands at once, Slack's API at 1 s", taken, goal=1.0, broken=broken, more=more)


def _storm(sandbox: Sandbox, caller: Caller, users: list[str]) -> tuple[float, list[float]]:
    """Everybody types `/cmi new`. Gives the slowest answer's seconds, and those until each window."""
    before = len(sandbox.calls.entries)
    ready = threading.Barrier(len(users))
    taken: list[float] = []
    triggers: dict[str, float] = {}

    def one(user: str) -> None:
        ready.wait()
        trigger = sandbox.views.new_trigger(user)
        triggers[trigger] = sandbox.workspace.protocol.now()
        body = command_body(TEAM_ID, user, "new", trigger)
        began = time.perf_counter()
        caller.post(body)
        taken.append(time.perf_counter() - began)

    threads = [threading.Thread(target=one, args=(user,)) for user in users]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    time.sleep(TRIGGER_SECONDS + 1.5)  # by then a window that comes in time is there
    assert len(taken) == len(users), "not every command was answered"
    opened: dict[str, float] = {}
    for call in sandbox.calls.entries[before:]:
        if call["method"] == "views.open":  # one that comes too late is followed by another, which says so
            opened.setdefault(call["args"]["trigger_id"], call["at"])
    return max(taken), [at - triggers[trigger] for trigger, at in opened.items()]
