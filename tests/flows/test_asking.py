"""The tick: who is asked, when, and how often; on both databases, with a local Slack that knows the people."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from slack_sdk import WebClient
from sqlalchemy import select

from bot.flows import asking, handing_over
from bot.store import people
from bot.store.database import Database
from bot.store.tables import Message
from bot.views.prompt import Prompt
from bot.workspace_settings import CadenceSettings, FrameworkRule
from cmi_core.cadence import Weekday
from sandbox.server import Sandbox
from sandbox.workspace import TEAM_ID
from tests.flows.asked import FALLBACK, MONDAY, TODAY, TOKYO, asked, due_account, names, tick_daily
from tests.flows.office import DIEGO, MARTA, PRIYA, Office


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db, now=MONDAY, team=TEAM_ID)


def test_an_owner_gets_one_message_about_all_that_is_due_and_soon_will_be(office: Office, client: WebClient) -> None:
    due_account(office, "Acme")
    due_account(office, "Late", on=TODAY - timedelta(days=30))
    soon = due_account(office, "Soon", on=TODAY + timedelta(days=7))
    office.change(soon, cover=DIEGO)
    due_account(office, "Later", on=TODAY + timedelta(days=8))
    due_account(office, "Other", owner=DIEGO)
    assert asking.tick(office.db, office.now, client) == 2
    mine, others = sorted(asked(office), key=lambda prompt: prompt.recipient, reverse=True)
    assert (mine.recipient, names(mine)) == (PRIYA, ["Late", "Acme", "Soon"])
    assert (others.recipient, names(others)) == (DIEGO, ["Other"])
    assert asking.tick(office.db, office.now, client) == 0


def test_two_processes_at_once_ask_nobody_twice(office: Office, client: WebClient) -> None:
    for number in range(12):
        due_account(office, f"Account {number}", owner=(PRIYA, DIEGO, MARTA)[number % 3])
    url = office.db.url.render_as_string(hide_password=False)
    others = [Database(url) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        owed = list(pool.map(lambda db: asking.tick(db, office.now, client), others))
    for each in others:
        each.close()
    assert sum(owed) == 3
    assert sorted(prompt.recipient for prompt in asked(office)) == sorted((PRIYA, DIEGO, MARTA))
    assert len(office.prompts()) == 12


def test_who_is_just_being_sent_another_message_is_asked_on_another_day(office: Office, client: WebClient) -> None:
    due_account(office)
    asking.tick(office.db, office.now - timedelta(hours=12), client)  # reads who Priya is, at night
    with ThreadPoolExecutor(1) as pool:
        with office.db.write() as session:  # another process, about to commit
            assert people.take_day(session, office.workspace_id, PRIYA, TODAY)
            other = pool.submit(asking.tick, office.db, office.now, client)
            time.sleep(0.5)
        assert other.result() == 0
    assert asked(office) == []


def test_nobody_is_asked_at_night_on_a_weekend_or_on_a_holiday(office: Office, client: WebClient) -> None:
    due_account(office, "Acme", owner=TOKYO)
    office.choose(cadence=CadenceSettings(holidays=frozenset({date(2026, 11, 3)})))
    assert asking.tick(office.db, office.now, client) == 0  # seven in the evening in Tokyo
    [(_, recipient)] = tick_daily(office, client, 2, hours=1)
    assert recipient == TOKYO
    local = office.messages("prompt")[0].not_before + timedelta(hours=9)
    assert (local.date(), local.hour) == (date(2026, 11, 4), 9)


def test_the_days_of_the_week_on_which_people_work_are_a_setting(office: Office, client: WebClient) -> None:
    week: tuple[Weekday, ...] = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday")
    office.choose(cadence=CadenceSettings(workdays=week))
    friday, sunday = date(2026, 11, 6), date(2026, 11, 8)
    due_account(office, on=friday)
    office.later(days=4)
    reminded = [date(2026, 11, 11), date(2026, 11, 17)]
    assert tick_daily(office, client, 14) == [(day, PRIYA) for day in (sunday, *reminded)]


def test_reminders_come_after_three_and_seven_working_days_then_one_digest(office: Office, client: WebClient) -> None:
    office.choose(fallback_channel=FALLBACK)
    due_account(office)
    assert tick_daily(office, client, 25) == [
        (date(2026, 11, 2), PRIYA),
        (date(2026, 11, 5), PRIYA),
        (date(2026, 11, 11), PRIYA),
        (date(2026, 11, 16), FALLBACK),
    ]
    assert [prompt.reminder for prompt in asked(office)] == [0, 1, 2]
    assert len(office.messages("overdue")) == 1


def test_the_digest_goes_to_the_owners_manager(office: Office, client: WebClient) -> None:
    office.person(PRIYA, manager=MARTA)
    due_account(office)
    log = tick_daily(office, client, 16)
    assert log[-1] == (date(2026, 11, 16), MARTA)


def test_rating_ends_the_asking_and_ticks_the_account_off_in_the_newest_message(
    office: Office, client: WebClient
) -> None:
    account = due_account(office)
    other = due_account(office, "Other")
    tick_daily(office, client, 4)
    office.rate(account, 3)
    newest = asked(office)[-1]
    assert {item.name: item.done_on is not None for item in newest.items} == {"Acme": True, "Other": False}
    office.rate(other, 3)
    assert [who for _, who in tick_daily(office, client, 20) if who != FALLBACK] == []


def test_an_owner_is_prompted_at_most_once_a_week_and_messaged_once_a_day(office: Office, client: WebClient) -> None:
    due_account(office)
    asking.tick(office.db, office.now, client)
    office.rate(due_account(office, "Done"), 3)
    due_account(office, "Next", on=TODAY + timedelta(days=1))
    log = tick_daily(office, client, 9)
    assert [names(prompt) for prompt in asked(office)][-1] == ["Acme", "Next"] or log
    days = [day for day, _ in log if _ == PRIYA]
    assert len(days) == len(set(days))
    first_with_next = next(row for row in office.messages("prompt") if "Next" in names(Prompt.model_validate(row.data)))
    assert first_with_next.not_before.date() >= TODAY + timedelta(days=7)


def test_who_has_left_is_not_asked_but_the_cover_then_the_manager_then_the_channel(
    office: Office, slack: Sandbox, client: WebClient
) -> None:
    slack.workspace.users[PRIYA].deleted = True
    office.choose(fallback_channel=FALLBACK)
    office.change(due_account(office, "Covered"), cover=DIEGO)
    due_account(office, "Plain")
    asking.tick(office.db, office.now, client)
    assert {(p.recipient, p.role): names(p) for p in asked(office)} == {
        (DIEGO, "cover"): ["Covered"],
        (FALLBACK, "fallback"): ["Plain"],
    }


def test_who_leaves_after_being_asked_is_not_reminded_but_whoever_is_responsible_then(
    office: Office, slack: Sandbox, client: WebClient
) -> None:
    office.person(PRIYA, manager=MARTA)
    due_account(office)
    asking.tick(office.db, office.now, client)
    slack.workspace.users[PRIYA].deleted = True
    log = tick_daily(office, client, 4)
    assert [who for _, who in log] == [MARTA]
    assert (asked(office)[-1].role, asked(office)[-1].reminder) == ("manager", 0)
    assert names(asked(office)[0]) == []  # the old message asks nobody any more


def test_an_open_prompt_follows_the_account_to_its_new_owner(office: Office, client: WebClient) -> None:
    account = due_account(office)
    tick_daily(office, client, 10)  # prompt and both reminders
    handing_over.assign(office.db, office.now, office.actor(), account, DIEGO)
    log = tick_daily(office, client, 10)
    assert [who for _, who in log] == [DIEGO, DIEGO]
    assert [prompt.reminder for prompt in asked(office)][-2:] == [0, 1]
    assert log[1][0] - log[0][0] >= timedelta(days=3)


def test_a_missed_day_loses_nothing(office: Office, client: WebClient) -> None:
    due_account(office)
    office.later(days=9)  # the program was down for a week
    assert asking.tick(office.db, office.now, client) == 1


def test_whom_slack_can_not_describe_just_now_waits_for_the_next_look(
    office: Office, slack: Sandbox, client: WebClient
) -> None:
    due_account(office, owner=TOKYO)
    slack.faults.set([{"method": "users.info", "kind": "http_500", "times": 1}])
    assert asking.tick(office.db, office.now, client) == 0
    assert asked(office) == []
    assert asking.tick(office.db, office.now, client) == 0  # now it is known that it is evening there


def test_what_was_rated_a_little_early_for_its_renewal_is_not_asked_for_again(
    office: Office, client: WebClient
) -> None:
    account = due_account(office)
    office.change(account, renewal_date=TODAY + timedelta(days=65))  # due in five days, and asked for with the rest
    asking.tick(office.db, office.now, client)
    office.later(days=1).rate(account, 3)
    assert tick_daily(office, client, 12) == []
    assert office.get(account).next_due == date(2027, 2, 3)


def test_a_day_that_comes_up_again_after_it_was_done_is_asked_for_and_reminded_of_like_any_other(
    office: Office, client: WebClient
) -> None:
    account = due_account(office, on=TODAY + timedelta(days=7))
    due_account(office, "Other")
    asking.tick(office.db, office.now, client)
    office.later(days=1).rate(account, 3)
    office.due(account, TODAY + timedelta(days=7))  # another renewal date, say
    log = [day for day, _ in tick_daily(office, client, 14)]
    newest = next(prompt for prompt in office.prompts() if prompt.account_id == account)
    assert (newest.state, newest.reminders) == ("open", 1)
    assert date(2026, 11, 9) in log


def test_who_owns_and_stands_in_gets_one_message_about_all_of_it(office: Office, client: WebClient) -> None:
    due_account(office, "Own", owner=DIEGO)
    office.change(due_account(office, "Covered"), cover=DIEGO)
    office.person(PRIYA, manager=DIEGO, state="deactivated")
    due_account(office, "Plain")
    assert asking.tick(office.db, office.now, client) == 1
    [prompt] = asked(office)
    assert {item.name: item.role for item in prompt.items} == {"Own": "owner", "Covered": "cover", "Plain": "manager"}


def test_a_manager_who_is_asked_for_a_rating_hears_the_digest_on_another_day(office: Office, client: WebClient) -> None:
    office.person(PRIYA, manager=MARTA)
    due_account(office)
    due_account(office, "Martas", owner=MARTA, on=date(2026, 11, 23))  # taken along from the 16th on
    due_account(office, "Martas too", owner=MARTA, on=date(2026, 11, 16))
    log = [day for day, who in tick_daily(office, client, 16) if who == MARTA]
    assert log == [date(2026, 11, 16), date(2026, 11, 17)]
    assert len(office.messages("overdue")) == 1


def test_after_three_days_without_a_worker_each_owner_gets_one_message(office: Office, client: WebClient) -> None:
    for owner in (PRIYA, DIEGO):
        due_account(office, f"Asked {owner}", owner=owner)
        for number in range(1, 4):
            due_account(office, f"Due {number} {owner}", owner=owner, on=TODAY + timedelta(days=7 + number))
    assert asking.tick(office.db, office.now, client) == 2
    office.later(days=6)
    assert asking.tick(office.db, office.now, client) == 0  # a Sunday, on which the worker stops
    office.later(days=3)
    ticks = []
    for _ in range(8):
        ticks.append(asking.tick(office.db, office.now, client))
        office.later(hours=1)
    assert ticks[0] == 2
    assert sum(ticks) == 2
    assert all(len(names(prompt)) == 4 for prompt in asked(office)[2:])


def test_a_digest_that_can_not_be_written_keeps_no_other_manager_waiting(office: Office, client: WebClient) -> None:
    office.person(PRIYA, manager=MARTA)
    office.person(DIEGO, manager=TOKYO)
    broken = due_account(office)
    due_account(office, "Diegos", owner=DIEGO)
    tick_daily(office, client, 11)  # the prompt and both reminders
    office.choose(framework_rules=(FrameworkRule(segment="size", value="odd", framework="of nobody"),))
    office.change(broken, segments={"size": "odd"})
    assert [who for _, who in tick_daily(office, client, 5)] == [TOKYO]
    office.change(broken, segments={})
    assert [who for _, who in tick_daily(office, client, 1)] == [MARTA]


def test_what_can_not_be_passed_on_keeps_nobody_from_being_asked(
    office: Office, slack: Sandbox, client: WebClient
) -> None:
    office.person(PRIYA, manager=MARTA)
    due_account(office)
    asking.tick(office.db, office.now, client)
    with office.db.write() as session:
        session.scalars(select(Message)).one().data = {"of": "another version"}
    slack.workspace.users[PRIYA].deleted = True
    office.later(days=1)
    due_account(office, "Diegos", owner=DIEGO)
    assert asking.tick(office.db, office.now, client) == 1
    assert office.messages("prompt")[-1].recipient == DIEGO
