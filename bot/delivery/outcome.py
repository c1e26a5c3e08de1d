"""Recording what became of a message: one short transaction each, touching only what this sender holds."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import bindparam, case, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from bot.clock import real_now
from bot.delivery import destination
from bot.delivery.kinds import KINDS
from bot.delivery.moment import Drop, Wait
from bot.delivery.reconcile import Found, Verdict
from bot.slack import Kind, Meaning
from bot.store import messages, people, workspaces
from bot.store.bulk import table_of
from bot.store.claims import Claimed
from bot.store.database import Database
from bot.store.messages import Priority
from bot.store.tables import Message
from bot.views.channel_trouble import ChannelTrouble
from bot.views.unsent import UnsentNote

log = logging.getLogger(__name__)

# Waiting for the database to come back costs only this sender's time, losing the record costs a look at the history.
_PATIENCE = 20.0
# Likewise a connection that is cut; beyond these pauses (seconds) the database is away, and the lease runs out.
_AFTER_A_CUT = (0.0, 0.2, 1.0, 3.0)
# A channel that the bot was thrown out of may take it back: tried again after these pauses, the last one for ever.
_REFUSED_AGAIN = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
# A channel that is shared: Slack tells when that ends; should that be missed, it is seen so much later.
_HELD_FOR = timedelta(minutes=5)
_SHARED = "the channel is shared with another organisation"
_MENDABLE = frozenset({Kind.GONE, Kind.NOT_IN_CHANNEL, Kind.NOT_ALLOWED, Kind.MISSING_SCOPE, Kind.BAD_TOKEN})
# Nothing can be said there just now.
_CLOSED = frozenset({Kind.GONE, Kind.NOT_IN_CHANNEL, Kind.NOT_ALLOWED})
_UNCHANGEABLE = frozenset({Kind.GONE, Kind.NOT_ALLOWED})
# Of what is said of people, the settings of the app alone can be mended; the rest means that they are gone.
_APPS_OWN = frozenset({"messages_tab_disabled", "not_enabled"})
UNSHOWN = "can't be rendered"
LOST = "ended its sender again and again"
# Built once, and on the table: every message goes through here, and going by the class takes longer than the database.
_MESSAGES = table_of(Message)
_SENT = (
    update(_MESSAGES)
    .where(_MESSAGES.c.id == bindparam("of"))
    .values(
        channel=bindparam("to"),
        ts=bindparam("as"),
        sent_revision=bindparam("shown"),
        state=case((_MESSAGES.c.revision == bindparam("shown"), "sent"), else_="owed"),
        lease_until=None,
        error="",
        attempts=0,
        lost=0,
        ready_at=bindparam("now"),
    )
)
Given = ParamSpec("Given")
Result = TypeVar("Result")


def _outlasting_cuts(record: Callable[Given, Result]) -> Callable[Given, Result]:
    """Record again where the connection was cut, also in the midst of the commit: done twice is the same as once."""

    @wraps(record)
    def recorded(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        for pause in _AFTER_A_CUT:
            try:
                return record(*args, **kwargs)
            except (OperationalError, InterfaceError) as error:
                log.warning("What became of a message is recorded once more: %.200s", error.orig)
                time.sleep(pause)
        return record(*args, **kwargs)

    return recorded


@_outlasting_cuts
def begins(db: Database, message: Claimed, channel: str, lease: timedelta) -> bool:
    """Store, right before the call, where the message goes and when; and the opened direct message with a person.

    False where the lease ran out meanwhile: then the message is another sender's.
    """
    began = real_now()
    with db.write(_PATIENCE) as session:
        if not _hold(session, message, channel=channel, attempt_began=began, lease_until=began + lease):
            return False
        _know_dm(session, message, channel)
    message.channel, message.attempt_began = channel, began
    return True


@_outlasting_cuts
def sent(db: Database, message: Claimed, channel: str, ts: str) -> None:
    """Slack has it. If its data changed meanwhile, an update is owed now."""
    with db.write(_PATIENCE) as session:
        session.execute(
            _SENT, {"of": message.id, "to": channel, "as": ts, "shown": message.revision, "now": real_now()}
        )
        if message.channel != channel:
            _know_dm(session, message, channel)


def _know_dm(session: Session, message: Claimed, channel: str) -> None:
    """Keep the channel of the direct messages with a person, once it is known."""
    if messages.is_person(message.recipient) and not messages.is_person(channel):
        people.get(session, message.workspace_id, message.recipient).dm_channel = channel


@_outlasting_cuts
def again(db: Database, message: Claimed, after: timedelta, why: str, *, counts: bool = True) -> None:
    """Certainly not carried out, or harmless to repeat. `counts`: whether it was an attempt at all."""
    attempts = message.attempts if counts else max(0, message.attempts - 1)
    again_at = real_now() + after
    with db.write(_PATIENCE) as session:
        _hold(session, message, state="owed", ready_at=again_at, lease_until=None, error=why, attempts=attempts)


@_outlasting_cuts
def unknown(db: Database, message: Claimed, look_at: datetime, why: str) -> None:
    """Nobody knows; somebody looks at `look_at` (real time)."""
    with db.write(_PATIENCE) as session:
        _hold(session, message, state="unknown", ready_at=look_at, lease_until=None, error=why)


@_outlasting_cuts
def not_now(db: Database, message: Claimed, verdict: Wait | Drop) -> None:
    """Nothing was tried: it waits for its moment, or is withdrawn."""
    with db.write(_PATIENCE) as session:
        if isinstance(verdict, Drop):
            _hold(session, message, state="withdrawn", lease_until=None, error=verdict.why)
        else:
            moment = {"not_before": verdict.until, "ready_at": real_now()}
            _hold(session, message, state="owed", attempts=message.attempts - 1, lease_until=None, **moment)


@_outlasting_cuts
def failed(db: Database, message: Claimed, why: str, now: datetime) -> None:
    """Set aside, with the reason. The admins are told."""
    with db.write(_PATIENCE) as session:
        _set_aside(session, message, why, now)


def _set_aside(session: Session, message: Claimed, why: str, now: datetime) -> None:
    if not _hold(session, message, state="failed", lease_until=None, error=why):
        return
    for admin in workspaces.settings_of(session, message.workspace_id).admins:
        messages.owe(
            session,
            workspace_id=message.workspace_id,
            key=f"unsent:{now.date()}:{admin}",
            kind="unsent_note",
            recipient=admin,
            data=UnsentNote(),
            now=now,
            priority=Priority.ANSWER,
        )


def reconciled(db: Database, message: Claimed, verdict: Verdict, *, retry_in: timedelta, now: datetime) -> None:
    """Act on what the channel's history said."""
    if verdict.found is Found.THERE and verdict.ts is not None:
        # Which revision arrived isn't known after a crash: 0 owes an update if the data ever changed.
        message.revision = 1
        sent(db, message, message.channel or message.recipient, verdict.ts)
    elif verdict.found is Found.LATER:
        unknown(db, message, real_now() + retry_in, verdict.text)
    elif verdict.found is Found.HIDDEN and not KINDS[message.kind].repeat_when_unsure:
        failed(db, message, verdict.text, now)
    else:
        again(db, message, timedelta(0), verdict.text)


@_outlasting_cuts
def held(db: Database, message: Claimed, channel: str, now: datetime) -> None:
    """The channel is shared with another organisation: no score goes there. The admins are told, once a day.

    What begins there goes to the fallback channel, if there is one; the rest waits until the sharing has ended.
    """
    with db.write(_PATIENCE) as session:
        settings = workspaces.settings_of(session, message.workspace_id)
        instead = _instead(message, settings.fallback_channel, channel)
        if instead is not None:
            _send_to(session, message, instead, channel, _SHARED)
        else:
            _hold(session, message, state="owed", ready_at=real_now() + _HELD_FOR, lease_until=None, error=_SHARED)
        trouble = ChannelTrouble(channel=channel, why="shared", instead=instead)
        destination.tell_admins(session, message.workspace_id, trouble, now)


def _instead(message: Claimed, fallback: str | None, channel: str) -> str | None:
    """The fallback channel, for a message that isn't anywhere yet and belongs to no thread."""
    free = message.ts is None and message.thread_of is None
    return fallback if free and fallback not in (None, channel, message.recipient) else None


def _send_to(session: Session, message: Claimed, instead: str, channel: str, why: str) -> None:
    log.warning("Message %s goes to the fallback channel %s instead", message.id, instead)
    _hold(
        session,
        message,
        state="owed",
        recipient=instead,
        meant_for=message.meant_for or (message.recipient if messages.is_person(message.recipient) else channel),
        thread_of=None,
        channel=None,
        lease_until=None,
        ready_at=real_now(),
        error=why,
    )


@_outlasting_cuts
def out_of_thread(db: Database, message: Claimed, channel: str, why: str) -> None:
    """What starts its thread was deleted in Slack, or takes no more replies: it is said in the channel itself."""
    with db.write(_PATIENCE) as session:
        there = {"recipient": channel, "thread_of": None}
        _hold(session, message, state="owed", ready_at=real_now(), lease_until=None, error=why, **there)


@_outlasting_cuts
def refused(db: Database, message: Claimed, means: Meaning, channel: str, now: datetime) -> bool:
    """Slack says no. What an admin can mend is tried again at growing pauses; the rest is set aside: then True.

    What can't be said in `channel` goes to the fallback channel instead, where there is one, also out of a thread that
    nobody can add to any more; either way the admins are told.
    """
    mendable = means.kind in _MENDABLE
    with db.write(_PATIENCE) as session:
        settings = workspaces.settings_of(session, message.workspace_id)
        lost = means.kind in _CLOSED and message.ts is None
        instead = settings.fallback_channel if lost else None
        if instead in (channel, message.recipient):
            instead = None
        if messages.is_person(message.recipient):
            mendable = mendable and (means.kind not in _CLOSED or means.code in _APPS_OWN)
            instead = None if mendable else instead
        elif lost and channel:
            trouble = ChannelTrouble(channel=channel, why="refused", instead=instead)
            destination.tell_admins(session, message.workspace_id, trouble, now)
        if instead is not None:
            _send_to(session, message, instead, channel, means.code)
        elif mendable and not (message.ts is not None and means.kind in _UNCHANGEABLE):
            pause = _REFUSED_AGAIN[min(message.attempts, len(_REFUSED_AGAIN)) - 1]
            _hold(session, message, state="owed", ready_at=real_now() + pause, lease_until=None, error=means.code)
        else:
            _set_aside(session, message, means.code, now)
            return True
    return False


def _hold(session: Session, message: Claimed, **values: Any) -> bool:
    """Change the row only while this sender holds it: whoever lost the lease must not undo what the next one did."""
    mine = _MESSAGES.c.leased_by == message.leased_by, _MESSAGES.c.state.in_(("sending", "unknown"))
    changed = session.execute(update(_MESSAGES).where(_MESSAGES.c.id == message.id, *mine).values(**values))
    return bool(changed.rowcount)  # type: ignore[attr-defined]  # an UPDATE always has a cursor result
