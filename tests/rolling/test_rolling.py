"""A rolling deployment: the version before this one goes on working beside it, on the new schema."""

import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.flows import accounts, workspaces
from bot.flows.actor import Actor
from bot.store.database import Database
from bot.store.tables import Account, Assessment
from bot.views.account_form import NewAccount
from sandbox.clocks import Calendar
from sandbox.limits import Limits
from sandbox.model import User
from sandbox.person import Person
from sandbox.server import Sandbox
from sandbox.workspace import TEAM_ID
from tests.processes import ROOT, BotProcess
from tests.rolling import previous

OWNERS = ("U01FIRST", "U01SECOND", "U01THIRD")
SECONDS = 60.0


@pytest.fixture(scope="module")
def old_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return previous.unpack(tmp_path_factory.mktemp("previous"))


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
    people = [User(user, user.lower(), user) for user in OWNERS]
    limits = Limits(enforce_rates=False)
    with Sandbox(ROOT / "manifest.yaml", people=people, calendar=calendar, limits=limits) as running:
        for channel in running.workspace.channels.values():
            channel.members.extend(OWNERS)
        yield running


@pytest.fixture
def versions(old_code: Path, sandbox: Sandbox, database_url: str, tmp_path: Path) -> Iterator[tuple[BotProcess, ...]]:
    """The version before this one, and this one, not yet started."""
    with (
        process(tmp_path / "old", old_code, sandbox, database_url) as old,
        process(tmp_path / "new", ROOT, sandbox, database_url) as new,
    ):
        yield old, new


def process(folder: Path, code: Path, sandbox: Sandbox, database_url: str) -> BotProcess:
    folder.mkdir()
    environment = {
        "PYTHONPATH": str(code),
        "CODE": str(code),
        "CALENDAR": str(folder.parent / "calendar.json"),
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_SIGNING_SECRET": sandbox.signing_secret,
        "SLACK_API_URL": sandbox.api_url,
        "DATABASE_URL": database_url,
        "CMI_TICK_SECONDS": "0.5",
        "CMI_CHANNEL_INTERVAL": "0",
    }
    return BotProcess(folder, environment, (str(Path(__file__).with_name("process.py")), "run"))


def add(db: Database, calendar: Calendar, name: str, owner: str) -> None:
    """A new account, due at once, stored by the new version."""
    workspace_id = workspaces.register(db, calendar.now(), TEAM_ID, "Sandbox")
    accounts.create(db, calendar.now(), Actor(workspace_id, owner), NewAccount(name=name, owner=owner))


def rate(person: Person, name: str, level: str) -> None:
    """Answer the survey, in whichever way this version puts its pages."""
    person.command(f"/cmi score {name}")
    shown = person.wait_for(lambda state: state["views"][-1:])[0]
    while shown is not None and shown["callback_id"] == (person.modal or shown)["callback_id"]:
        blocks = {block.get("block_id", "") for block in shown["blocks"]}
        for each in sorted(block for block in blocks if block.startswith("question:")):
            person.choose(each, level)
        before = shown["hash"]
        person.submit()
        shown = person.modal
        if shown is not None and (shown["hash"] == before or "result" in shown["callback_id"]):
            break
    person.close(everything=True)


def prompts(sandbox: Sandbox) -> Counter[str]:
    """How often Slack was asked to post a prompt about each account, by its name."""
    posted = [call for call in sandbox.calls.entries if call["method"] == "chat.postMessage" and call["effect"]]
    texts = [call["args"]["text"] for call in posted]
    names = ("Before", "During", "After")
    return Counter(name for text in texts for name in names if "due for a new rating" in text and name in text)


def wait_for_prompt(sandbox: Sandbox, name: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not prompts(sandbox)[name]:
        assert time.monotonic() < deadline, f"nobody was asked about {name}"
        time.sleep(0.1)


def ratings(db: Database) -> list[tuple[str, int | None]]:
    with db.read() as session:
        rows = session.execute(
            select(Account.name, Assessment.cmi)
            .join(Assessment, Assessment.account_id == Account.id)
            .order_by(Assessment.id)
        )
        return [(name, None if cmi is None else int(cmi)) for name, cmi in rows]


def test_the_previous_version_asks_rates_and_delivers_beside_the_new_one(
    db: Database, sandbox: Sandbox, calendar: Calendar, versions: tuple[BotProcess, BotProcess]
) -> None:
    old, new = versions
    first, second, third = (sandbox.person(user) for user in OWNERS)
    with first, second, third:
        old.start()
        old.wait_until_ready()
        sandbox.use_http(f"{old.url}/slack/events")
        add(db, calendar, "Before", OWNERS[0])
        wait_for_prompt(sandbox, "Before")
        rate(first, "Before", "2")
        new.start()
        new.wait_until_ready()
        add(db, calendar, "During", OWNERS[1])
        wait_for_prompt(sandbox, "During")
        sandbox.use_http(f"{new.url}/slack/events")
        rate(second, "During", "3")
        sandbox.use_http(f"{old.url}/slack/events")
        rate(first, "During", "4")
        assert old.terminate() == 0
        sandbox.use_http(f"{new.url}/slack/events")
        rate(second, "Before", "5")
        add(db, calendar, "After", OWNERS[2])
        wait_for_prompt(sandbox, "After")
        assert new.terminate() == 0
        said = old.said() + new.said()
    assert ratings(db) == [("Before", 2), ("During", 3), ("During", 4), ("Before", 5)]
    assert prompts(sandbox) == {"Before": 1, "During": 1, "After": 1}
    assert "Traceback" not in said, said


def test_a_shallow_clone_says_what_to_do(tmp_path: Path) -> None:
    made = tmp_path / "shallow"
    folder = made / previous.VERSIONS
    folder.mkdir(parents=True)
    (folder / "0001_first.py").touch()
    for command in ("init -q", "add .", "-c user.name=t -c user.email=t@example.org commit -qm first"):
        subprocess.run(["git", *command.split()], cwd=made, check=True)
    with pytest.raises(previous.NoHistoryError, match="git fetch --unshallow"):
        previous.revision(made)
