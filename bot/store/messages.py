"""The outbox: what is owed to Slack."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple, cast

from pydantic import BaseModel
from sqlalchemy import (
    ColumnElement,
    Double,
    Table,
    and_,
    bindparam,
    case,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.dml import ReturningInsert

from bot.clock import real_now
from bot.store.bulk import plain
from bot.store.tables import UNSAID, Message

_PERSON = ("U", "W")


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
    not_before: datetime | None = None,
) -> int | None:
    """Store a message in the transaction of the fact it speaks of.

    `key` is its business key: owing the same thing twice is a no-op and gives None. An empty `recipient` waits until
    the workspace has chosen a channel. `now` is calendar time; `thread_of` is the message that starts the thread;
    `not_before` lets it wait for a better moment.
    """
    real = real_now()
    values = {
        "workspace_id": workspace_id,
        "key": key,
        "kind": kind,
        "recipient": recipient,
        "data": data.model_dump(mode="json"),
        "priority": int(priority),
        "thread_of": thread_of,
        "token": uuid.uuid4().hex,
        "state": "owed",
        "revision": 1,
        "sent_revision": 0,
        "not_before": not_before or now,
        "ready_at": real,
        "attempts": 0,
        "error": "",
        "created_at": now,
    }
    row = {"in_workspace": workspace_id, "to": recipient, "of_priority": int(priority), "real": real.timestamp()}
    connection = plain(session)
    return connection.execute(_owing(connection.dialect.name), {**values, **row}).scalar_one_or_none()


@lru_cache  # building a statement takes longer than the database does
def _owing(dialect: str) -> ReturningInsert[int]:
    """Inserts a message unless its key is taken.

    Its turn is now, or a second after the last that is owed to the same recipient: thus whoever is owed thousands
    stands beside the others in the row, and not before them.
    """
    other = aliased(Message, name="other")
    now = bindparam("real", type_=Double)
    last = select(func.max(other.turn) + 1.0).where(
        other.workspace_id == bindparam("in_workspace"),
        other.recipient == bindparam("to"),
        other.priority == bindparam("of_priority"),
        other.turn > now - 1.0,
        text(f"other.{UNSAID}"),
    )
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    table = cast("Table", Message.__table__)
    owed = insert(table).values(turn=func.coalesce(last.scalar_subquery(), now))
    return owed.on_conflict_do_nothing().returning(table.c.id)


def revise(session: Session, message: Message, data: BaseModel) -> None:
    """Change what a message says. One that was sent already is changed in place, by the dispatcher."""
    message.data = data.model_dump(mode="json")
    message.revision += 1
    if message.state in {"sent", "failed"}:
        owe_again(message)
    session.flush()


def owe_again(message: Message) -> None:
    """Let it be sent, or changed where it is, as if it were owed from now on."""
    real = real_now()
    message.state, message.ready_at, message.turn = "owed", real, real.timestamp()
    message.attempts, message.lost, message.error = 0, 0, ""


# Built once: every message that was sent is locked, and building a statement takes longer than the database does.
_ONE = select(Message).where(Message.id == bindparam("id")).with_for_update()


def lock(session: Session, message_id: int) -> Message:
    """The message, locked against the dispatcher's own writes for the rest of the transaction."""
    return session.scalars(_ONE, {"id": message_id}).one()


def by_key(session: Session, workspace_id: int, key: str) -> Message | None:
    """The message of a business key, locked likewise; None where none was owed."""
    statement = select(Message).where(Message.workspace_id == workspace_id, Message.key == key)
    return session.scalars(statement.with_for_update()).one_or_none()


def is_person(recipient: str) -> bool:
    """Whether a Slack id is a person's, whose direct message has to be opened before it can be posted to."""
    return recipient[:1] in _PERSON


def opener(session: Session, thread_of: int | None) -> tuple[str, str] | None:
    """Channel and ts of the message that starts a thread; None for what goes to the channel itself."""
    if thread_of is None:
        return None
    first = session.get_one(Message, thread_of)
    return (first.channel, first.ts) if first.channel and first.ts else None


def held_for_channel(session: Session, workspace_id: int, kinds: Iterable[str], channel: str) -> int:
    """Give the messages that wait for a channel their recipient. Gives their number."""
    result = session.execute(
        update(Message)
        .where(Message.workspace_id == workspace_id, Message.recipient == "", Message.kind.in_(tuple(kinds)))
        .values(recipient=channel, ready_at=real_now())
    )
    return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE always has a cursor result


def wake(session: Session, message_id: int) -> None:
    """Let an owed message be sent at once."""
    session.execute(
        update(Message).where(Message.id == message_id, Message.state == "owed").values(ready_at=real_now())
    )


def count_failed(session: Session, workspace_id: int) -> int:
    """How many are set aside."""
    return session.execute(select(func.count()).select_from(Message).where(_failed(workspace_id))).scalar_one()


def failed(session: Session, workspace_id: int, *, skip: int, limit: int) -> Sequence[Message]:
    """Those that are set aside, the newest first."""
    newest = select(Message).where(_failed(workspace_id)).order_by(Message.id.desc())
    return session.scalars(newest.offset(skip).limit(limit)).all()


def lock_failed(session: Session, workspace_id: int, message_id: int | None = None) -> Sequence[Message]:
    """One of those that are set aside, or all of them; none where somebody was quicker."""
    only = [] if message_id is None else [Message.id == message_id]
    return session.scalars(
        select(Message).where(_failed(workspace_id), *only).order_by(Message.id).with_for_update()
    ).all()


def withdraw(session: Session, message: Message) -> None:
    """Never send a message, nor the replies that wait for it."""
    message.state = "withdrawn"
    if message.ts is None:
        session.execute(
            update(Message)
            .where(Message.thread_of == message.id, Message.state.in_(("owed", "failed")), Message.ts.is_(None))
            .values(state="withdrawn")
            .execution_options(synchronize_session=False)
        )


def _failed(workspace_id: int) -> ColumnElement[bool]:
    return and_(text(f"messages.{UNSAID}"), Message.workspace_id == workspace_id, Message.state == "failed")


class Waiting(NamedTuple):
    """Messages of one state and priority that aren't said: their number, how many are ready, and since when at most."""

    state: str
    priority: int
    number: int
    ready: int
    since: datetime | None


def waiting(session: Session, now: datetime) -> list[Waiting]:
    """What isn't said, over all workspaces; the index alone answers."""
    ready = and_(Message.ready_at <= now, Message.not_before <= now)
    since = case((ready, case((Message.not_before > Message.ready_at, Message.not_before), else_=Message.ready_at)))
    rows = session.execute(
        select(Message.state, Message.priority, func.count(), func.count(since), func.min(since))
        .where(text(UNSAID))
        .group_by(Message.state, Message.priority)
    )
    return [Waiting(*row) for row in rows]
