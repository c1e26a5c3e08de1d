"""Claims: how any number of senders share the outbox, each message in one hand at a time."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, TextualSelect, bindparam, text

from bot.store.messages import Priority
from bot.store.tables import UNSAID, Message
from bot.store.types import UtcDateTime


@dataclass(slots=True)
class Claimed:
    """A message in a sender's hand, as it was when it was claimed; the fields are those of `Message`.

    No row of a session: a claim is made for each message that is sent, and making rows takes longer than the database
    does.
    """

    id: int
    workspace_id: int
    kind: str
    priority: int
    turn: float
    thread_of: int | None
    recipient: str
    meant_for: str | None
    data: dict[str, Any]
    token: str
    state: str
    revision: int
    not_before: datetime
    attempts: int
    lost: int
    leased_by: str | None
    attempt_at: datetime | None
    attempt_began: datetime | None
    channel: str | None
    ts: str | None
    error: str


def claim(
    connection: Connection,
    *,
    workspace_id: int,
    worker: str,
    now: datetime,
    real: datetime,
    lease_until: datetime,
    limit: int,
    not_to: Collection[str] = (),
    bulk_first: bool = False,
) -> list[Claimed]:
    """Take up to `limit` of a workspace's messages under a lease, at most one per recipient, the most urgent first.

    `not_to` are the recipients whose turn it isn't; with `bulk_first` one of the prompts and digests comes before the
    rest. What was under a lease that ran out (its sender died or lost its connection between sending and recording)
    comes back as `unknown`, to be reconciled before it is sent again; `lost` counts that.

    It waits for no lock: what somebody else has locked isn't looked at.
    """
    # Each claim has a name of its own: who lost a lease must not pass for who holds it now, in the same process either.
    lease = {"lease": lease_until, "name": f"{worker}/{uuid.uuid4().hex[:12]}"}
    taking = _Taking(connection, {"workspace_id": workspace_id, "now": now, "real": real, **lease}, set(not_to))
    if bulk_first:
        taking.take(1, least=Priority.PROMPT)
    taking.take(limit)
    return sorted(taking.taken, key=lambda each: (each.priority, each.turn, each.id))


class _Taking:
    """Takes the messages that come next, each to another recipient.

    It looks as often as it takes: what it took leaves its recipient out of the next look, so that a long row of
    messages to one recipient hides nobody behind it.
    """

    def __init__(self, connection: Connection, values: dict[str, Any], left_out: set[str]) -> None:
        self._connection, self._values, self._left_out = connection, values, left_out
        self.taken: list[Claimed] = []

    def take(self, most: int, *, least: Priority = Priority.ALERT) -> None:
        """Go on until there are `most`, of no higher priority than `least`, or there is nothing more."""
        while (missing := most - len(self.taken)) > 0:
            values = self._values
            if self._left_out:
                values = {**values, "left_out": list(self._left_out)}
            leaves_out = bool(self._left_out)
            statement = _statement(self._connection.dialect.name, int(least), missing, leaves_out=leaves_out)
            rows = self._connection.execute(statement, values).all()
            if not rows:
                return
            self.taken += [Claimed(*row) for row in rows]
            self._left_out.update(each.recipient for each in self.taken)


# One round trip: what comes next is found, locked and taken. Of several messages to one recipient the first is taken.
# A thread is read from top to bottom: what starts it is there, and no reply before this one is still owed. An attempt
# begins with the claim, unless the message is only looked up. What is under a lease isn't ready until that runs out: by
# `ready_at` the index alone passes over it, where by `lease_until`, which may be null, each such row would be read.
_CLAIM = f"""\
WITH due AS (
    SELECT id, recipient, priority, turn FROM messages
    WHERE messages.{UNSAID} AND state IN ('owed', 'sending', 'unknown') AND workspace_id = :workspace_id
        AND priority >= {{least}} AND ready_at <= :real AND not_before <= :now AND recipient <> ''
        AND (lease_until IS NULL OR lease_until <= :real)
        AND (thread_of IS NULL
            OR (SELECT opener.ts FROM messages opener WHERE opener.id = messages.thread_of) IS NOT NULL
            AND NOT EXISTS (
                SELECT 1 FROM messages earlier
                WHERE earlier.{UNSAID} AND earlier.state IN ('owed', 'sending', 'unknown')
                    AND earlier.thread_of = messages.thread_of AND earlier.id < messages.id AND earlier.ts IS NULL
            ))
        {{left_out}}
    ORDER BY priority, turn, id LIMIT {{missing}} {{skip_locked}}
)
UPDATE messages SET
    state = CASE WHEN state = 'owed' THEN 'sending' ELSE 'unknown' END,
    attempts = attempts + CASE WHEN state = 'owed' THEN 1 ELSE 0 END,
    attempt_at = CASE WHEN state = 'owed' THEN :now ELSE attempt_at END,
    attempt_began = CASE WHEN state = 'owed' THEN :real ELSE attempt_began END,
    lost = lost + CASE WHEN lease_until IS NULL THEN 0 ELSE 1 END,
    channel = CASE WHEN channel IS NULL AND substr(recipient, 1, 1) NOT IN ('U', 'W') THEN recipient ELSE channel END,
    lease_until = :lease,
    ready_at = :lease,
    leased_by = :name
WHERE id IN (
    SELECT id
    FROM (SELECT id, row_number() OVER (PARTITION BY recipient ORDER BY priority, turn, id) AS nth FROM due) ranked
    WHERE nth = 1
)
RETURNING {", ".join(field.name for field in fields(Claimed))}
"""


@lru_cache  # building a statement takes longer than the database does
def _statement(dialect: str, least: int, missing: int, *, leaves_out: bool) -> TextualSelect:
    # The two numbers are written out: not knowing them, PostgreSQL would plan each claim anew, as long as it takes.
    statement = text(
        _CLAIM.format(
            least=least,
            missing=missing,
            left_out="AND recipient NOT IN :left_out" if leaves_out else "",
            skip_locked="" if dialect == "sqlite" else "FOR UPDATE SKIP LOCKED",
        )
    )
    instants = [bindparam(name, type_=UtcDateTime()) for name in ("now", "real", "lease")]
    if leaves_out:
        statement = statement.bindparams(bindparam("left_out", expanding=True))
    columns = Message.__table__.columns
    return statement.bindparams(*instants).columns(*(columns[field.name] for field in fields(Claimed)))
