"""What people do on the page, as tests say it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def say(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")


def open_form(page: Page, name: str = "form") -> Locator:
    say(page, f"/cmi {name}")
    modal = page.get_by_test_id("modal")
    expect(modal).to_be_visible()
    return modal


def pick(page: Page, label: str, typed: str, choice: str) -> None:
    page.get_by_role("combobox", name=label).fill(typed)
    page.get_by_role("listbox").get_by_role("option", name=choice).click()


def card(page: Page) -> Locator:
    say(page, "/cmi card")
    message = page.locator("[data-ts]", has=page.locator("[data-block-id=acts]"))
    expect(message).to_be_visible()
    return message
