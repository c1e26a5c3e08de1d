"""The audit log: who changed what, when, from what to what, and why."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from bot.store.tables import Account, Audit, Episode


def note(
    session: Session,
    workspace_id: int,
    at: datetime,
    *,
    actor: str,
    action: str,
    subject: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    settings_version: int | None = None,
) -> None:
    """Add an entry, in the transaction of the change itself. `subject` is a kind and an id, such as "account:7".

    `settings_version` is for changes of the settings: their version afterwards.
    """
    session.add(
        Audit(
            workspace_id=workspace_id,
            at=at,
            actor=actor,
            action=action,
            subject=subject,
            before=before,
            after=after,
            reason=reason,
            settings_version=settings_version,
        )
    )


def page(session: Session, workspace_id: int, subjects: Collection[str], *, skip: int, limit: int) -> Sequence[Audit]:
    """Entries about these kinds of subjects ("account", "workspace" …; none: about all), the newest first."""
    statement = select(Audit).where(Audit.workspace_id == workspace_id)
    if subjects:
        statement = statement.where(or_(*map(_about, subjects)))
    newest = statement.order_by(Audit.at.desc(), Audit.id.desc())
    return session.scalars(newest.offset(skip).limit(limit)).all()


def of_account(
    session: Session, workspace_id: int, account_id: int, leave: Iterable[str], *, limit: int
) -> Sequence[Audit]:
    """Entries about an account but for some actions, the newest first."""
    statement = select(Audit).where(
        Audit.workspace_id == workspace_id, Audit.subject == f"account:{account_id}", Audit.action.not_in(list(leave))
    )
    return session.scalars(statement.order_by(Audit.at.desc(), Audit.id.desc()).limit(limit)).all()


def of_subject(session: Session, workspace_id: int, subject: str) -> Sequence[Audit]:
    """All entries about one thing, such as "episode:3", the oldest first."""
    statement = select(Audit).where(Audit.workspace_id == workspace_id, Audit.subject == subject)
    return session.scalars(statement.order_by(Audit.at, Audit.id)).all()


def settings_since(session: Session, workspace_id: int, version: int) -> Sequence[Audit]:
    """What changed the settings after a version of them, the oldest first."""
    statement = select(Audit).where(
        Audit.workspace_id == workspace_id,
        Audit.subject == f"workspace:{workspace_id}",
        Audit.settings_version > version,
    )
    return session.scalars(statement.order_by(Audit.id)).all()


def account_names(session: Session, workspace_id: int, subjects: Iterable[str]) -> Mapping[str, str]:
    """The names of the accounts that subjects such as "account:7" and "episode:3" are about."""
    wanted = list(subjects)
    own = select(Account.id, Account.name).where(
        Account.workspace_id == workspace_id, Account.id.in_(_ids("account", wanted))
    )
    of_episodes = (
        select(Episode.id, Account.name)
        .join(Account, Account.id == Episode.account_id)
        .where(Episode.workspace_id == workspace_id, Episode.id.in_(_ids("episode", wanted)))
    )
    return {
        **{f"account:{row.id}": row.name for row in session.execute(own)},
        **{f"episode:{row.id}": row.name for row in session.execute(of_episodes)},
    }


def _about(kind: str) -> ColumnElement[bool]:
    return or_(Audit.subject == kind, Audit.subject.startswith(f"{kind}:", autoescape=True))


def _ids(kind: str, subjects: Iterable[str]) -> list[int]:
    pairs = (subject.partition(":") for subject in subjects)
    return [int(number) for name, _, number in pairs if name == kind and number.isdigit()]
