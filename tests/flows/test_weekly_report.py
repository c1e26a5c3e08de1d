"""The weekly report: who gets it, when, and what it tells."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

import pytest
from slack_sdk import WebClient
from sqlalchemy import event

from bot.errors import NotAllowed
from bot.flows import asking, weekly_report, weekly_settings
from bot.store import people
from bot.store.database import Database
from bot.store.tables import Person
from bot.views.report import Report
from bot.views.weekly_form import WeeklyForm
from bot.workspace_settings import CadenceSettings, WeeklySettings
from sandbox.workspace import TEAM_ID
from tests.flows.asked import MONDAY, TODAY, TOKYO, due_account
from tests.flows.office import DIEGO, MARTA, PRIYA, Office

HOUR = timedelta(hours=1)


@pytest.fixture
def office(db: Database) -> Office:
    """Marta leads all, Diego manages Priya, who owns what there is."""
    office = Office(db, now=MONDAY, team=TEAM_ID)
    office.choose(admins=("U01ADMIN",), alert_channel="C01ALERTS")
    office.person(PRIYA, manager=DIEGO, zone="Europe/London")
    office.person(DIEGO, zone="Europe/London")
    office.person(MARTA, role="leader", zone="Europe/London")
    office.account("Acme")
    return office


def tick(office: Office, client: WebClient) -> list[str]:
    """Who gets the report now."""
    seen = {row.id for row in office.messages("report")}
    weekly_report.tick(office.db, office.now, client)
    return sorted(row.recipient for row in office.messages("report") if row.id not in seen)


def said(office: Office, user: str) -> str:
    data = next(row.data for row in reversed(office.messages("report")) if row.recipient == user)
    report = Report.model_validate(data)
    return "\n".join([report.opening, *(figure.text for figure in report.figures)])


def test_leaders_and_managers_get_it_once_a_week(office: Office, client: WebClient) -> None:
    days = []
    for _ in range(14 * 6):
        days += [(office.now.date(), user) for user in tick(office, client)]
        office.later(hours=4)
    week_later = TODAY + timedelta(days=7)
    assert days == [(TODAY, DIEGO), (TODAY, MARTA), (week_later, DIEGO), (week_later, MARTA)]
    with office.db.read() as session:
        assert people.find(session, office.workspace_id, [MARTA])[MARTA].last_messaged_on == week_later


def test_it_comes_at_their_hours_and_not_before_prompts(office: Office, client: WebClient) -> None:
    office.now = MONDAY - HOUR  # nine o'clock in London, and evening in Tokyo
    office.person(TOKYO, role="leader", zone="Asia/Tokyo")
    assert tick(office, client) == []
    office.later(hours=1)
    assert tick(office, client) == [DIEGO, MARTA]
    office.later(hours=14)
    assert tick(office, client) == [TOKYO]  # nine o'clock there: it is late already


def test_on_a_holiday_or_after_another_message_it_comes_on_the_next_working_day(
    office: Office, client: WebClient
) -> None:
    office.choose(cadence=CadenceSettings(holidays=frozenset({TODAY})))
    assert tick(office, client) == []
    office.later(days=1, hours=-1)
    office.person(MARTA, last_messaged_on=office.now.date())
    assert tick(office, client) == [DIEGO]  # as the day begins: it is late already
    office.later(days=1)
    assert tick(office, client) == [MARTA]


def test_an_owners_prompt_comes_before_the_report(office: Office, client: WebClient) -> None:
    due_account(office, "Due", owner=MARTA)
    assert tick(office, client) == [DIEGO]  # whichever tick looks first
    asking.tick(office.db, office.now, client)
    assert {row.recipient for row in office.messages("prompt")} == {PRIYA, MARTA}
    assert tick(office, client) == []
    assert tick(office.later(days=1), client) == [MARTA]


def test_who_is_away_all_week_misses_it(office: Office, client: WebClient) -> None:
    office.person(MARTA, away_from=TODAY, away_until=TODAY + timedelta(days=5))
    for _ in range(7 * 6):
        assert MARTA not in tick(office, client)
        office.later(hours=4)
    assert MARTA in tick(office, client)


def test_each_can_stop_it_and_have_it_again_and_anybody_else_can_ask_for_it(office: Office, client: WebClient) -> None:
    weekly_settings.want(office.db, office.actor(MARTA), wanted=False)
    weekly_settings.want(office.db, office.actor(TOKYO), wanted=True)
    office.person(TOKYO, role="viewer", zone="Europe/London")
    assert tick(office, client) == [DIEGO, TOKYO]
    weekly_settings.want(office.db, office.actor(MARTA), wanted=True)
    assert tick(office, client) == [MARTA]


def test_an_admin_chooses_the_day_and_the_hour_or_stops_it(office: Office, client: WebClient) -> None:
    admin = office.actor("U01ADMIN")
    form = WeeklyForm(weekday="Wednesday", at=15)
    with pytest.raises(NotAllowed):
        weekly_settings.write(office.db, office.now, office.actor(MARTA), form)
    weekly_settings.write(office.db, office.now, admin, form)
    assert weekly_settings.read(office.db, admin) == form
    assert office.settings().weekly == WeeklySettings(weekday="Wednesday", at=time(15))
    sent = []
    for _ in range(7 * 24):
        if tick(office, client):
            sent.append(office.now)
        office.later(hours=1)
    assert sent == [datetime(2026, 11, 4, 15, tzinfo=UTC)]
    weekly_settings.write(office.db, office.now, admin, form.model_copy(update={"on": False}))
    for _ in range(7 * 6):
        assert tick(office, client) == []
        office.later(hours=4)


def test_a_manager_of_whom_nothing_was_known_is_read_first(office: Office, client: WebClient) -> None:
    office.person(PRIYA, manager=TOKYO)
    assert tick(office, client) == [MARTA]
    known = {row.user: row.zone for row in office.rows(Person)}
    assert known[TOKYO] == "Asia/Tokyo"
    office.later(hours=15)
    assert tick(office, client) == [TOKYO]


def test_each_hears_of_what_is_theirs_to_see(office: Office, client: WebClient) -> None:
    office.due(office.account("Globex", owner=MARTA), TODAY + timedelta(days=30))
    tick(office, client)
    assert "your team of 2. Rated in time: 0 of 1 (0.0 %)" in said(office, DIEGO)
    assert "all customers. Rated in time: 0 of 2 (0.0 %)" in said(office, MARTA)


def test_it_tells_what_happened_in_the_week(office: Office, client: WebClient) -> None:
    office.now = datetime(2026, 10, 20, 9, tzinfo=UTC)
    for name in ("Falling", "Rising", "Staying"):
        office.rate(office.account(name), 5, health=20 if name == "Rising" else 90)
    office.now = datetime(2026, 10, 28, 9, tzinfo=UTC)
    ids = {row.name: row.id for row in office.rows(type(office.get(1)))}
    office.type_health(ids["Falling"], 20)
    office.type_health(ids["Rising"], 90)
    office.due(ids["Staying"], date(2026, 10, 20))
    office.account("Nobody's")
    office.change(ids["Acme"], owner="U01GONE", next_due=None)
    office.person("U01GONE", state="deactivated")
    office.now = MONDAY
    tick(office, client)
    text = said(office, MARTA)
    assert "Into Save, 1: Falling (from Expand and Leverage)" in text
    assert "Into Expand and Leverage, 1: Rising (from Save)" in text
    assert "*Open alerts*: 1, nobody is on 1 of them\nFalling, Save, opened 5 days ago" in text
    assert f"<@{PRIYA}>: 2 overdue, the longest by 13 days" in text
    assert "1 customer belongs to nobody who is here." in text
    report = Report.model_validate(office.messages("report")[0].data)
    assert report.figures[-1].drawing is not None
    assert report.weekly is not None


def test_without_customers_there_is_nothing_to_tell(office: Office, client: WebClient) -> None:
    office.change(1, lifecycle="churned")
    assert tick(office, client) == []
    assert {row.weekly_for for row in office.rows(Person) if row.user in (MARTA, DIEGO)} == {TODAY}


@contextmanager
def selects(db: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "count(" in statement or "placements" in statement:
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_what_several_see_alike_is_read_once(office: Office, client: WebClient) -> None:
    with selects(office.db) as one:
        assert len(tick(office, client)) == 2
    for number in range(5):
        office.person(f"U01LEAD{number}", role="leader", zone="Europe/London")
    office.later(days=7)
    for row in office.rows(Person):
        office.person(row.user)  # read lately
    with selects(office.db) as many:
        assert len(tick(office, client)) == 7
    assert len(many) == len(one)
