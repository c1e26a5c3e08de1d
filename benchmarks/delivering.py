"""The prompts of 300 owners and 60 alerts in one channel, through two workers, at the pace that Slack asks for.

The local Slack keeps its real limits: one message a second in a channel, 300 a minute in a workspace. Sending 360 takes
72 s at that pace, whatever sends them; the row is the time from the first to the last, run once. That each arrived once
and at most one call in a hundred was refused are gates. The owners had a message before, so that their direct
messages are open.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

from slack_sdk import WebClient
from sqlalchemy import func, insert, select

from benchmarks.harness import Row, Size, row_of
from bot.flows import asking, workspaces
from bot.store import messages
from bot.store.database import Database
from bot.store.messages import Priority
from bot.store.tables import Account, Message, Person
from bot.views.alert import example as alert
from sandbox.clocks import Calendar
from sandbox.model import Channel, User
from sandbox.server import Sandbox
from sandbox.workspace import BOT_USER_ID, TEAM_ID
from tests.databases import postgres_server
from tests.processes import ROOT, BotProcess

ALERTS = "C01CSALERT"
PER_MINUTE = 300
WORKERS = 2
_REFUSED = 0.01
_MOST_SECONDS = 180.0


def rows(size: Size) -> Iterator[Row]:
    """One row: how many times as long as at Slack's own pace it takes."""
    owners, alerts = size.of(300, 12), size.of(60, 3)
    with tempfile.TemporaryDirectory() as folder, postgres_server() as server, ExitStack() as stack:
        calendar = Calendar(Path(folder, "calendar.json"))
        calendar.advance(_next_wednesday_noon(calendar.now()) - calendar.now())
        users = [User(f"U01OWNER{number:03}", f"owner{number}", f"Owner {number}") for number in range(owners)]
        channel = Channel(ALERTS, "cs-alerts", [BOT_USER_ID])
        sandbox = stack.enter_context(
            Sandbox(ROOT / "manifest.yaml", people=users, channels=[channel], calendar=calendar)
        )
        url = server.new()
        db = Database(url)
        stack.callback(db.close)
        _owe(db, calendar.now(), sandbox, alerts)
        for number in range(WORKERS):
            stack.enter_context(_worker(Path(folder, f"worker-{number}"), sandbox, url)).start()
        _wait_until_said(db)
        yield _judge(sandbox, owners, alerts)


def _judge(sandbox: Sandbox, owners: int, alerts: int) -> Row:
    posted = [each for each in sandbox.calls.entries if each["method"] == "chat.postMessage"]
    said = [each for each in posted if each["effect"]]
    refused = sum(each["error"] == "ratelimited" for each in sandbox.calls.entries)
    gates = []
    if refused > _REFUSED * len(posted):
        gates.append(f"{refused} calls were refused, of {len(posted)} postings")
    by_channel = Counter(each["args"]["channel"] for each in said)
    if by_channel.pop(ALERTS, 0) != alerts or sorted(by_channel.values()) != [1] * owners:
        gates.append(f"{len(said)} messages arrived, where each of {owners + alerts} has to once")
    seconds = said[-1]["at"] - said[0]["at"] if said else _MOST_SECONDS
    return row_of(
        "300 prompts and 60 alerts at Slack's pace",
        [(seconds, (owners + alerts) * 60 / PER_MINUTE)],
        goal=1.1,
        database="PostgreSQL",
        unit="s",
        scale=1.0,
        broken=gates,
        note=f"run once, {WORKERS} workers, {refused} calls refused",
    )


def _owe(db: Database, now: datetime, sandbox: Sandbox, alerts: int) -> None:
    """An account for each person, due today: the tick owes its prompt. Beside them the alerts."""
    workspace_id = workspaces.register(db, now, TEAM_ID, "Sandbox")
    people = _people(sandbox)
    known = {"workspace_id": workspace_id, "lifecycle": "active", "created_at": now}
    due = {**known, "next_due": now.date(), "ask_on": now.date()}
    read = {"workspace_id": workspace_id, "zone": "UTC", "read_at": now}
    accounts = [{**due, "name": user, "name_key": user.lower(), "owner": user} for user in people]
    with db.write(30) as session:
        session.execute(insert(Account), accounts)
        session.execute(insert(Person), [{**read, "user": user, "dm_channel": dm} for user, dm in people.items()])
    asking.tick(db, now, WebClient(token=""))
    with db.write(30) as session:
        for number in range(alerts):
            messages.owe(
                session,
                workspace_id=workspace_id,
                key=f"alert:{number}",
                kind="alert",
                recipient=ALERTS,
                data=alert(),
                now=now,
                priority=Priority.ALERT,
            )


def _people(sandbox: Sandbox) -> dict[str, str]:
    """The owners, each with the channel of their direct messages."""
    client = WebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
    sandbox.workspace.limits.apply({"enforce_rates": False})
    users = [user for user in sandbox.workspace.users if user.startswith("U01OWNER")]
    opened = {user: str(client.conversations_open(users=user)["channel"]["id"]) for user in users}
    sandbox.workspace.limits.apply({"enforce_rates": True})
    return opened


def _worker(folder: Path, sandbox: Sandbox, url: str) -> BotProcess:
    """A worker at its usual pace, on the run's calendar: prompts go out on working days only."""
    folder.mkdir()
    environment = {
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_SIGNING_SECRET": sandbox.signing_secret,
        "SLACK_API_URL": sandbox.api_url,
        "DATABASE_URL": url,
        "CALENDAR": str(folder.parent / "calendar.json"),
    }
    return BotProcess(folder, environment, ("-m", "tests.chaos.process", "worker"))


def _wait_until_said(db: Database) -> None:
    waiting = select(func.count()).select_from(Message).where(Message.state != "sent")
    until = time.monotonic() + _MOST_SECONDS
    while time.monotonic() < until:
        with db.read() as session:
            if not session.execute(waiting).scalar_one():
                return
        time.sleep(0.5)


def _next_wednesday_noon(now: datetime) -> datetime:
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    return noon + timedelta(days=(2 - now.weekday()) % 7 + 7)
