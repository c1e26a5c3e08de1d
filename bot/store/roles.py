"""The people of a workspace by what they are there: owners, managers, leaders, viewers."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import and_, func, or_, select, union
from sqlalchemy.orm import Session

from bot.store.tables import Account, Person


def by_role(session: Session, workspace_id: int) -> dict[str, tuple[str, ...]]:
    """Slack ids of everybody who isn't simply a member, in order."""
    rows = session.execute(
        select(Person.role, Person.user).where(Person.workspace_id == workspace_id, Person.role != "member")
    )
    found: dict[str, list[str]] = {}
    for role, user in rows:
        found.setdefault(role, []).append(user)
    return {role: tuple(sorted(users)) for role, users in found.items()}


def named(session: Session, workspace_id: int, *, skip: int, limit: int) -> list[str]:
    """Slack ids of whoever owns an account, has a role or a manager, or is one, by the name Slack knows them by."""
    people = select(Person.user).where(Person.workspace_id == workspace_id)
    everybody = union(
        select(Account.owner).where(
            Account.workspace_id == workspace_id, Account.owner.is_not(None), Account.lifecycle != "churned"
        ),
        people.where(or_(Person.role != "member", Person.manager.is_not(None))),
        select(Person.manager).where(Person.workspace_id == workspace_id, Person.manager.is_not(None)),
    ).subquery("everybody")
    user = everybody.c[0]
    known = and_(Person.workspace_id == workspace_id, Person.user == user)
    statement = select(user).outerjoin(Person, known).order_by(func.lower(func.coalesce(Person.name, user)), user)
    return [str(each) for each in session.scalars(statement.offset(skip).limit(limit))]


def owned(session: Session, workspace_id: int, users: Iterable[str], today: date) -> dict[str, tuple[int, int]]:
    """How many accounts each of them owns, and how many of those somebody covers."""
    covered = and_(Account.cover.is_not(None), or_(Account.cover_until.is_(None), Account.cover_until >= today))
    rows = session.execute(
        select(Account.owner, func.count(), func.count().filter(covered))
        .where(Account.workspace_id == workspace_id, Account.owner.in_(set(users)), Account.lifecycle != "churned")
        .group_by(Account.owner)
    )
    return {str(owner): (accounts, covers) for owner, accounts, covers in rows}
