"""Saving a survey, with all that it writes, beside a bare Bolt answer plus the same rows by Core in one transaction.

Every submission is a last page: a draft waits for it, and it moves its account to another cell. So it writes an
assessment, the account, the stay that ends, the stay that begins and the message that is owed, and deletes the draft;
a gate counts those rows. The limit is what must happen at any rate: Bolt's answer with the same view, and the same
values for the same rows, known beforehand, as six statements and a commit.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from benchmarks.desk import Desk
from benchmarks.harness import PAIRS, Row, Size, p50, row_of
from benchmarks.servers import Caller, at_once, bare, bot
from bot.store.database import Database
from sandbox.limits import Limits
from sandbox.server import Sandbox
from tests.databases import new_sqlite, postgres_server

GOAL = 1.5
CLIENTS, WRITERS = 16, 8


def rows(size: Size) -> Iterator[Row]:
    """Two rows for each database: the median time of one at a time, and the seconds for each at sixteen."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _measure(new_sqlite(Path(folder)), "SQLite", size)
    with postgres_server() as server:
        yield from _measure(server.new(), "PostgreSQL", size)


def _measure(url: str, name: str, size: Size) -> Iterator[Row]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sandbox = stack.enter_context(Sandbox(limits=Limits(enforce_rates=False)))
        desk = Desk(Database(url), size.of(160, 12))
        stack.callback(desk.db.close)
        answer = folder / "view.json"
        environment = {**sandbox.environment, "SLACK_APP_TOKEN": "", "DATABASE_URL": url}
        web = stack.enter_context(bot(folder / "bot", "web", **environment))
        ours = stack.enter_context(closing(Caller(web.port)))
        ours.post(desk.bodies()[0])
        answer.write_text(json.dumps(json.loads(ours.post(desk.bodies()[0]))["view"]))
        other = stack.enter_context(bare(folder / "bare", VIEW=str(answer)))
        plain = stack.enter_context(closing(Caller(other.port)))
        desk.learn()
        broken: list[str] = []
        single = [_one_by_one(desk, ours, plain, broken) for _ in range(size.of(PAIRS, 1) + 1)][1:]
        many = [_sixteen(desk, ours, plain, broken) for _ in range(size.of(PAIRS, 1) + 1)][1:]
        yield row_of("survey submission, 1 at once, p50", single, goal=GOAL, database=name, broken=broken[:3])
        yield row_of("survey submission, 16 at once, each", many, goal=GOAL, database=name, broken=broken[:3])


def _one_by_one(desk: Desk, ours: Caller, plain: Caller, broken: list[str]) -> tuple[float, float]:
    with desk.checked(broken) as bodies:
        turns = iter(bodies)
        taken = p50(lambda: ours.post(next(turns)), len(bodies))
    answered = p50(lambda: plain.post(desk.plain_body), len(bodies))
    return taken, answered + p50(desk.transaction(), len(bodies))


def _sixteen(desk: Desk, ours: Caller, plain: Caller, broken: list[str]) -> tuple[float, float]:
    with desk.checked(broken) as bodies:
        taken = at_once(ours.post, bodies, CLIENTS)
    answered = at_once(plain.post, [desk.plain_body] * len(bodies), CLIENTS)
    transaction = desk.transaction()
    stored = at_once(lambda _: transaction(), bodies, WRITERS)
    return taken, answered + stored
