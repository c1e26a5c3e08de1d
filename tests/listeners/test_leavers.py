"""Somebody leaves: the admin hears of it, and hands the accounts over from the message."""

from datetime import UTC, datetime
from typing import Any

import httpx

from bot.flows import accounts, leavers
from sandbox.person import Person
from tests.listeners.conftest import ADMIN, DIEGO, PRIYA, Office
from tests.listeners.talk import window

# Any working day that is over: what was owed then is sent at once.
NOON = datetime(2024, 8, 14, 12, tzinfo=UTC)


def told(person: Person, words: str) -> dict[str, Any]:
    found = [each for each in person.dm() if words in str(each["blocks"])]
    return found[-1] if found else {}


def test_the_accounts_of_who_left_are_handed_over(delivering: Office) -> None:
    office = delivering
    for name in ("Acme", "Globex"):
        office.add(name, DIEGO)
    people = f"{office.sandbox.url}/control/people"
    httpx.post(people, json={"id": DIEGO, "deleted": True}, trust_env=False).raise_for_status()
    ada = office.person(ADMIN)
    ada.wait_for(lambda _: leavers.tick(office.db, NOON))
    message = ada.wait_for(lambda _: told(ada, "has left Slack"))
    assert "*2 accounts* are theirs: Acme, Globex" in str(message["blocks"])
    ada.click("Hand over…", where=message)
    assert "owns *2 accounts*" in str(window(ada, "Hand over accounts")["blocks"])
    assert set(ada.submit()) == {"owner"}
    ada.fill({"Who gets all of them": DIEGO})
    assert "has left Slack" in ada.submit()["owner"]
    ada.fill({"Who gets all of them": PRIYA})
    assert ada.submit() == {}
    window(ada, "Handed over")
    ada.close()
    found = accounts.find(office.db, office.now(), office.actor(), "Acme").exact
    assert found is not None
    assert found.owner == PRIYA
    ada.wait_for(lambda _: told(ada, f"<@{ADMIN}> handed them over"))
    ada.click("Hand over…", where=message)
    ada.wait_for(lambda state: "owns no accounts" in str(state))
