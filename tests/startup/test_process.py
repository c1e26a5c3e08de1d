"""The program as a process: what it says where it can't start, how it answers, and how it ends."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from bot import startup
from bot.errors import StartupError
from bot.flows import workspaces
from bot.store.database import Database
from bot.store.tables import Workspace
from sandbox.server import Sandbox
from sandbox.workspace import TEAM_ID
from tests.databases import PostgresServer, new_sqlite
from tests.processes import ROOT, BotProcess
from tests.signed import SignedSlack

PRIYA = "U01PRIYA00"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(ROOT / "manifest.yaml") as running:
        yield running


@pytest.fixture
def environment(sandbox: Sandbox, tmp_path: Path) -> dict[str, str]:
    """All that is needed over HTTP, with a migrated database."""
    return {
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_SIGNING_SECRET": sandbox.signing_secret,
        "SLACK_API_URL": sandbox.api_url,
        "DATABASE_URL": new_sqlite(tmp_path),
        "CMI_SLACK_SECONDS": "2",
    }


def said(tmp_path: Path, environment: dict[str, str], command: str = "run") -> tuple[int, list[str]]:
    """How the program ends, and the lines it says before."""
    with BotProcess(tmp_path, environment, ("-m", "bot", *command.split()), forked=True) as bot:
        bot.start()
        status = bot.ended()
        lines = [line for line in bot.said().splitlines() if " WARNING slack_bolt" not in line]
        return status, lines


def one_line(tmp_path: Path, environment: dict[str, str], command: str = "run") -> str:
    """The one line that it says before it ends with status 1."""
    status, lines = said(tmp_path, environment, command)
    assert status == 1
    [line] = lines
    assert line.startswith("cmi-bot: ")
    return line


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"SLACK_BOT_TOKEN": ""}, ["SLACK_BOT_TOKEN is not set", "copy the bot token"]),
        ({"SLACK_BOT_TOKEN": "xapp-1"}, ["SLACK_BOT_TOKEN is not a bot token", "xoxb-"]),
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, ["does not accept SLACK_BOT_TOKEN (invalid_auth)", "copy it again"]),
        ({"SLACK_SIGNING_SECRET": ""}, ["Neither SLACK_APP_TOKEN", "set the one of your app"]),
        ({"SLACK_APP_TOKEN": "xoxb-1"}, ["SLACK_APP_TOKEN is not an app-level token", "xapp-"]),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, ["Socket Mode connection (invalid_auth)", "copy SLACK_APP_TOKEN again"]),
        ({"SLACK_API_URL": "http://127.0.0.1:1/api/"}, ["Slack can't be reached", "SLACK_API_URL"]),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/none"}, ["database can't be reached", "check DATABASE_URL"]),
        ({"DATABASE_URL": "nonsense"}, ["database can't be reached", "check DATABASE_URL"]),
        ({"PORT": "http"}, ["PORT can't be used", "correct it"]),
        ({"PORT": "70000"}, ["PORT can't be used", "correct it"]),
        ({"SLACK_API_URL": "slack.com/api"}, ["SLACK_API_URL can't be used", "begin with https://"]),
        ({"CMI_LOG_LEVEL": "loud"}, ["CMI_LOG_LEVEL can't be used", "'WARNING'"]),
    ],
    ids=lambda value: " ".join(f"{k}={v}" for k, v in value.items()) if isinstance(value, dict) else "",
)
def test_what_is_missing_or_wrong_is_said_in_a_line_with_what_to_do(
    tmp_path: Path, environment: dict[str, str], changes: dict[str, str], says: list[str]
) -> None:
    line = one_line(tmp_path, environment | changes)
    assert all(part in line for part in says), line


def test_a_port_in_use_is_said(tmp_path: Path, environment: dict[str, str], sandbox: Sandbox) -> None:
    taken = sandbox.url.rpartition(":")[2]
    assert f"Port {taken} can't be used" in one_line(tmp_path, environment | {"PORT": taken})


def test_a_locked_database_is_said(tmp_path: Path, environment: dict[str, str]) -> None:
    held = sqlite3.connect(environment["DATABASE_URL"].removeprefix("sqlite:///"))
    held.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(StartupError, match="locked by another program: stop what uses the file"):
            startup.open_database(environment["DATABASE_URL"], patience=0.2)
        assert "locked by another program: stop what uses the file" in one_line(tmp_path, environment, "migrate")
    finally:
        held.close()


def test_a_database_that_is_behind_is_said(tmp_path: Path, environment: dict[str, str]) -> None:
    file = sqlite3.connect(environment["DATABASE_URL"].removeprefix("sqlite:///"))
    file.execute("UPDATE alembic_version SET version_num = '0001'")
    file.commit()
    file.close()
    assert "run `cmi-bot migrate`" in one_line(tmp_path, environment)


def test_a_missing_scope_is_named(tmp_path: Path, environment: dict[str, str]) -> None:
    manifest = tmp_path / "manifest.yaml"
    manifest.write_text((ROOT / "manifest.yaml").read_text().replace("      - users:read\n", ""))
    with Sandbox(manifest) as sandbox:
        line = one_line(tmp_path, environment | {"SLACK_API_URL": sandbox.api_url})
    assert "lacks the scopes users:read" in line
    assert "reinstall" in line


def test_a_chosen_channel_that_is_gone_is_said_and_can_be_skipped(
    tmp_path: Path, environment: dict[str, str], sandbox: Sandbox
) -> None:
    db = Database(environment["DATABASE_URL"])
    workspace_id = workspaces.register(db, datetime.now(UTC), TEAM_ID, "Sandbox")
    with db.write() as session:
        session.get_one(Workspace, workspace_id).settings = {"alert_channel": "C01NOWHERE"}
    db.close()
    line = one_line(tmp_path, environment)
    assert "The alert channel C01NOWHERE can't be used" in line
    assert "--skip-channel-check" in line
    assert one_line(tmp_path, environment, "web") == line
    with BotProcess(tmp_path, environment, ("-m", "bot", "web", "--skip-channel-check"), forked=True) as bot:
        bot.start()
        bot.wait_until_ready()


def test_over_signed_http_it_answers_and_ends_cleanly(
    tmp_path: Path, environment: dict[str, str], sandbox: Sandbox
) -> None:
    with BotProcess(tmp_path, environment, ("-m", "bot", "web")) as bot:
        bot.start()
        bot.wait_until_ready()
        slack = SignedSlack(bot.url, sandbox.signing_secret, TEAM_ID)
        stranger = SignedSlack(bot.url, "another secret", TEAM_ID)
        try:
            answer = slack.command(PRIYA, "help")
            assert answer.status_code == httpx.codes.OK
            assert "/cmi score" in answer.text
            assert stranger.command(PRIYA, "help").status_code == httpx.codes.UNAUTHORIZED
        finally:
            slack.close()
            stranger.close()
        assert httpx.get(f"{bot.url}/readyz", trust_env=False).json() == {"ready": True, "trouble": {}}
        metrics = httpx.get(f"{bot.url}/metrics", trust_env=False)
        assert "cmi_oldest_owed_seconds 0.0" in metrics.text
        assert bot.terminate() == 0
        assert "nothing is left half done" in bot.said()


def test_over_socket_mode_it_answers_and_ends_cleanly(
    tmp_path: Path, environment: dict[str, str], sandbox: Sandbox
) -> None:
    del environment["SLACK_SIGNING_SECRET"]
    with BotProcess(tmp_path, environment | {"SLACK_APP_TOKEN": sandbox.app_token}) as bot, sandbox.person(PRIYA) as me:
        bot.start()
        bot.wait_until_ready()
        me.command("/cmi help")
        me.wait_for(lambda state: "/cmi score" in str(state["messages"]))
        assert httpx.post(f"{bot.url}/slack/events", trust_env=False).status_code == httpx.codes.NOT_FOUND
        assert bot.terminate() == 0


def test_a_worker_ends_cleanly(tmp_path: Path, environment: dict[str, str]) -> None:
    with BotProcess(tmp_path, environment | {"CMI_LOG_LEVEL": "INFO"}, ("-m", "bot", "worker")) as bot:
        bot.start()
        bot.wait_until_it_says("is at work")
        assert bot.terminate() == 0


def test_readyz_names_a_database_that_is_gone(
    tmp_path: Path, environment: dict[str, str], postgres: PostgresServer
) -> None:
    url = postgres.new()
    with BotProcess(tmp_path, environment | {"DATABASE_URL": url}, ("-m", "bot", "web"), forked=True) as bot:
        bot.start()
        bot.wait_until_ready()
        assert httpx.get(f"{bot.url}/readyz", trust_env=False).status_code == httpx.codes.OK
        postgres.drop(url)
        answer = httpx.get(f"{bot.url}/readyz", trust_env=False)
        assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert "does not exist" in answer.json()["trouble"]["database"]


def test_doctor_says_what_is_well_and_what_is_missing(tmp_path: Path, environment: dict[str, str]) -> None:
    status, lines = said(tmp_path, environment, "doctor")
    assert status == 0, lines
    assert [line.split()[0] for line in lines] == ["ok"] * 3
    status, lines = said(tmp_path, environment | {"SLACK_BOT_TOKEN": "xoxb-wrong"}, "doctor")
    assert status == 1
    assert "TROUBLE" in lines[-1]


def test_migrate_says_what_it_did(tmp_path: Path, environment: dict[str, str]) -> None:
    status, lines = said(tmp_path, environment | {"DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite"}, "migrate")
    assert status == 0
    assert "The database is at migration" in lines[-1]
    assert "(was empty)" in lines[-1]
