"""Two hundred presses at once on two processes and one PostgreSQL: one acts, and whoever was slower is told kindly."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, insert, select

from bot.flows import accounts, health, rating, workspaces
from bot.flows.actor import Actor
from bot.store.database import Database
from bot.store.tables import Account, Assessment, Audit, Episode, Message, Workspace
from bot.store.tables import Person as PersonRow
from bot.views.account_form import NewAccount
from bot.views.survey import SurveyMeta, SurveyPage
from bot.workspace_settings import WorkspaceSettings
from cmi_core import load_framework
from sandbox.limits import Limits
from sandbox.model import Channel, User
from sandbox.person import Person
from sandbox.reading import find
from sandbox.server import Sandbox
from sandbox.workspace import BOT_USER_ID, TEAM_ID
from tests.databases import PostgresServer
from tests.listeners.talk import answer_page, window
from tests.processes import ROOT, BotProcess

PEOPLE, PRESSES, SECONDS = 100, 200, 60.0
ALERTS, LOBBY = "C01CSALERT", "C01GENERAL"
FRAMEWORK = load_framework("promapp-survey")  # all its questions fit one page
BUSY = "The database is busy just now"


@pytest.fixture(scope="module")
def db(postgres: PostgresServer) -> Iterator[Database]:
    url = postgres.new()
    database = Database(url)
    yield database
    database.close()
    postgres.drop(url)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """No answer is too late here: how long two hundred take is the machine's matter."""
    users = crowd()
    channels = [Channel(channel, channel.lower(), [*users, BOT_USER_ID]) for channel in (ALERTS, LOBBY)]
    limits = Limits(enforce_rates=False, ack_seconds=SECONDS, trigger_seconds=SECONDS)
    people = [User(user, user.lower(), user) for user in users]
    with Sandbox(ROOT / "manifest.yaml", people=people, channels=channels, limits=limits) as running:
        yield running


@pytest.fixture(scope="module")
def bots(sandbox: Sandbox, db: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[BotProcess]]:
    now = datetime.now(UTC)
    workspace_id = workspaces.register(db, now, TEAM_ID, "Sandbox")
    known = {"workspace_id": workspace_id, "name": "", "state": "active", "read_at": now}
    with db.write() as session:
        session.execute(insert(PersonRow), [{**known, "user": user} for user in crowd()])
        settings = WorkspaceSettings(alert_channel=ALERTS, framework=FRAMEWORK.id)
        session.scalars(select(Workspace)).one().settings = settings.model_dump(mode="json")
    with ExitStack() as stack:
        bots = [stack.enter_context(process(tmp_path_factory.mktemp("bot"), sandbox, db)) for _ in range(2)]
        for bot in bots:
            bot.start()
        for bot in bots:
            bot.wait_until_ready()
        sandbox.use_http(*(f"{bot.url}/slack/events" for bot in bots))
        yield bots
        said = "".join(bot.said() for bot in bots)
        assert "Traceback" not in said, said
        assert "deadlock" not in said, said


def process(folder: Path, sandbox: Sandbox, db: Database) -> BotProcess:
    environment = {
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_SIGNING_SECRET": sandbox.signing_secret,
        "SLACK_API_URL": sandbox.api_url,
        "DATABASE_URL": db.url.render_as_string(hide_password=False),
        "CMI_CHANNEL_INTERVAL": "0",
    }
    return BotProcess(folder, environment, forked=True)


def crowd() -> list[str]:
    return [f"U01CROWD{number:03}" for number in range(PEOPLE)]


def actor(db: Database) -> Actor:
    return workspaces.actor(db, TEAM_ID, None, crowd()[0])


def alarm(db: Database, name: str) -> None:
    """An account that moves into Save."""
    now, me = datetime.now(UTC), actor(db)
    account = accounts.create(db, now, me, NewAccount(name=name)).account_id
    health.record(db, now, me, account, Fraction(20), submission=f"health of {name}")
    meta = SurveyMeta(
        submission=f"rating of {name}", account_id=account, page=0, framework=FRAMEWORK.id, version=FRAMEWORK.version
    )
    answers: dict[str, int | None] = {criterion.id: FRAMEWORK.scale[1] for criterion in FRAMEWORK.criteria}
    rating.submit(db, now, me, SurveyPage(meta=meta, answers=answers))


async def press(sandbox: Sandbox, alert: dict[str, Any], wanted: str) -> Counter[str]:
    """Everybody presses a button of a message, all of them twice and at once. Gives what Slack said."""
    spot = find(alert["blocks"], wanted)
    assert spot is not None
    body = {
        "where": {"message": {"channel": alert["channel"], "ts": alert["ts"]}},
        "block_id": spot.block["block_id"],
        "action_id": spot.element["action_id"],
    }
    everybody = (PRESSES // PEOPLE) * crowd()
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=sandbox.url, timeout=SECONDS, trust_env=False, limits=limits) as client:
        answers = await asyncio.gather(*(client.post(f"/people/{user}/click", json=body) for user in everybody))
    return Counter(json.dumps(each.json()) for each in answers)


def told(sandbox: Sandbox) -> dict[str, list[str]]:
    """What each was told privately in the channel for alerts."""
    found: dict[str, list[str]] = {user: [] for user in crowd()}
    for message in list(sandbox.workspace.channels[ALERTS].messages):
        if message.visible_to is not None:
            found[message.visible_to].append(message.text)
    return found


def wait(done: Callable[[], object], why: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < deadline, why
        time.sleep(0.05)


def alert_of(person: Person, name: str) -> dict[str, Any]:
    def look(state: dict[str, Any]) -> dict[str, Any]:
        return next((each for each in state["messages"][ALERTS] if each["text"].startswith(name)), {})

    return person.wait_for(look, SECONDS)


@pytest.mark.usefixtures("bots")
def test_an_alert_is_taken_on_by_one_of_a_hundred(db: Database, sandbox: Sandbox) -> None:
    alarm(db, "Wanted Ltd")
    with sandbox.person(crowd()[0]) as somebody:
        answers = asyncio.run(press(sandbox, alert_of(somebody, "Wanted Ltd"), "I'm on it"))
        assert answers == {json.dumps({"ok": True}): PRESSES}
        with db.read() as session:
            winner = session.scalars(select(Episode.claimed_by)).one()
            assert session.scalar(select(func.count()).where(Audit.action == "claim")) == 1
            notes = session.scalars(select(Message.kind).where(Message.kind == "episode_note")).all()
        assert len(notes) == 1
        others = [user for user in crowd() if user != winner]
        wait(lambda: all(len(told(sandbox)[user]) == PRESSES // PEOPLE for user in others), "not everybody was told")
        heard = {text for user in others for text in told(sandbox)[user]}
        assert all(f"<@{winner}> is on it already" in text or BUSY in text for text in heard), heard
        thread = f"{ALERTS}:{alert_of(somebody, 'Wanted Ltd')['ts']}"
        replies = somebody.wait_for(lambda state: state["threads"].get(thread), SECONDS)
        assert [f"<@{winner}>" in reply["text"] for reply in replies] == [True]


@pytest.mark.usefixtures("bots")
def test_a_rating_that_comes_two_hundred_times_is_saved_once(db: Database, sandbox: Sandbox) -> None:
    account = accounts.create(db, datetime.now(UTC), actor(db), NewAccount(name="Rated Ltd")).account_id
    with sandbox.person(crowd()[0]) as me:
        me.command("/cmi score Rated Ltd", LOBBY)
        window(me, "Rate an account")
        answer_page(me, [criterion.id for criterion in FRAMEWORK.criteria])
        sandbox.faults.set([{"deliver": "duplicate", "type": "interactive", "copies": PRESSES - 1}])
        assert me.submit() == {}
        sandbox.faults.set([])
        assert "Rated Ltd" in str(me.modal)
        me.close(everything=True)
    wait(lambda: not sandbox.courier.under_way, "a delivery was not answered")
    with db.read() as session:
        assert session.scalar(select(func.count()).where(Assessment.account_id == account)) == 1
        assert session.get_one(Account, account).cmi == FRAMEWORK.scale[0] + 1
