"""Where a run takes place: a local Slack with its people and channels, accounts to rate, processes of the bot."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from bot.flows import workspaces
from bot.store.database import Database
from bot.store.tables import Account, Workspace
from bot.workspace_settings import AlertRoute, CadenceSettings, WorkspaceSettings
from cmi_core import load_framework
from sandbox.clocks import Calendar
from sandbox.limits import Limits
from sandbox.model import Channel, User
from sandbox.server import Sandbox
from sandbox.workspace import BOT_USER_ID, TEAM_ID
from tests.processes import ROOT, BotProcess

FRAMEWORK = load_framework("promapp-survey")  # all its questions fit one page
DEFAULT, NORTH, SOUTH, FALLBACK, LOBBY = "C01ALERTS0", "C01NORTH00", "C01SOUTH00", "C01FALLBAK", "C01GENERAL"
ZONE = "Europe/London"
_DUE_OVER = 10  # days over which the first reassessments are spread


@dataclass(frozen=True)
class Size:
    """How much is played. A role is `web`, `worker`, or `run` for both in one process.

    `kill_every` (from, to) and `day` are real seconds. On a machine that is too busy to get anything done meanwhile,
    the faults go on until so many ratings are saved as `least` says, but for two minutes more at the most.
    """

    roles: tuple[str, ...] = ("web", "web", "worker", "worker", "worker")
    seconds: float = 600.0
    owed: int = 20_000
    least: int = 0
    accounts: int = 240
    owners: int = 300
    threads: int = 8
    day: float = 15.0
    kill_every: tuple[float, float] = (5.0, 10.0)
    seed: int = 2017


@dataclass
class World:
    """All that takes part, under one roof."""

    size: Size
    sandbox: Sandbox
    calendar: Calendar
    db: Database
    workspace_id: int
    processes: list[BotProcess]


@contextmanager
def made(folder: Path, database_url: str, size: Size) -> Iterator[World]:
    """A world on an empty, migrated database. Nothing runs yet but the local Slack."""
    calendar = Calendar(folder / "calendar.json")
    calendar.advance(_next_wednesday_noon(calendar.now()) - calendar.now())
    with ExitStack() as stack:
        sandbox = stack.enter_context(_slack(calendar, size))
        # Its connections go by a name of their own, so that cuts spare whoever keeps the count.
        db = Database(f"{database_url}&application_name=judge" if "?" in database_url else database_url)
        stack.callback(db.close)
        workspace_id = _fill(db, calendar.now(), size)
        processes = [
            stack.enter_context(_process(folder / f"{role}-{number}", sandbox, calendar, database_url, role))
            for number, role in enumerate(size.roles)
        ]
        web = [each for each, role in zip(processes, size.roles, strict=True) if role != "worker"]
        sandbox.use_http(*(f"{each.url}/slack/events" for each in web))
        yield World(size, sandbox, calendar, db, workspace_id, processes)


def _slack(calendar: Calendar, size: Size) -> Sandbox:
    users = [*raters(size), *owners(size)]
    names = {DEFAULT: "alerts", NORTH: "north", SOUTH: "south", FALLBACK: "leads", LOBBY: "general"}
    channels = [Channel(channel, name, [*users, BOT_USER_ID]) for channel, name in names.items()]
    # The pace is raised on both sides, so that thousands of messages don't take hours.
    fast = Limits(channel_per_second=1000, channel_burst=1000, workspace_per_minute=100_000)
    fast.tiers = dict.fromkeys(fast.tiers, 100_000)
    people = [User(user, user.lower(), user) for user in users]
    return Sandbox(ROOT / "manifest.yaml", people=people, channels=channels, calendar=calendar, limits=fast)


def raters(size: Size) -> list[str]:
    """Each thread of the crowd acts for five of them."""
    return [f"U01RATER{number:03}" for number in range(5 * size.threads)]


def owners(size: Size) -> list[str]:
    return [f"U01OWNER{number:03}" for number in range(size.owners)]


def settings() -> WorkspaceSettings:
    """As the run begins: alerts go to three channels by the accounts' region."""
    return WorkspaceSettings(
        framework=FRAMEWORK.id,
        alert_channel=DEFAULT,
        alert_routes=(
            AlertRoute(segment="region", value="North", channel=NORTH),
            AlertRoute(segment="region", value="South", channel=SOUTH),
        ),
        fallback_channel=FALLBACK,
        zone=ZONE,
        cadence=CadenceSettings(months=1),
    )


def _fill(db: Database, now: datetime, size: Size) -> int:
    """Accounts that do well, and for each owner some that become due one after the other. Gives the workspace's id."""
    workspace_id = workspaces.register(db, now, TEAM_ID, "Sandbox")
    known = {"workspace_id": workspace_id, "created_at": now, "subject": "customer", "lifecycle": "active"}
    seen = now - timedelta(days=9)
    scores = {"cmi": Fraction(1), "cmi_on": seen, "cmi_band": "low", "chs": Fraction(80), "chs_on": seen}
    well = {**known, **scores, "chs_band": "high", "cell": "retain"}
    rated = [
        {**well, **_named("Customer", number), "owner": raters(size)[number % (5 * size.threads)]}
        for number in range(size.accounts)
    ]
    due = [
        {
            **known,
            **_named("Due", number),
            "owner": owners(size)[number % size.owners],
            "next_due": (day := now.date() + timedelta(days=number % _DUE_OVER)),
            "ask_on": day,
        }
        for number in range(3 * size.owners)
    ]
    with db.write(30.0) as session:
        session.get_one(Workspace, workspace_id).settings = settings().model_dump(mode="json")
        session.execute(insert(Account), rated)
        session.execute(insert(Account), due)
    return workspace_id


def _named(kind: str, number: int) -> dict[str, Any]:
    region = ("North", "South", "East")[number % 3]
    return {"name": f"{kind} {number}", "name_key": f"{kind.lower()} {number}", "segments": {"region": region}}


def account_ids(db: Database) -> dict[str, int]:
    with db.read() as session:
        return {row.name: row.id for row in session.execute(select(Account.name, Account.id))}


def _process(folder: Path, sandbox: Sandbox, calendar: Calendar, database_url: str, role: str) -> BotProcess:
    folder.mkdir()
    environment = {
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_SIGNING_SECRET": sandbox.signing_secret,
        "SLACK_API_URL": sandbox.api_url,
        "DATABASE_URL": database_url,
        "CALENDAR": str(folder.parent / "calendar.json"),
        "CMI_CHANNEL_INTERVAL": "0",
        "CMI_WORKSPACE_PER_MINUTE": "100000",
        # Three seconds of delay outlast the client, and the effect comes after it gave up.
        "CMI_SLACK_SECONDS": "2",
        "CMI_SETTLE_SECONDS": "5",
        "CMI_TICK_SECONDS": "1",
    }
    return BotProcess(folder, environment, ("-m", "tests.chaos.process", role), forked=True)


def _next_wednesday_noon(now: datetime) -> datetime:
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    return noon + timedelta(days=(2 - now.weekday()) % 7 + 7)
