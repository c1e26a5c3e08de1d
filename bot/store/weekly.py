"""Who gets the weekly report, and the few figures that only it shows."""

from datetime import date

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from bot.store.portfolio import Scope
from bot.store.tables import Account, Person, Workspace

# Built once: each tick asks, and building them takes longer than the database does.
_HERE = Person.workspace_id == bindparam("workspace_id")
_MANAGERS = select(Person.manager).where(_HERE, Person.manager.is_not(None))
_LEADS = or_(Person.role == "leader", Person.user.in_(_MANAGERS))
_KNOWN = select(Person.user).where(
    _HERE,
    or_(Person.weekly.is_(True), and_(Person.weekly.is_(None), _LEADS)),
    or_(Person.weekly_for.is_(None), Person.weekly_for < bindparam("week")),
)
_UNKNOWN = _MANAGERS.where(Person.manager.not_in(select(Person.user).where(_HERE))).distinct()
_WORKSPACES = select(Workspace.id).order_by(Workspace.id)


def workspaces(session: Session) -> list[int]:
    """Every workspace."""
    return list(session.scalars(_WORKSPACES))


def readers(session: Session, workspace_id: int, week: date) -> list[str]:
    """Leaders, managers and whoever wants it, unless they have it for the week of this day, or don't want it.

    A manager of whom nothing is known yet but that is among them.
    """
    known = session.scalars(_KNOWN, {"workspace_id": workspace_id, "week": week})
    return sorted({*known, *filter(None, session.scalars(_UNKNOWN, {"workspace_id": workspace_id}))})


def without_owner(session: Session, scope: Scope) -> int:
    """Customers that belong to nobody, or to somebody who left or may not use the bot."""
    gone = exists().where(
        Person.workspace_id == scope.workspace_id, Person.user == Account.owner, Person.state != "active"
    )
    statement = select(func.count()).where(scope.active(), or_(Account.owner.is_(None), gone))
    return session.execute(statement).scalar_one()
