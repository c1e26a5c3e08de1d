"""Modals on the page: filled in, refused, changed and closed, in a real browser against the real sandbox."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from sandbox import Sandbox
from tests.page.conftest import HANA
from tests.page.kitchen import Kitchen
from tests.page.steps import open_form, pick

pytestmark = pytest.mark.browser


def test_a_form_is_filled_in_with_every_kind_of_input_and_submitted(page: Page, kitchen: Kitchen) -> None:
    modal = open_form(page)
    modal.get_by_label("1 – Weak").check()
    pick(page, "Sponsor", "strong", "4 – Strong")
    pick(page, "Account", "cob", "Cobalt <Works>")
    pick(page, "Owner", "hana", "Hana Sato")
    pick(page, "Cover", "grace", "Grace Kim")
    page.get_by_role("combobox", name="Cover").press("Escape")
    pick(page, "Alert channel", "cs", "#cs-alerts")
    modal.get_by_label("Note").fill("Two\nlines")
    modal.get_by_label("Revenue").fill("120000")
    modal.get_by_label("Renewal").fill("2027-05-02")
    modal.get_by_label("Hour").fill("10:30")
    modal.get_by_label("Public").check()
    modal.get_by_label("E-mail").fill("a@example.com")
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_have_count(0)
    [values] = [heard for what, heard in kitchen.heard if what == "submitted"]
    assert values["level"]["selected_option"]["value"] == "1"
    assert values["sponsor"]["selected_option"]["text"]["text"] == "4 – Strong"
    assert values["account"]["selected_option"]["value"] == "Cobalt <Works>"
    assert values["owner"]["selected_user"] == HANA
    assert values["cover"]["selected_users"] == ["U01DIEGO00", "U01GRACE00"]
    assert values["alerts"]["selected_conversation"] == "C01CSALERT"
    assert values["note"]["value"] == "Two\nlines"
    assert values["revenue"]["value"] == "120000"
    assert values["renewal"]["selected_date"] == "2027-05-02"
    assert values["hour"]["selected_time"] == "10:30"
    assert [each["value"] for each in values["segments"]["selected_options"]] == ["p"]
    assert values["mail"]["value"] == "a@example.com"


def test_missing_answers_are_named_under_their_fields_and_the_first_gets_the_focus(page: Page) -> None:
    modal = open_form(page)
    modal.get_by_label("Revenue").fill("lots")
    page.get_by_test_id("modal-submit").click()
    expect(modal.locator("[data-error=level]")).to_have_text("Please complete this required field.")
    expect(modal.locator("[data-error=account]")).to_be_visible()
    expect(modal.locator("[data-error=revenue]")).to_be_visible()
    expect(modal.get_by_label("0 – Absent")).to_be_focused()
    modal.get_by_label("1 – Weak").check()
    expect(modal.locator("[data-error=level]")).to_have_count(0)
    expect(modal.locator("[data-error=account]")).to_be_visible()


def test_the_apps_own_errors_land_under_their_field(page: Page) -> None:
    modal = open_form(page)
    modal.get_by_label("1 – Weak").check()
    pick(page, "Account", "a", "Acme & Sons")
    modal.get_by_label("Note").fill("wrong")
    page.get_by_test_id("modal-submit").click()
    expect(modal.get_by_label("Revenue")).to_be_focused()
    expect(modal.get_by_label("Revenue")).to_have_accessible_description("Too much.")


@pytest.mark.real_time
def test_a_late_answer_to_a_submission_shows_slacks_banner_and_loses_nothing(page: Page) -> None:
    modal = open_form(page)
    modal.get_by_label("1 – Weak").check()
    pick(page, "Account", "a", "Acme & Sons")
    modal.get_by_label("Note").fill("late")
    page.get_by_test_id("modal-submit").click()
    expect(page.get_by_test_id("modal-submit")).to_have_attribute("aria-busy", "true")
    expect(modal.get_by_role("alert")).to_have_text("We had some trouble connecting. Try again?")
    expect(modal.get_by_label("Note")).to_have_value("late")
    modal.get_by_label("Note").fill("in time")
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_have_count(0)


def test_an_update_of_the_view_keeps_what_was_typed_and_the_focus(page: Page, kitchen: Kitchen) -> None:
    modal = open_form(page)
    modal.get_by_label("4 – Strong").check()
    modal.get_by_label("Note").press_sequentially("half a sen")
    page.get_by_role("button", name="Add a field").click()
    expect(modal.get_by_label("Extra")).to_be_visible()
    expect(modal.get_by_label("Note")).to_have_value("half a sen")
    expect(modal.get_by_label("4 – Strong")).to_be_checked()
    expect(page.get_by_role("button", name="Add a field")).to_be_focused()
    [body] = [heard for what, heard in kitchen.heard if what == "add"]
    assert body["view"]["state"]["values"]["note"]["answer"]["value"] == "half a sen"


def test_a_message_that_arrives_while_one_types_disturbs_nothing(page: Page, sandbox: Sandbox) -> None:
    modal = open_form(page)
    note = modal.get_by_label("Note")
    note.press_sequentially("first ")
    with sandbox.person(HANA) as hana:
        hana.say("Morning!", "general")
    expect(page.locator("[data-ts]", has_text="Morning!")).to_be_attached()
    page.keyboard.type("second")
    expect(note).to_have_value("first second")


def test_what_was_filled_in_outlives_a_reload(page: Page) -> None:
    modal = open_form(page)
    with page.expect_response("**/input"):
        modal.get_by_label("Note").fill("kept")
        modal.get_by_label("4 – Strong").check()
    page.reload()
    expect(modal.get_by_label("Note")).to_have_value("kept")
    expect(modal.get_by_label("4 – Strong")).to_be_checked()


def test_a_second_page_starts_at_its_top_with_its_first_field(page: Page) -> None:
    modal = open_form(page)
    modal.get_by_label("1 – Weak").check()
    pick(page, "Account", "a", "Acme & Sons")
    modal.get_by_label("Note").fill("next")
    page.get_by_test_id("modal-submit").click()
    expect(modal.get_by_role("heading", name="Page 2")).to_be_visible()
    expect(modal.get_by_label("Second page")).to_be_focused()


def test_a_pushed_view_has_a_way_back_and_the_cross_closes_all(page: Page) -> None:
    modal = open_form(page)
    modal.get_by_label("Note").fill("below")
    page.get_by_role("button", name="Go deeper").click()
    expect(modal.get_by_label("Deep question")).to_be_focused()
    modal.get_by_role("button", name="Back").click()
    expect(modal.get_by_label("Note")).to_have_value("below")
    page.get_by_role("button", name="Go deeper").click()
    expect(modal.get_by_label("Deep question")).to_be_visible()
    page.get_by_test_id("modal-close").click()
    expect(modal).to_have_count(0)


def test_the_keyboard_stays_in_a_modal_and_returns_to_where_it_was(page: Page) -> None:
    modal = open_form(page)
    for key in ["Shift+Tab"] * 3 + ["Tab"] * 40:
        page.keyboard.press(key)
        assert page.evaluate("document.querySelector('[data-testid=modal]').contains(document.activeElement)"), key
    page.keyboard.press("Escape")
    expect(modal).to_have_count(0)
    expect(page.get_by_test_id("composer")).to_be_focused()


def test_a_select_is_used_by_keyboard_alone(page: Page) -> None:
    open_form(page)
    sponsor = page.get_by_role("combobox", name="Sponsor")
    sponsor.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("group", name="High").get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(sponsor).to_have_value("1 – Weak")
    page.get_by_role("button", name="Clear choice").click()
    expect(sponsor).to_have_value("")
