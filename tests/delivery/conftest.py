"""A real dispatcher between a database and the local Slack, with short time-outs; faults are the local Slack's."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlalchemy import select

from bot.clock import SystemClock
from bot.delivery.dispatcher import Dispatcher, Timing
from bot.delivery.pace import Pace
from bot.flows import workspaces
from bot.slack import make_client
from bot.store import messages
from bot.store.database import Database
from bot.store.messages import Priority
from bot.store.tables import Message, Workspace
from bot.views.alert import Alert
from bot.views.alert import example as alert
from bot.views.episode_note import example as note
from bot.workspace_settings import WorkspaceSettings
from sandbox.limits import Limits
from sandbox.model import Channel
from sandbox.server import Sandbox
from sandbox.workspace import BOT_USER_ID, TEAM_ID
from tests.processes import ROOT

ALERTS, FALLBACK, PERSON = "C01CSALERT", "C01GENERAL", "U01PRIYA00"
FAST = Pace(channel_interval=0.0, per_minute=100_000)
TIMING = Timing(slack_timeout=1.0, settle=0.8, poll=0.02, lead=1.0)


@dataclass
class Post:
    """The outbox of one workspace, and what the local Slack says of it."""

    db: Database
    sandbox: Sandbox
    workspace_id: int
    pace: Pace = FAST
    patience: int = 10  # seconds for a call: a machine that stands still is no Slack that hangs
    _number: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    def owe(
        self,
        recipient: str = ALERTS,
        *,
        kind: str = "alert",
        thread_of: int | None = None,
        priority: int = Priority.ALERT,
    ) -> int:
        """Owe a message; its id. What it says is an example."""
        with self.db.write() as session:
            message_id = messages.owe(
                session,
                workspace_id=self.workspace_id,
                key=f"{kind}:{next(self._number)}",
                kind=kind,
                recipient=recipient,
                data=note() if kind == "episode_note" else alert(),
                now=datetime.now(UTC),
                priority=Priority(priority),
                thread_of=thread_of,
            )
        assert message_id is not None
        return message_id

    def revise(self, message_id: int, **changes: Any) -> None:
        with self.db.write() as session:
            row = messages.lock(session, message_id)
            messages.revise(session, row, Alert.model_validate(row.data).model_copy(update=changes))

    def get(self, message_id: int) -> Message:
        with self.db.read() as session:
            return session.get_one(Message, message_id)

    def client(self) -> WebClient:
        return make_client(self.sandbox.bot_token, self.sandbox.api_url, timeout=self.patience)

    def dispatcher(self, threads: int = 3, db: Database | None = None) -> Dispatcher:
        return Dispatcher(
            db or self.db,
            self.client(),
            SystemClock(),
            workspace_id=self.workspace_id,
            pace=self.pace,
            timing=TIMING,
            threads=threads,
        )

    @contextmanager
    def delivery(self) -> Iterator[Dispatcher]:
        running = self.dispatcher()
        running.start()
        try:
            yield running
        finally:
            running.stop()

    def wait(self, done: Callable[[], bool], seconds: float = 30.0) -> None:
        deadline = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < deadline, self.states()
            time.sleep(0.02)

    def wait_until_said(self, seconds: float = 30.0) -> None:
        self.wait(lambda: set(self.states()) <= {"sent"}, seconds)

    def states(self) -> Counter[str]:
        with self.db.read() as session:
            return Counter(session.scalars(select(Message.state)))

    def choose(self, **settings: Any) -> None:
        with self.db.write() as session:
            row = session.get_one(Workspace, self.workspace_id)
            row.settings = WorkspaceSettings(**settings).model_dump(mode="json")

    def calls(self, method: str = "chat.postMessage") -> list[dict[str, Any]]:
        return [call for call in self.sandbox.calls.entries if call["method"] == method]

    def shown(self, channel: str = ALERTS) -> list[Any]:
        """The bot's messages in a channel, replies too."""
        return [each for each in self.sandbox.workspace.channels[channel].by_ts.values() if each.bot]

    def fault(self, **fault: Any) -> None:
        self.sandbox.faults.set([{"method": "chat.postMessage", "times": 1, **fault}])


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(ROOT / "manifest.yaml", limits=Limits(enforce_rates=False)) as running:
        running.workspace.channels["C01OTHER00"] = Channel("C01OTHER00", "other", [BOT_USER_ID])
        yield running


@pytest.fixture
def post(db: Database, sandbox: Sandbox) -> Post:
    return Post(db, sandbox, workspaces.register(db, datetime.now(UTC), TEAM_ID, "Sandbox"))
