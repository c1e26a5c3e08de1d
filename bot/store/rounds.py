"""A round of ratings: what was asked for in a quarter, and what came of it, counted by who is asked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from bot.store.portfolio import Scope
from bot.store.tables import Account, Prompt


class Asked(NamedTuple):
    """What one person (or channel) was asked for. Open ones are overdue, put off, or in time."""

    recipient: str
    asked: int
    done: int
    overdue: int
    put_off: int
    last_done: datetime | None


def by_recipient(
    session: Session, scope: Scope, start: date, end: date, today: date, *, carried: bool
) -> Sequence[Asked]:
    """The prompts of the days from `start` to `end`, with whom each of them is now; `carried`: also older open ones.

    `scope.owners` are who is asked here, whoever owns the account.
    """
    is_open = Prompt.state == "open"
    awake = or_(Prompt.snoozed_until.is_(None), Prompt.snoozed_until <= today)
    rows = session.execute(
        select(
            Prompt.recipient,
            func.count(),
            func.count().filter(Prompt.state == "done"),
            func.count().filter(and_(is_open, awake, Prompt.due < today)),
            func.count().filter(and_(is_open, ~awake)),
            func.max(Prompt.closed_at),
        )
        .join(Account, Account.id == Prompt.account_id)
        .where(_within(scope, start, end, carried=carried), replace(scope, owners=None).customers())
        .group_by(Prompt.recipient)
    )
    return [Asked._make(row) for row in rows]


def _within(scope: Scope, start: date, end: date, *, carried: bool) -> ColumnElement[bool]:
    asked = and_(Prompt.asked_on >= start, Prompt.asked_on <= end, Prompt.state != "withdrawn")
    older = and_(Prompt.asked_on < start, Prompt.state == "open")
    wanted = [Prompt.workspace_id == scope.workspace_id, or_(asked, older) if carried else asked]
    if scope.owners is not None:
        wanted.append(Prompt.recipient.in_(scope.owners))
    return and_(*wanted)
