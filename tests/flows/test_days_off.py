"""Holidays: whole countries' and a workspace's own, and what they move."""

from datetime import UTC, date, datetime

import pytest

from bot.errors import NotAllowed
from bot.flows import days_off, public_holidays, turns
from bot.store.database import Database
from bot.views.holidays_form import HolidaysForm
from bot.workspace_settings import CadenceSettings, WorkspaceSettings
from tests.flows.office import DIEGO, PRIYA, Office

BAVARIA = {"DE-BY": "Germany: Bayern"}
# A Tuesday that is a holiday in Bavaria (Epiphany) and nowhere near Germany's north.
EPIPHANY = datetime(2026, 1, 6, 10, tzinfo=UTC)


@pytest.fixture
def office(db: Database) -> Office:
    office = Office(db, now=datetime(2026, 1, 2, 9, tzinfo=UTC))
    office.choose(admins=(PRIYA,))
    return office


def save(office: Office, **form: object) -> int:
    entered = HolidaysForm.model_validate(form)
    return days_off.write(office.db, office.now, office.actor(), entered)[1]


def test_on_a_holiday_of_a_chosen_calendar_nobody_is_asked(office: Office) -> None:
    assert turns.good_moment(EPIPHANY, None, office.settings()) == EPIPHANY.date()
    save(office, calendars=BAVARIA)
    assert turns.good_moment(EPIPHANY, None, office.settings()) is None
    save(office, calendars={"DE-HH": "Germany: Hamburg"})
    assert turns.good_moment(EPIPHANY, None, office.settings()) == EPIPHANY.date()


def test_due_dates_on_a_holiday_move_with_the_same_save(office: Office) -> None:
    office.choose(admins=(PRIYA,), cadence=CadenceSettings(mode="calendar_quarter"))
    account = office.account()
    office.rate(account, 3)
    assert office.get(account).next_due == date(2026, 4, 1)
    assert save(office, own=(date(2026, 4, 1), date(2026, 4, 2)), calendars=BAVARIA) == 1
    # 3 April is Good Friday, 6 April Easter Monday.
    assert office.get(account).next_due == date(2026, 4, 7)


def test_ones_own_days_and_the_calendars_are_kept_apart(office: Office) -> None:
    save(office, own=(date(2026, 12, 24),), calendars=BAVARIA)
    form = days_off.read(office.db, office.actor())
    assert (form.own, form.calendars) == ((date(2026, 12, 24),), BAVARIA)
    assert len(public_holidays.days(office.settings(), office.now)) > 50
    with pytest.raises(NotAllowed):
        days_off.read(office.db, office.actor(DIEGO))


def test_the_next_days_off_are_named() -> None:
    settings = WorkspaceSettings(
        holiday_calendars=("DE-BY", "US"), cadence=CadenceSettings(holidays=frozenset({date(2026, 12, 24)}))
    )
    own, christmas, second = public_holidays.coming(settings, date(2026, 12, 1), 3)
    assert (own.on, own.name) == (date(2026, 12, 24), "")
    assert christmas.name == "Christmas Day (DE-BY), Christmas Day (US)"
    assert second.on == date(2026, 12, 26)


def test_a_calendar_that_the_library_dropped_is_no_holiday() -> None:
    assert public_holidays.days(WorkspaceSettings(holiday_calendars=("ZZ", "DE-ZZ")), EPIPHANY) == frozenset()


@pytest.mark.parametrize("words", ["bavaria", "DE-BY", "bayern germany"])
def test_calendars_are_found_by_name_or_code(words: str) -> None:
    found = days_off.search(words)
    assert list(found) == ([] if words == "bavaria" else ["DE-BY"])


def test_every_country_has_a_name() -> None:
    named = public_holidays.calendars()
    assert named["GB"] == "United Kingdom"
    assert len(named) > 500
    assert all(name and name != code for code, name in named.items() if "-" not in code)
