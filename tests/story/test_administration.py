"""What leaders and admins do, and work on an alert, walked by clicking on a desktop and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.story.conftest import ADA, DESKTOP, DIEGO, MARTA, SIZES, Enter
from tests.story.walk import HOME_RESTS, SOON_MS, Walk

pytestmark = [pytest.mark.browser, SIZES]


def test_every_entry_of_the_settings_leads_somewhere_and_back(enter: Enter) -> None:
    with enter(ADA) as walk:
        menu = walk.ask("settings", "Settings")
        entries = menu.locator(".modal-body").get_by_role("button").all_inner_texts()
        assert len(entries) > 10
        for entry in entries:
            walk.press(entry)
            expect(walk.modal.get_by_role("heading", name="Settings", level=2)).to_have_count(0, timeout=SOON_MS)
            walk.close()
            walk.ask("settings", "Settings")


def test_a_setting_is_changed_and_the_change_can_be_read(enter: Enter, size: tuple[int, int]) -> None:
    with enter(ADA) as walk:
        walk.ask("settings", "Settings")
        walk.press("Cadence and limits")
        days = "9" if size == DESKTOP else "8"
        walk.window("Cadence and limits").get_by_label("Quiet period in days").fill(days)
        walk.submit()
        walk.window("Saved")
        walk.close()
        walk.ask("settings", "Settings")
        walk.press("What was changed")
        expect(walk.window("What was changed")).to_contain_text(f"→ {days}")


def test_accounts_are_imported_from_a_file(enter: Enter, size: tuple[int, int]) -> None:
    name = "Tern Ferries" if size == DESKTOP else "Heron Ferries"
    with enter(ADA) as walk:
        form = walk.ask("import", "Import")
        sheet = f"Company,Account owner,Mood\n{name},priya@sandbox.example,9\n".encode()
        form.locator("input[type=file]").set_input_files(
            {"name": "accounts.csv", "mimeType": "text/csv", "buffer": sheet}
        )
        expect(form).to_contain_text("accounts.csv")
        walk.submit()
        columns = walk.window("Columns")
        expect(columns).to_contain_text("Company")
        walk.submit()
        expect(walk.window("Import: what happens")).to_contain_text(name)
        walk.submit()
        expect(walk.modal).to_contain_text("is imported", timeout=SOON_MS)


def test_a_leader_reads_the_state_of_the_portfolio_from_home(enter: Enter) -> None:
    with enter(MARTA) as walk:
        home = walk.home("customers")
        walk.pick("Set-up", within=home)
        expect(home).to_contain_text("Channels and admins", timeout=SOON_MS)
        walk.page.wait_for_function(HOME_RESTS)
        walk.pick("Portfolio", within=home)
        expect(home).to_contain_text("Open alerts", timeout=SOON_MS)


def test_an_alert_is_worked_on_in_its_channel(enter: Enter, size: tuple[int, int]) -> None:
    why = "They ask for a discount" if size == DESKTOP else "They ask for a visit"
    with enter(DIEGO) as walk:
        alert = walk.alert("Copperline Telecom")
        _press(alert, "I'm on it")
        expect(alert).to_contain_text("@Diego Ramos is on it", timeout=SOON_MS)
        _press(alert, "Snooze")
        walk.window("Snooze").get_by_label("Until").fill(_soon(walk))
        walk.submit()
        walk.window("The whole story")
        walk.close()
        expect(alert).to_contain_text("Snoozed until", timeout=SOON_MS)
        _press(alert, "Wake")
        expect(alert).not_to_contain_text("Snoozed until", timeout=SOON_MS)
        _press(alert, "Escalate")
        walk.window("Escalate")
        walk.choose("To whom", "Marta")
        walk.modal.get_by_label("Why").fill(why)
        walk.submit()
        walk.window("The whole story")
        walk.close()
        expect(alert).to_contain_text("Escalated to @Marta Lindqvist", timeout=SOON_MS)
        _press(alert, "Decide")
        decide = walk.window("Decide")
        decide.get_by_role("radio", name="Contest").check()
        decide.get_by_label("Reason").fill(f"{why}; a new sponsor begins in January.")
        walk.submit()
        walk.window("Decided")
        walk.close()
        expect(alert).to_contain_text(f"{why}; a new sponsor", timeout=SOON_MS)
        _press(alert, "The whole story")
        expect(walk.window("The whole story")).to_contain_text(why)
        walk.close()
        _press(alert, "Hand back")
        expect(alert.get_by_role("button", name="I'm on it")).to_be_visible(timeout=SOON_MS)


def _press(message: Locator, text: str) -> None:
    message.get_by_role("button").filter(has_text=text).first.click()


def _soon(walk: Walk) -> str:
    """The latest day that the form allows is in its hint; two days from now always is."""
    return str(walk.page.evaluate("new Date(Date.now() + 2 * 864e5).toISOString().slice(0, 10)"))
