"""Not now: put off, passed to a colleague, or not one's own any more; none of it ends in silence."""

from datetime import date, timedelta

import pytest
from slack_sdk import WebClient

from bot.errors import FieldError, UserError
from bot.flows import accounts, asking, handing_over, putting_off
from bot.store.database import Database
from bot.views.disowned import Disowned
from bot.views.overdue import Overdue
from bot.views.prompt import Prompt, PromptItem
from sandbox.workspace import TEAM_ID
from tests.flows.asked import FALLBACK, MONDAY, TODAY, asked, due_account, names, tick_daily
from tests.flows.office import DIEGO, MARTA, PRIYA, Office


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db, now=MONDAY, team=TEAM_ID)


def snooze(office: Office, account: int, until: date) -> None:
    putting_off.snooze(office.db, office.now, office.actor(), account, until)


def line(office: Office, name: str = "Acme", *, of: int = 0) -> PromptItem:
    """An account's line in a prompt."""
    return next(item for item in asked(office)[of].items if item.name == name)


def test_what_is_put_off_comes_back_on_its_day_as_if_new(office: Office, client: WebClient) -> None:
    account = due_account(office)
    asking.tick(office.db, office.now, client)
    snooze(office, account, date(2026, 11, 20))
    assert line(office).snoozed_until == date(2026, 11, 20)
    assert not asked(office)[0].open
    log = tick_daily(office, client, 30)
    assert log == [(date(2026, 11, 20), PRIYA), (date(2026, 11, 25), PRIYA), (date(2026, 12, 1), PRIYA)]
    assert [prompt.reminder for prompt in asked(office)] == [0, 0, 1, 2]


def test_other_accounts_are_asked_for_meanwhile_without_it(office: Office, client: WebClient) -> None:
    account = due_account(office)
    due_account(office, "Other")
    asking.tick(office.db, office.now, client)
    snooze(office, account, date(2026, 11, 30))
    tick_daily(office, client, 5)
    assert names(asked(office)[-1]) == ["Other"]


def test_what_was_never_asked_for_can_be_put_off_too_and_shows_it(office: Office, client: WebClient) -> None:
    account = due_account(office)
    snooze(office, account, date(2026, 11, 16))
    shown = accounts.due(office.db, office.now, office.actor())
    assert [row.snoozed_until for row in shown.rows] == [date(2026, 11, 16)]
    assert tick_daily(office, client, 15) == [(date(2026, 11, 16), PRIYA)]
    assert asked(office)[0].reminder == 0


def test_rating_early_ends_it(office: Office, client: WebClient) -> None:
    account = due_account(office)
    asking.tick(office.db, office.now, client)
    snooze(office, account, date(2026, 11, 20))
    office.rate(account, 3)
    assert line(office).done_on is not None
    assert tick_daily(office, client, 20) == []


def test_it_can_be_put_off_only_so_long_in_all(office: Office, client: WebClient) -> None:
    account = due_account(office)
    asking.tick(office.db, office.now, client)
    for day in (TODAY, TODAY - timedelta(days=1)):
        with pytest.raises(FieldError, match="after today"):
            snooze(office, account, day)
    with pytest.raises(FieldError, match="2 Dec 2026 at the latest"):
        snooze(office, account, TODAY + timedelta(days=31))
    snooze(office, account, TODAY + timedelta(days=21))
    tick_daily(office, client, 22)
    with pytest.raises(FieldError, match="2 Dec 2026"):
        snooze(office, account, date(2026, 12, 3))
    snooze(office, account, date(2026, 12, 2))
    tick_daily(office, client, 10)
    with pytest.raises(FieldError, match="as long as it can be"):
        snooze(office, account, date(2026, 12, 10))


def test_a_new_owner_is_asked_at_once(office: Office, client: WebClient) -> None:
    account = due_account(office)
    asking.tick(office.db, office.now, client)
    snooze(office, account, date(2026, 11, 30))
    handing_over.assign(office.db, office.now, office.actor(), account, DIEGO)
    assert tick_daily(office, client, 1) == [(TODAY, DIEGO)]


def test_who_left_meanwhile_is_not_asked_when_it_comes_back(office: Office, client: WebClient) -> None:
    office.person(PRIYA, manager=MARTA)
    account = due_account(office)
    snooze(office, account, date(2026, 11, 10))
    office.person(PRIYA, state="deactivated", read_at=office.now + timedelta(days=30))
    assert [who for _, who in tick_daily(office, client, 9)] == [MARTA]


def test_nobody_is_asked_about_a_prospect_so_nothing_is_put_off(office: Office) -> None:
    account = due_account(office)
    office.change(account, lifecycle="prospect", subject="prospect")
    with pytest.raises(UserError, match="nothing to put off"):
        snooze(office, account, TODAY + timedelta(days=3))


def test_a_colleague_is_asked_this_once_and_the_owner_the_next_time(office: Office, client: WebClient) -> None:
    account = due_account(office)
    asking.tick(office.db, office.now, client)
    putting_off.delegate(office.db, office.now, office.actor(), account, DIEGO)
    assert line(office).delegate == DIEGO
    assert tick_daily(office, client, 1) == [(TODAY, DIEGO)]
    assert asked(office)[-1].role == "delegate"
    office.rate(account, 3, by=DIEGO)
    assert office.get(account).owner == PRIYA
    office.now = MONDAY + timedelta(days=92)
    assert tick_daily(office, client, 3)[0][1] == PRIYA


def test_a_delegate_who_does_nothing_is_reminded_and_then_the_owners_manager_hears(
    office: Office, client: WebClient
) -> None:
    office.person(PRIYA, manager=MARTA)
    account = due_account(office)
    putting_off.delegate(office.db, office.now, office.actor(), account, DIEGO)
    assert [who for _, who in tick_daily(office, client, 16)] == [DIEGO, DIEGO, DIEGO, MARTA]


def test_a_delegate_may_give_it_back(office: Office, client: WebClient) -> None:
    account = due_account(office)
    putting_off.delegate(office.db, office.now, office.actor(), account, DIEGO)
    tick_daily(office, client, 1)
    _, to = putting_off.disown(office.db, office.now, office.actor(DIEGO), account)
    assert to == PRIYA
    assert tick_daily(office, client, 1) == [(TODAY + timedelta(days=1), PRIYA)]


@pytest.mark.parametrize("state", ["deactivated", "guest", "bot", "foreign"])
def test_only_members_can_be_asked_instead(office: Office, state: str) -> None:
    account = due_account(office)
    office.person(DIEGO, state=state, name="Diego")
    with pytest.raises(FieldError, match="Diego"):
        putting_off.delegate(office.db, office.now, office.actor(), account, DIEGO)
    assert office.prompts() == []


def test_what_is_not_ones_own_any_more_goes_to_the_manager_and_comes_back_in_the_digest(
    office: Office, client: WebClient
) -> None:
    office.person(PRIYA, manager=MARTA)
    account = due_account(office)
    asking.tick(office.db, office.now, client)
    for _ in range(2):  # a second click says the same
        _, to = putting_off.disown(office.db, office.now, office.actor(), account)
        assert to == MARTA
    (told,) = office.messages("disowned")
    assert (told.recipient, Disowned.model_validate(told.data).by) == (MARTA, PRIYA)
    assert Prompt.model_validate(office.messages("prompt")[0].data).items[0].disowned_to == MARTA
    assert tick_daily(office, client, 12) == [(date(2026, 11, 5), MARTA), (date(2026, 11, 12), MARTA)]


def test_a_public_holiday_lengthens_the_wait_for_the_digest(office: Office, client: WebClient) -> None:
    office.choose(holiday_calendars=("JP",))  # 3 November is a day off there
    office.person(PRIYA, manager=MARTA)
    account = due_account(office)
    asking.tick(office.db, office.now, client)
    putting_off.disown(office.db, office.now, office.actor(), account)
    assert tick_daily(office, client, 7) == [(date(2026, 11, 6), MARTA)]


def test_what_nobody_takes_comes_back_to_the_manager_every_week_until_it_has_an_owner(
    office: Office, client: WebClient
) -> None:
    office.person(PRIYA, manager=MARTA)
    account = due_account(office)
    asking.tick(office.db, office.now, client)
    putting_off.disown(office.db, office.now, office.actor(), account)
    weekly = [(date(2026, 11, 5) + timedelta(days=7 * number), MARTA) for number in range(4)]
    assert tick_daily(office, client, 28) == weekly
    (item,) = Overdue.model_validate(office.messages("overdue")[-1].data).items
    assert item.orphan
    putting_off.snooze(office.db, office.now, office.actor(MARTA), account, date(2026, 12, 2))
    assert tick_daily(office, client, 3) == [(date(2026, 12, 2), MARTA)]  # not to whoever it isn't theirs
    handing_over.assign(office.db, office.now, office.actor(), account, DIEGO)
    assert {who for _, who in tick_daily(office, client, 5)} == {DIEGO}


def test_without_a_manager_or_channel_an_admin_is_asked_until_it_has_an_owner(
    office: Office, client: WebClient
) -> None:
    office.choose(admins=(PRIYA, DIEGO))
    account = due_account(office)
    asking.tick(office.db, office.now, client)
    putting_off.disown(office.db, office.now, office.actor(), account)
    assert tick_daily(office, client, 12) == [(date(2026, 11, 5), DIEGO), (date(2026, 11, 12), DIEGO)]


def test_without_a_manager_an_admin_hears_and_without_one_the_channel(office: Office) -> None:
    account = due_account(office)
    with pytest.raises(UserError, match="nobody to tell"):
        putting_off.disown(office.db, office.now, office.actor(), account)
    office.choose(fallback_channel=FALLBACK)
    assert putting_off.disown(office.db, office.now, office.actor(), account)[1] == FALLBACK
    office.choose(admins=(PRIYA, DIEGO))
    assert putting_off.disown(office.db, office.now, office.actor(), account)[1] == DIEGO
