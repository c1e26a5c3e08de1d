"""The outbox: what is owed to Slack, and the claims that let any number of senders share it."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple, cast

from pydantic import BaseModel
from sqlalchemy import (
    ColumnElement,
    Double,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from bot.clock import real_now
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
    return session.execute(_owing(session.get_bind().dialect.name), {**values, **row}).scalar_one_or_none()


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


def claim(
    session: Session,
    *,
    workspace_id: int,
    worker: str,
    now: datetime,
    real: datetime,
    lease_until: datetime,
    limit: int,
    not_to: Collection[str] = (),
    bulk_first: bool = False,
) -> list[Message]:
    """Take up to `limit` of a workspace's messages under a lease, at most one per recipient, the most urgent first.

    `not_to` are the recipients whose turn it isn't; with `bulk_first` one of the prompts and digests comes before the
    rest. What was under a lease that ran out (its sender died or lost its connection between sending and recording)
    comes back as `unknown`, to be reconciled before it is sent again; `lost` counts that.
    """
    found = _Search(session, workspace_id, now, real, set(not_to))
    if bulk_first:
        found.look(1, least=Priority.PROMPT)
    found.look(limit)
    if not found.ids:
        return []
    # Each claim has a name of its own: who lost a lease must not pass for who holds it now, in the same process either.
    lease = {"lease": lease_until, "name": f"{worker}/{uuid.uuid4().hex[:12]}"}
    rows = session.scalars(
        _taking(),
        {"ids": found.ids, "at": now, "real": real, **lease},
        execution_options={"synchronize_session": False},
    )
    return sorted(rows, key=lambda row: (row.priority, row.turn, row.id))


class _Search:
    """Finds and locks the messages that come next, each to another recipient.

    It looks as often as it takes: what it found leaves its recipient out of the next look, so that a long row of
    messages to one recipient hides nobody behind it.
    """

    def __init__(self, session: Session, workspace_id: int, now: datetime, real: datetime, not_to: set[str]) -> None:
        self._session, self._left_out = session, not_to
        self._at = {"workspace_id": workspace_id, "now": now, "real": real}
        self.ids: list[int] = []

    def look(self, most: int, *, least: Priority = Priority.ALERT) -> None:
        """Go on until there are `most`, of no higher priority than `least`, or there is nothing more."""
        while (missing := most - len(self.ids)) > 0:
            this = {"least": int(least), "missing": missing, "left_out": list(self._left_out)}
            rows = self._session.execute(_following(), {**self._at, **this}).all()
            for message_id, recipient in rows:
                if recipient not in self._left_out:
                    self.ids.append(message_id)
                    self._left_out.add(recipient)
            if len(rows) < missing:
                return


@lru_cache
def _following() -> Select[int, str]:
    """The messages that come next, with their recipients."""
    now, real = bindparam("now", type_=Message.not_before.type), bindparam("real", type_=Message.ready_at.type)
    return (
        select(Message.id, Message.recipient)
        .where(_unsaid(Message), Message.workspace_id == bindparam("workspace_id"), _in_turn())
        .where(Message.ready_at <= real, Message.not_before <= now, Message.recipient != "")
        .where(or_(Message.lease_until.is_(None), Message.lease_until <= real))
        .where(Message.recipient.not_in(bindparam("left_out", expanding=True)))
        .where(Message.priority >= bindparam("least"))
        .order_by(Message.priority, Message.turn, Message.id)
        .limit(bindparam("missing", type_=Integer))
        .with_for_update(skip_locked=True)
    )


def _unsaid(table: type[Message], name: str = "messages") -> ColumnElement[bool]:
    """What is still to be said, in the words of the index."""
    return and_(text(f"{name}.{UNSAID}"), table.state.in_(("owed", "sending", "unknown")))


def _in_turn() -> ColumnElement[bool]:
    """A thread is read from top to bottom: what starts it is there, and no reply before this one is still owed."""
    opener, earlier = aliased(Message), aliased(Message, name="earlier")
    has_opener = exists().where(opener.id == Message.thread_of, opener.ts.is_not(None))
    before = exists().where(
        _unsaid(earlier, "earlier"),
        earlier.thread_of == Message.thread_of,
        earlier.id < Message.id,
        earlier.ts.is_(None),
    )
    return or_(Message.thread_of.is_(None), and_(has_opener, ~before))


@lru_cache
def _taking() -> ReturningUpdate[Message]:
    """Takes messages under a lease. An attempt begins with it, unless the message is only looked up."""
    fresh = Message.state == "owed"
    person = func.substr(Message.recipient, 1, 1).in_(_PERSON)
    at, real, lease = (bindparam(name, type_=Message.not_before.type) for name in ("at", "real", "lease"))
    taken = {
        "state": case((fresh, "sending"), else_="unknown"),
        "lease_until": lease,
        "leased_by": bindparam("name"),
        "lost": Message.lost + case((Message.lease_until.is_(None), 0), else_=1),
        "channel": case((or_(Message.channel.is_not(None), person), Message.channel), else_=Message.recipient),
        "attempts": Message.attempts + case((fresh, 1), else_=0),
        "attempt_at": case((fresh, at), else_=Message.attempt_at),
        "attempt_began": case((fresh, real), else_=Message.attempt_began),
    }
    these = Message.id.in_(bindparam("ids", expanding=True))
    return update(Message).where(these).values(**taken).returning(Message)


def is_person(recipient: str) -> bool:
    """Whether a Slack id is a person's, whose direct message has to be opened before it can be posted to."""
    return recipient[:1] in _PERSON


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
