"""The outbox: what is owed to Slack, and the claims that let any number of senders share it."""

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime
from enum import IntEnum

from pydantic import BaseModel
from sqlalchemy import and_, exists, func, or_, select, text, update
from sqlalchemy.orm import Session, aliased

from bot.clock import real_now
from bot.store.tables import UNSAID, Message
from bot.store.upsert import insert_once

_LOOK_AHEAD = 1000


class Priority(IntEnum):
    """What goes first when Slack's pace makes things wait."""

    ALERT = 1
    ANSWER = 2
    PROMPT = 5
    DIGEST = 8


def owe(
    session: Session,
    *,
    workspace_id: int,
    key: str,
    kind: str,
    recipient: str,
    data: BaseModel,
    now: datetime,
    priority: Priority,
    thread_of: int | None = None,
) -> int | None:
    """Store a message in the transaction of the fact it speaks of.

    `key` is its business key: owing the same thing twice is a no-op and gives None. An empty `recipient` waits until
    the workspace has chosen a channel. `now` is calendar time; `thread_of` is the message that starts the thread.
    """
    return insert_once(
        session,
        Message,
        workspace_id=workspace_id,
        key=key,
        kind=kind,
        recipient=recipient,
        data=data.model_dump(mode="json"),
        priority=int(priority),
        thread_of=thread_of,
        token=uuid.uuid4().hex,
        state="owed",
        revision=1,
        sent_revision=0,
        not_before=now,
        ready_at=real_now(),
        attempts=0,
        error="",
        created_at=now,
    )


def revise(session: Session, message: Message, data: BaseModel) -> None:
    """Change what a message says. One that was sent already is changed in place, by the dispatcher."""
    message.data = data.model_dump(mode="json")
    message.revision += 1
    if message.state in {"sent", "failed"}:
        message.state = "owed"
        message.ready_at = real_now()
        message.attempts = 0
    session.flush()


def lock(session: Session, message_id: int) -> Message:
    """The message, locked against the dispatcher's own writes for the rest of the transaction."""
    return session.scalars(select(Message).where(Message.id == message_id).with_for_update()).one()


def by_key(session: Session, workspace_id: int, key: str) -> Message | None:
    """The message of a business key, locked likewise; None where none was owed."""
    statement = select(Message).where(Message.workspace_id == workspace_id, Message.key == key)
    return session.scalars(statement.with_for_update()).one_or_none()


def claim(
    session: Session,
    *,
    worker: str,
    now: datetime,
    real: datetime,
    lease_until: datetime,
    limit: int,
    not_to: Collection[str],
) -> list[Message]:
    """Take up to `limit` messages under a lease, at most one per recipient, the most urgent first.

    `not_to` are the recipients whose turn it isn't. What was under a lease that ran out (its sender died or lost its
    connection between sending and recording) comes back as `unknown`, to be reconciled before it is sent again.
    """
    # A reply waits until the message that starts its thread is there.
    opener = aliased(Message)
    has_opener = exists().where(opener.id == Message.thread_of, opener.ts.is_not(None))
    # A thread is read from top to bottom: a reply that could not be sent yet keeps those after it waiting.
    earlier = aliased(Message, name="earlier")
    before = exists().where(
        text(f"earlier.{UNSAID}"),
        earlier.state.in_(("owed", "sending", "unknown")),
        earlier.thread_of == Message.thread_of,
        earlier.id < Message.id,
        earlier.ts.is_(None),
    )
    in_turn = and_(has_opener, ~before)
    mine = and_(or_(Message.thread_of.is_(None), in_turn), Message.recipient != "", Message.recipient.not_in(not_to))
    free = or_(Message.lease_until.is_(None), Message.lease_until <= real)
    unsaid = and_(text(f"messages.{UNSAID}"), Message.state.in_(("owed", "sending", "unknown")))
    open_ = and_(unsaid, Message.ready_at <= real, Message.not_before <= now)
    # Looking at the first ones is enough: when they all go to one recipient, `not_to` leaves it out the next time.
    ahead = select(Message.id, Message.priority, Message.recipient).where(open_, free, mine)
    first_ones = ahead.order_by(Message.priority, Message.id).limit(_LOOK_AHEAD).subquery()
    turn = func.row_number().over(
        partition_by=first_ones.c.recipient, order_by=(first_ones.c.priority, first_ones.c.id)
    )
    ranked = select(first_ones.c.id, first_ones.c.priority, turn.label("turn")).subquery()
    first = select(ranked.c.id).where(ranked.c.turn == 1).order_by(ranked.c.priority, ranked.c.id).limit(limit)
    rows = session.scalars(
        select(Message)
        .where(Message.id.in_(first), open_, free)
        .order_by(Message.priority, Message.id)
        .with_for_update(skip_locked=True)
    ).all()
    # Each claim has a name of its own: who lost a lease must not pass for who holds it now, in the same process either.
    lease = f"{worker}/{uuid.uuid4().hex[:12]}"
    for row in rows:
        row.state = "sending" if row.state == "owed" else "unknown"
        row.leased_by = lease
        row.channel = row.channel or (None if is_person(row.recipient) else row.recipient)
        row.lease_until = lease_until
        if row.state == "sending":
            row.attempts += 1
            row.attempt_at = now
            row.attempt_began = real
    session.flush()
    return list(rows)


def is_person(recipient: str) -> bool:
    """Whether a Slack id is a person's, whose direct message has to be opened before it can be posted to."""
    return recipient[:1] in ("U", "W")


def opener(session: Session, message: Message) -> tuple[str, str] | None:
    """Channel and ts of the message that starts this one's thread; None where it goes to the channel itself."""
    if message.thread_of is None:
        return None
    first = session.get_one(Message, message.thread_of)
    return (first.channel, first.ts) if first.channel and first.ts else None


def held_for_channel(session: Session, workspace_id: int, kinds: Iterable[str], channel: str) -> int:
    """Give the messages that wait for a channel their recipient. Gives their number."""
    result = session.execute(
        update(Message)
        .where(Message.workspace_id == workspace_id, Message.recipient == "", Message.kind.in_(tuple(kinds)))
        .values(recipient=channel, ready_at=real_now())
    )
    return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE always has a cursor result
