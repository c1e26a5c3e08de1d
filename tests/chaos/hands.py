"""What one person does in Slack. They press again when no answer comes, as people do."""

import threading
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import httpx

from bot.views import snooze_form, survey
from bot.views.survey import SurveyMeta
from sandbox.model import Json, Message, View
from sandbox.reading import find
from sandbox.server import Sandbox
from tests.chaos.world import FRAMEWORK, LOBBY

WINDOW_SECONDS, SAVING_SECONDS = 4.0, 15.0
_TRIES = 6
_UNANSWERED = frozenset({"operation_timeout", "dispatch_failed", "connection_failed"})
# What each question is answered with, and the health that is typed, for each corner of the map.
CORNERS = {
    "retain": ("1", "80"),
    "expand_and_leverage": ("5", "80"),
    "save": ("5", "20"),
    "let_churn": ("1", "20"),
}


class Notebook:
    """What the crowd did and was told: the other half of what the bot is judged by. Thread-safe."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self.tried: dict[str, str] = {}  # the corner by submission: sent, whatever became of it
        self.saved: set[str] = set()  # submissions of which somebody read that they are saved
        self.done: list[tuple[str, str, str]] = []  # presses that were acknowledged: who, the action, the episode
        self.counts: Counter[str] = Counter()

    def count(self, what: str) -> None:
        with self._guard:
            self.counts[what] += 1

    def try_(self, submission: str, corner: str) -> None:
        with self._guard:
            self.tried[submission] = corner

    def save(self, submission: str) -> None:
        with self._guard:
            self.saved.add(submission)

    def do(self, user: str, action: str, value: str) -> None:
        with self._guard:
            self.done.append((user, action, value))


class Hands:
    """One person's client, over a connection that several share. Not thread-safe: one thing is done at a time."""

    def __init__(self, sandbox: Sandbox, user: str, notebook: Notebook, http: httpx.Client) -> None:
        self.user = user
        self._sandbox, self._notebook, self._http = sandbox, notebook, http

    def _act(self, name: str, **body: Any) -> Json:
        answer: Json = self._http.post(f"{self._sandbox.url}/people/{self.user}/{name}", json=body).json()
        return answer

    def open_home(self) -> None:
        self._act("home")
        self._notebook.count("Homes opened")

    def rate(self, account: str, corner: str) -> bool:
        """Rate an account, from `/cmi score` to the window that says "Saved". False: given up for now."""
        for _ in range(_TRIES):
            view = self._window_of(account)
            if view is None:
                continue
            submission = SurveyMeta.model_validate_json(view.source["private_metadata"]).submission
            self._notebook.try_(submission, corner)
            if self._save(view, corner):
                self._notebook.save(submission)
                self._act("close", view=view.id, all=True)
                return True
            self._notebook.count("surveys opened again")
        return False

    def press(self, message: Message, action: str, value: Any = None) -> bool:
        """Press a button of a message, or tick a box, until that is acknowledged; False where it isn't there."""
        where = {"message": {"channel": message.channel, "ts": message.ts}}
        for _ in range(_TRIES):
            spot = find(message.blocks, action)
            if spot is None:
                return False
            block_id, action_id = spot.block["block_id"], spot.element["action_id"]
            answer = self._act("click", where=where, block_id=block_id, action_id=action_id, value=value)
            if answer["ok"]:
                self._notebook.do(self.user, action, str(spot.element.get("value", "")))
                return True
            if answer["error"] not in _UNANSWERED:
                return False
            self._notebook.count("presses repeated")
        return False

    def snooze(self, message: Message, until: str) -> bool:
        """Put an alert off by its window."""
        if not self.press(message, "snooze_episode"):
            return False
        view = self._window(snooze_form.CALLBACK)
        saved = view is not None and self._submit(view, {"until": {"until": until}}, stays=snooze_form.CALLBACK)
        if view is not None:
            self._act("close", view=view.id, all=True)
        return saved

    def _window_of(self, account: str) -> View | None:
        self._close()
        typed = {"channel": LOBBY, "command": "/cmi", "text": f"score {account}"}
        if not self._act("command", **typed)["ok"]:
            self._notebook.count("presses repeated")
            return None
        return self._window(survey.CALLBACK)

    def _window(self, callback: str) -> View | None:
        deadline = time.monotonic() + WINDOW_SECONDS
        while time.monotonic() < deadline:
            stack = self._sandbox.views.stacks[self.user]
            if stack and stack[-1].source.get("callback_id") == callback:
                return stack[-1]
            time.sleep(0.02)
        self._notebook.count("windows that did not open")
        return None

    def _close(self) -> None:
        for view in list(self._sandbox.views.stacks[self.user][-1:]):
            self._act("close", view=view.id, all=True)

    def _save(self, view: View, corner: str) -> bool:
        level, health = CORNERS[corner]
        values: dict[str, dict[str, str]] = {
            f"question:{criterion.id}": {"answer": level}
            for category in FRAMEWORK.categories
            for criterion in category.criteria
        }
        values["survey_health"] = {"survey_health": health}
        if not self._submit(view, values, stays=survey.CALLBACK):
            return False
        deadline = time.monotonic() + SAVING_SECONDS
        while (title := _title(view)) == "Saving…" and time.monotonic() < deadline:
            time.sleep(0.05)
        return title == "Saved"

    def _submit(self, view: View, values: Mapping[str, Any], *, stays: str) -> bool:
        """Whether the form was taken. `stays` is its callback: what it is called as long as it wasn't."""
        for _ in range(_TRIES):
            answer = self._act("submit", view=view.id, values=values)
            if answer["ok"]:
                return view.source.get("callback_id") != stays
            if answer["error"] not in {*_UNANSWERED, "validation", "busy"}:
                return False
            self._notebook.count("forms submitted again")
            time.sleep(0.1)
        return False


def _title(view: View) -> str:
    return str(view.source["title"]["text"])
