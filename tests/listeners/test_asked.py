"""What decides whether and when people are asked, as they meet it in Slack: an event, a pause, the portions."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.flows import accounts
from bot.store import people, workspaces
from bot.workspace_settings import WorkspaceSettings
from tests.listeners.conftest import ADMIN, MANAGER, PRIYA, Office
from tests.listeners.talk import answer, command, window


@pytest.fixture(autouse=True)
def chosen(office: Office) -> Iterator[None]:
    """Ada is the admin, and nothing is paused, before and after each test."""

    def reset() -> None:
        with office.db.write() as session:
            row = workspaces.lock_settings(session, office.actor().workspace_id)
            row.settings = WorkspaceSettings(admins=(ADMIN,)).model_dump(mode="json")

    reset()
    yield
    for person in office.people.values():
        if person.modal is not None:
            person.close(everything=True)
    reset()


def stored(office: Office) -> WorkspaceSettings:
    with office.db.read() as session:
        return workspaces.settings_of(session, office.actor().workspace_id)


def test_something_changed_is_noted_from_the_card_and_the_account_is_due(office: Office) -> None:
    account = office.add("Theta")
    priya = office.person()
    command(priya, "/cmi account Theta")
    priya.click("More…", where=answer(priya))
    window(priya, "More")
    priya.click("Something changed…")
    window(priya, "Something changed")
    assert "event_kind" in priya.submit()
    tomorrow = (office.now() + timedelta(days=2)).date().isoformat()
    priya.fill({"What changed": "Acquisition", "Since": tomorrow, "Note": "Bought by Globex"})
    assert "still to come" in priya.submit()["event_on"]
    priya.fill({"Since": office.now().date().isoformat()})
    assert priya.submit() == {}
    priya.wait_for(lambda state: "Noted" in str(state["views"][-1:]))
    shown = str(priya.modal)
    assert "acquisition" in shown
    assert "with their next prompt" in shown
    priya.click("Rate")
    priya.wait_for(lambda state: "Charter" in str(state["views"][-1:]))
    due = accounts.card(office.db, office.now(), office.actor(), account.account_id).standing.next_due
    assert due is not None
    assert due <= office.now().date()


def test_asking_is_paused_for_a_team_and_goes_on_by_a_click(office: Office) -> None:
    with office.db.write() as session:
        people.get(session, office.actor().workspace_id, PRIYA).manager = MANAGER
    ada = office.person(ADMIN)
    ada.command("/cmi settings")
    window(ada, "Settings")
    ada.click("Pause asking")
    window(ada, "Pause asking")
    assert set(ada.submit()) == {"pause_until", "pause_reason"}
    until = (office.now() + timedelta(days=9)).date()
    ada.fill({"Only the team of": ADMIN, "Ask again from": until.isoformat(), "Reason": "A new region"})
    assert "Nobody reports" in ada.submit()["pause_team"]
    ada.fill({"Only the team of": MANAGER})
    assert ada.submit() == {}
    ada.wait_for(lambda state: "Paused." in str(state["views"][-1:]))
    (pause,) = stored(office).pauses
    assert (pause.manager, pause.until, pause.reason, pause.by) == (MANAGER, until, "A new region", ADMIN)
    ada.click("Ask again")
    ada.wait_for(lambda state: "Asking goes on" in str(state["views"][-1:]))
    assert stored(office).pauses == ()


def test_how_many_a_prompt_asks_for_anew_is_set_with_the_cadence(office: Office) -> None:
    ada = office.person(ADMIN)
    ada.command("/cmi settings")
    window(ada, "Settings")
    ada.click("Cadence and limits")
    window(ada, "Cadence and limits")
    ada.fill({"New accounts in one prompt": "201"})
    assert "0 to 200" in ada.submit()["most_new"]
    ada.fill({"New accounts in one prompt": "0"})
    assert ada.submit() == {}
    window(ada, "Saved")
    assert stored(office).cadence.most_new == 0
