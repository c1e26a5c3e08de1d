"""Each conversation of a customer success manager, walked by clicking, on a desktop and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.story.conftest import ADA, DESKTOP, DIEGO, GUS, PRIYA, SIZES, Enter
from tests.story.walk import GENERAL, HOME_RESTS, SOON_MS, Walk

pytestmark = [pytest.mark.browser, SIZES]


def of(size: tuple[int, int], desktop: str, phone: str) -> str:
    """An account for each width, since both walk in the same demo."""
    return desktop if size == DESKTOP else phone


def test_an_account_is_rated_and_the_next_one_follows(walk: Walk, size: tuple[int, int]) -> None:
    survey = walk.ask(f"score {of(size, 'Penrose', 'Larkspur')}", "Rate an account")
    expect(survey).to_contain_text("Last time")
    walk.submit()
    expect(survey.locator("[data-error]").first).to_contain_text("complete this required field")
    walk.answer()
    walk.window("Saved")
    walk.press("Rate")
    walk.window("Rate an account")


def test_a_health_score_is_entered(walk: Walk, size: tuple[int, int]) -> None:
    form = walk.ask(f"health {of(size, 'Oakmere', 'Saltmarsh')}", "Health score")
    form.get_by_label("Health score, 0 to 100").fill("171")
    walk.submit()
    expect(form.locator("[data-error]")).to_be_visible()
    form.get_by_label("Health score, 0 to 100").fill("71")
    walk.submit()
    expect(walk.modal).to_contain_text("health 71")


def test_an_account_is_added_and_rated_at_once(walk: Walk, size: tuple[int, int]) -> None:
    form = walk.ask("new", "New account")
    form.get_by_label("Name").fill(of(size, "Windmill Works", "Wayside Inns"))
    walk.submit()
    walk.window("Added")
    walk.press("Rate")
    walk.window("Rate an account")


def test_every_entry_of_an_account_leads_somewhere(walk: Walk) -> None:
    walk.type("/cmi account Kestrel")
    card = walk.told("Kestrel Rail")

    def open_more() -> list[str]:
        walk.press("More", within=card)
        return walk.window("More").locator(".modal-body").get_by_role("button").all_inner_texts()

    entries = open_more()
    assert len(entries) > 10
    for entry in entries:
        walk.press(entry)
        expect(walk.modal.get_by_role("heading", name="More", level=2)).to_have_count(0, timeout=SOON_MS)
        walk.close()
        open_more()


def test_why_an_account_stands_there_leads_to_its_history(walk: Walk) -> None:
    expect(walk.ask("explain Kestrel", "Why it stands there")).to_contain_text("Charter")
    walk.press("History")
    expect(walk.window("History")).to_contain_text("Rating: CMI 3.8")


def test_the_portfolio_is_turned_and_what_moved_is_sorted(walk: Walk) -> None:
    expect(walk.ask("portfolio", "Portfolio")).to_contain_text("The map")
    walk.modal.locator("img").first.wait_for(timeout=SOON_MS)  # it comes later, and closes a list that is open
    walk.pick("By size")
    expect(walk.modal).to_contain_text("Enterprise")
    walk.close()
    walk.ask("movers", "Movers")
    walk.pick("CMI down")
    expect(walk.modal).to_contain_text("→")


def test_what_if_answers_without_storing(walk: Walk) -> None:
    walk.ask("whatif", "What if")
    walk.press("Try weights")
    walk.modal.get_by_label("Charter").fill("10")
    walk.submit()
    expect(walk.modal).to_contain_text(re.compile("move|No account"))


def test_what_is_due_is_rated_from_the_list(walk: Walk) -> None:
    walk.type("/cmi due")
    walk.told("due for a rating").get_by_role("button").filter(has_text="Rate").first.click()
    walk.window("Rate an account")


def test_accounts_are_given_away_and_taken_back(enter: Enter, size: tuple[int, int]) -> None:
    with enter(ADA) as walk:
        for owner in ("Diego Ramos", "Priya Shah"):
            walk.ask(f"assign {of(size, 'Marlow', 'Fennel')}", "Assign accounts")
            walk.choose("Owner", owner)
            walk.submit()
            expect(walk.modal).to_contain_text(f"now belongs to @{owner}")
            walk.close()


def test_somebody_covers_for_a_while(walk: Walk, size: tuple[int, int]) -> None:
    walk.ask(f"cover {of(size, 'Thistle', 'Harbourlight')}", "Cover")
    walk.choose("Who covers", "Grace")
    walk.submit()
    expect(walk.modal).to_contain_text("@Grace Kim covers")


def test_a_rating_is_put_off(walk: Walk, size: tuple[int, int]) -> None:
    walk.ask(f"snooze {of(size, 'Willow', 'Dovetail')}", "Not now")
    walk.submit()
    expect(walk.modal.locator("[data-error]")).to_contain_text("Please choose the day")
    walk.modal.get_by_label("Until").fill("2026-12-01")
    walk.submit()
    expect(walk.modal).to_contain_text("is put off until 1 Dec 2026")


def test_one_is_away_and_back(walk: Walk) -> None:
    walk.ask("away", "Away")
    walk.modal.get_by_label("Last day away").fill("2027-01-03")
    walk.submit()
    expect(walk.modal).to_contain_text("away")
    walk.close()
    walk.type("/cmi back")
    walk.told("You are at work")


def test_accounts_are_exported_to_ones_messages(walk: Walk) -> None:
    walk.ask("export", "Export")
    walk.submit()
    walk.close()
    walk.go("messages")
    expect(walk.page.locator("[data-ts]").last).to_contain_text("xlsx", timeout=SOON_MS)


def test_help_leads_to_a_command_and_a_slip_of_the_pen_to_what_was_meant(walk: Walk) -> None:
    walk.type("/cmi")
    walk.told("Most likely you want to")
    walk.type("/cmi acount Kestrel")
    walk.told("Did you mean").get_by_role("button").filter(has_text="Yes").click()
    walk.told("Kestrel Rail")


def test_an_owner_finds_everything_from_home(walk: Walk) -> None:
    home = walk.home()
    walk.press("Rate", within=home)
    walk.window("Rate an account")
    walk.close()
    walk.press("What do these words mean?", within=home)
    walk.window("Words")
    walk.close()
    walk.pick("Due", within=home)
    expect(home).to_contain_text("overdue")
    walk.page.wait_for_function(HOME_RESTS)
    walk.press("Find an account", within=home)
    walk.window("Choose an account")


def test_a_guest_is_told_kindly(enter: Enter) -> None:
    with enter(GUS) as gus:
        gus.go("home")
        expect(gus.page.locator(".home")).to_contain_text("As a guest you can't use it")
        gus.go(GENERAL)
        gus.type("/cmi due")
        gus.told("As a guest you can't use it")


def test_shortcuts_rate_and_attach(walk: Walk, size: tuple[int, int]) -> None:
    said = f"They hired a head of operations, {of(size, 'says Bea', 'says Ben')}"
    walk.type(said)
    message = walk.page.locator("[data-ts]").filter(has_text=said).last
    message.hover()
    message.get_by_role("button", name="More message actions").click()
    walk.page.get_by_role("menuitem", name="Attach to an account").click()
    form = walk.window("Attach to an account")
    expect(form).to_contain_text("head of operations")
    walk.choose("Account", "Brightwater")
    walk.submit()
    expect(walk.window("Attached")).to_contain_text("Brightwater")
    walk.close()
    walk.page.get_by_role("button", name="Shortcuts").click()
    walk.page.get_by_role("menuitem", name="Rate an account").click()
    walk.window("Choose an account")


def test_whoever_speaks_to_the_bot_is_shown_the_way(enter: Enter, size: tuple[int, int]) -> None:
    with enter(of(size, PRIYA, DIEGO)) as walk:  # the bot doesn't say it to anybody twice in a row
        said = of(size, "hello", "good morning")
        walk.type(f"@CMI Bot {said}")
        message = walk.page.locator("[data-ts]").filter(has_text=said).last
        message.get_by_test_id("replies").click(timeout=SOON_MS)
        expect(walk.page.get_by_test_id("thread")).to_contain_text("/cmi help")
