"""Who gets the weekly report, and the few figures that only it shows."""

from datetime import date

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from bot.store.portfolio import Scope
from bot.store.tables import Account, Person, Workspace


def workspaces(session: Session) -> list[int]:
    """Every workspace."""
    return list(session.scalars(select(Workspace.id).order_by(Workspace.id)))


def readers(session: Session, workspace_id: int, week: date) -> list[str]:
    """Leaders, managers and whoever wants it, unless they have it for the week of this day, or don't want it.

    A manager of whom nothing is known yet but that is among them.
    """
    managers = select(Person.manager).where(Person.workspace_id == workspace_id, Person.manager.is_not(None))
    leads = or_(Person.role == "leader", Person.user.in_(managers))
    known = select(Person.user).where(
        Person.workspace_id == workspace_id,
        or_(Person.weekly.is_(True), and_(Person.weekly.is_(None), leads)),
        or_(Person.weekly_for.is_(None), Person.weekly_for < week),
    )
    row = select(Person.user).where(Person.workspace_id == workspace_id)
    unknown = managers.where(Person.manager.not_in(row)).distinct()
    return sorted({*session.scalars(known), *filter(None, session.scalars(unknown))})


def without_owner(session: Session, scope: Scope) -> int:
    """Customers that belong to nobody, or to somebody who left or may not use the bot."""
    gone = exists().where(
        Person.workspace_id == scope.workspace_id, Person.user == Account.owner, Person.state != "active"
    )
    statement = select(func.count()).where(scope.active(), or_(Account.owner.is_(None), gone))
    return session.execute(statement).scalar_one()
