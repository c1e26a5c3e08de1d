"""A pause: nobody is asked meanwhile; afterwards one message each, and everything keeps its distance."""

from datetime import date, timedelta

import pytest
from slack_sdk import WebClient

from bot.errors import FieldError, NotAllowed
from bot.flows import asking, auditing, home, pausing
from bot.store.database import Database
from bot.views.home_accounts import Accounts
from bot.views.pause_form import PauseEntry, Pauses
from bot.workspace_settings import CadenceSettings
from sandbox.server import Sandbox
from sandbox.workspace import TEAM_ID
from tests.flows.asked import FALLBACK, MONDAY, TODAY, TOKYO, asked, due_account, names, tick_daily
from tests.flows.office import DIEGO, MARTA, PRIYA, Office

UNTIL = date(2026, 11, 23)  # a Monday, three weeks on


@pytest.fixture
def office(db: Database) -> Office:
    office = Office(db, now=MONDAY, team=TEAM_ID)
    office.choose(admins=(MARTA,))
    return office


def pause(office: Office, until: date = UNTIL, *, manager: str | None = None, by: str = MARTA) -> Pauses:
    entry = PauseEntry(manager=manager, until=until, reason="Year-end freeze")
    return pausing.pause(office.db, office.now, office.actor(by), entry)


def test_nobody_is_asked_before_the_day_and_each_gets_one_message_on_it(office: Office, client: WebClient) -> None:
    pause(office)
    for owner in (PRIYA, DIEGO):
        due_account(office, f"One {owner}", owner=owner)
        due_account(office, f"Two {owner}", owner=owner, on=TODAY + timedelta(days=9))
    log = tick_daily(office, client, 22)
    assert sorted(log) == [(UNTIL, DIEGO), (UNTIL, PRIYA)]
    assert all(len(names(prompt)) == 2 for prompt in asked(office))


def test_reminders_wait_and_keep_their_distance(office: Office, client: WebClient) -> None:
    office.person(PRIYA, manager=MARTA)
    due_account(office)
    asking.tick(office.db, office.now, client)
    office.later(days=1)
    pause(office)
    log = tick_daily(office, client, 42)
    assert log == [(UNTIL, PRIYA), (date(2026, 11, 27), PRIYA), (date(2026, 12, 2), MARTA)]
    assert [prompt.reminder for prompt in asked(office)] == [0, 1, 2]


def test_a_digest_that_fell_into_the_pause_leaves_its_owner_some_days_first(office: Office, client: WebClient) -> None:
    office.person(PRIYA, manager=MARTA)
    due_account(office)
    tick_daily(office, client, 10)  # the prompt and both reminders
    pause(office)
    assert tick_daily(office, client, 25) == [(date(2026, 11, 26), MARTA)]


def test_one_team_is_left_alone_and_the_others_are_asked(office: Office, client: WebClient) -> None:
    office.person(PRIYA, manager=MARTA)
    pause(office, manager=MARTA)
    due_account(office)
    due_account(office, "Martas", owner=MARTA)
    due_account(office, "Diegos", owner=DIEGO)
    office.change(due_account(office, "Covered"), cover=DIEGO)
    assert tick_daily(office, client, 2) == [(TODAY, DIEGO)]
    assert names(asked(office)[0]) == ["Diegos"]


def test_who_was_asked_in_a_paused_owners_place_is_not_reminded_of_that_account(
    office: Office, client: WebClient
) -> None:
    office.person(PRIYA, manager=MARTA, state="deactivated")
    office.change(due_account(office, "Covered"), cover=DIEGO)
    due_account(office, "Diegos", owner=DIEGO)
    asking.tick(office.db, office.now, client)
    assert set(names(asked(office)[0])) == {"Covered", "Diegos"}
    pause(office, manager=MARTA)
    tick_daily(office, client, 4)
    assert names(asked(office)[1]) == ["Diegos"]


def test_a_click_ends_it_and_the_next_look_asks(office: Office, client: WebClient) -> None:
    office.person(PRIYA, manager=MARTA)
    due_account(office)
    tick_daily(office, client, 10)
    pause(office)
    due_account(office, "Diegos", owner=DIEGO)
    tick_daily(office, client, 5)
    for _ in range(2):  # a second click says the same
        assert pausing.resume(office.db, office.now, office.actor(MARTA), None).lines == ()
    log = tick_daily(office, client, 6)
    assert log[0][1] == DIEGO
    assert [(day, who) for day, who in log if who == MARTA] == [(date(2026, 11, 20), MARTA)]


def test_whoever_had_a_message_today_where_it_is_tomorrow_already_gets_no_second_one(
    office: Office, slack: Sandbox, client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack.workspace.users[PRIYA], "tz", "Pacific/Auckland")
    pause(office)
    due_account(office)
    office.later(hours=11)  # ten on Tuesday there
    office.person(PRIYA, zone="Pacific/Auckland", last_messaged_on=TODAY + timedelta(days=1))  # the weekly report
    pausing.resume(office.db, office.now, office.actor(MARTA), None)
    assert asking.tick(office.db, office.now, client) == 0
    assert asking.tick(office.db, office.later(days=1).now, client) == 1


def test_after_a_pause_too_nobody_is_flooded(office: Office, client: WebClient) -> None:
    office.choose(cadence=CadenceSettings(most_new=10))
    pause(office)
    for number in range(15):
        due_account(office, f"Account {number}", on=TODAY + timedelta(days=number))
    tick_daily(office, client, 28)
    assert [sum(item.new for item in prompt.items) for prompt in asked(office)] == [10, 0, 5]


def test_a_later_pause_for_the_same_people_takes_the_place_of_the_first(office: Office) -> None:
    office.person(PRIYA, manager=MARTA)
    pause(office)
    pause(office, manager=MARTA)
    lines = pause(office, until=UNTIL + timedelta(days=7)).lines
    assert {(line.manager, line.until) for line in lines} == {(None, UNTIL + timedelta(days=7)), (MARTA, UNTIL)}
    office.later(days=21)
    assert [line.manager for line in pausing.read(office.db, office.now, office.actor(MARTA)).lines] == [None]


def test_a_form_that_arrives_twice_is_one_change(office: Office) -> None:
    assert pause(office) == pause(office)
    entries = auditing.page(office.db, office.actor(MARTA), "settings").entries
    assert len(entries) == 1


def test_the_people_concerned_see_it_on_their_home_and_admins_in_the_log(office: Office) -> None:
    office.person(PRIYA, manager=MARTA)
    pause(office, manager=MARTA)
    for user, paused in ((PRIYA, True), (DIEGO, False)):
        shown = home.look(office.db, office.now, office.actor(user)).shown
        assert isinstance(shown, Accounts)
        assert (shown.paused is not None) == paused
    (entry, *_) = auditing.page(office.db, office.actor(MARTA), "settings").entries
    assert [change.markup for change in entry.changes] == [
        f"Asking is paused: the team of <@{MARTA}> until 23 Nov 2026 (Year-end freeze)"
    ]


def test_only_admins_pause_and_only_until_a_day_to_come(office: Office) -> None:
    with pytest.raises(NotAllowed):
        pause(office, by=PRIYA)
    with pytest.raises(NotAllowed):
        pausing.resume(office.db, office.now, office.actor(), None)
    for until in (TODAY, TODAY + timedelta(days=400)):
        with pytest.raises(FieldError):
            pause(office, until)
    with pytest.raises(FieldError):
        pause(office, manager=TOKYO)  # nobody reports to her
    assert office.settings().pauses == ()


def test_the_fallback_channel_hears_nothing_either(office: Office, client: WebClient) -> None:
    office.choose(fallback_channel=FALLBACK)
    office.change(due_account(office), owner=None)
    pause(office)
    assert tick_daily(office, client, 22)[0] == (UNTIL, FALLBACK)
