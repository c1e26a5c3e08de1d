"""`/cmi help` over signed HTTP, one at a time, beside a line of text from a bare Bolt app in the same arrangement.

Calls of `auth.test` while the bot answers are a gate: there must be none.
"""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.harness import Row, Size, compare, p50
from benchmarks.people import know
from benchmarks.servers import Caller, bare, bot, command_body
from bot.flows import workspaces
from bot.store.database import Database
from sandbox.limits import Limits
from sandbox.server import Sandbox
from sandbox.workspace import TEAM_ID
from tests.databases import new_sqlite

GOAL = 1.5
USER = "U01PRIYA00"


def rows(size: Size) -> Iterator[Row]:
    """One row: the median answer's time."""
    with tempfile.TemporaryDirectory() as folder, Sandbox(limits=Limits(enforce_rates=False)) as sandbox:
        url = new_sqlite(Path(folder))
        team = TEAM_ID
        db = Database(url)
        know(db, workspaces.register(db, datetime.now(UTC), team, "Benchmark"), [USER])
        db.close()
        environment = {**sandbox.environment, "SLACK_APP_TOKEN": "", "DATABASE_URL": url}
        with bot(Path(folder) / "bot", "web", **environment) as ours, bare(Path(folder) / "bare") as limit:
            before = _auth_tests(sandbox)
            body, times = command_body(team, USER, "help"), size.of(200, 10)
            with closing(Caller(ours.port)) as asking, closing(Caller(limit.port)) as plain:
                row = compare(
                    "/cmi help over HTTP, 1 at once, p50",
                    goal=GOAL,
                    ours=lambda: p50(lambda: asking.post(body), times),
                    limit=lambda: p50(lambda: plain.post(body), times),
                    pairs=size.pairs,
                )
            asked = _auth_tests(sandbox) - before
            yield row.but(broken=[f"auth.test was called {asked} times"] if asked else [])


def _auth_tests(sandbox: Sandbox) -> int:
    return sum(call["method"] == "auth.test" for call in sandbox.calls.entries)
