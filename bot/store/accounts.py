"""Accounts and the queries on them. Every one is bound to a workspace."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.store import workspaces
from bot.store.access import Sight
from bot.store.bulk import values_table
from bot.store.tables import Account

_PER_STATEMENT = 500
# Built once: building a statement takes longer than the database does.
_GET = select(Account).where(Account.workspace_id == bindparam("workspace"), Account.id == bindparam("account"))
_LOCK = _GET.with_for_update(key_share=True)


def name_key(name: str) -> str:
    """What makes two names the same: case, width and spacing don't count."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def get(session: Session, workspace_id: int, account_id: int) -> Account:
    """The account, or NotFound in the person's words."""
    return _one(session, _GET, {"workspace": workspace_id, "account": account_id})


def lock(session: Session, workspace_id: int, account_id: int) -> Account:
    """The account, locked until the transaction ends: whoever scores it or moves it comes one after another.

    Rows that point to it may still be added meanwhile; nobody waits for those.
    """
    workspaces.hold_settings(session, workspace_id)
    return _one(session, _LOCK, {"workspace": workspace_id, "account": account_id})


def by_name(session: Session, workspace_id: int, name: str, sight: Sight | None = None) -> Account | None:
    return session.scalars(_in(workspace_id, sight).where(Account.name_key == name_key(name))).one_or_none()


def by_external_id(session: Session, workspace_id: int, external_id: str, sight: Sight | None = None) -> Account | None:
    return session.scalars(_in(workspace_id, sight).where(Account.external_id == external_id)).one_or_none()


def by_submission(session: Session, workspace_id: int, submission: str) -> Account | None:
    """The account that a form has added already."""
    return session.scalars(_in(workspace_id).where(Account.submission == submission).limit(1)).one_or_none()


def lock_matching(
    session: Session, workspace_id: int, name_keys: Iterable[str], external_ids: Iterable[str]
) -> list[Account]:
    """The accounts with any of these names (as keys) or external ids, locked; a few statements for any number.

    Locked in the order of their ids, so that two callers can't wait for each other.
    """
    found: set[int] = set()
    for column, values in ((Account.name_key, list(name_keys)), (Account.external_id, list(external_ids))):
        if values:
            wanted = values_table(session, "wanted", {"value": values})
            statement = select(Account.id).where(Account.workspace_id == workspace_id, column == wanted.c.value)
            found.update(session.scalars(statement))
    locked: list[Account] = []
    in_order = sorted(found)
    for start in range(0, len(in_order), _PER_STATEMENT):
        ids = in_order[start : start + _PER_STATEMENT]
        some_accounts = _in(workspace_id).where(Account.id.in_(ids)).order_by(Account.id)
        locked += session.scalars(some_accounts.with_for_update(key_share=True))
    return locked


def search(
    session: Session, workspace_id: int, query: str, *, mine: str, limit: int, sight: Sight | None = None
) -> Sequence[Account]:
    """Accounts whose name contains the words, `mine` first, then by name; with a `sight` only those within it."""
    statement = _in(workspace_id, sight)
    for word in name_key(query).split():
        statement = statement.where(Account.name_key.contains(word, autoescape=True))
    is_mine = func.coalesce(Account.owner == mine, False)
    return session.scalars(statement.order_by(is_mine.desc(), Account.name_key).limit(limit)).all()


def count_owned(session: Session, workspace_id: int, user: str, *, due_by: date | None = None) -> int:
    statement = select(func.count()).where(
        Account.workspace_id == workspace_id, Account.owner == user, Account.lifecycle != "churned"
    )
    if due_by is not None:
        statement = statement.where(Account.next_due <= due_by)
    return session.execute(statement).scalar_one()


def due(
    session: Session, workspace_id: int, by: date, *, owner: str | None, limit: int, sight: Sight | None = None
) -> Sequence[Account]:
    """Active accounts due by a day, the longest overdue first; one owner's, or everybody's within the `sight`."""
    statement = _in(workspace_id, sight).where(Account.lifecycle == "active", Account.next_due <= by)
    if owner is not None:
        statement = statement.where(Account.owner == owner)
    return session.scalars(statement.order_by(Account.next_due, Account.name_key).limit(limit)).all()


def names(session: Session, workspace_id: int, sight: Sight | None = None) -> list[str]:
    """All names, for near matches."""
    return list(session.scalars(_in(workspace_id, sight).with_only_columns(Account.name)))


def visible_ids(session: Session, sight: Sight) -> set[int]:
    """The ids of all accounts within a sight."""
    return set(session.scalars(_in(sight.workspace_id, sight).with_only_columns(Account.id)))


def taken_by(session: Session, workspace_id: int, name: str, external_id: str | None) -> Account | None:
    """The account that already has this name or external id."""
    same = [Account.name_key == name_key(name)]
    if external_id:
        same.append(Account.external_id == external_id)
    return session.scalars(_in(workspace_id).where(or_(*same)).limit(1)).one_or_none()


def _in(workspace_id: int, sight: Sight | None = None) -> Select[Account]:
    statement = select(Account).where(Account.workspace_id == workspace_id)
    return statement if sight is None else statement.where(sight.condition())


def _one(session: Session, statement: Select[Account], values: Mapping[str, int]) -> Account:
    account = session.scalars(statement, values).one_or_none()
    if account is None:
        raise missing()
    return account


def missing() -> NotFound:
    """What is said of an account that isn't there, and of one that a person may not see: no more than that."""
    return NotFound("That account isn't there, or isn't one that you can see. Type /cmi account to choose another.")
