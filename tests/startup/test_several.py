"""Two processes on one database, each with a connection of its own to Slack: the work is done once, whoever does it."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert, select

from bot.flows import workspaces
from bot.store.database import Database
from bot.store.tables import Account, HealthReading, Prompt, Workspace
from bot.workspace_settings import WorkspaceSettings
from sandbox.clocks import Calendar
from sandbox.limits import Limits
from sandbox.model import User
from sandbox.server import Sandbox
from sandbox.workspace import TEAM_ID
from tests.processes import ROOT, BotProcess

PROCESSES, OWNERS, PEOPLE, EACH = 2, 12, 6, 8
SECONDS = 60.0
_UNANSWERED = {"operation_timeout", "dispatch_failed", "connection_failed"}


@pytest.fixture
def calendar(tmp_path: Path) -> Calendar:
    """The next Wednesday noon: a working hour for everybody in London."""
    calendar = Calendar(tmp_path / "calendar.json")
    now = calendar.now()
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    calendar.advance(noon + timedelta(days=(2 - now.weekday()) % 7 + 7) - now)
    return calendar


@pytest.fixture
def sandbox(calendar: Calendar) -> Iterator[Sandbox]:
    people = [User(user, user.lower(), user) for user in (*owners(), *typists())]
    with Sandbox(
        ROOT / "manifest.yaml", people=people, calendar=calendar, limits=Limits(enforce_rates=False)
    ) as running:
        running.workspace.channels["C01GENERAL"].members.extend(typists())
        yield running


@pytest.fixture
def bots(sandbox: Sandbox, db: Database, tmp_path: Path) -> Iterator[list[BotProcess]]:
    """Started together on a filled database, and connected."""
    fill(db, sandbox.workspace.calendar.now())
    with ExitStack() as stack:
        bots = [stack.enter_context(process(tmp_path, sandbox, db, number)) for number in range(PROCESSES)]
        for bot in bots:
            bot.start()
        for bot in bots:
            bot.wait_until_it_says("is at work")
        yield bots


def process(folder: Path, sandbox: Sandbox, db: Database, number: int) -> BotProcess:
    own = folder / str(number)
    own.mkdir()
    environment = {
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_APP_TOKEN": sandbox.app_token,
        "SLACK_API_URL": sandbox.api_url,
        "DATABASE_URL": db.url.render_as_string(hide_password=False),
        "CALENDAR": str(folder / "calendar.json"),
        "CMI_CHANNEL_INTERVAL": "0",
        "CMI_TICK_SECONDS": "0.2",
    }
    return BotProcess(own, environment, ("-m", "tests.chaos.process", "run"), forked=True)


def owners() -> list[str]:
    return [f"U01OWNER{number:02}" for number in range(OWNERS)]


def typists() -> list[str]:
    return [f"U01TYPER{number:02}" for number in range(PEOPLE)]


def fill(db: Database, now: datetime) -> None:
    """For each owner two accounts that are due, and one for everybody who types."""
    workspace_id = workspaces.register(db, now, TEAM_ID, "Sandbox")
    known = {"workspace_id": workspace_id, "created_at": now, "subject": "customer", "lifecycle": "active"}
    rows = [
        {
            **known,
            "name": f"Due {n}",
            "name_key": f"due {n}",
            "owner": owner,
            "next_due": now.date(),
            "ask_on": now.date(),
        }
        for n, owner in enumerate(2 * owners())
    ]
    rows += [
        {**known, "name": f"Typed {n}", "name_key": f"typed {n}", "owner": user, "next_due": None, "ask_on": None}
        for n, user in enumerate(typists())
    ]
    with db.write() as session:
        settings = WorkspaceSettings(zone="Europe/London")
        session.get_one(Workspace, workspace_id).settings = settings.model_dump(mode="json")
        session.execute(insert(Account), rows)


def type_all(sandbox: Sandbox, number: int) -> Counter[str]:
    """Type one health score after another; whoever is not answered types it again. Gives what Slack said."""
    heard: Counter[str] = Counter()
    with sandbox.person(typists()[number]) as me:
        for score in range(EACH):
            command = {
                "channel": "C01GENERAL",
                "command": "/cmi",
                "text": f"health Typed {number} {10 * number + score}",
            }
            while (said := me.act("command", **command)) and not said["ok"]:
                heard[said["error"]] += 1
                assert said["error"] in _UNANSWERED, said
            heard["ok"] += 1
        me.wait_for(lambda _: len(answers(sandbox, number)) >= EACH)  # what is acknowledged is answered, be it later
    return heard


def answers(sandbox: Sandbox, number: int) -> list[str]:
    """What somebody who types was told so far."""
    with sandbox.person(typists()[number]) as me:
        return [each["text"] for each in me.messages("general") if each["ephemeral"]]


def prompts(sandbox: Sandbox) -> Counter[str]:
    """How many prompts each person was sent."""
    posted = [call for call in sandbox.calls.entries if call["method"] == "chat.postMessage" and call["effect"]]
    texts = [(call["args"]["channel"], call["args"]["text"]) for call in posted]
    return Counter(channel for channel, text in texts if "due for a new rating" in text)


def wait(done: object, why: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not done():  # type: ignore[operator]
        assert time.monotonic() < deadline, why
        time.sleep(0.05)


def test_two_processes_ask_once_answer_all_and_survive_that_connections_are_renewed(
    db: Database, sandbox: Sandbox, bots: list[BotProcess]
) -> None:
    typed = threading.Event()

    def renew() -> None:
        """As Slack does every few hours, only oftener: each connection in turn, after a warning."""
        sandbox.workspace.limits.socket_warning_seconds = 0.5
        while not typed.wait(0.5):
            wait(
                lambda: typed.is_set() or sandbox.courier.sockets.connections == PROCESSES,
                "a connection did not come back",
            )
            httpx.post(f"{sandbox.url}/control/disconnect", json={"reason": "warning", "count": 1}, trust_env=False)

    with ThreadPoolExecutor() as pool:
        renewed = pool.submit(renew)
        heard = sum(pool.map(lambda number: type_all(sandbox, number), range(PEOPLE)), Counter[str]())
        typed.set()
        renewed.result()
    assert heard["ok"] == PEOPLE * EACH
    assert heard["dispatch_failed"] == 0, "there was always a connection"
    wait(lambda: len(prompts(sandbox)) == OWNERS, "not everybody was asked")
    assert [bot.terminate() for bot in bots] == [0] * PROCESSES
    assert set(prompts(sandbox).values()) == {1}
    with db.read() as session:
        assert len(session.scalars(select(Prompt.id)).all()) == 2 * OWNERS
        stored = Counter(session.scalars(select(HealthReading.value)))
    typed_scores = {10 * number + score for number in range(PEOPLE) for score in range(EACH)}
    assert set(stored) <= typed_scores
    # A machine that stands still may keep a lock, or Slack's word on who somebody is, for longer than anybody waits;
    # then they were told so. Whoever typed again has more answers than scores: they are counted when all is over.
    others = [text for n in range(PEOPLE) for text in answers(sandbox, n) if not text.startswith("New scores")]
    assert all("busy" in text or "nothing was done yet" in text for text in others), others
    assert len(typed_scores - set(stored)) <= len(others), "stored, or told that it was not"
    again = stored.total() - len(stored)
    assert again <= heard["operation_timeout"], "only what was typed again, for want of an answer, is there again"
    said = "".join(bot.said() for bot in bots)
    assert "Traceback" not in said, said
    assert "OperationalError" not in said, said
