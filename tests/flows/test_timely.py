"""The last look before a prompt or a digest goes out, after it has waited in the outbox."""

from datetime import UTC, date, datetime, timedelta

import pytest
from slack_sdk import WebClient

from bot.delivery.moment import Drop, Verdict, Wait
from bot.flows import asking, putting_off, timely
from bot.store.database import Database
from bot.store.tables import Message, Person
from bot.workspace_settings import CadenceSettings, Pause
from sandbox.server import Sandbox
from sandbox.workspace import TEAM_ID
from tests.flows.asked import MONDAY, TODAY, asked, due_account, in_hand, names, tick_daily
from tests.flows.office import DIEGO, MARTA, PRIYA, Office

LATE = datetime(2026, 11, 2, 16, 59, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 3, 9, tzinfo=UTC)


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db, now=MONDAY, team=TEAM_ID)


def look(office: Office, client: WebClient, message: Message) -> Verdict:
    """The verdict, recorded as the dispatcher does."""
    verdict = timely.look(office.db, client, in_hand(message), office.now)
    with office.db.write() as session:
        row = session.get_one(Message, message.id)
        if isinstance(verdict, Wait):
            row.not_before = verdict.until
        elif isinstance(verdict, Drop):
            row.state = "withdrawn"
    return verdict


def newest(office: Office, kind: str = "prompt") -> Message:
    return office.messages(kind)[-1]


def priya(office: Office) -> Person:
    return next(person for person in office.rows(Person) if person.user == PRIYA)


def test_what_is_sent_at_once_goes_out_without_a_write(office: Office, client: WebClient) -> None:
    due_account(office)
    asking.tick(office.db, office.now, client)
    assert look(office, client, newest(office)) is None


def test_what_was_owed_a_minute_before_the_evening_waits_for_the_next_working_morning(
    office: Office, client: WebClient
) -> None:
    office.choose(cadence=CadenceSettings(holidays=frozenset({date(2026, 11, 3)})))
    office.now = LATE
    due_account(office)
    asking.tick(office.db, office.now, client)
    office.later(minutes=2)
    wednesday = TUESDAY + timedelta(days=1)
    assert look(office, client, newest(office)) == Wait(wednesday, "it waits for working hours")
    assert priya(office).last_messaged_on == wednesday.date()
    assert office.prompts()[0].remind_on == date(2026, 11, 9)  # three working days after it comes
    due_account(office, "Other", on=TODAY)
    office.now = wednesday
    assert asking.tick(office.db, office.now, client) == 0  # that day has its message
    assert look(office, client, newest(office)) is None


def test_the_zone_counts_in_which_the_reader_is_when_it_is_sent(
    office: Office, slack: Sandbox, client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    due_account(office)
    asking.tick(office.db, office.now, client)
    monkeypatch.setattr(slack.workspace.users[PRIYA], "tz", "Asia/Tokyo")
    office.later(hours=13)  # eight in the morning in Tokyo
    verdict = look(office, client, newest(office))
    assert isinstance(verdict, Wait)
    assert verdict.until == datetime(2026, 11, 3, 0, tzinfo=UTC)


def test_two_that_both_waited_come_on_two_days(office: Office, client: WebClient) -> None:
    for day in (0, 7):
        office.now = MONDAY + timedelta(days=day)
        due_account(office, f"Account {day}", on=office.now.date())
        asking.tick(office.db, office.now, client)
        for prompt in office.prompts():  # not reminded of, so that the second message doesn't take the first one along
            with office.db.write() as session:
                session.get_one(type(prompt), prompt.id).remind_on = date(2027, 1, 1)
    first, second = office.messages("prompt")
    assert [names(prompt) for prompt in asked(office)] == [["Account 0"], ["Account 7"]]
    office.later(days=1)
    assert look(office, client, first) is None
    verdict = look(office, client, second)
    assert isinstance(verdict, Wait)
    assert verdict.until == TUESDAY + timedelta(days=8)


def test_an_earlier_message_that_a_later_one_repeats_is_not_sent(office: Office, client: WebClient) -> None:
    due_account(office)
    tick_daily(office, client, 4)
    first, reminder = office.messages("prompt")
    assert isinstance(look(office, client, first), Drop)
    assert look(office, client, reminder) is None


def test_who_has_left_meanwhile_gets_nothing_and_whoever_is_responsible_then_is_asked(
    office: Office, slack: Sandbox, client: WebClient
) -> None:
    office.person(PRIYA, manager=MARTA)
    due_account(office)
    asking.tick(office.db, office.now, client)
    slack.workspace.users[PRIYA].deleted = True
    office.later(hours=13).now += timedelta(hours=11)
    assert isinstance(look(office, client, newest(office)), Drop)
    assert asking.tick(office.db, office.now, client) == 1
    assert (newest(office).recipient, names(asked(office)[-1]), asked(office)[-1].role) == (MARTA, ["Acme"], "manager")


def test_who_is_away_meanwhile_is_asked_on_their_return(office: Office, client: WebClient) -> None:
    due_account(office)
    asking.tick(office.db, office.now, client)
    office.person(PRIYA, away_from=TODAY, away_until=date(2026, 11, 4))
    assert isinstance(look(office, client, newest(office)), Drop)
    assert tick_daily(office, client, 6) == [(date(2026, 11, 5), PRIYA)]
    assert asked(office)[-1].reminder == 0


def test_what_was_done_meanwhile_is_not_asked_for(office: Office, client: WebClient) -> None:
    rated, disowned = due_account(office), due_account(office, "Not mine")
    office.person(PRIYA, manager=MARTA)
    asking.tick(office.db, office.now, client)
    office.rate(rated, 3)
    assert look(office, client, newest(office)) is None
    putting_off.disown(office.db, office.now, office.actor(), disowned)
    assert isinstance(look(office, client, newest(office)), Drop)
    open_one = next(each for each in office.prompts() if each.account_id == disowned)
    assert (open_one.reminders, open_one.remind_on) == (2, date(2026, 11, 5))  # its way to the digest goes on


def test_a_digest_whose_manager_has_left_goes_to_whoever_hears_it_now(
    office: Office, slack: Sandbox, client: WebClient
) -> None:
    office.person(PRIYA, manager=MARTA)
    office.choose(fallback_channel="C01FALLBACK")
    due_account(office)
    tick_daily(office, client, 15)
    assert newest(office, "overdue").recipient == MARTA
    slack.workspace.users[MARTA].deleted = True
    office.later(days=1)
    assert isinstance(look(office, client, newest(office, "overdue")), Drop)
    asking.tick(office.db, office.now, client)
    assert newest(office, "overdue").recipient == "C01FALLBACK"


def test_during_a_pause_nothing_goes_out(office: Office, client: WebClient) -> None:
    due_account(office)
    due_account(office, "Other", owner=DIEGO)
    office.person(PRIYA, manager=MARTA)
    asking.tick(office.db, office.now, client)
    office.choose(pauses=(Pause(manager=MARTA, until=date(2026, 11, 16)),))
    verdicts = {row.recipient: look(office, client, row) for row in office.messages("prompt")}
    assert verdicts[DIEGO] is None
    assert verdicts[PRIYA] == Wait(datetime(2026, 11, 16, 9, tzinfo=UTC), "it waits for working hours")
