"""What goes wrong in a run: processes die or are asked to end, database connections break, Slack fails both ways."""

import random
import re
import threading
import time
from collections import Counter
from typing import Any

from sqlalchemy import func, select, text

from bot.store.tables import Message
from sandbox.server import Sandbox
from tests.chaos.world import World
from tests.processes import BotProcess

_CUT_EVERY = (2.0, 5.0)
_ASKED_TO_END = 0.2  # of the strikes; the others are SIGKILL
_CUT_AT_ONCE = 3
_START_SECONDS, _END_SECONDS = 90.0, 60.0
_AT_WORK = "is at work"
_NAME = re.compile(r"the leases of this process are those of (\S+)")

_POST = "chat.postMessage"
CALLS: tuple[dict[str, Any], ...] = (
    {"method": _POST, "kind": "rate_limited", "probability": 0.006},
    {"method": _POST, "kind": "http_500", "probability": 0.01},
    {"method": _POST, "kind": "http_500_after", "probability": 0.01},
    {"method": _POST, "kind": "drop_before", "probability": 0.01},
    {"method": _POST, "kind": "drop_after", "probability": 0.01},
    {"method": _POST, "kind": "error_after", "error": "internal_error", "probability": 0.005},
    {"method": _POST, "kind": "delay", "seconds": 3.0, "probability": 0.01},
    {"method": "chat.update", "kind": "drop_after", "probability": 0.02},
    {"method": "chat.update", "kind": "http_500", "probability": 0.02},
    {"method": "chat.update", "kind": "rate_limited", "probability": 0.005},
    {"method": "conversations.open", "kind": "drop_after", "probability": 0.05},
    {"method": "conversations.open", "kind": "http_500", "probability": 0.05},
    {"method": "conversations.history", "kind": "http_500", "probability": 0.03},
    {"method": "conversations.history", "kind": "rate_limited", "probability": 0.03},
    {"method": "conversations.replies", "kind": "drop_before", "probability": 0.03},
    {"method": "users.info", "kind": "drop_before", "probability": 0.1},
    {"method": "views.publish", "kind": "http_500", "probability": 0.02},
    {"method": "views.open", "kind": "drop_before", "probability": 0.01},
    {"method": "*", "kind": "rate_limited", "probability": 0.001},
)
DELIVERIES: tuple[dict[str, Any], ...] = (
    {"deliver": "duplicate", "probability": 0.04},
    {"deliver": "lost_ack", "probability": 0.03},
    {"deliver": "delay", "seconds": 3.5, "probability": 0.004},
)
# What must have struck by the end of a long run: else it tried less than it says.
KINDS = frozenset(fault["kind"] for fault in CALLS if fault["method"] == _POST)


def faults_of(sandbox: Sandbox) -> Counter[str]:
    """How often each kind of fault struck a posting, by the local Slack's log."""
    posts = (call for call in sandbox.calls.entries if call["method"] == _POST and call["fault"])
    return Counter(call["fault"] for call in posts)


class Strikes:
    """Strikes at random moments, by a seed, until `stop`; whatever ends is started again at once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._chance = random.Random(world.size.seed)
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._kill, name="kills")]
        if not world.db.sqlite:
            self._threads.append(threading.Thread(target=self._cut, name="cuts"))
        self._said_before: dict[BotProcess, int] = {}
        self.counts: Counter[str] = Counter()
        self.unclean: list[str] = []  # what was wrong with a process that was asked to end

    def begin(self) -> None:
        """Start all processes, wait until they are at work, and strike from then on."""
        for process in self._world.processes:
            self._start(process)
        for process in self._world.processes:
            self._wait_for(process)
        # However little the machine gets done, each kind strikes a posting at least once.
        surely = [{**fault, "probability": 0.3, "times": 1} for fault in CALLS if fault["method"] == _POST]
        self._world.sandbox.faults.set([*surely, *CALLS, *DELIVERIES])
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """No more of it; every process runs."""
        self._world.sandbox.faults.set([])
        self._stopping.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        self._keep_alive()

    def end_all(self) -> None:
        """Ask every process to end, once it is at work."""
        for process in self._world.processes:
            self._wait_for(process)
            self._end(process)

    def _kill(self) -> None:
        at = time.monotonic() + self._chance.uniform(*self._world.size.kill_every)
        while not self._stopping.wait(0.2):
            self._keep_alive()
            if time.monotonic() < at:
                continue
            at_work = [each for each in self._world.processes if self._is_at_work(each)]
            if not at_work:  # on a busy machine a start takes longer than the pause between two strikes
                continue
            process = self._chance.choice(at_work)
            if self._chance.random() < _ASKED_TO_END:
                self._end(process)
                self.counts["SIGTERM"] += 1
            else:
                process.kill()
                self.counts["SIGKILL"] += 1
            self._start(process)
            at = time.monotonic() + self._chance.uniform(*self._world.size.kill_every)

    def _keep_alive(self) -> None:
        for process in self._world.processes:
            if not process.is_running():
                self._start(process)
                self.counts["ended by themselves and started again"] += 1

    def _wait_for(self, process: BotProcess) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not self._is_at_work(process):
            may_still_come = process.is_running() and time.monotonic() < deadline
            assert may_still_come, f"it did not start:\n{process.said()[-3000:]}"
            time.sleep(0.1)

    def _is_at_work(self, process: BotProcess) -> bool:
        return _AT_WORK in process.said()[self._said_before[process] :]

    def _start(self, process: BotProcess) -> None:
        self._said_before[process] = len(process.said())
        process.start()

    def _end(self, process: BotProcess) -> None:
        """It must end with status 0, and hold no lease any more."""
        name = process.log.parent.name
        status = process.terminate(_END_SECONDS)
        if status:
            self.unclean.append(f"{name} ended with status {status}")
        leases = _NAME.findall(process.said()[self._said_before[process] :])
        if leases:
            held = select(func.count()).where(Message.leased_by.startswith(leases[0]), Message.lease_until.is_not(None))
            with self._world.db.read() as session:
                left = session.execute(held).scalar_one()
            self.unclean += [f"{name} left {left} leases"] if left else []

    def _cut(self) -> None:
        chance = random.Random(self._world.size.seed + 1)
        ours = text(
            "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND application_name <> 'judge' ORDER BY random() LIMIT :number) AS chosen"
        )
        while not self._stopping.wait(chance.uniform(*_CUT_EVERY)):
            with self._world.db.engine.connect() as connection:
                self.counts["database connections cut"] += len(
                    connection.execute(ours, {"number": chance.randint(1, _CUT_AT_ONCE)}).all()
                )
