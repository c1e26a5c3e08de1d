"""What a person can do on the workspace's page, done in a real browser against the real sandbox."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from sandbox import Sandbox
from tests.browser import tab
from tests.page.conftest import HANA, PRIYA
from tests.page.kitchen import Kitchen

pytestmark = pytest.mark.browser


def say(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")


def open_form(page: Page) -> Locator:
    say(page, "/cmi form")
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


def test_a_message_is_sent_and_markup_typed_by_a_person_is_shown_as_slack_does(page: Page) -> None:
    say(page, "Hello *all* <b>not html</b> & more")
    message = page.locator("[data-ts]").last
    expect(message).to_contain_text("Hello all <b>not html</b> & more")
    expect(message.locator("strong", has_text="all")).to_be_visible()
    expect(page.get_by_test_id("composer")).to_have_value("")


def test_typing_a_slash_lists_the_commands_and_enter_completes(page: Page, kitchen: Kitchen) -> None:
    composer = page.get_by_test_id("composer")
    composer.press_sequentially("/c")
    expect(page.get_by_role("option", name="/cmi")).to_contain_text("help | score Acme")
    composer.press("Enter")
    expect(composer).to_have_value("/cmi ")
    composer.press_sequentially("hi")
    composer.press("Enter")
    private = page.locator("[data-ephemeral]")
    expect(private).to_contain_text("Only visible to you")
    expect(private).to_contain_text("Only for you: hi")
    private.get_by_role("button", name="Dismiss message").click()
    expect(private).to_have_count(0)
    assert kitchen.heard == [("command", "hi")]


def test_an_unknown_command_is_refused_and_kept(page: Page, kitchen: Kitchen) -> None:
    say(page, "/nope at all")
    expect(page.get_by_test_id("notice")).to_contain_text("/nope is not a valid command")
    expect(page.get_by_test_id("composer")).to_have_value("/nope at all")
    assert kitchen.heard == []


def test_untrusted_text_never_becomes_markup_and_a_real_ping_stands_out(page: Page) -> None:
    message = card(page)
    expect(message.get_by_role("heading")).to_have_text("*Plain* <b>header</b> 🎉")
    body = message.locator("[data-block-id=body]")
    expect(body).to_contain_text("Acme <!channel> Sons &amp; @channel")
    expect(message.locator("[data-ping]")).to_have_text(["@channel"])
    expect(message.locator("[data-block-id=rich]")).to_have_text("raw *stars* <!here>")
    expect(body.get_by_role("link", name="the _map_")).to_have_attribute("href", "https://example.com/?a=1")


def test_dates_are_shown_in_the_zone_of_the_person_one_is(page: Page) -> None:
    body = card(page).locator("[data-block-id=body] time")
    expect(body).to_have_text("1 Jan 2026 00:00")
    page.get_by_test_id("person-switch").select_option(HANA)
    expect(body).to_have_text("1 Jan 2026 09:00")
    assert f"person={HANA}" in page.url


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


def test_a_dangerous_button_asks_first(page: Page, kitchen: Kitchen) -> None:
    message = card(page)
    message.get_by_role("button", name="Let churn").click()
    confirm = page.get_by_role("alertdialog", name="Sure?")
    confirm.get_by_role("button", name="Keep").click()
    expect(message.get_by_role("button", name="Let churn")).to_be_focused()
    assert [what for what, _ in kitchen.heard] == ["command"]
    message.get_by_role("button", name="Let churn").click()
    confirm.get_by_role("button", name="Let churn").click()
    expect(message.get_by_role("button", name="Let churn")).to_have_attribute("aria-busy", "false")
    assert [what for what, _ in kitchen.heard] == ["command", "churn"]


def test_an_overflow_menu_sends_what_was_chosen(page: Page, kitchen: Kitchen) -> None:
    message = card(page)
    message.locator("[data-action-id=more]").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(message.locator("[data-action-id=more]")).to_be_focused()
    page.get_by_role("button", name="Claim").click()
    expect(page.get_by_role("button", name="Claim")).to_have_attribute("aria-busy", "false")
    [body] = [heard for what, heard in kitchen.heard if what == "more"]
    assert body["actions"][0]["selected_option"]["value"] == "history"


def test_the_home_tab_is_published_on_opening_and_its_radios_act_at_once(page: Page, kitchen: Kitchen) -> None:
    page.locator("[data-channel=home]").click()
    expect(page.get_by_role("heading", name="Your accounts")).to_be_visible()
    page.get_by_label("1 – Weak").check()
    page.get_by_test_id("messages-tab").click()
    expect(page.get_by_test_id("composer")).to_be_visible()
    assert {what for what, _ in kitchen.heard} == {"home", "tick"}


def test_a_thread_opens_beside_the_channel_and_takes_replies(page: Page) -> None:
    say(page, "A question")
    message = page.locator("[data-ts]", has_text="A question").first
    message.hover()
    message.get_by_role("button", name="Reply in thread").click()
    thread = page.get_by_test_id("thread")
    thread.get_by_role("textbox").fill("An answer")
    thread.get_by_role("textbox").press("Enter")
    expect(thread.locator("[data-ts]")).to_have_count(2)
    expect(page.get_by_test_id("replies")).to_have_text("1 reply")
    thread.get_by_role("textbox").fill("/cmi form")
    thread.get_by_role("textbox").press("Enter")
    expect(page.get_by_test_id("notice")).to_contain_text("not supported in threads")
    thread.get_by_role("button", name="Close thread").click()
    expect(thread).to_have_count(0)


def test_a_mention_elsewhere_is_marked_unread_and_announced(page: Page, sandbox: Sandbox) -> None:
    sandbox.workspace.post(sandbox.workspace.channels["C01CSALERT"], HANA, f"<@{PRIYA}> please look")
    entry = page.locator("[data-channel=C01CSALERT]")
    expect(entry).to_have_class(re.compile("unread"))
    notice = page.get_by_test_id("notice")
    expect(notice).to_contain_text("Hana Sato in #cs-alerts")
    notice.get_by_role("button").first.click()
    expect(page.get_by_role("heading", name="cs-alerts")).to_be_visible()
    expect(entry).not_to_have_class(re.compile("unread"))
    with sandbox.person(PRIYA) as priya:
        priya.wait_for(lambda state: all(channel["unread"] == 0 for channel in state["channels"]))


def test_the_list_follows_new_messages_unless_one_has_scrolled_up(page: Page, sandbox: Sandbox) -> None:
    def post(text: str) -> None:
        sandbox.workspace.post(sandbox.workspace.channels["C01GENERAL"], HANA, text)

    for number in range(60):
        post(f"message {number}")
    expect(page.get_by_text("message 59", exact=True)).to_be_in_viewport()
    page.get_by_role("log").evaluate("list => { list.scrollTop = 100 }")
    expect(page.get_by_text("message 2", exact=True)).to_be_in_viewport()
    post("the newest")
    expect(page.get_by_text("the newest")).to_be_attached()
    assert page.get_by_role("log").evaluate("list => list.scrollTop") == 100


def test_a_message_in_its_channel_and_in_its_thread_is_used_apart(page: Page) -> None:
    message = card(page)
    message.hover()
    message.get_by_role("button", name="Reply in thread").click()
    page.get_by_test_id("thread").locator("[data-action-id=more]").click()
    expect(page.get_by_role("menu")).to_have_count(1)
    ids = page.locator("[id]").evaluate_all("all => all.map((each) => each.id)")
    assert len(ids) == len(set(ids))


def test_the_calendar_moves_by_a_day_a_week_and_a_quarter(page: Page, sandbox: Sandbox) -> None:
    clock = page.get_by_test_id("clock")
    days = []
    for button in (None, "next-day", "next-week", "next-quarter"):
        if button:
            before = clock.inner_text()
            page.get_by_test_id(button).click()
            expect(clock).not_to_have_text(before)
        days.append(sandbox.workspace.calendar.now().date())
    assert (days[1] - days[0]).days == 1
    assert (days[2] - days[1]).days == 7
    assert (days[3].year * 12 + days[3].month) - (days[2].year * 12 + days[2].month) == 3


def test_on_a_phone_the_sidebar_is_a_drawer_and_nothing_runs_off_the_side(
    browser: Browser, sandbox: Sandbox, kitchen: Kitchen
) -> None:
    with tab(browser, f"{sandbox.url}/#person={PRIYA}&at=C01GENERAL", width=390, height=844, touch=True) as page:
        card(page)
        expect(page.locator("[data-channel=home]")).not_to_be_visible()
        page.get_by_role("button", name="Channels and messages").click()
        page.locator("[data-channel=C01CSALERT]").click()
        expect(page.get_by_role("heading", name="cs-alerts")).to_be_visible()
        expect(page.locator("[data-channel=home]")).not_to_be_visible()
        modal = open_form(page)
        assert modal.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
        assert page.evaluate("document.documentElement.scrollWidth") == 390
