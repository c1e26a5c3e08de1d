"""The main story, walked by clicking in the page: for the browser test and for the pictures in the docs."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

GOLDEN = (3, 1, 3, 3, 4, 5, 2, 1, 2, 1, 2, 1)
ALERTS = "C01CSALERT"
GENERAL = "C01GENERAL"
# The result may wait for a quiet moment of the window; the message goes out at Slack's own pace.
SOON_MS = 30_000
# The Home is published anew when it is opened, and what is pressed in between meets blocks that are gone.
HOME_RESTS = """() => {
  const id = document.querySelector(".home [data-block-id]")?.dataset.blockId;
  if (id !== window.homeSeen) Object.assign(window, { homeSeen: id, homeSince: performance.now() });
  return id && performance.now() - window.homeSince > 700;
}"""

Look = Callable[[str], None]


class Walk:
    """One person at the page. `look` is called with a name at every sight worth a picture."""

    def __init__(self, page: Page, look: Look = lambda _: None) -> None:
        self.page = page
        self._look = look
        self._phone = (page.viewport_size or {"width": 1280})["width"] < 700

    @property
    def modal(self) -> Locator:
        return self.page.get_by_test_id("modal").last

    def go(self, place: str) -> None:
        """Open a channel by its id, or "home", or "messages"."""
        if self._phone:
            self.page.get_by_role("button", name="Channels and messages").click()
        named = {"home": "[data-channel^='home']", "messages": "[data-channel^='D']"}
        wanted = named.get(place, f"[data-channel='{place}']")
        self.page.locator(wanted).first.click()

    def type(self, text: str) -> None:
        composer = self.page.get_by_test_id("composer")
        composer.fill(text)
        composer.press("Enter")

    def ask(self, command: str, title: str) -> Locator:
        """Type a command that opens a window, and return the window."""
        self.type(f"/cmi {command}")
        return self.window(title)

    def window(self, title: str) -> Locator:
        """The window on top, once it has this title."""
        expect(self.modal.get_by_role("heading", name=title, level=2)).to_be_visible(timeout=SOON_MS)
        return self.modal

    def press(self, text: str, within: Locator | None = None) -> None:
        """Press the first button that says this, in the window on top if nothing else is said."""
        (within or self.modal).get_by_role("button").filter(has_text=text).first.click()

    def pick(self, text: str, within: Locator | None = None) -> None:
        """Choose in the first menu."""
        (within or self.modal).get_by_role("combobox").first.click()
        self.page.get_by_role("listbox").get_by_role("option").filter(has_text=text).first.click()

    def submit(self) -> None:
        self.page.get_by_test_id("modal-submit").click()

    def told(self, text: str) -> Locator:
        """The latest message for one's own eyes, which says this."""
        private = self.page.locator("[data-ephemeral]").last
        expect(private).to_contain_text(text, timeout=SOON_MS)
        return private

    def choose(self, label: str, typed: str) -> None:
        """Choose in a field of the window that lists what one types, or all it has."""
        self.modal.get_by_role("combobox", name=label).fill(typed)
        self.page.get_by_role("listbox").get_by_role("option").filter(has_text=typed).first.click()

    def home(self, says: str = "Your accounts") -> Locator:
        """Open the Home and return it."""
        self.go("home")
        home = self.page.locator(".home")
        expect(home).to_contain_text(says, timeout=SOON_MS)
        self.page.wait_for_function(HOME_RESTS)
        self._look("home")
        return home

    def card(self, name: str) -> None:
        self.go(GENERAL)
        self.type(f"/cmi account {name}")
        expect(self.page.locator("[data-ephemeral]").last).to_contain_text(name)
        self._look("card")

    def rate(self, name: str, answers: tuple[int, ...] = GOLDEN) -> None:
        """Rate an account and leave the window with its result open."""
        self.type(f"/cmi score {name}")
        expect(self.modal.get_by_role("heading", name="Rate an account")).to_be_visible()
        self._look("survey")
        self.answer(answers)
        expect(self.modal.get_by_role("heading", name="Saved")).to_be_visible(timeout=SOON_MS)
        self._look("result")

    def answer(self, answers: tuple[int, ...] = GOLDEN) -> None:
        """Answer both pages of the survey that is open."""
        half = len(answers) // 2
        self._answer(answers[:half])
        self.submit()
        expect(self.modal).to_contain_text("page 2 of 2")
        self._answer(answers[half:])
        self.submit()

    def close(self) -> None:
        self.page.get_by_test_id("modal-close").first.click()
        expect(self.page.get_by_test_id("modal")).to_have_count(0)

    def alert(self, name: str) -> Locator:
        """The alert about an account, the latest one."""
        self.go(ALERTS)
        message = self.page.locator("[data-ts]").filter(has_text=name).last
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
        self.page.get_by_test_id("next-quarter").click()

    def prompt(self, text: str = "due for a new rating") -> Locator:
        """The latest message that asks for ratings."""
        self.go("messages")
        message = self.page.locator("[data-ts]").filter(has_text=text).last
        expect(message).to_be_visible(timeout=SOON_MS)
        message.scroll_into_view_if_needed()
        self._look("prompt")
        return message

    def _answer(self, levels: tuple[int, ...]) -> None:
        questions = self.modal.locator("fieldset")
        expect(questions).to_have_count(len(levels))
        for number, level in enumerate(levels):
            questions.nth(number).get_by_role("radio").nth(level - 1).check()
