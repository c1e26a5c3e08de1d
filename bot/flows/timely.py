"""The last look before a prompt or a digest goes out: it may have waited since it was owed, or its reader have left.

Nothing that nobody asked for arrives at night, on a day off, twice a day, or with somebody who isn't here any more.
What isn't sent is not lost: it waits for the next good moment, or whoever is responsible by then is asked instead.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.delivery.moment import Drop, Verdict, Wait
from bot.flows import moments, people, public_holidays
from bot.flows.due_dates import local_day
from bot.flows.moments import Pauses
from bot.store import messages, workspaces
from bot.store import people as people_store
from bot.store.claims import Claimed
from bot.store.database import Database
from bot.store.tables import Episode, Person, Prompt
from bot.views import prompt
from bot.views.review import Review
from bot.workspace_settings import WorkspaceSettings

_PATIENCE = 20.0
# Whoever was read within this time need not be looked at again: the tick has just asked Slack about them.
_FRESH = timedelta(minutes=15)
# It follows at once from what an admin has just done.
_EXPECTED = frozenset({"summary"})
_ASKS = frozenset({"prompt", "overdue"})


@dataclass(frozen=True)
class _Now:
    """It can go out; on another day than the one that it was owed for where `moved`."""

    moved: bool


def look(db: Database, client: WebClient, message: Claimed, now: datetime) -> Verdict:
    """What to do about a message that is about to be sent. What follows from that is stored here."""
    if message.kind in _EXPECTED:
        return None
    if messages.is_person(message.recipient) and now - message.not_before > _FRESH:
        people.refresh(db, now, client, message.workspace_id, [message.recipient])
    with db.read() as session:
        found = _Look(session, message, now, lock=False).verdict()
    if found == _Now(moved=False):
        return None
    with db.write(_PATIENCE) as session:
        again = _Look(session, message, now, lock=True)
        found = again.verdict()
        again.carry_out(found)
    return None if isinstance(found, _Now) else found


class _Look:
    """One look at one message."""

    def __init__(self, session: Session, message: Claimed, now: datetime, *, lock: bool) -> None:
        self._session, self._message, self._now, self._lock = session, message, now, lock
        self._settings: WorkspaceSettings = workspaces.settings_of(session, message.workspace_id)
        found = people_store.find(session, message.workspace_id, [message.recipient])
        self._person: Person | None = found.get(message.recipient)

    def verdict(self) -> _Now | Wait | Drop:
        if self._message.kind == "prompt" and not prompt.Prompt.model_validate(self._message.data).open:
            return Drop("everything in it is done")
        if not self._is_here:
            return Drop("whoever it was for isn't here; who is responsible now is asked")
        if self._message.kind == "prompt" and self._today != self._owed_for and not self._prompts():
            return Drop("a later message asks for the same")
        moment = self._next_moment()
        if moment > self._now:
            return Wait(moment, "it waits for working hours")
        if self._person is None:
            return _Now(moved=self._today != self._owed_for)
        return _Now(moved=self._today != self._owed_for or self._person.last_messaged_on != self._today)

    def carry_out(self, verdict: _Now | Wait | Drop) -> None:
        if isinstance(verdict, Drop):
            if not self._is_here:
                self._ask_anew()
            return
        day = self._day(verdict.until) if isinstance(verdict, Wait) else self._today
        if self._person is not None:
            self._person.last_messaged_on = day
        if day != self._owed_for:
            self._keep_distance(day)

    @property
    def _is_here(self) -> bool:
        """Whether this is still the one to turn to; what only tells something waits for who is away."""
        presence = people.presence(self._person, self._now)
        return presence == "here" or (presence == "away" and self._message.kind not in {*_ASKS, "review"})

    @property
    def _today(self) -> date:
        return self._day(self._now)

    @property
    def _owed_for(self) -> date:
        return self._day(self._message.not_before)

    def _day(self, instant: datetime) -> date:
        return moments.day_of(instant, self._person, self._settings)

    def _next_moment(self) -> datetime:
        """The next working hour that no other message has its day in, after their absence and any pause."""
        earliest = self._now
        for first in (people.back_on(self._person, self._now), self._resumes_on()):
            if first is not None:
                earliest = max(earliest, moments.start_of(first, self._person, self._settings))
        moment = moments.next_moment(earliest, self._person, self._settings)
        taken = self._person.last_messaged_on if self._person else None
        if taken is not None and self._owed_for != self._day(moment) <= taken:
            after = moments.start_of(taken + timedelta(days=1), self._person, self._settings)
            moment = moments.next_moment(after, self._person, self._settings)
        return moment

    def _resumes_on(self) -> date | None:
        return Pauses(self._settings, self._now).until([self._person]) if self._message.kind in _ASKS else None

    def _keep_distance(self, day: date) -> None:
        """The reminders count from the day on which the message really comes."""
        cadence = public_holidays.cadence_of(self._settings, self._now)
        for each in self._prompts() if self._message.kind == "prompt" else ():
            if each.remind_on is not None and each.snoozed_until is None and each.reminders < 3:
                distance = cadence.reminders.distance(each.reminders)
                each.remind_on = max(each.remind_on, cadence.working_days_after(day, distance))

    def _ask_anew(self) -> None:
        """Nobody was told: the tick finds what the message was about once more."""
        today = local_day(self._settings, self._now)
        if self._message.kind == "prompt":
            for each in self._prompts():
                each.message_id, each.reminders = None, 0
                each.remind_on = max(today, each.snoozed_until or today)
        elif self._message.kind == "overdue":
            for each in self._open_prompts():
                if each.reminders == 3:
                    each.reminders, each.remind_on = 2, today
        elif self._message.kind == "review":
            told = Review.model_validate(self._message.data)
            episode = self._session.get(Episode, told.episode_id)
            if episode is not None and episode.ended_at is None:
                episode.review_on = told.decision.review_on

    def _prompts(self) -> list[Prompt]:
        """The open prompts that this message asks for, and no later one."""
        return [each for each in self._open_prompts() if each.message_id == self._message.id]

    def _open_prompts(self) -> list[Prompt]:
        items: list[dict[str, Any]] = self._message.data["items"]
        accounts = [int(item["account_id"]) for item in items if not item.get("disowned_to")]
        statement = select(Prompt).where(Prompt.account_id.in_(accounts), Prompt.state == "open").order_by(Prompt.id)
        return list(self._session.scalars(statement.with_for_update() if self._lock else statement))
