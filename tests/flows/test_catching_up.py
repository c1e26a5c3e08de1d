"""A worker that was down for three days: one message to each person, and nothing is lost; and what was just rated."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from slack_sdk import WebClient

from bot.flows import asking, renewing
from bot.store import accounts
from bot.store.database import Database
from bot.store.tables import Message
from sandbox.workspace import TEAM_ID
from tests.flows.asked import FALLBACK, MONDAY, TODAY, asked, due_account, names, tick_daily
from tests.flows.office import DIEGO, MARTA, PRIYA, Office


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db, now=MONDAY, team=TEAM_ID)


def test_prompts_reminders_and_digests_that_all_fell_due_come_as_one_message_each(
    office: Office, client: WebClient
) -> None:
    office.choose(fallback_channel=FALLBACK)
    for owner in (PRIYA, DIEGO):
        office.person(owner, manager=MARTA)
    escalates = due_account(office, "Escalates")
    tick_daily(office, client, 10)  # asked on the 2nd, reminded on the 5th and the 11th, Marta hears on the 16th
    office.now = MONDAY + timedelta(days=9)
    due_account(office, "Reminded", owner=DIEGO, on=office.now.date())
    due_account(office, "Martas reminded", owner=MARTA, on=office.now.date())
    tick_daily(office, client, 1)
    before = {row.id for row in office.rows(Message)}
    # Down on Friday the 13th, Monday and Tuesday, while all this fell due; back on Wednesday.
    for number in range(3):
        for owner in (PRIYA, DIEGO, MARTA):
            due_account(office, f"Due {number} {owner}", owner=owner, on=date(2026, 11, 13) + timedelta(days=number))
    office.change(due_account(office, "Nobodys"), owner=None)
    office.now = MONDAY + timedelta(days=16, hours=1)
    ticks = []
    for _ in range(12):
        ticks.append(asking.tick(office.db, office.now, client))
        office.later(minutes=20)
    said = [row for row in office.rows(Message) if row.id not in before]
    assert sorted(row.recipient for row in said) == sorted([PRIYA, DIEGO, MARTA, FALLBACK])
    assert ticks[0] == 4
    assert sum(ticks) == 4
    tick_daily(office, client, 14)
    told = {name for prompt in asked(office) for name in names(prompt)}
    assert told == {account.name for account in map(office.get, range(1, escalates + 13))}
    (digest,) = [row for row in office.messages("overdue") if "Escalates" in str(row.data)]
    assert (digest.recipient, digest.not_before.date()) == (MARTA, date(2026, 11, 19))


def test_what_was_rated_or_confirmed_just_before_is_not_asked_for(office: Office, client: WebClient) -> None:
    rated, renewed = due_account(office, "Rated"), due_account(office, "Renewed")
    office.later(days=-1)
    office.rate(renewed, 4)
    office.later(days=1)
    for account in (rated, renewed):
        office.due(account, TODAY)
    office.rate(rated, 3)
    last = office.get(renewed).assessment_id
    assert last is not None
    renewing.renew(office.db, office.now, office.actor(), renewed, last)
    assert asking.tick(office.db, office.now, client) == 0


def test_a_rating_between_the_look_and_the_lock_is_seen(office: Office, client: WebClient) -> None:
    account = due_account(office)
    with ThreadPoolExecutor(1) as pool:
        with office.db.write() as session:
            row = accounts.lock(session, office.workspace_id, account)
            tick = pool.submit(asking.tick, office.db, office.now, client)
            with pytest.raises(TimeoutError):
                tick.result(timeout=0.7)  # it has seen that the account is due, and waits for it
            row.next_due = row.ask_on = TODAY + timedelta(days=91)
        assert tick.result(timeout=20) == 0
    assert office.prompts() == []
