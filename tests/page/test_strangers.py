"""Shared channels, message shortcuts and messages to the app on the page, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest
from playwright.sync_api import Browser, Page, expect
from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.startup import hang_up
from sandbox import Channel, Sandbox, User
from sandbox.cast import channels, people
from sandbox.workspace import BOT_USER_ID
from tests.browser import tab
from tests.page.conftest import PRIYA
from tests.page.kitchen import Json
from tests.page.steps import say
from tests.sandbox.conftest import changed_manifest

pytestmark = pytest.mark.browser

PAT = User("U0PARTNER0", "pat", "Pat Partner", team_id="T0PARTNER0")
HEARD: Queue[Json] = Queue()


@pytest.fixture(scope="module")
def talkative(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A workspace with a shared channel, and an app that takes messages and has a message shortcut."""

    def change(manifest: Json) -> None:
        features = manifest["features"]
        features["app_home"]["messages_tab_read_only_enabled"] = False
        note = {"name": "Note it", "type": "message", "callback_id": "note", "description": "Keep it for the account"}
        features["shortcuts"].append(note)
        manifest["settings"]["event_subscriptions"]["bot_events"].append("message.im")

    path = changed_manifest(tmp_path_factory.mktemp("talkative"), change)
    shared = Channel("C0SHARED00", "with-partner", [PRIYA, PAT.id, BOT_USER_ID], is_ext_shared=True)
    with Sandbox(manifest=path, people=[*people(), PAT], channels=[*channels(BOT_USER_ID), shared]) as sandbox:
        app = App(client=WebClient(sandbox.bot_token, base_url=sandbox.api_url), token_verification_enabled=False)
        app.shortcut("note")(heard)
        app.event("message")(heard)
        handler = SocketModeHandler(app, sandbox.app_token)
        handler.connect()  # type: ignore[no-untyped-call]  # Bolt gives it no types
        yield sandbox
        hang_up(handler)


def heard(ack: Ack, body: Json) -> None:
    ack()
    HEARD.put(body)


@pytest.fixture
def shared(browser: Browser, talkative: Sandbox) -> Iterator[Page]:
    """The shared channel as Priya sees it."""
    with tab(browser, f"{talkative.url}/#person={PRIYA}&at=C0SHARED00") as page:
        page.get_by_test_id("composer").wait_for()
        yield page


def test_people_of_other_organisations_are_marked(shared: Page, talkative: Sandbox) -> None:
    with talkative.person(PAT.id) as pat:
        pat.say("Hello from outside", channel="with-partner")
    expect(shared.get_by_text("Shared with another organisation")).to_be_visible()
    message = shared.locator("[data-ts]", has_text="Hello from outside")
    expect(message.get_by_text("EXTERNAL")).to_be_visible()


def test_a_stranger_has_neither_the_app_nor_its_shortcuts(browser: Browser, talkative: Sandbox) -> None:
    with tab(browser, f"{talkative.url}/#person={PAT.id}") as page:
        page.get_by_test_id("composer").wait_for()
        expect(page.locator("[data-channel=C0SHARED00]")).to_be_visible()
        expect(page.locator("[data-channel=home]")).to_have_count(0)
        expect(page.get_by_role("button", name="Shortcuts")).to_have_count(0)


def test_a_message_shortcut_is_in_the_messages_menu(shared: Page) -> None:
    say(shared, "Acme wants to leave")
    message = shared.locator("[data-ts]", has_text="Acme wants to leave")
    message.hover()
    message.get_by_role("button", name="More message actions").click()
    shared.get_by_role("menuitem", name="Note it").click()
    body = HEARD.get(timeout=30)
    assert (body["type"], body["callback_id"]) == ("message_action", "note")
    assert body["message"]["text"] == "Acme wants to leave"


def test_one_writes_to_an_app_that_takes_messages(shared: Page) -> None:
    shared.locator(f"[data-channel=D{PRIYA[1:]}]").click()
    say(shared, "How is Acme?")
    expect(shared.locator("[data-ts]", has_text="How is Acme?")).to_be_visible()
    event = HEARD.get(timeout=30)["event"]
    assert (event["channel_type"], event["text"]) == ("im", "How is Acme?")


def test_nobody_writes_to_an_app_that_takes_none(browser: Browser, tmp_path: Path) -> None:
    def silence(manifest: Json) -> None:
        manifest["features"]["app_home"]["messages_tab_read_only_enabled"] = True

    with Sandbox(manifest=changed_manifest(tmp_path, silence)) as sandbox:
        address = f"{sandbox.url}/#person={PRIYA}&at=D{PRIYA[1:]}"
        with tab(browser, address) as page:
            expect(page.get_by_text("Sending messages to this app has been turned off.")).to_be_visible()
            expect(page.get_by_test_id("composer")).to_have_count(0)
