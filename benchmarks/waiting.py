"""A hundred commands at once, each of which opens a window, while every call of Slack's API takes a second.

The ratio is the slowest acknowledgement to one second. That every window was opened within its trigger's three
seconds is a gate: counted in the sandbox's own log, from the command to the call that opened it.
"""

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

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
            taken, opened = [], []
            for _ in range(size.pairs):
                slowest, number = _storm(sandbox, caller, users)
                taken.append((slowest, 1.0))
                opened.append(number)
    late = [f"{number} of {COMMANDS} windows opened in time" for number in opened if number < COMMANDS]
    yield row_of("100 commands at once, Slack's API at 1 s, slowest answer", taken, goal=1.0, broken=late)


def _storm(sandbox: Sandbox, caller: Caller, users: list[str]) -> tuple[float, int]:
    """Everybody types `/cmi new`. Gives the slowest answer's seconds, and how many windows opened in time."""
    before = len(sandbox.calls.entries)
    ready = threading.Barrier(len(users))
    taken: list[float] = []

    def one(user: str) -> None:
        body = command_body(TEAM_ID, user, "new", sandbox.views.new_trigger(user))
        ready.wait()
        began = time.perf_counter()
        caller.post(body)
        taken.append(time.perf_counter() - began)

    threads = [threading.Thread(target=one, args=(user,)) for user in users]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    time.sleep(TRIGGER_SECONDS + 1.5)  # by then the sandbox, which refuses a trigger after three seconds, took the last
    opened = [call for call in sandbox.calls.entries[before:] if call["method"] == "views.open" and not call["error"]]
    return max(taken, default=0.0), len(opened) if len(taken) == len(users) else 0
