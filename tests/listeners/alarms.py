"""Accounts that moved into an alert cell, and their alerts as people see them."""

from fractions import Fraction
from typing import Any

from bot.flows import health, rating
from bot.views.survey import SurveyMeta, SurveyPage
from cmi_core import load_framework
from sandbox.person import Person
from tests.listeners.conftest import ALERTS, Office

MAOR = load_framework("maor-wittgen")


def rated(office: Office, name: str, level: int, chs: int | None = None) -> int:
    """An account with one level for all criteria, and a health score."""
    account = office.add(name).account_id
    if chs is not None:
        health.record(office.db, office.now(), office.actor(), account, Fraction(chs), submission=f"h:{name}")
    meta = SurveyMeta(submission=f"s:{name}", account_id=account, page=0, framework=MAOR.id, version=MAOR.version)
    answers: dict[str, int | None] = {criterion.id: level for criterion in MAOR.criteria}
    rating.submit(office.db, office.now(), office.actor(), SurveyPage(meta=meta, answers=answers))
    return account


def alert_of(person: Person, name: str) -> dict[str, Any]:
    """The account's alert, as it is now in the channel."""

    def look(state: dict[str, Any]) -> dict[str, Any] | None:
        return next((each for each in state["messages"][ALERTS] if each["text"].startswith(name)), None)

    found = person.wait_for(look)
    assert found is not None
    return found
