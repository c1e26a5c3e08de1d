"""The dispatcher: claims what is owed, sends it at Slack's pace and records what became of it.

Between sending and recording no database can help: a sender that dies there leaves a message that Slack may or may
not have. Such a message is looked up by the opaque token in its metadata before anything is sent again.
"""

import logging
import socket
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient

from bot.clock import Clock, real_now
from bot.delivery import moment, outcome, reconcile, rendering
from bot.delivery.destination import Destinations
from bot.delivery.moment import Moment
from bot.delivery.pace import Pace, Pacer
from bot.delivery.rendering import Way
from bot.errors import Busy
from bot.slack import Kind as Means
from bot.slack import meaning
from bot.store import messages, people, workspaces
from bot.store.database import Database
from bot.store.tables import Message
from bot.views import dates
from bot.views.message import Message as Shown

log = logging.getLogger(__name__)

METADATA_EVENT = "cmi_message"


@dataclass(frozen=True)
class Timing:
    """Seconds of real time: the client's time-out, how much later a late effect may still show, and the idle poll."""

    slack_timeout: float = 10.0
    settle: float = 10.0
    poll: float = 0.25

    @property
    def lease(self) -> timedelta:
        """Longer than two calls may take, so that whoever finds it run out may reconcile at once."""
        return timedelta(seconds=2 * self.slack_timeout + self.settle)

    @property
    def quick_start(self) -> timedelta:
        """How long after the claim a call may begin without being recorded anew: the lease has that much to spare."""
        return timedelta(seconds=self.settle / 4)

    @property
    def unsure_for(self) -> timedelta:
        """How long after an attempt began nobody may conclude that it did not arrive."""
        return timedelta(seconds=self.slack_timeout + self.settle)


class Dispatcher:
    """Sends what is owed, in threads of its own, until `stop`. Any number of processes may run one."""

    def __init__(
        self,
        db: Database,
        client: WebClient,
        clock: Clock,
        *,
        pace: Pace,
        timing: Timing,
        threads: int,
        good_moment: Moment = moment.at_once,
    ) -> None:
        self._db = db
        self._client = client
        self._clock = clock
        self._pacer = Pacer(pace)
        self._destinations = Destinations(db, client)
        self._timing = timing
        self._good_moment = good_moment
        self._threads = threads
        self._senders = ThreadPoolExecutor(threads, thread_name_prefix="delivery")
        self._under_way = threading.Semaphore(threads)
        self._more = threading.Event()
        self._stopping = threading.Event()
        self._loop = threading.Thread(target=self._run, name="dispatcher", daemon=True)
        self.name = f"{socket.gethostname()[:20]}-{uuid.uuid4().hex[:8]}"

    def start(self) -> None:
        log.info("Delivery begins; the leases of this process are those of %s", self.name)
        self._loop.start()

    def stop(self) -> None:
        """Finish what is under way, take nothing new, and come back when all is recorded."""
        self._stopping.set()
        self._more.set()
        if self._loop.is_alive():
            self._loop.join()
        self._senders.shutdown(wait=True)

    def alive(self) -> bool:
        return self._loop.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._more.clear()
            try:
                taken = self._take()
            except Busy:
                log.warning("The database is locked by somebody else; the outbox waits for it")
                self._stopping.wait(1.0)
                continue
            except Exception:  # the loop outlives a database that is away for a while
                log.exception("The outbox could not be read; trying again")
                self._stopping.wait(1.0)
                continue
            if not taken:
                self._more.wait(self._timing.poll)

    def _take(self) -> int:
        """Claim as much as there are free senders and room in the pace. Gives how many were taken."""
        free = 0
        while free < self._threads and self._under_way.acquire(blocking=False):
            free += 1
        claimed: list[Message] = []
        try:
            limit = min(free, self._pacer.room())
            if limit:
                claimed = self._claim(limit)
        finally:
            for _ in range(free - len(claimed)):
                self._under_way.release()
        for message in claimed:
            self._pacer.take(message.recipient)
            self._senders.submit(self._work, message)
        return len(claimed)

    def _claim(self, limit: int) -> list[Message]:
        real = real_now()
        with self._db.write() as session:
            return messages.claim(
                session,
                worker=self.name,
                now=self._clock.now(),
                real=real,
                lease_until=real + self._timing.lease,
                limit=limit,
                not_to=self._pacer.closed(),
            )

    def _work(self, message: Message) -> None:
        try:
            if message.state == "unknown":
                self._reconcile(message)
            elif self._is_time(message):
                self._send(message)
        except Exception:  # the lease runs out and the message is reconciled; the sender must live on
            log.exception("Message %s (%s) could not be handled", message.id, message.kind)
        finally:
            self._pacer.leave(message.recipient)
            self._under_way.release()
            self._more.set()

    def _is_time(self, message: Message) -> bool:
        """Whether to send it now; else it is recorded when it is looked at again, or that it isn't sent at all."""
        verdict = self._good_moment(message, self._clock.now()) if moment.matters(message) else None
        if verdict is None:
            return True
        log.info("Message %s (%s): %s", message.id, message.kind, verdict.why)
        outcome.not_now(self._db, message, verdict)
        return False

    def _send(self, message: Message) -> None:
        with self._db.read() as session:
            language = workspaces.settings_of(session, message.workspace_id).language
        with dates.written_in(language):
            ways = rendering.ways(self._db, self._client, message, self._clock.now())
            while (way := self._next(message, ways)) is not None:
                if self._post(message, way):
                    return

    def _next(self, message: Message, ways: Iterator[Way]) -> Way | None:
        """What the message looks like; None where it can't be shown at all, which is recorded."""
        try:
            return next(ways)
        except Busy:
            outcome.again(self._db, message, self._timing.quick_start, "the database was busy")
        except Exception as error:
            log.exception("Message %s (%s) can't be rendered", message.id, message.kind)
            outcome.failed(self._db, message, f"can't be rendered: {error}")
        return None

    def _post(self, message: Message, way: Way) -> bool:
        """Send it and record what became of it; False where Slack refuses it in this way and another is to be tried."""
        try:
            channel, thread = self._where(message)
            if self._destinations.is_shared(message.workspace_id, channel):
                log.error("Message %s is held: the channel %s is shared with another organisation", message.id, channel)
                outcome.held(self._db, message, channel, self._clock.now())
                return True
            if self._has_to_begin(message, channel) and not outcome.begins(
                self._db, message, channel, self._timing.lease
            ):
                log.info("Message %s is another sender's by now", message.id)
                return True
        except Exception as error:
            self._not_sent(message, error, posted=False)
            return True
        try:
            ts = self._posted(message, way.message, channel, thread)
        except Exception as error:
            if way.refused(meaning(error)):
                return False
            self._not_sent(message, error)
        else:
            outcome.sent(self._db, message, channel, ts)
        return True

    def _posted(self, message: Message, shown: Shown, channel: str, thread: str | None) -> str:
        """Post or change the message; gives its ts."""
        common: dict[str, Any] = {"channel": channel, "text": shown.text, "blocks": shown.blocks}
        if message.ts is not None:
            self._client.chat_update(ts=message.ts, **common)
            return message.ts
        answer = self._client.chat_postMessage(
            metadata={"event_type": METADATA_EVENT, "event_payload": {"k": message.token}},
            thread_ts=thread,
            unfurl_links=False,
            unfurl_media=False,
            parse="none",
            **common,
        )
        return str(answer["ts"])

    def _where(self, message: Message) -> tuple[str, str | None]:
        """The channel to post to, and the thread. A direct message is opened first."""
        with self._db.read() as session:
            opener = messages.opener(session, message)
            known = people.find(session, message.workspace_id, [message.recipient]).get(message.recipient)
        if opener is not None:
            channel, thread = opener
        else:
            channel, thread = message.channel or (known.dm_channel if known else None) or message.recipient, None
        if messages.is_person(channel):
            channel = str(self._client.conversations_open(users=channel)["channel"]["id"])
        return channel, thread

    def _has_to_begin(self, message: Message, channel: str) -> bool:
        """Whether the claim's record no longer serves: reconciling needs to know where to look and from when on.

        After a slow start the attempt begins anew, lest another sender takes it for over while it is under way.
        """
        return message.channel != channel or real_now() > self._attempt_began(message) + self._timing.quick_start

    def _not_sent(self, message: Message, error: Exception, *, posted: bool = True) -> None:
        """`posted`: the call that failed was the posting itself, and not what comes before it."""
        means = meaning(error)
        if means.kind is Means.RETRY:
            self._pacer.refused(message.recipient, means.after)
            outcome.again(self._db, message, timedelta(seconds=means.after), means.code)
        elif means.kind is Means.AMBIGUOUS and not posted:
            outcome.again(self._db, message, self._timing.quick_start, means.code)
        elif means.kind is Means.AMBIGUOUS:
            log.warning("Slack did not say whether message %s arrived: %s", message.id, means.code)
            outcome.unknown(self._db, message, self._attempt_began(message) + self._timing.unsure_for, means.code)
        else:
            log.error(
                "Slack refuses message %s (%s) to %s: %s", message.id, message.kind, message.recipient, means.code
            )
            outcome.refused(self._db, message, means, self._clock.now())

    def _reconcile(self, message: Message) -> None:
        if message.ts is not None:  # changing a message twice is the same as once
            outcome.again(self._db, message, timedelta(0), "changed again")
            return
        if real_now() < self._attempt_began(message) + self._timing.unsure_for:
            outcome.unknown(self._db, message, self._attempt_began(message) + self._timing.unsure_for, message.error)
            return
        with self._db.read() as session:
            opener = messages.opener(session, message)
        verdict = reconcile.look(self._client, message, thread=opener[1] if opener else None)
        log.info("Message %s: %s", message.id, verdict.text)
        outcome.reconciled(self._db, message, verdict, retry_in=self._timing.unsure_for)

    def _attempt_began(self, message: Message) -> datetime:
        return message.attempt_began or real_now()
