"""The rhythm and the limits that an admin sets: each is in force from the next moment on."""

from datetime import date, time
from typing import Any

import pytest

from bot.errors import NotAllowed
from bot.flows import accounts, cadence
from bot.flows.actor import Actor
from bot.store.database import Database
from bot.views.cadence_form import CadenceForm
from bot.workspace_settings import CadenceSettings
from cmi_core.freshness import FreshnessLimits
from tests.flows.office import DIEGO, PRIYA, Office


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db)


def change(office: Office, actor: Actor | None = None, **update: Any) -> int:
    """Send the form with some fields changed; numbers by their own names."""
    form = cadence.read(office.db, office.actor())
    fields = {key: update.pop(key) for key in tuple(update) if key in CadenceForm.model_fields}
    form = form.model_copy(update={**fields, "numbers": {**form.numbers, **update}})
    return cadence.write(office.db, office.now, actor or office.actor(), form)


def test_another_interval_gives_rated_accounts_their_new_day(office: Office) -> None:
    rated, never = office.account("Rated"), office.account("Never")
    office.rate(rated, 4)
    unrated_due = office.get(never).next_due
    assert office.get(rated).next_due == date(2026, 11, 12)
    assert change(office, months=6) == 1
    assert (office.get(rated).next_due, office.get(rated).ask_on) == (date(2027, 2, 12),) * 2
    assert office.get(never).next_due == unrated_due
    assert change(office) == 0  # nothing else changed


def test_the_calendar_quarters_first_working_day_instead(office: Office) -> None:
    account = office.account()
    office.rate(account, 4)
    office.choose(cadence=CadenceSettings(holidays=frozenset({date(2026, 10, 1)})))
    change(office, mode="calendar_quarter")
    assert office.get(account).next_due == date(2026, 10, 2)
    office.later(days=20)
    office.rate(account, 3)
    assert office.get(account).next_due == date(2026, 10, 2)


def test_a_renewal_brings_the_date_forward_by_the_lead_that_is_set(office: Office) -> None:
    account = office.account()
    office.change(account, renewal_date=date(2026, 12, 1))
    office.rate(account, 4)
    assert office.get(account).next_due == date(2026, 10, 2)
    change(office, renewal_lead_days=30)
    assert office.get(account).next_due == date(2026, 11, 1)
    change(office, renewal_lead_days=0)
    assert office.get(account).next_due == date(2026, 11, 12)


def test_who_is_being_asked_goes_on_being_asked(office: Office) -> None:
    account = office.account()
    office.rate(account, 4)
    office.change(account, ask_on=None)
    assert change(office, months=6) == 0
    assert (office.get(account).next_due, office.get(account).ask_on) == (date(2026, 11, 12), None)


def test_the_limits_of_age_follow_the_form(office: Office) -> None:
    account = office.account()
    office.rate(account, 4)
    office.type_health(account, 80)
    office.later(days=100)
    card = accounts.card(office.db, office.now, office.actor(), account)
    assert card.standing.stale == ("chs",)
    change(office, chs_days=120, months=2, cmi_grace_days=5)
    card = accounts.card(office.db, office.now, office.actor(), account)
    assert card.standing.stale == ("cmi",)  # due after two months, and five days of grace are over
    assert office.settings().freshness == FreshnessLimits(cmi_months=2, cmi_grace_days=5, chs_days=120)


def test_the_quiet_period_and_the_rules_for_batches_are_settings(office: Office) -> None:
    change(office, quiet_days=2, summary_over=1, breaker_over=3, breaker_percent=50)
    found = office.settings()
    assert (found.quiet_days, found.batches.summary_over, found.batches.breaker_over) == (2, 1, 3)
    assert found.batches.breaker_share * 2 == 1


def test_how_people_are_asked_is_a_setting(office: Office) -> None:
    week = ("Sunday", "Monday")
    hours: dict[str, Any] = {"hours_from": time(8), "hours_to": time(12), "workdays": week}
    change(office, reminders=(1, 2, 3), take_along_days=0, ask_every_days=14, **hours)
    found = office.settings().cadence
    assert (found.reminders.first, found.reminders.second, found.reminders.digest) == (1, 2, 3)
    assert (found.hours_from, found.hours_to, found.workdays) == (time(8), time(12), week)
    assert (found.take_along_days, found.ask_every_days) == (0, 14)


def test_only_admins_may(office: Office) -> None:
    form = cadence.read(office.db, office.actor())
    office.choose(admins=(PRIYA,))
    with pytest.raises(NotAllowed):
        cadence.read(office.db, office.actor(DIEGO))
    with pytest.raises(NotAllowed):
        cadence.write(office.db, office.now, office.actor(DIEGO), form)
