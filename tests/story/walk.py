"""The main story, walked by clicking in the page: for the browser test and for the pictures in the docs."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

GOLDEN = (3, 1, 3, 3, 4, 5, 2, 1, 2, 1, 2, 1)
ALERTS = "C01CSALERT"
GENERAL = "C01GENERAL"
# The result may wait for a quiet moment of the window; the message goes out at Slack's own pace.
SOON_MS = 15_000

Look = Callable[[str], None]


class Walk:
    """One person at the page. `look` is called with a name at every sight worth a picture."""

    def __init__(self, page: Page, look: Look = lambda _: None) -> None:
        self._page = page
        self._look = look
        self._phone = (page.viewport_size or {"width": 1280})["width"] < 700

    @property
    def modal(self) -> Locator:
        return self._page.get_by_test_id("modal").last

    def go(self, place: str) -> None:
        """Open a channel by its id, or "home", or "messages"."""
        if self._phone:
            self._page.get_by_role("button", name="Channels and messages").click()
        named = {"home": "[data-channel^='home']", "messages": "[data-channel^='D']"}
        wanted = named.get(place, f"[data-channel='{place}']")
        self._page.locator(wanted).first.click()

    def type(self, text: str) -> None:
        composer = self._page.get_by_test_id("composer")
        composer.fill(text)
        composer.press("Enter")

    def home(self) -> None:
        self.go("home")
        expect(self._page.get_by_text("Your accounts")).to_be_visible()
        self._look("home")

    def card(self, name: str) -> None:
        self.go(GENERAL)
        self.type(f"/cmi account {name}")
        expect(self._page.locator("[data-ephemeral]").last).to_contain_text(name)
        self._look("card")

    def rate(self, name: str, answers: tuple[int, ...] = GOLDEN) -> None:
        """Rate an account and leave the window with its result open."""
        self.type(f"/cmi score {name}")
        expect(self.modal.get_by_role("heading", name="Rate an account")).to_be_visible()
        self._look("survey")
        half = len(answers) // 2
        self._answer(answers[:half])
        self._page.get_by_test_id("modal-submit").click()
        expect(self.modal).to_contain_text("page 2 of 2")
        self._answer(answers[half:])
        self._page.get_by_test_id("modal-submit").click()
        expect(self.modal.get_by_role("heading", name="Saved")).to_be_visible(timeout=SOON_MS)
        self._look("result")

    def close(self) -> None:
        self._page.get_by_test_id("modal-close").first.click()
        expect(self._page.get_by_test_id("modal")).to_have_count(0)

    def alert(self, name: str) -> Locator:
        """The alert about an account, the latest one."""
        self.go(ALERTS)
        message = self._page.locator("[data-ts]").filter(has_text=name).last
        expect(message).to_be_visible(timeout=SOON_MS)
        return message

    def claim(self, name: str) -> None:
        message = self.alert(name)
        self._look("alert")
        message.get_by_role("button", name="I'm on it").click()
        expect(message).to_contain_text("on it", timeout=SOON_MS)
        expect(message.get_by_role("button", name="I'm on it")).to_have_count(0, timeout=SOON_MS)
        self._look("alert-claimed")

    def next_quarter(self) -> None:
        self._page.get_by_test_id("next-quarter").click()

    def prompt(self, text: str = "due for a new rating") -> Locator:
        """The latest message that asks for ratings."""
        self.go("messages")
        message = self._page.locator("[data-ts]").filter(has_text=text).last
        expect(message).to_be_visible(timeout=SOON_MS)
        message.scroll_into_view_if_needed()
        self._look("prompt")
        return message

    def _answer(self, levels: tuple[int, ...]) -> None:
        questions = self.modal.locator("fieldset")
        expect(questions).to_have_count(len(levels))
        for number, level in enumerate(levels):
            questions.nth(number).get_by_role("radio").nth(level - 1).check()
