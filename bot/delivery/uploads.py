"""Uploading the pictures of messages in threads of their own, so that a slow upload keeps no message waiting.

A message whose pictures Slack hasn't got yet goes back to the outbox meanwhile, without a lease or an attempt: it comes
back as soon as they are there, and after a while in any case, be it without them.
"""

import logging
import threading
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from slack_sdk import WebClient

from bot.delivery.pictures import Pictures
from bot.store import messages
from bot.store.claims import Claimed
from bot.store.database import Database
from bot.views.picture import Drawing

log = logging.getLogger(__name__)

_AT_ONCE = 2


class Uploads:
    """The uploads of this process. `patience` is how long a message waits for its pictures."""

    def __init__(self, db: Database, client: WebClient, patience: timedelta = timedelta(seconds=60)) -> None:
        self._db, self._client = db, client
        self.patience = patience
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="uploads")
        self._guard = threading.Lock()
        self._begun: set[int] = set()

    def close(self) -> None:
        """Finish what is under way, which its time-outs end, and begin nothing new."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def begin(self, message: Claimed, drawings: Collection[Drawing], now: datetime) -> None:
        """Upload a message's pictures and let it go on then. One that comes back before that goes on without them."""
        pictures = Pictures(self._db, self._client, message.workspace_id, now)
        with self._guard:
            under_way = message.id in self._begun
            self._begun.add(message.id)
        if under_way:
            log.warning("The pictures of message %s take too long, so it goes out without them", message.id)
            for drawing in drawings:
                pictures.give_up(drawing)
            self._go_on(message.id)
        else:
            self._threads.submit(self._upload, message.id, pictures, drawings)

    def _upload(self, message_id: int, pictures: Pictures, drawings: Collection[Drawing]) -> None:
        try:
            for drawing in drawings:
                pictures.upload(drawing)
            self._go_on(message_id)
        except Exception:  # the message comes back by itself
            log.exception("The pictures of message %s could not be uploaded", message_id)
        finally:
            with self._guard:
                self._begun.discard(message_id)

    def _go_on(self, message_id: int) -> None:
        with self._db.write() as session:
            messages.wake(session, message_id)
