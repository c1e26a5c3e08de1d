"""Writing to the bot, or mentioning it: one short answer that says how it is used."""

import time
from collections.abc import Iterator

import httpx
import pytest

from bot.store.tables import Inbox
from sandbox.model import Json
from sandbox.person import Person
from tests.listeners.conftest import DIEGO, MANAGER, Office

CHANNEL = "cs-alerts"
SAID = "I go by a command"


@pytest.fixture(autouse=True)
def _forgotten(office: Office) -> Iterator[None]:
    """Nobody has been answered in this minute yet."""
    yield
    with office.db.write() as session:
        session.query(Inbox).delete()


@pytest.fixture
def within_a_minute() -> None:
    """The test doesn't begin at the end of a minute."""
    if time.time() % 60 > 50:
        time.sleep(60 - time.time() % 60)


def answers(messages: list[Json]) -> list[Json]:
    return [message for message in messages if SAID in message["text"]]


def threaded(person: Person) -> list[Json]:
    return answers([reply for replies in person.state()["threads"].values() for reply in replies])


@pytest.mark.usefixtures("within_a_minute")
def test_a_direct_message_is_answered_once_a_minute(office: Office) -> None:
    priya = office.person()
    before = len(answers(priya.dm()))
    priya.say("Hello?")
    priya.wait_for(lambda _: len(answers(priya.dm())) == before + 1)
    assert "Choose an account" in str(answers(priya.dm())[-1]["blocks"])
    priya.say("Anybody there?")
    time.sleep(0.5)
    assert len(answers(priya.dm())) == before + 1


def test_a_mention_is_answered_in_its_thread_and_the_channel_stays_quiet(office: Office) -> None:
    diego = office.person(DIEGO)
    ts = diego.say("@CMI Bot how is Acme?", CHANNEL)
    diego.wait_for(lambda _: threaded(diego))
    (reply,) = threaded(diego)
    assert reply["thread_ts"] == ts
    assert not answers(diego.messages(CHANNEL))
    assert "actions" not in str(reply["blocks"])


@pytest.mark.usefixtures("within_a_minute")
def test_an_event_that_slack_repeats_is_answered_once(office: Office) -> None:
    manager = office.person(MANAGER)
    office.sandbox.faults.set([{"deliver": "duplicate", "type": "events_api", "times": 1}])
    before = len(answers(manager.dm()))
    manager.say("Hello?")
    manager.wait_for(lambda _: len(answers(manager.dm())) > before)
    time.sleep(0.5)
    assert len(answers(manager.dm())) == before + 1
    with office.db.read() as session:
        assert session.query(Inbox).count() == 2


def test_what_nobody_wrote_is_not_answered(office: Office) -> None:
    """The bot's own messages, and messages to other people, are none of its business."""
    priya = office.person()
    before = len(office.sandbox.calls.entries)
    office.sandbox.faults.set([])
    priya.say("Just between us", CHANNEL)
    priya.command("/cmi help", CHANNEL)
    time.sleep(0.5)
    assert not [each for each in office.sandbox.calls.since(before) if each["method"] == "chat.postMessage"]


def test_a_person_of_another_organisation_hears_nothing(office: Office) -> None:
    with httpx.Client(base_url=f"{office.sandbox.url}/control/", trust_env=False) as control:
        control.post("channels", json={"channel": CHANNEL, "share": "T0PARTNER0"}).raise_for_status()
        partner = {"id": "U0PARTNER0", "name": "pat", "real_name": "Pat Partner", "team_id": "T0PARTNER0"}
        control.post("people", json=partner).raise_for_status()
        control.post("channels", json={"channel": CHANNEL, "invite": True, "person": partner["id"]}).raise_for_status()
    with office.sandbox.person(partner["id"]) as pat:
        before = len(threaded(pat))
        pat.say("@CMI Bot who are your customers?", CHANNEL)
        time.sleep(0.5)
        assert len(threaded(pat)) == before
