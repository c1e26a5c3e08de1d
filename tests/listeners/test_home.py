"""The app's Home, as people use it."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import delete, update

from bot.flows import accounts, health
from bot.store.tables import Account, Person, Workspace
from bot.views.account_form import NewAccount
from cmi_core import load_framework
from sandbox.person import Person as Client
from tests.listeners.conftest import ADMIN, DIEGO, MANAGER, PRIYA, Office
from tests.listeners.talk import answer_page, command, window
from tests.views.test_home import said

IDS = [criterion.id for criterion in load_framework("maor-wittgen").criteria]


@pytest.fixture(autouse=True)
def fresh(office: Office) -> None:
    """Each test begins with an empty portfolio and one admin."""
    with office.db.write() as session:
        session.execute(delete(Account))
        session.execute(delete(Person))
        row = session.get_one(Workspace, 1)
        row.settings = {"admins": [ADMIN], "alert_channel": "C01CSALERT", "fallback_channel": "C01GENERAL"}
        row.version += 1


def shows(person: Client, *wanted: str, without: str = "") -> str:
    """Wait until the Home says all this, and not `without`; all that it says."""

    def look(state: dict[str, Any]) -> str:
        text = said(state["home"]) if state["home"] else ""
        return text if all(each in text for each in wanted) and (not without or without not in text) else ""

    return person.wait_for(look)


def opened(person: Client, *wanted: str, without: str = "") -> str:
    before = (person.state()["home"] or {}).get("hash")
    person.home()
    person.wait_for(lambda state: state["home"] and state["home"]["hash"] != before)
    return shows(person, *wanted, without=without)


def press(person: Client, label: str) -> None:
    """Press a button of the Home by what a screen reader says."""
    home = person.state()["home"]
    for block in home["blocks"]:
        for element in [*block.get("elements", []), *filter(None, [block.get("accessory")])]:
            if element["type"] == "button" and label in (element.get("accessibility_label"), element["text"]["text"]):
                person.act("click", where={"home": True}, block_id=block["block_id"], action_id=element["action_id"])
                return
    raise AssertionError(f"no button {label!r} in {said(home)}")


def rate(person: Client) -> None:
    """Fill in the open survey."""
    answer_page(person, IDS[:6])
    assert person.submit() == {}
    answer_page(person, IDS[6:])
    assert person.submit() == {}
    window(person, "Saved")
    person.close()


def test_what_is_rated_leaves_the_queue(office: Office) -> None:
    office.add("Acme")
    office.add("Globex")
    priya = office.person()
    text = opened(priya, "2 accounts, 2 due for a rating.", "To rate", "This quarter: 0 of 2 rated")
    assert "not rated yet" in text
    press(priya, "Rate Acme")
    window(priya, "Rate an account")
    rate(priya)
    text = shows(priya, "2 accounts, 1 due for a rating.", "This quarter: 1 of 2 rated")
    assert text.index("Globex") < text.index("Your other accounts") < text.index("Acme")


def test_a_draft_is_offered_and_gone_on_with(office: Office) -> None:
    office.add("Acme")
    priya = office.person()
    opened(priya, "To rate", without="To finish")
    press(priya, "Rate Acme")
    window(priya, "Rate an account")
    answer_page(priya, IDS[:6], "4")
    assert priya.submit() == {}
    priya.close()
    shows(priya, "To finish", "*Acme*  6 answers kept")
    press(priya, "Continue with Acme")
    window(priya, "Rate an account")
    priya.close(everything=True)


def test_somebody_elses_rating_and_health_show_on_the_owners_home(office: Office) -> None:
    office.add("Acme")
    priya, diego = office.person(), office.person(DIEGO)
    opened(priya, "no health yet")
    assert "health 77" in command(diego, "/cmi health Acme 77")
    shows(priya, "health 77")
    diego.command("/cmi score Acme")
    window(diego, "Rate an account")
    rate(diego)
    shows(priya, "CMI 2.0", "nothing due today")


def test_an_account_given_away_leaves_one_home_for_the_other(office: Office) -> None:
    office.add("Acme")
    office.add("Hooli")
    priya, diego = office.person(), office.person(DIEGO)
    opened(priya, "Acme")
    opened(diego, "No account is yours yet.", f"Ask <@{ADMIN}>")
    priya.command(f"/cmi assign Acme <@{DIEGO}>")
    shows(diego, "1 account", "Acme")
    shows(priya, "1 account", without="Acme")


def test_an_alert_is_taken_on_from_the_home(office: Office) -> None:
    acme = office.add("Acme")
    priya, diego = office.person(), office.person(DIEGO)
    priya.command("/cmi score Acme")
    window(priya, "Rate an account")
    rate(priya)
    health.record(office.db, office.now(), office.actor(), acme.account_id, Fraction(20), submission="low")
    opened(priya, "Your open alerts", "*Acme*  Let Churn, alert from today", "Nobody is on it yet.")
    press(priya, "I'm on it: Acme")
    shows(priya, f"<@{PRIYA}> is on it.", without="I'm on it")
    press(priya, "Decide about Acme")
    assert "Let go" in str(priya.wait_for(lambda state: state["views"]))
    priya.close(everything=True)
    opened(diego, without="Your open alerts")


def test_130_accounts_are_paged_and_the_page_outlives_a_change(office: Office) -> None:
    many(office, 130)
    priya = office.person()
    opened(priya, "130 accounts, 130 due", "1 to 20 of 130")
    press(priya, "The accounts after")
    text = shows(priya, "21 to 40 of 130", "Account 020", "Account 039")
    assert "Account 019" not in text
    assert "To rate" not in text
    press(priya, "The accounts after")
    shows(priya, "41 to 60 of 130")
    command(priya, "/cmi health Account 055 77")
    assert "41 to 60 of 130" in shows(priya, "health 77")
    for page in range(3, 7):
        press(priya, "The accounts after")
        shows(priya, f"{page * 20 + 1} to {min(page * 20 + 20, 130)} of 130")
    assert "The accounts after" not in str(priya.state()["home"])
    press(priya, "The accounts before")
    shows(priya, "101 to 120 of 130")
    press(priya, "Show all my accounts from the beginning")
    shows(priya, "1 to 20 of 130", "To rate")


def many(office: Office, number: int) -> None:
    for index in range(number):
        accounts.create(office.db, office.now(), office.actor(), NewAccount(name=f"Account {index:03}"))


def test_a_list_is_chosen_and_an_empty_one_says_so(office: Office) -> None:
    office.add("Acme")
    priya = office.person()
    opened(priya, "Acme")
    priya.choose("home_only", "no_health")
    shows(priya, "*No health: 1 of your 1 account*")
    priya.choose("home_only", "save")
    shows(priya, "*Save*: none of your customers is there.", without="Acme")
    priya.home()
    shows(priya, "*Save*: none of your customers is there.")
    press(priya, "Show all my accounts from the beginning")
    shows(priya, "To rate", "Acme")


def test_an_account_is_found_from_the_home(office: Office) -> None:
    office.add("Acme")
    office.add("Stark Industries", DIEGO)
    priya = office.person()
    opened(priya, "Acme")
    press(priya, "Find an account")
    window(priya, "Choose an account")
    found = priya.options("Account", "stark")
    priya.choose("Account", {"value": found[0]["value"], "text": found[0]["text"]["text"]})
    assert priya.submit() == {}
    assert "Stark Industries" in said(window(priya, "Account"))
    priya.close(everything=True)


def test_the_words_are_explained(office: Office) -> None:
    priya = office.person()
    opened(priya, "Welcome to CMI Bot", "1. Add an account")
    press(priya, "What do these words mean?")
    assert "Customer Maturity Index" in said(window(priya, "Words"))
    priya.close()


def test_a_leader_looks_at_the_team_and_at_all(office: Office) -> None:
    office.add("Acme", PRIYA)
    office.add("Globex", DIEGO)
    with office.db.write() as session:
        session.add(Person(workspace_id=1, user=PRIYA, manager=MANAGER))
        session.execute(update(Account).values(next_due=office.now().date() - timedelta(days=3)))
    boss = office.person(MANAGER)
    opened(boss, "1 customer, 0 on the map.", "Overdue by owner", f"<@{PRIYA}>: 1 overdue, the longest by 3 days")
    boss.choose("home_scope", "Everyone")
    shows(boss, "2 customers, 0 on the map.", without="Overdue by owner")
    boss.choose("home_tab", "My accounts")
    shows(boss, "No account is yours yet.")
    boss.choose("home_tab", "Portfolio")
    shows(boss, "2 customers, 0 on the map.")
    press(boss, "Open the portfolio")
    window(boss, "Portfolio")
    boss.close()


def test_an_admin_sees_what_is_left_to_set_up_each_with_its_button(office: Office) -> None:
    with office.db.write() as session:
        row = session.get_one(Workspace, 1)
        row.settings = {"admins": [ADMIN]}
    ada = office.person(ADMIN)
    opened(ada, "Set-up", "3 left to do.", "• *to do*  Alert channel")
    press(ada, "Channels and admins")
    assert "alert_channel" in str(ada.wait_for(lambda state: state["views"]))
    ada.close(everything=True)
    office.person(DIEGO).home()
    assert "home_tab" not in str(office.person(DIEGO).state()["home"])


def test_a_second_press_turns_one_page(office: Office) -> None:
    many(office, 70)
    priya = office.person()
    opened(priya, "1 to 20 of 70")
    home = priya.state()["home"]
    block = next(block for block in home["blocks"] if "home_next" in str(block))
    for _ in range(2):
        priya.act("click", where={"home": True}, block_id=block["block_id"], action_id="home_next")
    shows(priya, "21 to 40 of 70")


def test_the_map_of_a_leaders_home_comes_as_a_picture_and_stays(office: Office) -> None:
    acme = office.add("Acme", PRIYA)
    with office.db.write() as session:
        session.add(Person(workspace_id=1, user=MANAGER, role="leader"))
    priya, boss = office.person(), office.person(MANAGER)
    priya.command("/cmi score Acme")
    window(priya, "Rate an account")
    rate(priya)
    health.record(office.db, office.now(), office.actor(), acme.account_id, Fraction(80), submission="high")
    opened(boss, "1 customer, 1 on the map: 1 Retain.")
    boss.wait_for(lambda state: images(state["home"]))
    shown = published(office, MANAGER)
    opened(boss, "1 customer, 1 on the map: 1 Retain.")
    assert published(office, MANAGER) == shown + 1
    assert len(images(boss.state()["home"])) == 1


def published(office: Office, person: str) -> int:
    calls = office.sandbox.calls.since(0)
    return sum(each["method"] == "views.publish" and each["args"]["user_id"] == person for each in calls)


def images(home: dict[str, Any]) -> list[dict[str, Any]]:
    return [block for block in home["blocks"] if block["type"] == "image" and block["alt_text"]]
