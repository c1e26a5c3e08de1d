"""What the tick costs where nobody can be asked: reading alone, and no word from Slack."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from slack_sdk import WebClient
from sqlalchemy import event

from bot.flows import asking
from bot.store.database import Database
from sandbox.server import Sandbox
from sandbox.workspace import TEAM_ID
from tests.flows.asked import MONDAY, TODAY, TOKYO, asked, due_account
from tests.flows.office import PRIYA, Office


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db, now=MONDAY, team=TEAM_ID)


@pytest.fixture
def statements(office: Office) -> Iterator[list[str]]:
    """The statements of the bot, in order."""
    seen: list[str] = []

    def see(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(office.db.engine, "before_cursor_execute", see)
    yield seen
    event.remove(office.db.engine, "before_cursor_execute", see)


def reads_of_people(slack: Sandbox) -> int:
    return sum(call["method"] == "users.info" for call in slack.calls.entries)


def test_a_look_at_night_reads_alone_and_asks_slack_of_nobody(
    office: Office, client: WebClient, slack: Sandbox, statements: list[str]
) -> None:
    due_account(office, "Acme", owner=TOKYO)
    assert asking.tick(office.db, office.now, client) == 0  # whoever was never read is read at once
    before = reads_of_people(slack)
    statements.clear()
    office.later(hours=13)  # eight in the morning in Tokyo, and longer than what Slack said is taken for granted
    assert asking.tick(office.db, office.now, client) == 0
    looked = [each for each in statements if not each.startswith(("BEGIN", "PRAGMA"))]
    assert {each.split()[0] for each in looked} == {"SELECT"}
    assert len(looked) <= 4, looked
    assert reads_of_people(slack) == before
    office.later(hours=1)
    assert asking.tick(office.db, office.now, client) == 1
    assert reads_of_people(slack) == before + 1
    assert [each.recipient for each in asked(office)] == [TOKYO]


def test_what_is_due_only_tomorrow_costs_no_transaction(
    office: Office, client: WebClient, statements: list[str]
) -> None:
    due_account(office, "Acme", owner=PRIYA, on=TODAY + timedelta(days=1))
    asking.tick(office.db, office.now, client)
    statements.clear()
    assert asking.tick(office.db, office.now, client) == 0
    assert not [each for each in statements if "FOR UPDATE" in each or not each.startswith(("SELECT", "BEGIN"))]
    assert asked(office) == []
