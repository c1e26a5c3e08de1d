"""Adding, seeing and giving away accounts, and typing their health."""

import pytest

from bot.flows import accounts
from sandbox.reading import seen_text
from tests.listeners.conftest import DIEGO, PRIYA, Office
from tests.listeners.talk import answer, answer_page, command, window


def test_an_account_is_added_and_the_next_step_offered(office: Office) -> None:
    priya = office.person()
    priya.command('/cmi new "Initech, Inc."')
    window(priya, "New account")
    priya.fill({"Industry": "Software", "Renewal date": "2027-03-01"})
    assert priya.submit() == {}
    assert "is added. Its owner is <@U01PRIYA00>" in str(window(priya, "Added")["blocks"])
    priya.wait_for(lambda state: "Initech, Inc." in str(state["home"]))
    priya.click("Rate")
    window(priya, "Rate an account")
    priya.close()


def test_a_team_is_rated_by_its_own_framework_and_has_no_place_on_the_map(office: Office) -> None:
    priya = office.person()
    priya.command("/cmi new CS Nordics")
    window(priya, "New account")
    priya.fill({"What is it": "Team"})
    assert priya.submit() == {}
    window(priya, "Added")
    priya.click("Rate")
    window(priya, "Rate an account")
    for question in ("skill", "process", "data", "technology", "organization"):
        priya.choose(f"question:{question}", "3")
    assert priya.submit() == {}
    saved = str(window(priya, "Saved")["blocks"])
    assert "CMI 3.0 (Repeatable)" in saved
    assert "map" not in saved
    priya.close()
    assert "CMI 3.0 (Repeatable)" in command(priya, "/cmi account CS Nordics")
    assert "Only customers have a health score" in command(priya, "/cmi health CS Nordics 50")


def test_a_name_that_is_taken_is_an_error_under_the_name(office: Office) -> None:
    office.add("Twice")
    priya = office.person()
    priya.command("/cmi new TWICE")
    window(priya, "New account")
    assert set(priya.submit()) == {"name"}
    priya.close()


def test_the_card_is_for_the_one_who_asks(office: Office) -> None:
    office.add("Soylent")
    priya, diego = office.person(), office.person(DIEGO)
    text = command(priya, "/cmi account soylent")
    assert "no CMI yet · no health yet · not on the map" in text
    assert "owner: <@U01PRIYA00>" in text
    assert "Soylent" not in str(diego.messages("general"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/cmi health Studio 54 61", "health 61"),
        ('/cmi health "Studio 54" 62%', "health 62"),
        ("/cmi health Studio 54 141", "141 is off the scale: please enter a number from 0 to 100."),
    ],
)
def test_health_is_typed_with_the_command(office: Office, typed: str, said: str) -> None:
    if not accounts.find(office.db, office.now(), office.actor(), "Studio 54").exact:
        office.add("Studio 54")
    assert said in command(office.person(), typed)


def test_a_name_that_ends_in_a_number_opens_the_form(office: Office) -> None:
    office.add("Area 51")
    priya = office.person()
    priya.command("/cmi health Area 51")
    assert "Area 51" in str(window(priya, "Health score")["blocks"])
    priya.fill({"Health score, 0 to 100": "fine"})
    assert "number from 0 to 100" in priya.submit()["health_value"]
    priya.fill({"Health score, 0 to 100": "73,5", "Note": "Good call."})
    assert priya.submit() == {}
    assert "health 73.5" in str(window(priya, "Saved")["blocks"])
    priya.close()


def test_an_account_is_given_away_with_a_mention_or_in_the_form(office: Office) -> None:
    office.add("Vandelay")
    priya = office.person()
    priya.command(f"/cmi assign Vandelay <@{DIEGO}>")
    priya.wait_for(lambda _: answer(priya)["text"] == f"Vandelay now belongs to <@{DIEGO}>.")
    priya.command("/cmi assign vandelay")
    window(priya, "Assign accounts")
    priya.fill({"Owner": PRIYA})
    assert priya.submit() == {}
    assert f"<@{PRIYA}>" in str(window(priya, "Handed over")["blocks"])
    priya.close()


def test_due_lists_what_waits_with_a_button(office: Office) -> None:
    office.add("Waiting Ltd", DIEGO)
    diego = office.person(DIEGO)
    assert "Waiting Ltd" in command(diego, "/cmi due")
    diego.click("Rate", where=answer(diego))
    window(diego, "Rate an account")
    diego.close()


@pytest.mark.parametrize("name", ["<!channel> & *Co*", "W" * 300, "\U0001f984 \u202eevil", '=1+1 "x"'])
def test_hostile_names_go_all_the_way(office: Office, name: str) -> None:
    office.add(name)
    priya = office.person()
    escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert "not on the map" in command(priya, f"/cmi account {escaped}")
    priya.click("Rate", where=answer(priya))
    window(priya, "Rate an account")
    priya.close()
    priya.command(f"/cmi assign {escaped}")
    window(priya, "Assign accounts")
    priya.close()


def test_health_can_be_answered_in_questions_instead_of_typed(office: Office) -> None:
    office.add("Six Measures")
    priya = office.person()
    priya.command("/cmi health Six Measures")
    window(priya, "Health score")
    priya.click("Answer questions")
    form = window(priya, "Rate the health")
    questions = [block["block_id"] for block in form["blocks"] if block["block_id"].startswith("question:")]
    assert len(questions) == 6
    answer_page(priya, [each.removeprefix("question:") for each in questions], "4")
    assert priya.submit() == {}
    assert "health 75" in seen_text(window(priya, "Saved"))
    priya.close()
