"""`cmi-bot import` asks Slack who the people of a file are: each that can't own accounts is a problem of its row."""

from pathlib import Path

import pytest

from bot import importer
from bot.errors import ImportRefused
from bot.settings import Settings
from bot.store.database import Database
from bot.store.tables import Account
from sandbox.model import User
from sandbox.server import Sandbox
from sandbox.workspace import TEAM_ID
from tests.databases import new_sqlite
from tests.flows.office import DIEGO, PRIYA, Office


def take(slack: Sandbox, tmp_path: Path, url: str, *rows: str) -> str:
    file = tmp_path / "accounts.csv"
    file.write_text("\n".join(["name,owner", *rows]))
    settings = Settings(
        _env_file=None, database_url=url, slack_bot_token=slack.bot_token, slack_api_url=slack.api_url,
        slack_app_token=slack.app_token,
    )  # fmt: skip
    return importer.import_file(settings, str(file), dry_run=False)


def test_people_who_can_not_own_accounts_are_problems_of_their_rows(slack: Sandbox, tmp_path: Path) -> None:
    slack.workspace.users["U01LEFT"] = User("U01LEFT", "lea", "Lea Left", deleted=True)
    slack.workspace.users["U01GUEST"] = User("U01GUEST", "gus", "Gus Guest", is_restricted=True)
    url = new_sqlite(tmp_path)
    with pytest.raises(ImportRefused) as refused:
        take(slack, tmp_path, url, f"Good,{PRIYA}", "Left,U01LEFT", "Guest,Gus Guest", "Unknown,U01NOBODY")
    assert [problem.split(". ")[0] for problem in refused.value.problems] == [
        "Row 5, column “owner”: nobody in Slack is called “U01NOBODY”",
        "Row 3, column “owner”: “U01LEFT” has left Slack",
        "Row 4, column “owner”: “Gus Guest” is a guest here, and only members rate accounts",
    ]
    assert "2 accounts added" in take(slack, tmp_path, url, f"Good,{PRIYA}", f"Other,{DIEGO.lower()}")
    office = Office(Database(url), team=TEAM_ID)
    assert {row.owner for row in office.rows(Account)} == {PRIYA, DIEGO}
    office.db.close()
