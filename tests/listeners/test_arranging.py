"""Handing over, cover, absence, putting off, intervals: as people do it in Slack."""

from datetime import timedelta

import httpx
import pytest

from bot.flows import accounts
from bot.store import people
from bot.views.text import day
from tests.listeners.conftest import ADMIN, DIEGO, MANAGER, PRIYA, Office
from tests.listeners.talk import answer, command, window


def owner(office: Office, name: str) -> str | None:
    found = accounts.find(office.db, office.now(), office.actor(), name).exact
    assert found is not None
    return found.owner


def cover(office: Office, name: str) -> str | None:
    found = accounts.find(office.db, office.now(), office.actor(), name).exact
    assert found is not None
    return found.cover


def test_several_accounts_are_given_to_one_owner_in_the_form(office: Office) -> None:
    for name in ("Alpha", "Beta"):
        office.add(name)
    priya = office.person()
    priya.command("/cmi assign")
    window(priya, "Assign accounts")
    chosen = [
        {"value": option["value"], "text": option["text"]["text"]}
        for name in ("Alpha", "Beta")
        for option in priya.options("Accounts", name)
    ]
    priya.choose("Accounts", chosen)
    assert set(priya.submit()) == {"owner"}
    priya.fill({"Owner": DIEGO})
    assert priya.submit() == {}
    assert "*Alpha*, *Beta* now belong" in str(window(priya, "Handed over")["blocks"])
    assert (owner(office, "Alpha"), owner(office, "Beta")) == (DIEGO, DIEGO)
    priya.close()


def test_all_that_somebody_owns_goes_after_a_look_at_what_it_is(office: Office) -> None:
    for name in ("Gamma", "Delta"):
        office.add(name, MANAGER)
    ada = office.person(ADMIN)
    ada.command(f"/cmi assign <@{MANAGER}> <@{PRIYA}>")
    assert "*2 accounts* of" in str(window(ada, "Hand over accounts")["blocks"])
    assert ada.submit() == {}
    assert "2 accounts of" in str(window(ada, "Handed over")["blocks"])
    assert owner(office, "Gamma") == PRIYA
    ada.close()


@pytest.mark.parametrize(("says", "why"), [({"deleted": True}, "has left Slack"), ({"is_restricted": True}, "a guest")])
def test_who_can_not_be_an_owner_is_refused_under_the_field(office: Office, says: dict[str, bool], why: str) -> None:
    office.add(f"Refused {why}")
    stranger = f"U01{sum(map(ord, why))}"
    httpx.post(
        f"{office.sandbox.url}/control/people", json={"id": stranger, "name": "sam", **says}, trust_env=False
    ).raise_for_status()
    priya = office.person()
    priya.command(f"/cmi assign Refused {why} <@{stranger}>")
    priya.wait_for(lambda _: why in answer(priya)["text"])
    priya.command(f"/cmi assign refused {why}")
    window(priya, "Assign accounts")
    priya.fill({"Owner": stranger})
    assert why in priya.submit()["owner"]
    priya.close()


def test_a_cover_is_named_for_an_account_or_for_all(office: Office) -> None:
    office.add("Epsilon")
    priya = office.person()
    until = (office.now() + timedelta(days=20)).date()
    priya.command(f"/cmi cover Epsilon <@{DIEGO}> until {until}")
    priya.wait_for(lambda _: f"covers Epsilon until {day(until)}" in answer(priya)["text"])
    assert cover(office, "Epsilon") == DIEGO
    assert f"covered by <@{DIEGO}> until" in command(priya, "/cmi account Epsilon")
    assert "Nobody covers Epsilon any more" in command(priya, "/cmi cover Epsilon nobody")
    assert "can't be read as a day" in command(priya, f"/cmi cover Epsilon <@{DIEGO}> until 31 Feb")
    priya.command(f"/cmi cover all <@{DIEGO}> until {until}")
    priya.wait_for(lambda _: "accounts until" in answer(priya)["text"])
    assert cover(office, "Epsilon") == DIEGO
    priya.command("/cmi cover")
    window(priya, "Cover")
    priya.fill({"For what": "One account"})
    assert set(priya.submit()) == {"account"}
    priya.close()


def test_somebody_says_that_they_are_away_and_back(office: Office) -> None:
    diego = office.person(DIEGO)
    last = (office.now() + timedelta(days=9)).date()
    assert f"until {day(last)}" in command(diego, f"/cmi away until {last}")
    with office.db.read() as session:
        known = people.find(session, office.actor().workspace_id, [DIEGO])[DIEGO]
        assert known.away_until == last
        assert known.away_from is not None
    diego.command("/cmi away")
    assert f"You are away from {day(known.away_from)} until" in str(window(diego, "Away")["blocks"])
    diego.click("Back at work")
    diego.wait_for(lambda state: "You are at work" in str(state["views"][-1]["blocks"]))
    diego.close(everything=True)
    with office.db.read() as session:
        assert people.find(session, office.actor().workspace_id, [DIEGO])[DIEGO].away_until is None
    assert "You are at work" in command(diego, "/cmi back")
    assert "Try 3 Jan" in command(diego, "/cmi away until whenever")
    diego.command("/cmi away")
    window(diego, "Away")
    assert set(diego.submit()) == {"last"}
    diego.fill({"Last day away": (office.now() - timedelta(days=2)).date().isoformat()})
    assert "That day is over" in diego.submit()["last"]
    diego.close()


def test_a_rating_is_put_off_with_a_command_and_in_the_window(office: Office) -> None:
    office.add("Zeta")
    priya = office.person()
    until = (office.now() + timedelta(days=5)).date()
    assert command(priya, f"/cmi snooze Zeta until {until}").startswith(f"Zeta is put off until {day(until)}.")
    assert f"put off until {day(until)}" in command(priya, "/cmi account Zeta")
    assert "at the latest" in command(priya, "/cmi snooze Zeta until in 2 months")
    priya.command("/cmi snooze Zeta")
    window(priya, "Not now")
    assert set(priya.submit()) == {"until"}
    priya.fill({"What shall happen": "Ask a colleague this once", "Colleague": DIEGO})
    assert priya.submit() == {}
    assert f"<@{DIEGO}> is asked to rate *Zeta* this once" in str(priya.wait_for(lambda s: s["views"][-1])["blocks"])
    priya.close()


def test_an_account_gets_an_interval_of_its_own(office: Office) -> None:
    office.add("Eta")
    priya = office.person()
    command(priya, "/cmi account Eta")
    priya.click("More…", where=answer(priya))
    window(priya, "More")
    priya.click("Interval")
    window(priya, "Interval")
    priya.fill({"Interval in months": "99"})
    assert "1 to 36" in priya.submit()["months"]
    priya.fill({"Interval in months": "6"})
    assert priya.submit() == {}
    assert "rated every 6 months" in str(window(priya, "Account")["blocks"])
    priya.close()
