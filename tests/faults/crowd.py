"""The people of the fault run: they rate accounts, and press again when no answer comes, as a person would."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx

from bot.views import survey
from bot.views.survey import SurveyMeta
from cmi_core import load_framework
from tests.signed import SignedSlack

FRAMEWORK = load_framework("promapp-survey")  # all its questions fit one page
_AGAIN_SECONDS = 0.2


@dataclass(frozen=True)
class Rating:
    """One survey that somebody has filled in: mature, and in trouble. Its submission is the token Slack repeats."""

    account_id: int
    rater: str

    @property
    def submission(self) -> str:
        return f"submission-{self.account_id}"

    def view(self) -> dict[str, Any]:
        """The modal as Slack sends it back."""
        meta = SurveyMeta(
            submission=self.submission,
            account_id=self.account_id,
            page=0,
            framework=FRAMEWORK.id,
            version=FRAMEWORK.version,
        )
        values: dict[str, Any] = {
            f"question:{criterion.id}": {"answer": {"selected_option": {"value": "5"}}}
            for category in FRAMEWORK.categories
            for criterion in category.criteria
        }
        values["survey_health"] = {"survey_health": {"value": "20"}}
        return {
            "callback_id": survey.CALLBACK,
            "private_metadata": meta.model_dump_json(),
            "state": {"values": values},
            "blocks": [],
        }


class Crowd:
    """Saves ratings from several threads until each is acknowledged as saved. `repeats` counts second attempts."""

    def __init__(self, url: str, secret: str, team: str, ratings: Sequence[Rating], threads: int) -> None:
        self._url, self._secret, self._team = url, secret, team
        self._ratings = list(ratings)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="crowd")
        self._threads = threads
        self._stopping = False
        self.saved: set[str] = set()
        self.repeats = 0

    def begin(self) -> None:
        self._running = [
            self._pool.submit(self._work, self._ratings[number :: self._threads]) for number in range(self._threads)
        ]

    def done(self) -> bool:
        """Whether every rating is acknowledged as saved."""
        return all(each.done() for each in self._running)

    def finish(self) -> None:
        """Stop pressing, and raise what went wrong in a thread."""
        self._stopping = True
        self._pool.shutdown(wait=True)
        for each in self._running:
            each.result()

    def _work(self, ratings: Sequence[Rating]) -> None:
        slack = SignedSlack(self._url, self._secret, self._team)
        try:
            for rating in ratings:
                while not self._save(slack, rating) and not self._stopping:
                    self.repeats += 1
                    time.sleep(_AGAIN_SECONDS)
        finally:
            slack.close()

    def _save(self, slack: SignedSlack, rating: Rating) -> bool:
        try:
            answer = slack.submit(rating.rater, rating.view())
        except httpx.TransportError:
            return False
        if answer.status_code != httpx.codes.OK:
            return False
        title = answer.json().get("view", {}).get("title", {}).get("text")
        if title == "Saved":
            self.saved.add(rating.submission)
        return bool(title == "Saved")
