"""A thousand ratings that move a thousand accounts while Slack fails and the bot is killed again and again.

What is claimed in the end (nothing lost, nothing said twice) is counted from the local Slack's own log of calls.
"""

import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text

from bot.flows import workspaces
from bot.store.database import Database
from bot.store.tables import UNSAID, Account, Assessment, Episode, Message, PlacementRow, Prompt, Workspace
from bot.workspace_settings import WorkspaceSettings
from sandbox.clocks import Calendar
from sandbox.limits import Limits
from sandbox.model import Channel, User
from sandbox.server import Sandbox
from sandbox.workspace import BOT_USER_ID, TEAM_ID
from tests.faults.crowd import FRAMEWORK, Crowd, Rating
from tests.processes import ROOT, BotProcess

RATED, RATERS, ASKED = 1000, 40, 60
KILLS = 2  # of each process
SEED = 20170412
ALERTS = "C01ALERTS0"
SECONDS = 240.0  # only a hang takes so long; on a free machine with two cores it is over in less than one minute

FAULTS: tuple[dict[str, Any], ...] = (
    {"method": "chat.postMessage", "kind": "rate_limited", "probability": 0.004},
    {"method": "chat.postMessage", "kind": "http_500", "probability": 0.01},
    {"method": "chat.postMessage", "kind": "http_500_after", "probability": 0.01},
    {"method": "chat.postMessage", "kind": "drop_before", "probability": 0.01},
    {"method": "chat.postMessage", "kind": "drop_after", "probability": 0.01},
    {"method": "chat.postMessage", "kind": "error_after", "error": "internal_error", "probability": 0.005},
    {"method": "conversations.open", "kind": "drop_after", "probability": 0.05},
    {"method": "conversations.open", "kind": "http_500", "probability": 0.05},
    {"method": "conversations.history", "kind": "http_500", "probability": 0.03},
    {"method": "conversations.history", "kind": "rate_limited", "probability": 0.03},
    {"method": "users.info", "kind": "drop_before", "probability": 0.1},
    {"method": "views.publish", "kind": "http_500", "probability": 0.02},
)
KINDS = {fault["kind"] for fault in FAULTS if fault["method"] == "chat.postMessage"}


def raters() -> list[str]:
    return [f"U01RATER{number:03}" for number in range(RATERS)]


def owners() -> list[str]:
    return [f"U01OWNER{number:03}" for number in range(ASKED)]


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
    people = [User(user, user.lower(), user) for user in (*raters(), *owners())]
    channel = Channel(ALERTS, "cs-alerts", [*raters(), BOT_USER_ID])
    # The pace is raised on both sides, so that a thousand messages to one channel don't take a thousand seconds.
    fast = Limits(channel_per_second=1000, channel_burst=1000, workspace_per_minute=100_000)
    fast.tiers = dict.fromkeys(fast.tiers, 100_000)
    with Sandbox(ROOT / "manifest.yaml", people=people, channels=[channel], calendar=calendar, limits=fast) as running:
        yield running


def fill(db: Database, now: datetime) -> list[Rating]:
    """A thousand accounts that do well, and for each of some other owners two that are due."""
    workspace_id = workspaces.register(db, now, TEAM_ID, "Sandbox")
    settings = WorkspaceSettings(framework=FRAMEWORK.id, alert_channel=ALERTS, zone="Europe/London")
    known = {"workspace_id": workspace_id, "created_at": now, "subject": "customer", "lifecycle": "active"}
    well = {
        **known,
        "cmi": Fraction(1),
        "cmi_on": now - timedelta(days=90),
        "chs": Fraction(80),
        "chs_on": now - timedelta(days=9),
        "cell": "retain",
        "cmi_band": "low",
        "chs_band": "high",
    }
    rows = [{**well, "name": f"Customer {n}", "name_key": f"customer {n}", "owner": raters()[0]} for n in range(RATED)]
    due = [
        {**known, "name": f"Due {n}", "name_key": f"due {n}", "owner": owners()[n % ASKED], "ask_on": now.date()}
        for n in range(2 * ASKED)
    ]
    with db.write() as session:
        session.get_one(Workspace, workspace_id).settings = settings.model_dump(mode="json")
        session.execute(insert(Account), rows)
        session.execute(insert(Account), [row | {"next_due": now.date()} for row in due])
        found = session.scalars(select(Account.id).where(Account.cell == "retain").order_by(Account.id))
        return [Rating(account_id, raters()[1 + account_id % (RATERS - 1)]) for account_id in found]


def environment(sandbox: Sandbox, database_url: str, calendar_file: Path) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_SIGNING_SECRET": sandbox.signing_secret,
        "SLACK_API_URL": sandbox.api_url,
        "DATABASE_URL": database_url,
        "CALENDAR": str(calendar_file),
        "CMI_CHANNEL_INTERVAL": "0",
        "CMI_WORKSPACE_PER_MINUTE": "100000",
        "CMI_SLACK_SECONDS": "2",
        "CMI_SETTLE_SECONDS": "0.5",
        "CMI_TICK_SECONDS": "1",
        "CMI_LOG_LEVEL": "WARNING",
    }


def process(folder: Path, environment: dict[str, str], role: str) -> BotProcess:
    own = folder / role
    own.mkdir()
    return BotProcess(own, environment, ("-m", "tests.faults.process", role))


def waiting(db: Database) -> int:
    """How many messages are not said yet."""
    with db.read() as session:
        return session.execute(select(func.count()).select_from(Message).where(text(UNSAID))).scalar_one()


def run(web: BotProcess, worker: BotProcess, sandbox: Sandbox, db: Database, crowd: Crowd) -> None:
    """Kill both processes at random moments of their work, then let them finish."""
    chance = random.Random(SEED)
    web_dies = sorted(chance.sample(range(10, RATED - 50), KILLS))
    worker_dies = sorted(chance.sample(range(50, 2 * RATED), KILLS))
    deadline = time.monotonic() + SECONDS
    web.start()
    worker.start()
    crowd.begin()
    while (web_dies or worker_dies or waiting(db) or not crowd.done()) and time.monotonic() < deadline:
        if web_dies and len(crowd.saved) >= web_dies[0]:
            del web_dies[0]
            web.restart()
        if worker_dies and posts(sandbox) >= worker_dies[0]:
            del worker_dies[0]
            worker.restart()
        time.sleep(chance.uniform(0.1, 0.3))
    crowd.finish()
    assert not web_dies
    assert not worker_dies


def posts(sandbox: Sandbox) -> int:
    return sum(call["method"] == "chat.postMessage" for call in list(sandbox.calls.entries))


def test_nothing_is_lost_and_nothing_said_twice(
    database_url: str, sandbox: Sandbox, calendar: Calendar, tmp_path: Path
) -> None:
    db = Database(database_url)
    ratings = fill(db, calendar.now())
    sandbox.faults.set(FAULTS)
    env = environment(sandbox, database_url, tmp_path / "calendar.json")
    began = time.monotonic()
    with process(tmp_path, env, "web") as web, process(tmp_path, env, "worker") as worker:
        crowd = Crowd(web.url, sandbox.signing_secret, TEAM_ID, ratings, threads=2)
        run(web, worker, sandbox, db, crowd)
    print(f"{time.monotonic() - began:.1f} s; {crowd.repeats} answers did not come and were asked for again")
    check_nothing_lost(db, crowd, ratings)
    check_nothing_twice(db, sandbox)
    check_prompts(db, sandbox)
    db.close()


def check_nothing_lost(db: Database, crowd: Crowd, ratings: list[Rating]) -> None:
    assert crowd.saved == {rating.submission for rating in ratings}
    assert crowd.repeats > 0, "nobody had to press again: the kills came too late to test anything"
    with db.read() as session:
        assert set(session.scalars(select(Assessment.submission))) == crowd.saved
        stands = session.scalars(select(Account.cell).where(Account.id.in_([each.account_id for each in ratings])))
        assert Counter(stands) == {"save": RATED}
        assert session.execute(select(func.count()).select_from(PlacementRow)).scalar_one() == RATED
        assert session.execute(select(func.count(Episode.message_id))).scalar_one() == RATED
        not_said = session.execute(select(Message.key, Message.state, Message.error).where(Message.state != "sent"))
        assert not_said.all() == []


def check_nothing_twice(db: Database, sandbox: Sandbox) -> None:
    """By the local Slack's log: every message took effect once, however often it was tried."""
    posts = [call for call in sandbox.calls.entries if call["method"] == "chat.postMessage"]
    calls = [call for call in posts if "metadata" in call["args"]]  # a word to somebody whose Home failed has none
    effects = Counter(token_of(call) for call in calls if call["effect"])
    assert set(effects.values()) == {1}
    with db.read() as session:
        owed = {row.token: row for row in session.scalars(select(Message))}
    assert set(effects) == set(owed)
    # A message was tried more often than once only where a fault or a kill kept the first attempt from having effect.
    assert len(calls) - len(effects) == sum(not call["effect"] for call in calls)
    struck = Counter(call["fault"] for call in calls)
    assert set(struck) >= KINDS, f"some faults never struck: {struck}"
    channel = sandbox.workspace.channels[ALERTS]
    shown = Counter(message.metadata["event_payload"]["k"] for message in channel.messages if message.metadata)
    alerts = {token for token, row in owed.items() if row.kind == "alert"}
    assert set(shown) == alerts
    assert set(shown.values()) == {1}
    assert Counter(row.kind for row in owed.values()) == {"alert": RATED, "result": RATED, "prompt": ASKED}


def check_prompts(db: Database, sandbox: Sandbox) -> None:
    with db.read() as session:
        assert session.execute(select(func.count()).select_from(Prompt)).scalar_one() == 2 * ASKED
    for owner in owners():
        assert len(sandbox.workspace.app_dm(owner).messages) == 1


def token_of(call: dict[str, Any]) -> str:
    metadata = call["args"]["metadata"]
    return str((json.loads(metadata) if isinstance(metadata, str) else metadata)["event_payload"]["k"])
