"""Slow work (every call to Slack) on threads of its own, so that the threads that answer Slack stay free."""

import logging
import secrets
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import TypeVar

from bot.errors import Busy, UserError
from bot.listeners.newest import Newest
from bot.views import notes
from bot.views.message import Message

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
NEWEST_SECONDS = 1.0
MOST_WAITING = 1_000
_TOO_MUCH = "CMI Bot has more to do than it can just now. Nothing was lost: please try again in a moment."


class Later:
    """Runs work after the answer to Slack. Nothing it raises is lost: it is logged, and the person hears of it."""

    def __init__(self, workers: int = 128, most: int = MOST_WAITING) -> None:
        self._room, self._room_beside = threading.BoundedSemaphore(most), threading.BoundedSemaphore(most)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="later")
        self._beside = ThreadPoolExecutor(2, thread_name_prefix="beside")
        self._newest = Newest(self._pool.submit, NEWEST_SECONDS)

    def run(self, work: Callable[[], object], tell: Callable[[Message], None]) -> None:
        """Do ``work`` soon; where it fails, ``tell`` passes on what the person should know. Busy as in `ask`."""
        self.ask(lambda: self._guarded(work, tell))

    def ask(self, work: Callable[[], Result]) -> "Future[Result]":
        """Begin ``work`` and give its future, for a caller who waits a little; it must not raise unheard.

        Busy where so much waits already that nobody would get an answer in time.
        """
        if not self._room.acquire(blocking=False):
            raise Busy(_TOO_MUCH)
        return self._submit(self._pool, self._room, work)

    def beside(self, work: Callable[[], object]) -> None:
        """Do ``work`` that nobody waits for, a little at a time, so that what people wait for isn't slowed down.

        It is left undone where too much waits, or after `close`.
        """
        if self._room_beside.acquire(blocking=False):
            with suppress(RuntimeError):
                self._submit(self._beside, self._room_beside, lambda: self._guarded(work, lambda _: None))

    def newest(self, key: Hashable, work: Callable[[], object], *, urgent: bool = False) -> None:
        """Do ``work`` soon, unless newer work of this key takes its place; where it fails nobody is bothered.

        Not oftener than every `NEWEST_SECONDS`, unless it is ``urgent``: then somebody waits for it.
        """
        self._newest.put(key, partial(copy_context().run, self._guarded, work, lambda _: None), urgent=urgent)

    def close(self) -> None:
        """Finish what was begun and take nothing more; of what nobody waits for only what is under way."""
        self._newest.close()
        self._pool.shutdown(wait=True)
        self._beside.shutdown(wait=True, cancel_futures=True)

    def _submit(
        self, pool: ThreadPoolExecutor, room: threading.BoundedSemaphore, work: Callable[[], Result]
    ) -> "Future[Result]":
        begun = pool.submit(copy_context().run, work)  # with what was chosen for this request, as its dates
        begun.add_done_callback(lambda _: room.release())
        return begun

    def _guarded(self, work: Callable[[], object], tell: Callable[[Message], None]) -> None:
        try:
            work()
        except Exception as error:  # the edge of a thread: beyond it nobody would hear of it
            try:
                tell(notes.note(explain(error)))
            except Exception:
                logger.exception("Could not tell the person about a failure")


def explain(error: Exception) -> str:
    """The text that a person reads about an error; a fault of our own is logged under the reference they get."""
    if isinstance(error, UserError):
        return error.text
    reference = secrets.token_hex(4)
    logger.error("Failure %s", reference, exc_info=error)
    return notes.failed(reference)
