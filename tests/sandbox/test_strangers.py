"""People of other organisations in shared channels, and what happens to channels and people from outside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import httpx
import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from sandbox import Sandbox
from sandbox.errors import PersonError
from tests.sandbox.conftest import (
    ALERTS,
    DIEGO,
    GENERAL,
    PRIYA,
    RANDOM,
    changed_manifest,
    new_app,
    new_client,
    over_socket,
)
from tests.sandbox.test_delivery import CARD
from tests.sandbox.test_modals import modal
from tests.sandbox.test_webapi import refusal

Json = dict[str, Any]
TEAM, PAT = "T0PARTNER0", "U0PARTNER0"
EVENTS = (
    "app_mention", "channel_archive", "channel_id_changed", "channel_left", "channel_rename", "channel_shared",
    "channel_unshared", "member_joined_channel", "member_left_channel", "message", "user_change",
)  # fmt: skip


@pytest.fixture
def eager(tmp_path: Path) -> Iterator[Sandbox]:
    """A workspace whose app hears of everything."""

    def ask_for_all(manifest: Json) -> None:
        manifest["oauth_config"]["scopes"]["bot"] += ["app_mentions:read", "users:read.email"]
        manifest["features"]["app_home"]["messages_tab_read_only_enabled"] = False
        subscribed = {*EVENTS, "message.im", "message.channels"} - {"message"}
        manifest["settings"]["event_subscriptions"]["bot_events"] = sorted(subscribed)

    with Sandbox(manifest=changed_manifest(tmp_path, ask_for_all)) as running:
        yield running


@pytest.fixture
def heard(eager: Sandbox) -> Iterator[Queue[Json]]:
    """The envelopes of all events that the app gets."""
    envelopes: Queue[Json] = Queue()
    app = new_app(eager)

    def note(body: Json) -> None:
        envelopes.put(body)

    for kind in EVENTS:
        app.event(kind)(note)
    with over_socket(app, eager):
        yield envelopes


@pytest.fixture
def office(eager: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{eager.url}/control/", trust_env=False) as client:
        yield client


def share(control: httpx.Client, channel: str = "cs-alerts") -> None:
    """Share a channel with a partner and let Pat in."""
    pat = {"id": PAT, "name": "pat", "real_name": "Pat Partner", "team_id": TEAM, "email": "pat@partner.example"}
    for path, body in (
        ("people", pat),
        ("channels", {"channel": channel, "share": TEAM}),
        ("channels", {"channel": channel, "invite": True, "person": PAT}),
    ):
        assert control.post(path, json=body).json()["ok"]


def events(heard: Queue[Json], count: int) -> list[Json]:
    """Wait for so many events, and for no more."""
    found: list[Json] = [heard.get(timeout=30)["event"] for _ in range(count)]
    with pytest.raises(Empty):
        heard.get(timeout=0.2)
    return sorted(found, key=lambda event: str(event["event_ts"]))


def test_a_stranger_is_shown_as_one(eager: Sandbox, office: httpx.Client) -> None:
    share(office)
    client = new_client(eager)
    assert client.users_info(user=DIEGO)["user"]["profile"]["email"]
    user = client.users_info(user=PAT, include_locale=True)["user"]
    assert (user["is_stranger"], user["team_id"], user["profile"]["team"]) == (True, TEAM, TEAM)
    assert "locale" not in user
    assert "email" not in user["profile"]
    channel = client.conversations_info(channel=ALERTS)["channel"]
    assert (channel["is_ext_shared"], channel["connected_team_ids"]) == (True, [TEAM])
    assert PAT in client.conversations_members(channel=ALERTS)["members"]
    assert refusal(lambda: client.chat_postMessage(channel=PAT, text="x"))["error"] == "user_not_visible"
    with eager.person(PAT) as pat:
        assert [c["name"] for c in pat.state()["channels"]] == ["cs-alerts"]


def test_a_stranger_presses_buttons_and_is_named_by_their_team(
    app: App, sandbox: Sandbox, client: WebClient, control: httpx.Client
) -> None:
    pressed: Queue[Json] = Queue()
    submitted: Queue[Json] = Queue()

    @app.action("go")
    def open_form(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        pressed.put(body)
        client.views_open(trigger_id=body["trigger_id"], view=modal())

    @app.view("m")
    def take(ack: Ack, body: Json) -> None:
        ack()
        submitted.put(body)

    share(control)
    client.chat_postMessage(channel=ALERTS, text="x", blocks=CARD)
    with sandbox.person(PAT) as pat:
        pat.click("Go")
        body = pressed.get(timeout=30)
        assert (body["user"]["team_id"], body["team"]["id"]) == (TEAM, "T01SANDBOX")
        pat.wait_for(lambda state: state["views"])
        pat.fill({"Q": "hello"})
        pat.submit()
        view = submitted.get(timeout=30)["view"]
        assert (view["team_id"], view["app_installed_team_id"]) == (TEAM, "T01SANDBOX")


def test_a_stranger_has_no_commands_no_shortcuts_and_no_home(sandbox: Sandbox, control: httpx.Client) -> None:
    share(control)
    with sandbox.person(PAT) as pat:
        state = pat.state()
        assert (state["commands"], state["shortcuts"]) == ([], [])
        with pytest.raises(PersonError, match="unknown_command"):
            pat.command("/cmi help", channel="cs-alerts")
        assert "no such shortcut" in pat.act("shortcut", callback_id="rate_account")["error"]
        with pytest.raises(PersonError, match="another organisation"):
            pat.home()


def test_what_a_stranger_writes_names_their_team(eager: Sandbox, office: httpx.Client, heard: Queue[Json]) -> None:
    share(office)
    events(heard, 3)
    with eager.person(PAT) as pat:
        pat.say("Hi <@U01CMIBOT0>", channel="cs-alerts")
    first, second = heard.get(timeout=30), heard.get(timeout=30)
    assert {first["event"]["type"], second["event"]["type"]} == {"message", "app_mention"}
    for envelope in (first, second):
        event = envelope["event"]
        assert (envelope["is_ext_shared_channel"], envelope["context_team_id"]) == (True, "T01SANDBOX")
        assert (event["team"], event["user_team"], event["source_team"]) == (TEAM, TEAM, TEAM)


def test_sharing_ends_with_the_strangers_leaving(eager: Sandbox, office: httpx.Client, heard: Queue[Json]) -> None:
    share(office)
    shared, joined = events(heard, 3)[1:]
    assert (shared["type"], shared["connected_team_id"], shared["channel"]) == ("channel_shared", TEAM, ALERTS)
    assert (joined["type"], joined["user"]) == ("member_joined_channel", PAT)
    office.post("channels", json={"channel": "cs-alerts", "unshare": TEAM})
    (unshared,) = events(heard, 1)
    assert (unshared["previously_connected_team_id"], unshared["is_ext_shared"]) == (TEAM, False)
    assert PAT not in eager.workspace.channels[ALERTS].members
    refused = office.post("channels", json={"channel": "random", "invite": True, "person": PAT})
    assert (refused.status_code, refused.json()["error"]) == (400, "#random is not shared with T0PARTNER0")


def test_channels_are_renamed_archived_left_and_given_other_ids(
    eager: Sandbox, office: httpx.Client, heard: Queue[Json]
) -> None:
    client = new_client(eager)
    ts = client.chat_postMessage(channel=ALERTS, text="before")["ts"]
    office.post("channels", json={"id": ALERTS, "name": "alerts"})
    office.post("channels", json={"channel": "alerts", "new_id": "C0NEWALERT"})
    office.post("channels", json={"id": RANDOM, "is_archived": True})
    office.post("channels", json={"channel": "general", "invite": False})
    renamed, moved, archived, left, gone = events(heard, 5)
    assert renamed["channel"] == {"id": ALERTS, "name": "alerts"}
    assert (moved["old_channel_id"], moved["new_channel_id"]) == (ALERTS, "C0NEWALERT")
    assert (archived["type"], archived["channel"]) == ("channel_archive", RANDOM)
    assert (left["type"], left["channel"], gone["type"]) == ("channel_left", GENERAL, "member_left_channel")
    assert [m["ts"] for m in client.conversations_history(channel="C0NEWALERT")["messages"]] == [ts]
    assert refusal(lambda: client.chat_postMessage(channel=ALERTS, text="x"))["error"] == "channel_not_found"


def test_a_status_is_set_and_runs_out(eager: Sandbox, office: httpx.Client, heard: Queue[Json]) -> None:
    until = int(eager.workspace.calendar.now().timestamp()) + 3600
    away = {"status_text": "On holiday", "status_emoji": ":palm_tree:", "status_expiration": until}
    office.post("people", json={"id": DIEGO} | away)
    (changed,) = events(heard, 1)
    profile = changed["user"]["profile"]
    assert {name: profile[name] for name in away} == away
    office.post("clock", json={"advance_days": 1})
    (ended,) = events(heard, 1)
    assert ended["user"]["profile"]["status_text"] == ""
    profile = new_client(eager).users_info(user=DIEGO)["user"]["profile"]
    assert (profile["status_text"], profile["status_emoji"], profile["status_expiration"]) == ("", "", 0)


def test_messages_to_the_app_and_mentions_arrive(eager: Sandbox, heard: Queue[Json]) -> None:
    with eager.person(PRIYA) as priya:
        priya.say("How is Acme?")
        (direct,) = events(heard, 1)
        assert (direct["type"], direct["channel_type"], direct["text"]) == ("message", "im", "How is Acme?")
        priya.say("@CMI Bot how is Acme?", channel="cs-alerts")
        message, mention = sorted(events(heard, 2), key=lambda event: str(event["type"]), reverse=True)
        assert (message["type"], message["channel_type"]) == ("message", "channel")
        assert (mention["type"], mention["channel"]) == ("app_mention", ALERTS)
        assert mention["text"].startswith("<@U01CMIBOT0")
        priya.say("@CMI Bot?", channel="random")  # where the app is not a member
        events(heard, 0)


def test_events_need_their_scopes(tmp_path: Path) -> None:
    def subscribe(manifest: Json) -> None:
        manifest["oauth_config"]["scopes"] = {"bot": ["chat:write"]}
        manifest["settings"]["event_subscriptions"]["bot_events"] = ["app_mention"]

    mentioned: Queue[Json] = Queue()
    with Sandbox(manifest=changed_manifest(tmp_path, subscribe)) as sandbox:
        app = new_app(sandbox)

        @app.event("app_mention")
        def note(event: Json) -> None:
            mentioned.put(event)

        with over_socket(app, sandbox), sandbox.person(PRIYA) as priya:
            priya.say("@CMI Bot?", channel="cs-alerts")
            with pytest.raises(Empty):
                mentioned.get(timeout=0.3)
