"""Guests and people of other organisations: refused kindly, whatever they press, type, open or say."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import BoltRequest

from bot.flows import people
from bot.listeners import command, middleware
from bot.slack import make_client
from bot.store.tables import Person
from bot.views import alert, buttons
from sandbox.model import User
from tests.listeners.conftest import DIEGO, Office
from tests.listeners.talk import answer
from tests.listeners.talk import command as typed

GUEST, STRANGER, NEW = "U01GUEST00", "U09STRANGE", "U09NEWBIE0"
OTHER_TEAM = "T09OTHERS0"
NAME = "Hooli Secret"


@pytest.fixture(scope="module", autouse=True)
def account(office: Office) -> int:
    with office.sandbox.workspace.lock:
        office.sandbox.workspace.users[STRANGER] = User(STRANGER, "sam", "Sam Stranger", team_id=OTHER_TEAM)
    return office.add(NAME).account_id


@pytest.fixture
def faults(office: Office) -> Iterator[Any]:
    yield office.sandbox.faults
    office.sandbox.faults.set([])


def payloads(office: Office, user: str, account: int) -> list[dict[str, Any]]:
    """One of each kind that Slack sends for something that a person does."""
    team = OTHER_TEAM if user == STRANGER else office.team
    common = {"team": {"id": office.team}, "user": {"id": user, "team_id": team}, "api_app_id": "A1", "token": ""}
    view = {"id": "V1", "type": "modal", "blocks": [], "state": {"values": {}}, "private_metadata": ""}
    button = {"type": "button", "block_id": "b", "action_id": buttons.OPEN, "value": str(account)}
    event = {"user": user, "channel": "C01GENERAL", "text": "hello", "ts": "1.2"}
    opened = {**event, "type": "app_home_opened", "tab": "home"}
    return [
        {"command": command.COMMAND, "text": f"account {NAME}", "user_id": user, "team_id": office.team},
        {**common, "type": "block_actions", "actions": [button]},
        {**common, "type": "view_submission", "view": {**view, "callback_id": "account_picker"}},
        {**common, "type": "shortcut", "callback_id": "rate_account", "trigger_id": "1"},
        {**common, "type": "message_action", "callback_id": "attach", "trigger_id": "1", "message": {"ts": "1.1"}},
        {**common, "type": "block_suggestion", "action_id": "account_search", "block_id": "b", "value": "hool"},
        {"type": "event_callback", "team_id": office.team, "event": {**event, "type": "app_mention"}},
        {"type": "event_callback", "team_id": office.team, "event": {**event, "type": "message", "channel_type": "im"}},
        {"type": "event_callback", "team_id": office.team, "event": opened},
    ]


@pytest.mark.parametrize("user", [GUEST, STRANGER, "U01LEFT000"])
@pytest.mark.parametrize("kind", range(9))
def test_no_kind_of_request_tells_them_anything(office: Office, account: int, user: str, kind: int) -> None:
    body = payloads(office, user, account)[kind]
    begun = len(office.sandbox.calls.since(0))
    answered = office.app.dispatch(BoltRequest(mode="socket_mode", body=body))
    assert answered.status == 200
    if body.get("type") == "block_suggestion":
        assert json.loads(answered.body) == {"options": []}
    elif "Please ask" not in str(answered.body):  # then it is said in a message, a window or on the Home
        office.person().wait_for(lambda _: "Please ask" in str(office.sandbox.calls.since(begun)))
    assert NAME not in f"{answered.body} {office.sandbox.calls.since(begun)}"


def test_a_guest_is_told_kindly_and_whom_to_ask(office: Office) -> None:
    assert "Please ask the colleague who invited you" in typed(office.person(GUEST), f"/cmi account {NAME}")
    home = office.person(GUEST).home()
    assert "As a guest you can't use it" in str(home["blocks"])
    assert "Your accounts" not in str(home["blocks"])


def test_a_stranger_may_press_the_buttons_of_an_alert_in_a_shared_channel(office: Office, account: int) -> None:
    workspace = office.sandbox.workspace
    with workspace.lock:
        workspace.channels["C01GENERAL"].is_ext_shared = True
        workspace.channels["C01GENERAL"].members.append(STRANGER)
    shown = alert.render(alert.example().model_copy(update={"account_id": account}))
    client = make_client(office.sandbox.bot_token, office.sandbox.api_url)
    client.chat_postMessage(channel="C01GENERAL", text=shown.text, blocks=shown.blocks)
    sam = office.person(STRANGER)
    sam.click("Open account")
    sam.wait_for(lambda _: "works only for members" in answer(sam)["text"])
    assert sam.modal is None
    with workspace.lock:
        workspace.channels["C01GENERAL"].is_ext_shared = False
        workspace.channels["C01GENERAL"].members.remove(STRANGER)


def test_who_becomes_a_guest_is_refused_from_then_on_and_back(office: Office) -> None:
    hana = office.person("U01HANA000")
    assert NAME in typed(hana, f"/cmi account {NAME}")
    workspace, now = office.actor().workspace_id, office.now()
    people.take(office.db, now, workspace, "U01HANA000", {"id": "U01HANA000", "is_restricted": True})
    assert "As a guest" in typed(hana, f"/cmi account {NAME}")
    with office.db.write() as session:  # the event that she is a member again was missed
        person = session.get_one(Person, session.query(Person.id).filter_by(user="U01HANA000").scalar())
        person.read_at = now - timedelta(days=365)
    assert NAME in typed(hana, f"/cmi account {NAME}")


def test_who_is_known_waits_for_nothing(office: Office, faults: Any, account: int) -> None:
    typed(office.person(DIEGO), "/cmi help")
    faults.set([{"method": "users.info", "kind": "error", "error": "internal_error"}])
    with office.db.write() as session:
        person = session.get_one(Person, session.query(Person.id).filter_by(user=DIEGO).scalar())
        person.read_at = office.now() - timedelta(days=365)
    assert NAME in typed(office.person(DIEGO), f"/cmi account {NAME}")


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"kind": "http_500"}, "Please try again in a moment"),
        ({"kind": "delay", "seconds": 3}, "Please try again in a moment"),
        ({"kind": "error", "error": "user_not_visible"}, "works only for members"),
        ({"kind": "error", "error": "missing_scope"}, NAME),
    ],
)
def test_who_is_not_known_yet_sees_nothing_until_slack_says_who_it_is(
    office: Office, faults: Any, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any], told: str
) -> None:
    monkeypatch.setattr(middleware, "PATIENCE_SECONDS", 0.3)
    user = f"{NEW[:-4]}{abs(hash(str(fault))) % 9999:04}"
    with office.sandbox.workspace.lock:
        office.sandbox.workspace.users[user] = User(user, "nell", "Nell Newbie")
        office.sandbox.workspace.channels["C01GENERAL"].members.append(user)
    faults.set([{"method": "users.info", **fault}])
    assert told in typed(office.person(user), f"/cmi account {NAME}")
