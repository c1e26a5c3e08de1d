"""Something changed at a customer: it is asked about early, once, and the message says why."""

from datetime import date, timedelta

import pytest
from slack_sdk import WebClient

from bot.errors import FieldError, NotAllowed, UserError
from bot.flows import account_events, asking, cadence, lifecycle, looking_back, putting_off
from bot.store.database import Database
from bot.store.tables import AccountEvent
from bot.views.event_form import Event, Noted
from bot.views.history import Changed, entry_text
from bot.views.interval_form import Interval
from bot.views.outcome_form import Outcome
from bot.views.prompt import item_text
from bot.workspace_settings import AccessSettings
from sandbox.workspace import TEAM_ID
from tests.flows.asked import MONDAY, TODAY, asked, due_account, tick_daily
from tests.flows.office import DIEGO, MARTA, PRIYA, Office


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db, now=MONDAY, team=TEAM_ID)


def note(office: Office, account: int, *, on: date = TODAY, submission: str = "s1", by: str = DIEGO) -> Noted:
    event = Event(account_id=account, submission=submission, kind="executive", on=on, note="A new COO")
    return account_events.note(office.db, office.now, office.actor(by), event)


def rated(office: Office, name: str = "Acme", *, days_ago: int = 30) -> int:
    """An account that isn't due for two more months."""
    account = office.account(name)
    now = office.now
    office.later(days=-days_ago).rate(account, 4)
    office.now = now
    return account


def test_the_owner_is_asked_at_the_next_good_moment_and_told_why(office: Office, client: WebClient) -> None:
    account = rated(office)
    noted = note(office, account)
    assert (noted.asked, noted.already, noted.not_before) == (True, False, None)
    assert (office.get(account).next_due, office.get(account).ask_on) == (TODAY, TODAY)
    assert asking.tick(office.db, office.now, client) == 1
    (item,) = asked(office)[0].items
    assert item_text(item, owner=False).startswith("*Acme*: new executive on 2 Nov 2026 (“A new COO”), last CMI 4.0")
    (prompt,) = office.prompts()
    assert prompt.cycle == f"event:{office.rows(AccountEvent)[0].id}"
    office.later(days=1).rate(account, 3)
    assert (office.get(account).event_on, office.get(account).next_due) == (None, date(2027, 2, 3))
    assert tick_daily(office, client, 30) == []


def test_a_second_event_of_a_later_day_asks_again(office: Office, client: WebClient) -> None:
    account = rated(office)
    note(office, account)
    asking.tick(office.db, office.now, client)
    office.rate(account, 3)
    office.later(days=8)
    note(office, account, on=office.now.date(), submission="s2")
    assert asking.tick(office.db, office.now, client) == 1
    assert len({prompt.cycle for prompt in office.prompts()}) == 2


def test_it_keeps_to_one_prompt_a_week_and_comes_first_in_the_next_one(office: Office, client: WebClient) -> None:
    due_account(office, "Due")
    asking.tick(office.db, office.now, client)
    account = rated(office)
    office.later(days=1)
    noted = note(office, account)
    assert noted.not_before == TODAY + timedelta(days=7)
    due_account(office, "Also due", on=TODAY + timedelta(days=2))
    tick_daily(office, client, 7)
    first_new = next(prompt for prompt in asked(office)[1:] if prompt.reminder == 0)
    assert [item.name for item in first_new.items if item.name != "Due"] == ["Acme", "Also due"]
    assert office.messages("prompt")[-1].not_before.date() == TODAY + timedelta(days=7)


def test_the_same_form_twice_is_one_event(office: Office) -> None:
    account = rated(office)
    first = note(office, account)
    assert note(office, account) == first
    assert len(office.rows(AccountEvent)) == 1


def test_what_was_rated_after_the_change_is_not_asked_for_again(office: Office, client: WebClient) -> None:
    account = rated(office, days_ago=2)
    noted = note(office, account, on=TODAY - timedelta(days=5))
    assert (noted.asked, noted.rated_on) == (False, TODAY - timedelta(days=2))
    assert asking.tick(office.db, office.now, client) == 0
    assert note(office, account, on=TODAY - timedelta(days=2), submission="s2").asked  # perhaps before it, that day


def test_who_is_being_asked_is_told_why_it_matters(office: Office, client: WebClient) -> None:
    account = due_account(office)
    asking.tick(office.db, office.now, client)
    noted = note(office, account)
    assert (noted.asked, noted.already) == (True, True)
    assert len(office.prompts()) == 1
    assert asked(office)[0].items[0].event == "executive"


def test_what_was_put_off_before_anybody_knew_comes_back(office: Office, client: WebClient) -> None:
    account = due_account(office)
    asking.tick(office.db, office.now, client)
    putting_off.snooze(office.db, office.now, office.actor(), account, TODAY + timedelta(days=20))
    office.later(days=1)
    note(office, account)
    assert tick_daily(office, client, 1)[0][1] == PRIYA
    assert (asked(office)[-1].items[0].event, asked(office)[-1].reminder) == ("executive", 0)


def test_another_rhythm_or_interval_does_not_forget_it(office: Office, client: WebClient) -> None:
    account = rated(office)
    note(office, account)
    office.choose(admins=(PRIYA,))
    cadence.write_interval(office.db, office.now, office.actor(), Interval(account_id=account, own=12))
    form = cadence.read(office.db, office.actor())
    cadence.write(
        office.db, office.now, office.actor(), form.model_copy(update={"numbers": {**form.numbers, "months": 5}})
    )
    assert office.get(account).ask_on == TODAY
    assert asking.tick(office.db, office.now, client) == 1


def test_an_incomplete_rating_does_not_answer_it(office: Office) -> None:
    account = rated(office)
    note(office, account)
    office.rate(account, [None] * 12)
    assert (office.get(account).event_on, office.get(account).ask_on) == (TODAY, TODAY)


def test_it_is_in_the_history_with_who_noted_it(office: Office) -> None:
    account = rated(office)
    note(office, account)
    entries = looking_back.page(office.db, office.now, office.actor(), account).entries
    (told,) = [entry_text(entry) for entry in entries if isinstance(entry, Changed)]
    assert "Something changed" in told
    assert "new executive" in told.lower()
    assert "A new COO" in told
    assert DIEGO in told


def test_nobody_is_asked_about_a_prospect_and_nothing_is_noted_of_who_has_left(
    office: Office, client: WebClient
) -> None:
    account = rated(office)
    office.change(account, lifecycle="prospect", subject="prospect")
    assert not note(office, account).asked
    left = rated(office, "Left")
    note(office, left, submission="s2")
    lifecycle.record(office.db, office.now, office.actor(), Outcome(account_id=left, kind="churned", on=TODAY))
    with pytest.raises(UserError):
        note(office, left, submission="s3")
    assert asking.tick(office.db, office.now, client) == 0


def test_only_who_may_rate_notes_one_and_only_on_a_day_that_was(office: Office) -> None:
    account = rated(office)
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=400)):
        with pytest.raises(FieldError):
            note(office, account, on=day)
    office.choose(admins=(PRIYA,), access=AccessSettings(rate="responsible"))
    with pytest.raises(NotAllowed):
        note(office, account, by=MARTA)
    assert office.rows(AccountEvent) == []
