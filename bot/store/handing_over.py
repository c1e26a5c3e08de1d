"""All accounts of one owner at once: counted, given to another, covered."""

from datetime import date

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from bot.store import workspaces
from bot.store.tables import Account, Episode, Prompt


def count_owned(session: Session, workspace_id: int, owner: str) -> int:
    """All accounts of somebody, also those that churned."""
    statement = select(func.count()).where(Account.workspace_id == workspace_id, Account.owner == owner)
    return session.execute(statement).scalar_one()


def count_open(session: Session, workspace_id: int, owner: str) -> int:
    """Somebody's accounts but for those that churned."""
    statement = select(func.count()).where(
        Account.workspace_id == workspace_id, Account.owner == owner, Account.lifecycle != "churned"
    )
    return session.execute(statement).scalar_one()


def count_covered(session: Session, workspace_id: int, owner: str, today: date) -> int:
    """How many of somebody's accounts another covers on a day."""
    covering = (Account.cover.is_not(None), or_(Account.cover_until.is_(None), Account.cover_until >= today))
    statement = select(func.count()).where(
        Account.workspace_id == workspace_id, Account.owner == owner, Account.lifecycle != "churned", *covering
    )
    return session.execute(statement).scalar_one()


def count_open_prompts(session: Session, workspace_id: int, owner: str) -> int:
    """How many open requests there are about somebody's accounts, whoever is asked."""
    statement = (
        select(func.count())
        .select_from(Prompt)
        .join(Account, Account.id == Prompt.account_id)
        .where(Account.workspace_id == workspace_id, Account.owner == owner, Prompt.state == "open")
    )
    return session.execute(statement).scalar_one()


def count_alerts(session: Session, workspace_id: int, owner: str) -> int:
    """How many of somebody's accounts have an open alert."""
    statement = (
        select(func.count())
        .select_from(Episode)
        .join(Account, Account.id == Episode.account_id)
        .where(Account.workspace_id == workspace_id, Account.owner == owner, Episode.ended_at.is_(None))
    )
    return session.execute(statement).scalar_one()


def lock_asked(session: Session, workspace_id: int, owner: str) -> list[Account]:
    """Somebody's accounts that are being asked about, locked in the order of their ids."""
    workspaces.hold_settings(session, workspace_id)
    asked = select(Prompt.account_id).where(Prompt.workspace_id == workspace_id, Prompt.state == "open")
    statement = select(Account).where(
        Account.workspace_id == workspace_id, Account.owner == owner, Account.id.in_(asked)
    )
    return list(session.scalars(statement.order_by(Account.id).with_for_update(key_share=True)))


def give_all(session: Session, workspace_id: int, owner: str, to: str) -> list[int]:
    """Give all accounts of one person to another, also those that churned. Gives their ids."""
    statement = (
        update(Account)
        .where(Account.workspace_id == workspace_id, Account.owner == owner)
        .values(owner=to)
        .returning(Account.id)
        .execution_options(synchronize_session="fetch")
    )
    given = list(session.scalars(statement))
    # Nobody covers for themselves.
    session.execute(
        update(Account)
        .where(Account.workspace_id == workspace_id, Account.owner == to, Account.cover == to)
        .values(cover=None, cover_until=None)
        .execution_options(synchronize_session="fetch")
    )
    return given


def cover_all(session: Session, workspace_id: int, owner: str, cover: str | None, until: date | None) -> int:
    """Let somebody cover all of a person's accounts, or nobody. Gives how many were not so before."""
    otherwise = or_(Account.cover.is_distinct_from(cover), Account.cover_until.is_distinct_from(until))
    statement = (
        update(Account)
        .where(Account.workspace_id == workspace_id, Account.owner == owner, Account.lifecycle != "churned", otherwise)
        .values(cover=cover, cover_until=until)
        .execution_options(synchronize_session="fetch")
    )
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]  # an UPDATE has a cursor result
