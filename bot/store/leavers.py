"""Who has left, and what they leave behind: accounts without anybody, alerts that nobody is on any more."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.orm import Session

from bot.store.tables import Account, Episode, Person

# More than that leave at once only where a whole workspace does; the rest comes with the next tick.
_AT_ONCE = 200
# Built once: each tick asks.
_WAITING = (
    select(Person.workspace_id, Person.user)
    .where(Person.left_at.is_not(None))
    .order_by(Person.left_at, Person.id)
    .limit(_AT_ONCE)
)


class Left(NamedTuple):
    """One person's accounts: how many, and how many of them are overdue or have an open alert."""

    accounts: int
    overdue: int
    alerts: int


def waiting(session: Session) -> list[tuple[int, str]]:
    """Whoever was found to have left and was not told of yet, by workspace and Slack id."""
    return [(row[0], row[1]) for row in session.execute(_WAITING)]


def lock(session: Session, workspace_id: int, users: Collection[str]) -> list[Person]:
    """Those of them that still wait, in order; who is at it already is left to the other process."""
    statement = select(Person).where(
        Person.workspace_id == workspace_id, Person.user.in_(users), Person.left_at.is_not(None)
    )
    return list(session.scalars(statement.order_by(Person.left_at, Person.id).with_for_update(skip_locked=True)))


def taken_on(session: Session, workspace_id: int, user: str) -> list[int]:
    """The open episodes that somebody is on."""
    mine = (Episode.workspace_id == workspace_id, Episode.claimed_by == user, Episode.ended_at.is_(None))
    return list(session.scalars(select(Episode.id).where(*mine).order_by(Episode.id)))


def lock_episode(session: Session, episode_id: int, user: str) -> Episode | None:
    """One of them, locked; None where somebody else is on it by now, or it is over."""
    mine = (Episode.id == episode_id, Episode.claimed_by == user, Episode.ended_at.is_(None))
    return session.scalars(select(Episode).where(*mine).with_for_update()).one_or_none()


def left_behind(session: Session, workspace_id: int, user: str, today: date) -> Left:
    """Somebody's accounts, but for those that churned."""
    row = session.execute(
        select(func.count(), func.count().filter(_overdue(today)), func.count().filter(_alert())).where(
            _theirs(workspace_id, user)
        )
    ).one()
    return Left(*row)


def first_names(session: Session, workspace_id: int, user: str, today: date, *, limit: int) -> tuple[str, ...]:
    """The names of a few of them: those with an open alert first, then what is overdue."""
    rank = case((_alert(), 0), (_overdue(today), 1), else_=2)
    statement = select(Account.name).where(_theirs(workspace_id, user)).order_by(rank, Account.name_key)
    return tuple(session.scalars(statement.limit(limit)))


def _theirs(workspace_id: int, user: str) -> ColumnElement[bool]:
    return and_(Account.workspace_id == workspace_id, Account.owner == user, Account.lifecycle != "churned")


def _overdue(today: date) -> ColumnElement[bool]:
    return and_(Account.lifecycle == "active", Account.next_due < today)


def _alert() -> ColumnElement[bool]:
    return exists().where(Episode.account_id == Account.id, Episode.ended_at.is_(None)).correlate(Account)
