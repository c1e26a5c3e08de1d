"""One message on its way: where it goes, how it looks, what Slack says, and whether it had arrived."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from sqlalchemy.exc import InterfaceError, OperationalError

from bot.clock import Clock, real_now
from bot.delivery import outcome, reconcile, rendering
from bot.delivery.destination import Destinations
from bot.delivery.lead import Lead
from bot.delivery.pace import OPENINGS, UPDATES, Pacer
from bot.delivery.pictures import Missing
from bot.delivery.reconcile import Found, Verdict
from bot.delivery.rendering import Way
from bot.delivery.timing import Timing
from bot.delivery.uploads import Uploads
from bot.errors import Busy
from bot.slack import Kind as Means
from bot.slack import Meaning, meaning
from bot.store import messages, people, workspaces
from bot.store.claims import Claimed
from bot.store.database import Database
from bot.views import dates
from bot.views.message import Message as Shown

log = logging.getLogger(__name__)

METADATA_EVENT = "cmi_message"
# Slack says by these that it isn't the channel: the app, or the whole team, posts too much.
_EVERYBODY = frozenset({"rate_limited", "message_limit_exceeded", "accesslimited"})
# A message that was deleted in Slack, or can't be changed any more: nothing is owed there.
_NOT_THERE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
# The message that starts a thread was deleted in Slack, or takes no replies.
_NO_THREAD = frozenset(
    [
        "thread_not_found",
        "message_not_found",
        "cannot_reply_to_message",
        "restricted_action_thread_locked",
        "restricted_action_non_threadable_channel",
    ]
)


@dataclass(frozen=True)
class Place:
    """Where a message goes; a person's id stands for the direct messages with them."""

    channel: str
    thread: str | None = None


class Sending:
    """Carries messages to Slack for the dispatcher; thread-safe."""

    def __init__(
        self, db: Database, client: WebClient, clock: Clock, *, pacer: Pacer, lead: Lead, timing: Timing
    ) -> None:
        self._db, self._client, self._clock = db, client, clock
        self._pacer, self._lead, self._timing = pacer, lead, timing
        self._destinations = Destinations(db, client)
        self._uploads = Uploads(db, client)

    def close(self) -> None:
        """Begin no more uploads."""
        self._uploads.close()

    def send(self, message: Claimed) -> None:
        """Post the message, or change it where it is, and record what became of it."""
        wait = self._pacer.place(UPDATES, message.id) if message.ts is not None else 0.0
        if wait:
            outcome.again(self._db, message, timedelta(seconds=wait), "", counts=False)
            return
        with self._db.read() as session:
            language = workspaces.settings_of(session, message.workspace_id).language
        with dates.written_in(language):
            ways = rendering.ways(self._db, self._client, message, self._clock.now())
            while (way := self._next(message, ways)) is not None:
                if self._post(message, way):
                    return

    def reconcile(self, message: Claimed) -> None:
        """Find out whether a message of unknown fate has arrived."""
        if message.ts is not None:  # changing a message twice is the same as once
            outcome.again(self._db, message, timedelta(0), "changed again")
            return
        if real_now() < self._attempt_began(message) + self._timing.unsure_for:
            outcome.unknown(self._db, message, self._attempt_began(message) + self._timing.unsure_for, message.error)
            return
        with self._db.read() as session:
            opener = messages.opener(session, message.thread_of)
        verdict = self._looked_up(message, opener[1] if opener else None)
        log.info("Message %s: %s", message.id, verdict.text)
        self._lead.count({Found.THERE: "found", Found.ABSENT: "absent"}.get(verdict.found, "unseen"))
        now = self._clock.now()
        outcome.reconciled(self._db, message, verdict, retry_in=self._timing.unsure_for, now=now)

    def _looked_up(self, message: Claimed, thread: str | None) -> Verdict:
        if message.channel is not None and messages.is_person(message.channel):
            try:
                message.channel = self._opened(message.channel)
            except Exception as error:
                return Verdict(reconcile.unread(error))
        return reconcile.look(self._client, message, thread=thread)

    def _next(self, message: Claimed, ways: Iterator[Way]) -> Way | None:
        """What the message looks like; None where it can't be shown now or at all, which is recorded."""
        try:
            return next(ways)
        except Missing as missing:
            outcome.again(self._db, message, self._uploads.patience, "its picture is being uploaded", counts=False)
            self._uploads.begin(message, missing.drawings, self._clock.now())
        except (Busy, OperationalError, InterfaceError):
            outcome.again(self._db, message, self._timing.quick_start, "the database was busy or away", counts=False)
        except Exception as error:
            log.exception("Message %s (%s) can't be rendered", message.id, message.kind)
            self._set_aside(message, f"{outcome.UNSHOWN}: {error!r:.200}")
        return None

    def _post(self, message: Claimed, way: Way) -> bool:
        """Send it and record what became of it; False where Slack refuses it in this way and another is to be tried."""
        try:
            place = self._where(message)
            if self._destinations.is_shared(message.workspace_id, place.channel):
                log.error("Message %s is held: %s is shared with another organisation", message.id, place.channel)
                outcome.held(self._db, message, place.channel, self._clock.now())
                return True
            if self._has_to_begin(message, place.channel) and not outcome.begins(
                self._db, message, place.channel, self._timing.lease
            ):
                log.info("Message %s is another sender's by now", message.id)
                return True
        except Exception as error:
            self._not_begun(message, meaning(error))
            return True
        try:
            channel, ts = self._posted(message, way.message, place)
        except Exception as error:
            means = meaning(error)
            if way.refused(means):
                return False
            self._not_sent(message, means, place.channel)
        else:
            outcome.sent(self._db, message, channel, ts)
            self._lead.count("sent")
        return True

    def _posted(self, message: Claimed, shown: Shown, place: Place) -> tuple[str, str]:
        """Post or change the message; gives its channel and ts."""
        common: dict[str, Any] = {"channel": place.channel, "text": shown.text, "blocks": shown.blocks}
        if message.ts is not None:
            self._client.chat_update(ts=message.ts, **common)
            return place.channel, message.ts
        answer = self._client.chat_postMessage(
            metadata={"event_type": METADATA_EVENT, "event_payload": {"k": message.token}},
            thread_ts=place.thread,
            unfurl_links=False,
            unfurl_media=False,
            parse="none",
            **common,
        )
        return str(answer["channel"]), str(answer["ts"])

    def _where(self, message: Claimed) -> Place:
        """The channel to post to, and the thread.

        A direct message is opened first, so that it is known where to look for the message, but for a crowd: Slack
        opens far fewer in a minute than it takes messages, and takes a person's id as well. So nobody waits for it.
        """
        if message.ts is not None and message.channel is not None:
            return Place(message.channel)  # where it is, it is changed
        with self._db.read() as session:
            opener = messages.opener(session, message.thread_of)
            known = people.find(session, message.workspace_id, [message.recipient]).get(message.recipient)
        if opener is not None:
            return Place(*opener)
        channel = message.channel or (known.dm_channel if known else None) or message.recipient
        if messages.is_person(channel) and self._pacer.may(OPENINGS):
            try:
                channel = self._opened(channel)
            except Exception as error:
                means = meaning(error)
                if means.kind is not Means.RETRY:
                    raise
                self._pacer.rest(means.after, OPENINGS)
        return Place(channel)

    def _opened(self, user: str) -> str:
        return str(self._client.conversations_open(users=user)["channel"]["id"])

    def _has_to_begin(self, message: Claimed, channel: str) -> bool:
        """Whether the claim's record no longer serves: reconciling needs to know where to look and from when on.

        After a slow start the attempt begins anew, lest another sender takes it for over while it is under way.
        """
        return message.channel != channel or real_now() > self._attempt_began(message) + self._timing.quick_start

    def _not_begun(self, message: Claimed, means: Meaning) -> None:
        """What comes before the posting failed: nothing was sent."""
        if means.kind is Means.RETRY:
            self._too_fast(message, means)
        elif means.kind is Means.AMBIGUOUS:
            outcome.again(self._db, message, self._timing.quick_start, means.code)
        else:
            self._refused(message, means, message.recipient)

    def _not_sent(self, message: Claimed, means: Meaning, channel: str) -> None:
        if means.kind is Means.RETRY:
            self._too_fast(message, means)
        elif means.kind is Means.AMBIGUOUS:
            log.warning("Slack did not say whether message %s arrived: %s", message.id, means.code)
            self._lead.count("unknown")
            outcome.unknown(self._db, message, self._attempt_began(message) + self._timing.unsure_for, means.code)
        elif message.ts is not None and means.code in _NOT_THERE:
            log.info("Message %s can't be changed any more: %s", message.id, means.code)
            outcome.sent(self._db, message, channel, message.ts)
        elif message.thread_of is not None and means.code in _NO_THREAD:
            log.info("Message %s goes to its channel, since its thread is gone: %s", message.id, means.code)
            outcome.out_of_thread(self._db, message, channel, means.code)
        else:
            self._refused(message, means, channel)

    def _too_fast(self, message: Claimed, means: Meaning) -> None:
        """Certainly not carried out, and welcome later."""
        self._lead.count("retried")
        if message.ts is not None:
            self._pacer.rest(means.after, UPDATES)
        elif means.code in _EVERYBODY:
            self._pacer.rest(means.after)
            self._lead.pause(means.after)
        elif self._pacer.refused(message.recipient, means.after):
            self._lead.pause(means.after)
        outcome.again(self._db, message, timedelta(seconds=means.after), means.code, counts=False)

    def _refused(self, message: Claimed, means: Meaning, channel: str) -> None:
        log.error("Slack refuses message %s (%s) to %s: %s", message.id, message.kind, channel, means.code)
        self._lead.count("refused")
        if outcome.refused(self._db, message, means, channel, self._clock.now()):
            self._lead.count("failed")

    def _set_aside(self, message: Claimed, why: str) -> None:
        outcome.failed(self._db, message, why, self._clock.now())
        self._lead.count("failed")

    def _attempt_began(self, message: Claimed) -> datetime:
        return message.attempt_began or real_now()
