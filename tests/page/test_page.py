"""What a person can do in channels, threads and Home, in a real browser against the real sandbox."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox import Sandbox
from tests.browser import tab
from tests.page.conftest import HANA, PRIYA
from tests.page.kitchen import Kitchen
from tests.page.steps import card, open_form, say

pytestmark = pytest.mark.browser


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
    expect(page.get_by_text("This is the start of your messages with CMI Bot.")).to_be_visible()
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
