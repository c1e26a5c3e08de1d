"""Out of office: who is asked meanwhile, and what comes on the return."""

from datetime import UTC, date, datetime, timedelta

import pytest
from slack_sdk import WebClient

from bot.errors import FieldError, NotAllowed
from bot.flows import absence, asking, people
from bot.store.database import Database
from bot.store.tables import Person
from bot.workspace_settings import CadenceSettings
from sandbox.workspace import TEAM_ID
from tests.flows.asked import FALLBACK, MONDAY, TODAY, asked, due_account, names, tick_daily
from tests.flows.office import DIEGO, MARTA, PRIYA, Office


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db, now=MONDAY, team=TEAM_ID)


def away(office: Office, last: date, *, first: date | None = None, who: str = PRIYA, by: str = PRIYA) -> None:
    absence.leave(office.db, office.now, office.actor(by), who, first=first, last=last)


def person(office: Office, user: str = PRIYA) -> Person:
    return next(row for row in office.rows(Person) if row.user == user)


def test_while_somebody_is_away_the_cover_is_asked(office: Office, client: WebClient) -> None:
    office.change(due_account(office), cover=DIEGO)
    away(office, TODAY + timedelta(days=30))
    assert asking.tick(office.db, office.now, client) == 1
    assert [(each.recipient, each.role) for each in asked(office)] == [(DIEGO, "cover")]


def test_without_a_cover_it_waits_for_the_return_and_then_asks_once(office: Office, client: WebClient) -> None:
    office.person(PRIYA, manager=MARTA)
    for number in range(3):
        due_account(office, f"Account {number}", on=TODAY + timedelta(days=2 * number))
    away(office, date(2026, 11, 13))  # the tenth working day after Monday the 2nd is the 16th
    assert tick_daily(office, client, 16) == [(date(2026, 11, 16), PRIYA)]
    assert names(asked(office)[0]) == ["Account 0", "Account 1", "Account 2"]


def test_after_ten_working_days_the_manager_is_asked_for_what_waited_so_long(office: Office, client: WebClient) -> None:
    office.person(PRIYA, manager=MARTA)
    due_account(office, "First")
    due_account(office, "Second", on=TODAY + timedelta(days=2))
    away(office, date(2027, 1, 3))
    assert tick_daily(office, client, 15)[0] == (date(2026, 11, 16), MARTA)
    assert [names(each) for each in asked(office)] == [["First"]]
    tick_daily(office, client, 8)
    assert names(asked(office)[-1]) == ["First", "Second"]
    assert {each.recipient for each in asked(office)} == {MARTA}


def test_holidays_lengthen_the_wait_and_without_a_manager_the_channel_is_asked(
    office: Office, client: WebClient
) -> None:
    office.choose(
        fallback_channel=FALLBACK, cadence=CadenceSettings(holidays=frozenset({date(2026, 11, 16), date(2026, 11, 17)}))
    )
    due_account(office)
    away(office, date(2027, 1, 3))
    assert tick_daily(office, client, 17) == [(date(2026, 11, 18), FALLBACK)]


def test_who_was_asked_and_then_leaves_is_not_reminded_but_after_the_return(office: Office, client: WebClient) -> None:
    due_account(office)
    asking.tick(office.db, office.now, client)
    away(office, date(2026, 11, 10), first=date(2026, 11, 4))
    assert tick_daily(office, client, 10) == [(date(2026, 11, 11), PRIYA)]
    assert asked(office)[-1].reminder == 1


def test_a_cover_gets_what_was_asked_before_and_is_reminded_anew(office: Office, client: WebClient) -> None:
    office.change(due_account(office), cover=DIEGO, cover_until=date(2026, 12, 24))
    asking.tick(office.db, office.now, client)
    away(office, date(2026, 12, 24))
    assert tick_daily(office, client, 4) == [(date(2026, 11, 5), DIEGO)]
    assert asked(office)[-1].reminder == 0


def test_a_cover_ends_by_itself(office: Office, client: WebClient) -> None:
    office.person(PRIYA, manager=MARTA)
    office.change(due_account(office), cover=DIEGO, cover_until=TODAY - timedelta(days=1))
    away(office, TODAY + timedelta(days=3))
    assert tick_daily(office, client, 5) == [(date(2026, 11, 6), PRIYA)]


def test_a_manager_who_is_away_too_is_not_asked(office: Office, client: WebClient) -> None:
    office.choose(fallback_channel=FALLBACK)
    office.person(PRIYA, manager=MARTA)
    due_account(office)
    for who in (PRIYA, MARTA):
        away(office, date(2027, 1, 3), who=who, by=who)
    assert tick_daily(office, client, 15) == [(date(2026, 11, 16), FALLBACK)]


def test_back_at_work_they_are_asked_at_once(office: Office, client: WebClient) -> None:
    due_account(office)
    away(office, TODAY + timedelta(days=30))
    assert tick_daily(office, client, 2) == []
    absence.back(office.db, office.now, office.actor(), PRIYA)
    assert [who for _, who in tick_daily(office, client, 1)] == [PRIYA]


def test_days_that_can_not_be_are_refused_and_so_are_others(office: Office) -> None:
    for last, first in (
        (TODAY - timedelta(days=1), None),
        (TODAY, TODAY + timedelta(days=1)),
        (date(2029, 1, 1), None),
    ):
        with pytest.raises(FieldError):
            away(office, last, first=first)
    office.choose(admins=(DIEGO,))
    office.person(PRIYA, manager=MARTA)
    for by in (DIEGO, MARTA):
        away(office, TODAY + timedelta(days=2), by=by)
        assert person(office).away_source == "admin"
    with pytest.raises(NotAllowed):
        away(office, TODAY, who=MARTA, by=PRIYA)


def status(text: str = "", emoji: str = "", ends: datetime | None = None) -> dict[str, object]:
    profile = {"status_text": text, "status_emoji": emoji, "status_expiration": int(ends.timestamp()) if ends else 0}
    return {"id": PRIYA, "name": "priya", "tz": "Europe/London", "profile": profile}


def seen(office: Office, **says: object) -> Person:
    people.take(office.db, office.now, office.workspace_id, PRIYA, status(**says))  # type: ignore[arg-type]  # its own words
    return person(office)


LAST_MINUTE = datetime(2026, 11, 13, 23, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "emoji"),
    [("Vacationing", ""), ("", ":palm_tree:"), ("OOO, back soon", ""), ("out of office", ":books:"), ("Im Urlaub", "")],
)
def test_a_status_of_vacation_counts_until_it_ends(office: Office, text: str, emoji: str) -> None:
    shown = seen(office, text=text, emoji=emoji, ends=LAST_MINUTE)
    assert (shown.away_from, shown.away_until, shown.away_source) == (TODAY, date(2026, 11, 13), "status")
    office.later(days=1)
    shown = seen(office, text=text, emoji=emoji, ends=LAST_MINUTE)
    assert shown.away_from == TODAY
    assert seen(office).away_until is None


@pytest.mark.parametrize(
    "says",
    [
        {"text": "In a meeting", "ends": LAST_MINUTE},
        {"text": "Holiday"},  # it never ends: people forget it
        {"text": "footlooooose", "ends": LAST_MINUTE},
        {"text": "Vacationing", "ends": datetime(2026, 10, 1, tzinfo=UTC)},
        {"text": "Vacationing", "ends": datetime(2036, 10, 1, tzinfo=UTC)},
    ],
)
def test_other_statuses_count_for_nothing(office: Office, says: dict[str, object]) -> None:
    assert seen(office, **says).away_until is None


def test_a_status_that_ends_at_midnight_covers_the_day_before(office: Office) -> None:
    assert seen(office, emoji=":palm_tree:", ends=datetime(2026, 11, 14, tzinfo=UTC)).away_until == date(2026, 11, 13)


def test_a_status_never_overrides_what_the_person_said(office: Office) -> None:
    away(office, date(2026, 11, 6))
    assert seen(office, emoji=":palm_tree:", ends=LAST_MINUTE).away_until == date(2026, 11, 6)
    assert seen(office).away_until == date(2026, 11, 6)
    absence.back(office.db, office.now, office.actor(), PRIYA)
    assert seen(office, emoji=":palm_tree:", ends=LAST_MINUTE).away_until is None
    seen(office)  # the status is over; the next one counts again
    assert seen(office, emoji=":palm_tree:", ends=LAST_MINUTE).away_until == date(2026, 11, 13)
