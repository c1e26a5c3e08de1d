"""The open episodes that somebody's Home shows."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, union
from sqlalchemy.orm import Session

from bot.store.home import Theirs
from bot.store.portfolio import Scope
from bot.store.tables import Account, Episode
from cmi_core.cells import LET_CHURN_CELLS


class Alarm(NamedTuple):
    """An account in an alert cell."""

    episode: Episode
    name: str
    owner: str | None


class AlarmCounts(NamedTuple):
    """Open episodes; `undecided` are those in a Let Churn cell that nobody has decided about."""

    total: int
    free: int
    snoozed: int
    undecided: int


def alarms(session: Session, theirs: Theirs, *, limit: int) -> list[Alarm]:
    """The open episodes of a person's accounts, and those that they took on; what waits for somebody first."""
    of_theirs = select(Episode.id).join(Account, Account.id == Episode.account_id).where(theirs.all(), _is_open())
    taken_on = select(Episode.id).where(
        Episode.workspace_id == theirs.workspace_id, Episode.claimed_by == theirs.user, _is_open()
    )
    mine = union(of_theirs, taken_on).subquery()
    return _alarms(session, select(mine.c.id), theirs.today.day, limit)


def free_alarms(session: Session, scope: Scope, day: date, *, limit: int) -> list[Alarm]:
    """The open episodes that nobody has taken on or put off, the longest open first."""
    free = select(Episode.id).join(Account, Account.id == Episode.account_id).where(_of(scope), _is_free(day))
    return _alarms(session, free, day, limit)


def alarm_counts(session: Session, scope: Scope, day: date) -> AlarmCounts:
    """How many episodes are open in a part of the portfolio, and in what state."""
    undecided = and_(Episode.cell.in_(LET_CHURN_CELLS), Episode.decision.is_(None))
    row = session.execute(
        select(
            func.count(),
            func.count().filter(_is_free(day)),
            func.count().filter(Episode.snoozed_until > day),
            func.count().filter(undecided),
        )
        .select_from(Episode)
        .join(Account, Account.id == Episode.account_id)
        .where(_of(scope), _is_open())
    ).one()
    return AlarmCounts(*row)


def concerned(session: Session, workspace_id: int, account_ids: Collection[int], day: date) -> dict[int, set[str]]:
    """Whose Home shows an account: the owner's, the cover's, and of whoever took its alert on; by account."""
    taken_on = select(Episode.claimed_by).where(Episode.account_id == Account.id, _is_open()).scalar_subquery()
    covering = case((or_(Account.cover_until.is_(None), Account.cover_until >= day), Account.cover))
    rows = session.execute(
        select(Account.id, Account.owner, covering, taken_on).where(
            Account.id.in_(account_ids), Account.workspace_id == workspace_id
        )
    )
    return {account_id: {user for user in users if user} for account_id, *users in rows}


def _alarms(session: Session, ids: Select[int], day: date, limit: int) -> list[Alarm]:
    state = case((Episode.snoozed_until > day, 2), (Episode.claimed_by.is_not(None), 1), else_=0)
    rows = session.execute(
        select(Episode, Account.name, Account.owner)
        .join(Account, Account.id == Episode.account_id)
        .where(Episode.id.in_(ids))
        .order_by(state, Episode.opened_at, Episode.id)
        .limit(limit)
    )
    return [Alarm(*row) for row in rows]


def _is_open() -> ColumnElement[bool]:
    return Episode.ended_at.is_(None)


def _is_free(day: date) -> ColumnElement[bool]:
    awake = or_(Episode.snoozed_until.is_(None), Episode.snoozed_until <= day)
    return and_(_is_open(), Episode.claimed_by.is_(None), awake)


def _of(scope: Scope) -> ColumnElement[bool]:
    return and_(Episode.workspace_id == scope.workspace_id, scope.active())
