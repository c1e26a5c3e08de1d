"""axe-core looks at the page in each of its states, large and small, light and dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships no types
from playwright.sync_api import Page, expect

from tests.story.conftest import DESKTOP, PHONE, PRIYA, Enter
from tests.story.walk import ALERTS, GENERAL

pytestmark = pytest.mark.browser
GRAVE = ("serious", "critical")


def grave_faults(page: Page) -> list[str]:
    """What axe-core finds on the page as it is."""
    found = Axe().run(page).response
    assert len(found["passes"]) > 20  # it has really looked
    return [
        f"{fault['id']}: {node['target']} {node['html'][:200]}"
        for fault in found["violations"]
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (PHONE, True)], ids=["light-desktop", "dark-phone"])
def test_nobody_is_kept_out_by_the_page(enter: Enter, dark: bool) -> None:
    with enter(PRIYA, dark=dark) as walk:
        page = walk.page
        faults: dict[str, list[str]] = {}

        def look(state: str) -> None:
            faults[state] = grave_faults(page)

        page.get_by_test_id("composer").press_sequentially("/c")
        expect(page.get_by_role("option", name="/cmi")).to_be_visible()
        look("commands offered")
        walk.type("/cmi account Kestrel")
        walk.told("Kestrel Rail")
        look("card")
        walk.ask("score Kestrel", "Rate an account")
        look("survey")
        walk.press("What do the levels mean?")
        walk.window("What the levels mean")
        look("a window to read")
        walk.close()
        walk.ask("score", "Choose an account")
        walk.modal.get_by_role("combobox").fill("a")
        expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
        look("list open")
        page.keyboard.press("Escape")
        walk.close()
        walk.ask("portfolio", "Portfolio")
        look("portfolio")
        walk.close()
        walk.go(ALERTS)
        alert = page.locator("[data-ts]").filter(has_text="Let Churn").last
        expect(alert).to_be_visible()
        look("alert")
        alert.hover()
        alert.get_by_role("button", name="Reply in thread").click()
        expect(page.get_by_test_id("thread")).to_be_visible()
        look("thread")
        page.get_by_role("button", name="Close thread").click()
        walk.home()
        look("Home")
        walk.go(GENERAL)
        assert {state: found for state, found in faults.items() if found} == {}
