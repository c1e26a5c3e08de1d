"""Who sees and rates, people, holidays, dates and what was changed: as an admin meets them in Slack."""

from collections.abc import Iterator
from fractions import Fraction

import pytest

from bot.flows import settings
from bot.store import workspaces
from bot.views.settings_form import SettingsForm
from bot.workspace_settings import WorkspaceSettings
from sandbox.person import Person
from tests.listeners.conftest import ADMIN, DIEGO, MANAGER, PRIYA, Office
from tests.listeners.talk import answer, command, window


@pytest.fixture(autouse=True)
def chosen(office: Office) -> Iterator[None]:
    """Ada and Marta are the admins, and everything else is as at the beginning, before and after each test."""

    def reset() -> None:
        with office.db.write() as session:
            row = workspaces.lock_settings(session, office.actor().workspace_id)
            row.settings = WorkspaceSettings(admins=(ADMIN, MANAGER)).model_dump(mode="json")

    reset()
    yield
    for person in office.people.values():
        if person.modal is not None:
            person.close(everything=True)
    reset()


def stored(office: Office) -> WorkspaceSettings:
    with office.db.read() as session:
        return workspaces.settings_of(session, office.actor().workspace_id)


def opened(office: Office, user: str, button: str, title: str = "") -> Person:
    person = office.person(user)
    person.command("/cmi settings")
    window(person, "Settings")
    person.click(button)
    window(person, title or button)
    return person


def text_of(person: Person) -> str:
    return str(person.modal)


def test_what_one_may_not_see_is_not_there(office: Office) -> None:
    office.add("Zanzibar")
    ada = opened(office, ADMIN, "Who sees and rates")
    ada.fill({"Who sees an account?": "Those it belongs to", "Leaders": [MANAGER]})
    assert ada.submit() == {}
    window(ada, "Saved")
    assert stored(office).access.see == "own"
    for user, sees in ((DIEGO, False), (PRIYA, True), (MANAGER, True), (ADMIN, True)):
        for text in ("/cmi account Zanzibar", "/cmi account zanz"):
            said = command(office.person(user), text)
            assert ("no CMI yet" in said) == sees
            assert sees or "that you can see" in said
    diego = office.person(DIEGO)
    command(diego, "/cmi health Zanzibar 50")
    assert "that you can see" in answer(diego)["text"]


def test_a_viewer_looks_and_rates_nothing(office: Office) -> None:
    office.add("Vulcan")
    ada = opened(office, ADMIN, "Who sees and rates")
    ada.fill({"Leaders": [DIEGO], "Viewers": [DIEGO]})
    assert "both a leader and a viewer" in ada.submit()["viewers"]
    ada.fill({"Leaders": [], "Viewers": [DIEGO]})
    assert ada.submit() == {}
    diego = office.person(DIEGO)
    assert "no CMI yet" in command(diego, "/cmi account Vulcan")
    assert f"Please ask <@{PRIYA}>" in command(diego, "/cmi health Vulcan 50")
    ada = opened(office, ADMIN, "Who sees and rates")
    ada.fill({"Viewers": []})
    assert ada.submit() == {}
    assert "Please ask" not in command(diego, "/cmi health Vulcan 50")


def test_a_person_gets_a_manager_and_a_role(office: Office) -> None:
    office.add("Wayne", DIEGO)
    ada = opened(office, ADMIN, "People")
    assert f"<@{DIEGO}>" in text_of(ada)
    ada.choose("find_person", DIEGO)
    window(ada, "Person")
    ada.fill({"Manager": DIEGO})
    assert "their own manager" in ada.submit()["manager"]
    ada.fill({"Manager": MANAGER, "Role": "Leader"})
    assert ada.submit() == {}
    assert f"reports to <@{MANAGER}>" in str(window(ada, "People"))
    ada.close(everything=True)
    log = opened(office, ADMIN, "What was changed")
    assert f"Role or manager changed: <@{DIEGO}>" in text_of(log)
    assert f"Manager: <@{MANAGER}>" in text_of(log)


def test_holidays_come_from_the_calendars_chosen_and_ones_own_days(office: Office) -> None:
    ada = opened(office, ADMIN, "Holidays")
    found = ada.options("search_calendar", "bayern")
    assert [each["text"]["text"] for each in found] == ["Germany: Bayern"]
    bavaria = [{"value": "DE-BY", "text": "Germany: Bayern"}]
    ada.fill({"Public holidays of": bavaria, "Your own days": "2026-12-24\nEaster"})
    assert ada.submit() == {"own": "Line 2: please write the day as 2026-12-24."}
    ada.fill({"Your own days": "2099-12-24"})
    assert ada.submit() == {}
    assert "(DE-BY)" in str(window(ada, "Saved"))
    assert stored(office).holiday_calendars == ("DE-BY",)
    ada.close()
    again = opened(office, ADMIN, "Holidays")
    assert "Germany: Bayern" in text_of(again)


def test_dates_are_written_as_the_workspace_chose(office: Office) -> None:
    office.add("Pied Piper")
    command(office.person(), "/cmi health Pied Piper 50")
    today = office.now().date()
    assert f"{today.day} {today:%b %Y}" in str(history(office))
    ada = opened(office, ADMIN, "Channels and admins")
    ada.choose("How dates are written", "iso")
    assert ada.submit() == {}
    assert today.isoformat() in str(history(office))


def history(office: Office) -> object:
    priya = office.person()
    priya.command("/cmi history Pied Piper")
    shown = window(priya, "History")
    priya.close()
    return shown["blocks"]


def test_the_second_of_two_admins_is_told_and_keeps_what_they_typed(office: Office) -> None:
    ada = opened(office, ADMIN, "Cadence and limits")
    marta = opened(office, MANAGER, "Cadence and limits")
    ada.fill({"Months between ratings": "2"})
    marta.fill({"Months between ratings": "6", "Quiet period in days": "9"})
    assert ada.submit() == {}
    window(ada, "Saved")
    assert marta.submit() == {}
    shown = str(window(marta, "Cadence and limits"))
    assert "Somebody changed this while you had it open" in shown
    assert f"<@{ADMIN}> changed:" in shown
    assert "Months between ratings: 3 → 2" in shown
    assert stored(office).cadence.months == 2
    assert marta.submit() == {}
    window(marta, "Saved")
    assert (stored(office).cadence.months, stored(office).quiet_days) == (6, 9)


def test_a_change_of_something_else_bothers_nobody(office: Office) -> None:
    marta = opened(office, MANAGER, "Cadence and limits")
    form = SettingsForm(admins=(ADMIN, MANAGER), zone="Europe/Oslo")
    settings.write(office.db, office.now(), office.actor(ADMIN), form)
    marta.fill({"Months between ratings": "6"})
    assert marta.submit() == {}
    window(marta, "Saved")
    assert (stored(office).cadence.months, stored(office).zone) == (6, "Europe/Oslo")


def test_the_second_map_is_told_of_the_first(office: Office) -> None:
    ada = opened(office, ADMIN, "Map and cuts")
    marta = opened(office, MANAGER, "Map and cuts")
    for person, cut in ((ada, "40"), (marta, "60")):
        person.fill({"Health cuts": cut})
        assert person.submit() == {}
        window(person, "Preview")
    assert ada.submit() == {}
    window(ada, "Saved")
    assert marta.submit() == {}
    assert "Cuts of health: 50 → 40" in str(window(marta, "Map and cuts"))
    assert stored(office).map.chs_cuts == (Fraction(40),)


def test_under_a_question_people_are_named_since_slack_shows_no_mention_there(office: Office) -> None:
    opened(office, MANAGER, "Map and cuts")
    ada = opened(office, ADMIN, "Map and cuts")
    with office.db.write() as session:
        row = workspaces.lock_settings(session, office.actor().workspace_id)
        row.settings = {**row.settings, "admins": [MANAGER]}
    problems = ada.submit()
    assert "Only admins" in str(problems)
    assert "Marta Lindqvist" in str(problems)
    assert "<@" not in str(problems)


def test_the_log_is_for_admins_has_kinds_and_pages(office: Office) -> None:
    for number in range(14):
        office.add(f"Paged {number}")
    diego = office.person(DIEGO)
    diego.command("/cmi settings")
    assert "Only admins" in answer(diego)["text"]
    ada = opened(office, ADMIN, "What was changed")
    ada.choose("audit_kind", "accounts")
    ada.wait_for(lambda _: "Paged 13" in text_of(ada))
    assert "Account added: Paged 13" in text_of(ada)
    assert "Settings changed" not in text_of(ada)
    ada.click("Older")
    ada.wait_for(lambda _: "Page 2." in text_of(ada))
    assert "Paged 1*" in text_of(ada)
    ada.click("Newer")
    ada.wait_for(lambda _: "Page 1." in text_of(ada))
