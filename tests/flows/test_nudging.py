"""A manager has somebody asked again whom two reminders did not help."""

from datetime import timedelta

import pytest
from slack_sdk import WebClient

from bot.errors import NotAllowed
from bot.flows import nudging, putting_off
from bot.store.database import Database
from bot.store.tables import Audit
from sandbox.workspace import TEAM_ID
from tests.flows.asked import MONDAY, asked, due_account, tick_daily
from tests.flows.office import DIEGO, MARTA, PRIYA, Office


@pytest.fixture
def office(db: Database) -> Office:
    office = Office(db, now=MONDAY, team=TEAM_ID)
    office.choose(admins=("U01ADMIN",))
    office.person(PRIYA, manager=MARTA, zone="Europe/London")
    office.person(MARTA, zone="Europe/London")
    return office


def test_what_the_digest_told_of_is_asked_for_once_more_and_then_told_of_again(
    office: Office, client: WebClient
) -> None:
    for name in ("One", "Two"):
        due_account(office, name)
    log = tick_daily(office, client, 21)
    assert [user for _, user in log] == [PRIYA, PRIYA, PRIYA, MARTA]
    assert nudging.ask_again(office.db, office.now, office.actor(MARTA), PRIYA) == 2
    assert nudging.ask_again(office.db, office.now, office.actor(MARTA), PRIYA) == 0
    assert [user for _, user in tick_daily(office, client, 2)] == [PRIYA]
    assert asked(office)[-1].reminder == 2
    assert [user for _, user in tick_daily(office, client, 14)] == [MARTA]
    assert [(row.actor, row.subject) for row in office.rows(Audit) if row.action == "ask again"] == [
        (MARTA, f"person:{PRIYA}")
    ]


def test_only_their_manager_or_an_admin_has_somebody_asked_again(office: Office, client: WebClient) -> None:
    account = due_account(office)
    tick_daily(office, client, 21)
    with pytest.raises(NotAllowed):
        nudging.ask_again(office.db, office.now, office.actor(DIEGO), PRIYA)
    assert nudging.ask_again(office.db, office.now, office.actor("U01ADMIN"), PRIYA) == 1
    office.rate(account, 3)
    assert nudging.ask_again(office.db, office.now + timedelta(hours=1), office.actor(MARTA), PRIYA) == 0


def test_who_said_that_an_account_is_not_theirs_is_not_asked_about_it_again(office: Office, client: WebClient) -> None:
    account = due_account(office)
    tick_daily(office, client, 1)
    putting_off.disown(office.db, office.now, office.actor(), account)
    tick_daily(office, client, 21)
    assert nudging.ask_again(office.db, office.now, office.actor(MARTA), PRIYA) == 0
