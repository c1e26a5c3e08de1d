"""Work on an alert as people meet it in Slack: on its message, in the window with its story, on the card and Home."""

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from slack_bolt import BoltRequest

from bot.flows import health, people
from bot.listeners import alert
from bot.slack import make_client
from bot.store.tables import Account, Episode
from bot.views import buttons
from sandbox.model import User
from sandbox.person import Person
from tests.listeners.alarms import alert_of, rated
from tests.listeners.conftest import ALERTS, DIEGO, MANAGER, PRIYA, Office
from tests.listeners.talk import answer, command, window

STRANGER, OTHERS = "U09STRANGE", "T09OTHERS0"


def says(person: Person, name: str, text: str) -> dict[str, Any]:
    """The account's alert as soon as it says this."""
    return person.wait_for(lambda _: found if text in (found := alert_of(person, name))["text"] else {})


def thread(person: Person, name: str, last: str) -> list[str]:
    """The texts of the thread, as soon as its last one says this."""
    key = f"{ALERTS}:{alert_of(person, name)['ts']}"

    def look(state: dict[str, Any]) -> list[str]:
        texts = [each["text"] for each in state["threads"].get(key, ())]
        return texts if texts and last in texts[-1] else []

    return person.wait_for(look)


def day(office: Office, days: int) -> str:
    return (office.now() + timedelta(days=days)).date().isoformat()


def test_an_alert_is_worked_on_from_its_beginning_to_its_end(delivering: Office) -> None:
    account = rated(delivering, "Whole Ltd", 4, 20)
    people.take(delivering.db, delivering.now(), delivering.actor().workspace_id, PRIYA, {"id": PRIYA, "name": "priya"})
    diego = delivering.person(DIEGO)
    diego.click("I'm on it", where=alert_of(diego, "Whole Ltd"))
    shown = says(diego, "Whole Ltd", f"<@{DIEGO}> is on it")
    diego.click("Snooze…", where=shown)
    window(diego, "Snooze")
    diego.fill({"Until": day(delivering, 200)})
    assert "no later than" in diego.submit()["until"]
    diego.fill({"Until": day(delivering, 5), "Reason": "They are <!channel> on holiday."})
    assert diego.submit() == {}
    assert "They are" in str(window(diego, "The whole story")["blocks"])
    diego.close()
    shown = says(diego, "Whole Ltd", "Snoozed until")
    diego.click("Wake", where=shown)
    diego.wait_for(lambda _: "Snoozed until" not in alert_of(diego, "Whole Ltd")["text"])
    diego.click("Escalate…", where=alert_of(diego, "Whole Ltd"))
    window(diego, "Escalate")
    diego.fill({"To whom": MANAGER, "Why": "They ask for a discount."})
    assert diego.submit() == {}
    window(diego, "The whole story")
    diego.close()
    says(diego, "Whole Ltd", f"Escalated to <@{MANAGER}>")
    boss = delivering.person(MANAGER)
    boss.wait_for(lambda _: any("asks you to look at Whole Ltd" in each["text"] for each in boss.dm()))
    priya = delivering.person()
    health.record(delivering.db, delivering.now(), delivering.actor(), account, Fraction(80), submission="back")
    told = thread(priya, "Whole Ltd", "moved from Save to Expand and Leverage")
    starts = ("is on it.", "Snoozed until", "ended the snooze", f"escalated this to <@{MANAGER}>", "moved from Save")
    assert len(told) == len(starts)
    for text, start in zip(told, starts, strict=True):
        assert start in text
    assert "<!channel>" not in str(told)
    assert sum(text.count(f"<@{MANAGER}>") for text in told) == 1
    assert f"claimed after 0 min by <@{DIEGO}>" in told[-1]
    says(priya, "Whole Ltd", "Over since")
    priya.click("The whole story", where=alert_of(priya, "Whole Ltd"))
    story = str(window(priya, "The whole story")["blocks"])
    for text in told:
        assert text.split("\n")[0] in story
    priya.close()


def stale(office: Office, user: str, action_id: str, episode: str) -> None:
    """A press on a button that the alert had a moment ago; Slack sends what the person still saw."""
    channel = {"id": ALERTS, "name": "cs-alerts"}
    body = {
        "type": "block_actions",
        "team": {"id": office.team},
        "user": {"id": user, "team_id": office.team},
        "channel": channel,
        "container": {"type": "message", "channel_id": ALERTS, "message_ts": "1.1"},
        "actions": [{"type": "button", "block_id": "b", "action_id": action_id, "value": episode}],
    }
    assert office.app.dispatch(BoltRequest(mode="socket_mode", body=body)).status == 200


def value_of(shown: dict[str, Any], action_id: str) -> str:
    elements = [element for block in shown["blocks"] for element in block.get("elements", ())]
    return str(next(each["value"] for each in elements if each.get("action_id") == action_id))


def told(person: Person, text: str) -> None:
    """Privately: as a direct message, since a press that was made up has no answering address."""
    person.wait_for(lambda _: any(text in each["text"] for each in person.dm()))


def test_a_double_click_is_one_line_and_a_stale_button_tells_kindly(delivering: Office) -> None:
    account = rated(delivering, "Twice Ltd", 4, 20)
    priya, diego = delivering.person(), delivering.person(DIEGO)
    episode = value_of(alert_of(priya, "Twice Ltd"), buttons.CLAIM)
    for _ in range(2):
        stale(delivering, PRIYA, buttons.CLAIM, episode)
    assert thread(priya, "Twice Ltd", "is on it.") == [f"<@{PRIYA}> is on it."]
    stale(delivering, DIEGO, buttons.CLAIM, episode)
    told(diego, f"<@{PRIYA}> is on it already")
    health.record(delivering.db, delivering.now(), delivering.actor(), account, Fraction(80), submission="well")
    thread(priya, "Twice Ltd", "moved from Save")
    for undone, action_id in (("snooze", buttons.SNOOZE), ("wake", buttons.WAKE), ("escalate", buttons.ESCALATE)):
        stale(delivering, DIEGO, action_id, episode)
        told(diego, f"there is nothing to {undone} any more")
    assert diego.modal is None


def test_two_people_with_the_same_form_open(delivering: Office) -> None:
    rated(delivering, "Both Ltd", 2, 20)
    priya, diego = delivering.person(), delivering.person(DIEGO)
    for person in (priya, diego):
        person.click("Snooze…", where=alert_of(person, "Both Ltd"))
        window(person, "Snooze")
        person.fill({"Until": day(delivering, 3 if person is priya else 8), "Reason": f"By {person.id}"})
    assert priya.submit() == {}
    assert diego.submit() == {}
    again = window(diego, "Snooze")
    assert "Meanwhile it was snoozed until" in str(again["blocks"])
    assert f"<@{PRIYA}>" in str(again["blocks"])
    assert f"By {DIEGO}" in str(again["blocks"])  # nothing typed is lost
    assert diego.submit() == {}
    assert f"by <@{DIEGO}>" in str(window(diego, "The whole story")["blocks"])
    for person in (priya, diego):
        person.close()
        person.click("Decide", where=alert_of(person, "Both Ltd"))
        window(person, "Decide")
        person.choose("Decision", "Let go")
        person.fill({"Reason": f"Says {person.id}", "Look again on": day(delivering, 9)})
    assert priya.submit() == {}
    assert diego.submit() == {}
    again = window(diego, "Decide")
    assert f"<@{PRIYA}> entered this meanwhile." in str(again["blocks"])
    assert diego.submit() == {}
    window(diego, "Decided")
    for person in (priya, diego):
        person.close()


def test_a_guest_can_not_be_called_and_what_was_typed_stays(delivering: Office) -> None:
    rated(delivering, "Guest Ltd", 4, 20)
    priya = delivering.person()
    priya.click("Escalate…", where=alert_of(priya, "Guest Ltd"))
    window(priya, "Escalate")
    priya.fill({"To whom": "U01GUEST00", "Why": "Help."})
    assert "guest" in priya.submit()["to"]
    priya.fill({"To whom": PRIYA})
    assert "somebody else than yourself" in priya.submit()["to"]
    priya.close()


def test_it_is_worked_on_from_the_card_and_from_the_home(delivering: Office) -> None:
    rated(delivering, "Card Ltd", 4, 20)
    priya = delivering.person()
    command(priya, "/cmi account Card Ltd")
    priya.click("Alert", where=answer(priya))
    shown = window(priya, "The whole story")
    assert "Nobody has done anything about it yet." in str(shown["blocks"])
    priya.click("I'm on it")
    priya.wait_for(lambda state: f"<@{PRIYA}> is on it." in str(state["views"][-1]["blocks"]))
    priya.click("Hand back")
    priya.wait_for(lambda state: "handed it back." in str(state["views"][-1]["blocks"]))
    priya.click("Snooze…")
    window(priya, "Snooze")
    priya.fill({"Until": day(delivering, 3)})
    assert priya.submit() == {}
    window(priya, "The whole story")
    priya.close()
    home = priya.home()
    story = next(
        element
        for block in home["blocks"]
        for element in block.get("elements", ())
        if element.get("action_id") == buttons.STORY
    )
    block = next(block for block in home["blocks"] if story in block.get("elements", ()))
    priya.act("click", where={"home": True}, block_id=block["block_id"], action_id=story["action_id"])
    assert "It came to" in str(window(priya, "The whole story")["blocks"])
    priya.close()


def test_the_clock_wakes_it_in_the_thread_and_on_the_owners_home(delivering: Office) -> None:
    rated(delivering, "Wake Ltd", 4, 20)
    priya = delivering.person()
    priya.click("Snooze…", where=alert_of(priya, "Wake Ltd"))
    window(priya, "Snooze")
    priya.fill({"Until": day(delivering, 3)})
    assert priya.submit() == {}
    window(priya, "The whole story")
    priya.close()
    client = make_client(delivering.sandbox.bot_token, delivering.sandbox.api_url)

    def homes() -> list[str]:
        return [each["args"]["user_id"] for each in delivering.sandbox.calls.entries if "publish" in each["method"]]

    published = len(homes())
    soon = delivering.now().replace(hour=10) + timedelta(days=3)
    alert.wake_due(delivering.db, client, delivering.later, soon)
    priya.wait_for(lambda _: PRIYA in homes()[published:])
    with delivering.db.read() as session:
        assert [row.snoozed_until for row in session.query(Episode).join(Account).filter_by(name="Wake Ltd")] == [None]


@pytest.fixture
def stranger(delivering: Office) -> Iterator[Person]:
    """Somebody of another organisation, in the channel of the alerts, which was shared after they were sent."""
    workspace = delivering.sandbox.workspace
    with workspace.lock:
        workspace.users[STRANGER] = User(STRANGER, "sam", "Sam Stranger", team_id=OTHERS)
        workspace.channels[ALERTS].is_ext_shared = True
        workspace.channels[ALERTS].members.append(STRANGER)
    yield delivering.person(STRANGER)
    with workspace.lock:
        workspace.channels[ALERTS].is_ext_shared = False
        workspace.channels[ALERTS].members.remove(STRANGER)


@pytest.fixture(scope="module")
def shown_before(delivering: Office) -> str:
    rated(delivering, "Foreign Ltd", 2, 20)
    alert_of(delivering.person(), "Foreign Ltd")
    return "Foreign Ltd"


@pytest.mark.parametrize("button", ["I'm on it", "Decide", "Snooze…", "Escalate…", "The whole story", "Open account"])
def test_a_stranger_may_press_what_they_like(
    delivering: Office, shown_before: str, stranger: Person, button: str
) -> None:
    before = alert_of(delivering.person(), shown_before)
    stranger.click(button, where=before)
    stranger.wait_for(lambda _: "works only for members" in answer(stranger, ALERTS)["text"])
    assert shown_before not in answer(stranger, ALERTS)["text"]
    assert stranger.modal is None
    assert alert_of(delivering.person(), shown_before)["text"] == before["text"]
