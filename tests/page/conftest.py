"""A browser, a workspace, and an app in it that shows every kind of block."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot.startup import hang_up
from sandbox import Sandbox
from tests.browser import chromium, tab
from tests.page.kitchen import Kitchen

MANIFEST = Path(__file__).parents[2] / "manifest.yaml"
PRIYA = "U01PRIYA00"  # London
HANA = "U01HANA000"  # Tokyo


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(manifest=MANIFEST) as running:
        yield running


@pytest.fixture(scope="module")
def connected(sandbox: Sandbox) -> Iterator[Kitchen]:
    kitchen = Kitchen(sandbox.bot_token, sandbox.api_url)
    handler = SocketModeHandler(kitchen.app, sandbox.app_token)
    handler.connect()  # type: ignore[no-untyped-call]  # Bolt gives it no types
    yield kitchen
    hang_up(handler)


@pytest.fixture
def kitchen(sandbox: Sandbox, connected: Kitchen) -> Kitchen:
    """The app, in a workspace where nothing has been said yet. Connecting takes a second, so it is done once."""
    workspace = sandbox.workspace
    with workspace.lock:
        for channel in workspace.channels.values():
            channel.messages.clear()
            channel.by_ts.clear()
        workspace.notices.clear()
        sandbox.views.clear(PRIYA)
    connected.heard.clear()
    connected.home_blocks = []
    return connected


@pytest.fixture
def page(browser: Browser, sandbox: Sandbox, kitchen: Kitchen) -> Iterator[Page]:
    """The workspace as Priya sees it, in #general."""
    with tab(browser, f"{sandbox.url}/#person={PRIYA}&at=C01GENERAL") as page:
        page.get_by_test_id("composer").wait_for()
        yield page
