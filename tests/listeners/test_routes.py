"""Channels of alerts: the rules that admins set, and a channel that another organisation comes into."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sandbox.person import Person
from tests.listeners.alarms import rated
from tests.listeners.conftest import ADMIN, ALERTS, MANAGER, Office
from tests.listeners.talk import window

GENERAL, RANDOM, OTHERS = "C01GENERAL", "C01RANDOM0", "T0PARTNER0"


@pytest.fixture
def ada(delivering: Office) -> Iterator[Person]:
    """An admin with the rules open."""
    ada = delivering.person(ADMIN)
    ada.command("/cmi settings")
    window(ada, "Settings")
    ada.click("Channels of alerts")
    window(ada, "Channels of alerts")
    yield ada
    if ada.modal is not None:
        ada.close()


def change(office: Office, **body: Any) -> None:
    """Let something happen to a channel from outside; Slack tells the bot."""
    answer = httpx.post(f"{office.sandbox.url}/control/channels", json=body, trust_env=False)
    answer.raise_for_status()


def said(person: Person, channel: str, text: str) -> bool:
    return any(text in each["text"] for each in person.messages(channel))


def hears(person: Person, channel: str, text: str) -> None:
    person.wait_for(lambda _: said(person, channel, text))


def test_an_admin_sends_a_cell_to_another_channel_and_takes_it_back(delivering: Office, ada: Person) -> None:
    ada.click("Add a rule")
    window(ada, "Rule for alerts")
    ada.fill({"Channel": RANDOM})
    assert ada.submit() == {"segment": "Please name a segment, a team or a cell."}
    ada.choose("Cell", "Save")
    assert "/invite @CMI Bot" in ada.submit()["channel"]  # the bot isn't in it
    ada.fill({"Channel": GENERAL})
    assert ada.submit() == {}
    shown = str(window(ada, "Channels of alerts")["blocks"])
    assert f"moved to Save → <#{GENERAL}>" in shown
    rated(delivering, "Ruled Ltd", 5, 20)
    hears(ada, GENERAL, "Ruled Ltd")
    assert not said(ada, ALERTS, "Ruled Ltd")
    ada.click("Remove")
    ada.wait_for(lambda state: "There is no rule yet." in str(state["views"][-1]["blocks"]))
    rated(delivering, "Unruled Ltd", 5, 20)
    hears(ada, ALERTS, "Unruled Ltd")


def test_a_channel_shared_with_others_is_refused_where_it_is_chosen(delivering: Office, ada: Person) -> None:
    change(delivering, channel=GENERAL, share=OTHERS)
    ada.click("Add a rule")
    window(ada, "Rule for alerts")
    ada.fill({"Team of": MANAGER, "Channel": GENERAL})
    assert "shared with another organisation" in ada.submit()["channel"]
    change(delivering, channel=GENERAL, unshare=OTHERS)
    assert ada.submit() == {}
    window(ada, "Channels of alerts")
    ada.click("Remove")
    ada.wait_for(lambda state: "There is no rule yet." in str(state["views"][-1]["blocks"]))


def test_what_others_could_read_waits_until_they_are_gone(delivering: Office) -> None:
    priya, ada = delivering.person(), delivering.person(ADMIN)
    rated(delivering, "Before Ltd", 5, 20)
    hears(priya, ALERTS, "Before Ltd")  # so Slack's answer about the channel is known
    change(delivering, channel=ALERTS, share=OTHERS)
    rated(delivering, "Secret Ltd", 5, 20)
    hears(ada, "im", f"<#{ALERTS}> is shared with another organisation")
    assert not said(priya, ALERTS, "Secret Ltd")
    assert not any("Secret Ltd" in each["text"] for each in ada.dm())
    change(delivering, channel=ALERTS, unshare=OTHERS)
    hears(priya, ALERTS, "Secret Ltd")


def test_an_alert_waits_for_the_bot_to_be_invited_again(delivering: Office) -> None:
    priya, ada = delivering.person(), delivering.person(ADMIN)
    change(delivering, channel=ALERTS, invite=False)
    rated(delivering, "Outside Ltd", 5, 20)
    hears(ada, "im", f"CMI Bot can't post in <#{ALERTS}>")
    change(delivering, channel=ALERTS, invite=True)
    hears(priya, ALERTS, "Outside Ltd")


def test_a_channel_that_gets_another_id_goes_on_hearing(delivering: Office) -> None:
    priya = delivering.person()
    change(delivering, channel=ALERTS, new_id="C09MOVED00")
    rated(delivering, "Moved Ltd", 5, 20)
    hears(priya, "C09MOVED00", "Moved Ltd")
