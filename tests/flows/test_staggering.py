"""No flood: a message asks for only so many accounts anew, the most pressing first; the others come with the next."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from slack_sdk import WebClient

from bot.flows import asking
from bot.store.database import Database
from bot.workspace_settings import CadenceSettings
from sandbox.workspace import TEAM_ID
from tests.flows.asked import FALLBACK, MONDAY, TODAY, asked, due_account, names, tick_daily
from tests.flows.office import PRIYA, Office


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db, now=MONDAY, team=TEAM_ID)


def test_the_longest_due_come_first_then_the_most_valuable_and_all_come_in_the_end(
    office: Office, client: WebClient
) -> None:
    office.choose(cadence=CadenceSettings(most_new=2))
    due_account(office, "Plain")
    office.change(due_account(office, "Large"), lifetime_value=Decimal(900))
    office.change(due_account(office, "Larger"), recurring_revenue=Decimal(1000))
    due_account(office, "Soon", on=TODAY + timedelta(days=5))
    due_account(office, "Late", on=TODAY - timedelta(days=9))
    log = tick_daily(office, client, 22)
    new = [[item.name for item in prompt.items if item.new] for prompt in asked(office)]
    assert [each for each in new if each] == [["Late", "Larger"], ["Large", "Plain"], ["Soon"]]
    days = [day for day, who in log if who == PRIYA]
    assert len(set(days)) == len(days)
    assert [day for day, names_new in zip(days, new, strict=True) if names_new] == [
        TODAY,
        TODAY + timedelta(days=7),
        TODAY + timedelta(days=14),
    ]


def test_a_reminder_lists_all_that_was_asked_for_before(office: Office, client: WebClient) -> None:
    office.choose(cadence=CadenceSettings(most_new=2))
    for number in range(5):
        due_account(office, f"Account {number}")
    tick_daily(office, client, 9)
    assert [len(names(prompt)) for prompt in asked(office)] == [2, 2, 2, 4]  # asked, reminded, asked, reminded of all


def test_without_a_limit_all_are_asked_for_at_once(office: Office, client: WebClient) -> None:
    office.choose(cadence=CadenceSettings(most_new=0))
    for number in range(40):
        due_account(office, f"Account {number}")
    asking.tick(office.db, office.now, client)
    assert len(names(asked(office)[0])) == 40


def test_a_whole_import_with_the_quarter_reaches_its_owner_in_portions(office: Office, client: WebClient) -> None:
    office.choose(cadence=CadenceSettings(mode="calendar_quarter"))
    for number in range(60):
        due_account(office, f"Account {number:02}")
    tick_daily(office, client, 21, hours=8)
    assert len(office.prompts()) == 60
    portions = [sum(item.new for item in prompt.items) for prompt in asked(office)]
    assert [each for each in portions if each] == [25, 25, 10]


def test_the_fallback_channel_gets_one_portion_a_day(office: Office, client: WebClient) -> None:
    office.choose(cadence=CadenceSettings(most_new=2), fallback_channel=FALLBACK)
    for number in range(5):
        office.change(due_account(office, f"Account {number}"), owner=None)
    assert tick_daily(office, client, 2, hours=2) == [(TODAY + timedelta(days=more), FALLBACK) for more in range(3)]
    assert len(office.prompts()) == 5


def test_who_was_away_is_not_flooded_on_their_return(office: Office, client: WebClient) -> None:
    office.person(PRIYA, away_from=TODAY, away_until=date(2026, 11, 6))
    for number in range(30):
        due_account(office, f"Account {number}", on=TODAY + timedelta(days=number % 3))
    assert tick_daily(office, client, 8) == [(date(2026, 11, 9), PRIYA)]
    assert len(names(asked(office)[0])) == 25
