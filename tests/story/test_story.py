"""The main job, end to end in a browser: rate, see the place on the map, hear the alert, be asked again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from sandbox.demo_folder import Folder
from sandbox.demo_office import Office, opening_moment, running
from tests.browser import tab
from tests.story.conftest import DESKTOP, PHONE, PRIYA
from tests.story.walk import Walk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = Folder(tmp_path_factory.mktemp("story") / "demo")
    folder.path.mkdir()
    with running(folder, (0,), opening_moment(datetime.now(UTC)), lambda: None) as demo:
        yield demo


def test_the_golden_example_is_read_in_the_browser(browser: Browser, office: Office) -> None:
    with tab(browser, f"{office.sandbox.url}/#person={PRIYA}", width=DESKTOP[0], height=DESKTOP[1]) as page:
        walk = Walk(page)
        walk.home()
        walk.card("Acme")
        walk.rate("Acme")
        expect(walk.modal).to_contain_text("CMI 2.4 · health 41 · Let Churn")
        for category, mean in (("Charter", "2.3"), ("People", "4.0"), ("Process", "1.7"), ("Technology", "1.3")):
            expect(walk.modal).to_contain_text(re.compile(rf"{category}\s*{re.escape(mean)}"))
        walk.close()
        walk.claim("Acme")


def test_a_quarter_later_the_owner_is_asked_again_on_the_phone(browser: Browser, office: Office) -> None:
    with tab(browser, f"{office.sandbox.url}/#person={PRIYA}", width=PHONE[0], height=PHONE[1]) as page:
        walk = Walk(page)
        walk.next_quarter()
        prompt = walk.prompt()
        expect(prompt.get_by_role("button", name="Rate")).not_to_have_count(0)
        prompt.get_by_role("button", name="Rate").first.click()
        expect(walk.modal.get_by_role("heading", name="Rate an account")).to_be_visible()
