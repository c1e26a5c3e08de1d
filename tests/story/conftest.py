"""One browser, and one demo in which the conversations are walked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Protocol

import pytest
from playwright.sync_api import Browser

from sandbox import Sandbox
from sandbox.demo_folder import Folder
from sandbox.demo_office import Office, opening_moment, running
from tests.browser import chromium, tab
from tests.story.walk import GENERAL, Walk

PRIYA, DIEGO, MARTA, ADA, GUS = "U01PRIYA00", "U01DIEGO00", "U01MANAGER", "U01ADMIN00", "U01GUEST00"
DESKTOP, PHONE = (1280, 860), (390, 844)
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running_browser:
        yield running_browser


@pytest.fixture(scope="package")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = Folder(tmp_path_factory.mktemp("story") / "demo")
    folder.path.mkdir()
    with running(folder, (0,), opening_moment(datetime.now(UTC)), lambda: None) as demo:
        yield demo


class Enter(Protocol):
    """Opens the page as somebody; the page is closed with the block."""

    def __call__(self, person: str, *, dark: bool = False) -> AbstractContextManager[Walk]: ...


@pytest.fixture
def size() -> tuple[int, int]:
    """How large the window is; SIZES tries several."""
    return DESKTOP


@pytest.fixture
def enter(browser: Browser, office: Office, size: tuple[int, int]) -> Enter:
    @contextmanager
    def come_in(person: str, *, dark: bool = False) -> Iterator[Walk]:
        _tidy(office.sandbox, person)
        address = f"{office.sandbox.url}/#person={person}&at={GENERAL}"
        with tab(browser, address, width=size[0], height=size[1], dark=dark) as page:
            page.get_by_test_id("composer").wait_for()
            yield Walk(page)

    return come_in


def _tidy(sandbox: Sandbox, person: str) -> None:
    """Close what an earlier walk left open, and take away the private answers that it got."""
    workspace = sandbox.workspace
    with workspace.lock:
        sandbox.views.clear(person)
        for message in [each for each in workspace.channels[GENERAL].messages if each.visible_to == person]:
            workspace.remove(message)


@pytest.fixture
def walk(enter: Enter) -> Iterator[Walk]:
    """Priya, in #general."""
    with enter(PRIYA) as priya:
        yield priya
