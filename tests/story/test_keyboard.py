"""The survey by keyboard alone: nobody needs a mouse to rate an account."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.story.conftest import SIZES
from tests.story.walk import Walk

pytestmark = [pytest.mark.browser, SIZES]
MOST_STOPS = 60
SEEN = """[document.activeElement, document.activeElement.closest(".combobox")].some((element) => {
  const style = element && getComputedStyle(element);
  return style && (style.outlineStyle !== "none" || style.boxShadow !== "none");
})"""
WHERE = "document.activeElement.closest('[data-action-id]')?.dataset.blockId ?? document.activeElement.innerText"


def test_an_account_is_rated_by_keyboard_alone(walk: Walk) -> None:
    page, keys = walk.page, walk.page.keyboard
    composer = page.get_by_test_id("composer")
    composer.focus()
    keys.type("/cmi score Acme")
    keys.press("Enter")
    walk.window("Rate an account")
    for number in (1, 2):
        expect(walk.modal).to_contain_text(f"page {number} of 2")
        for _ in range(MOST_STOPS):
            assert page.evaluate(SEEN), f"one can't see where one is: {page.evaluate(WHERE)}"
            if page.evaluate("document.activeElement.type") == "submit":
                break
            if page.evaluate("document.activeElement.type") == "radio":
                keys.press("Space")
                keys.press("ArrowDown")
            keys.press("Tab")
        keys.press("Shift+Tab")
        keys.press("Tab")
        keys.press("Enter")
    expect(walk.window("Saved")).to_contain_text("CMI 2.0")
    keys.press("Escape")
    expect(page.get_by_test_id("modal")).to_have_count(0)
    expect(composer).to_be_focused()
