"""Of all processes on a database one at a time sends a workspace's messages, since Slack counts them together.

Thus the pace is kept by one that knows it all, at no cost for each message. The others look every second whether it is
still there: one that stops hands over at once, one that dies is missed after some seconds.
"""

import logging
import threading
import time
from collections import Counter
from datetime import timedelta

from bot.clock import real_now
from bot.delivery.pace import Pacer
from bot.store import senders
from bot.store.database import Database
from bot.store.tables import Sender

log = logging.getLogger(__name__)


class Lead:
    """One process's part in that. `seconds` is for how long it holds the lead without saying so again."""

    def __init__(self, db: Database, workspace_id: int, name: str, pacer: Pacer, seconds: float) -> None:
        self._db, self._workspace_id, self._name, self._pacer = db, workspace_id, name, pacer
        self._seconds = seconds
        self._again_at = 0.0
        self._held = False
        self._guard = threading.Lock()
        self._counted: Counter[str] = Counter()

    @property
    def patience(self) -> float:
        """Seconds until it is worth asking again."""
        return self._seconds / 4

    def count(self, what: str) -> None:
        """Count what became of a call; stored when the lead is confirmed."""
        with self._guard:
            self._counted[what] += 1

    def held(self) -> bool:
        """Whether this process sends now. Asks the database where its last word is too old."""
        if time.monotonic() < self._again_at:
            return self._held
        held = not self._is_anothers() and self._hold()
        if held and not self._held:
            log.info("This process sends the messages of workspace %s from now on", self._workspace_id)
        self._held, self._again_at = held, time.monotonic() + self.patience
        return held

    def pause(self, seconds: float) -> None:
        """Let whoever comes after know that Slack wants a pause."""
        with self._db.write() as session:
            senders.pause(session, self._workspace_id, real_now() + timedelta(seconds=seconds))

    def release(self) -> None:
        """Hand over; what was counted is stored."""
        if self._held:
            self._hold()
            with self._db.write() as session:
                senders.release(session, self._workspace_id, self._name, real_now())
        self._held, self._again_at = False, 0.0

    def _is_anothers(self) -> bool:
        """Found out by reading, so that those who wait disturb nobody."""
        with self._db.read() as session:
            sender = senders.find(session, self._workspace_id)
            return sender is not None and sender.holder != self._name and sender.until > real_now()

    def _hold(self) -> bool:
        now = real_now()
        with self._guard:
            counted, self._counted = self._counted, Counter()
        try:
            with self._db.write() as session:
                until = now + timedelta(seconds=self._seconds)
                sender = senders.hold(session, self._workspace_id, self._name, now, until)
                if sender is not None:
                    senders.add(sender, counted)
        except Exception:
            self._keep(counted)
            raise
        if sender is None:
            self._keep(counted)
        elif not self._held:
            self._take_over(sender)
        return sender is not None

    def _keep(self, counted: Counter[str]) -> None:
        with self._guard:
            self._counted += counted

    def _take_over(self, sender: Sender) -> None:
        """What the one before sent in the last minute isn't known, but that it kept the pace: so there is no burst."""
        paused = (sender.paused_until - real_now()).total_seconds() if sender.paused_until else 0.0
        self._pacer.rest(max(0.0, paused))
