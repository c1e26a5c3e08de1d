"""The dispatcher: claims what is owed as fast as Slack's pace allows, and hands each message to a sender.

Between sending and recording no database can help: a sender that dies there leaves a message that Slack may or may
not have. Such a message is looked up by the opaque token in its metadata before anything is sent again.
"""

import logging
import socket
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

from slack_sdk import WebClient

from bot.clock import Clock, real_now
from bot.delivery import moment, outcome
from bot.delivery.lead import Lead
from bot.delivery.moment import Moment
from bot.delivery.pace import Pace, Pacer
from bot.delivery.sending import Sending
from bot.delivery.timing import Timing
from bot.errors import Busy
from bot.store import claims
from bot.store.claims import Claimed
from bot.store.database import Database
from bot.store.messages import Priority

__all__ = ["Dispatcher", "Timing"]

log = logging.getLogger(__name__)

# Of what is sent while urgent messages go on and on, one in so many is a prompt or a digest.
_BULK_SHARE = 5
# Whatever has ended a sender so often without a word would end the next one too.
_LOST_TOO_OFTEN = 5


class Dispatcher:
    """Sends what a workspace is owed, in threads of its own, until `stop`.

    Any number of processes may run one: the first to come sends, and the next takes over when it is gone.
    """

    def __init__(
        self,
        db: Database,
        client: WebClient,
        clock: Clock,
        *,
        workspace_id: int,
        pace: Pace,
        timing: Timing,
        threads: int,
        good_moment: Moment = moment.at_once,
    ) -> None:
        self._db = db
        self._clock = clock
        self._workspace_id = workspace_id
        self._timing = timing
        self._good_moment = good_moment
        self._threads = threads
        self.name = f"{socket.gethostname()[:20]}-{uuid.uuid4().hex[:8]}"
        self._pacer = Pacer(pace)
        self._lead = Lead(db, workspace_id, self.name, self._pacer, timing.lead)
        self._sending = Sending(db, client, clock, pacer=self._pacer, lead=self._lead, timing=timing)
        self._senders = ThreadPoolExecutor(threads, thread_name_prefix="delivery")
        self._under_way = threading.Semaphore(threads)
        self._urgent_in_a_row = 0
        self._more = threading.Event()
        self._stopping = threading.Event()
        self._loop = threading.Thread(target=self._run, name="dispatcher", daemon=True)

    def start(self) -> None:
        self._loop.start()

    def stop(self) -> None:
        """Finish what is under way, take nothing new, and come back when all is recorded and handed over."""
        self._stopping.set()
        self._more.set()
        if self._loop.is_alive():
            self._loop.join()
        self._senders.shutdown(wait=True)
        self._sending.close()
        try:
            self._lead.release()
        except Exception:  # the lead runs out by itself
            log.exception("The lead could not be handed over")

    def alive(self) -> bool:
        return self._loop.is_alive()

    def leads(self) -> bool:
        """Whether this process is the one that sends."""
        return self._lead.held()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._more.clear()
            try:
                leads = self.leads()
                taken = self._take() if leads else 0
            except Busy:
                log.warning("The database is locked by somebody else; the outbox waits for it")
                self._stopping.wait(1.0)
                continue
            except Exception:  # the loop outlives a database that is away for a while
                log.exception("The outbox could not be read; trying again")
                self._stopping.wait(1.0)
                continue
            if not taken:
                poll = self._timing.poll
                self._more.wait(self._pacer.next_opening(poll) if leads else max(poll, self._lead.patience))

    def _take(self) -> int:
        """Claim as much as there are free senders and room in the pace. Gives how many were taken."""
        free = 0
        while free < self._threads and self._under_way.acquire(blocking=False):
            free += 1
        claimed: list[Claimed] = []
        try:
            limit = min(free, self._pacer.room())
            if limit:
                claimed = self._claim(limit)
        finally:
            for _ in range(free - len(claimed)):
                self._under_way.release()
        for message in claimed:
            self._pacer.take(message.recipient, posts=message.ts is None)
            self._senders.submit(self._work, message)
        return len(claimed)

    def _claim(self, limit: int) -> list[Claimed]:
        real = real_now()
        with self._db.write_plain() as connection:
            claimed = claims.claim(
                connection,
                workspace_id=self._workspace_id,
                worker=self.name,
                now=self._clock.now(),
                real=real,
                lease_until=real + self._timing.lease,
                limit=limit,
                not_to=self._pacer.closed(),
                bulk_first=self._urgent_in_a_row >= _BULK_SHARE - 1,
            )
        if any(message.priority >= Priority.PROMPT for message in claimed):
            self._urgent_in_a_row = 0
        else:
            self._urgent_in_a_row += len(claimed)
        return claimed

    def _work(self, message: Claimed) -> None:
        try:
            if message.lost >= _LOST_TOO_OFTEN:
                log.error("Message %s (%s) ended its sender %s times", message.id, message.kind, message.lost)
                outcome.failed(self._db, message, outcome.LOST, self._clock.now())
                self._lead.count("failed")
            elif message.state == "unknown":
                self._sending.reconcile(message)
            elif self._is_time(message):
                self._sending.send(message)
        except Exception:  # the lease runs out and the message is reconciled; the sender must live on
            log.exception("Message %s (%s) could not be handled", message.id, message.kind)
        finally:
            self._pacer.leave(message.recipient)
            self._under_way.release()
            self._more.set()

    def _is_time(self, message: Claimed) -> bool:
        """Whether to send it now; else it is recorded when it is looked at again, or that it isn't sent at all."""
        verdict = self._good_moment(message, self._clock.now()) if moment.matters(message) else None
        if verdict is None:
            return True
        log.info("Message %s (%s): %s", message.id, message.kind, verdict.why)
        outcome.not_now(self._db, message, verdict)
        return False
