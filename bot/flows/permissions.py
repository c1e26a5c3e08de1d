"""Who may see an account, and who may do what with it. Whoever acts for a person reads accounts through here.

Somebody who may not see an account is told the same as if there were none. Writing goes by `lock`, reading by `get`,
lists by `sight`; the plain functions of `bot.store.accounts` are for what the bot does by itself.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import NotAllowed
from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.store import access, accounts, people, workspaces
from bot.store.access import Sight
from bot.store.tables import Account, Episode
from bot.workspace_settings import AccessSettings, WorkspaceSettings


class Right(StrEnum):
    """What somebody wants to do with an account."""

    SEE = "see"
    WORK = "work"
    """Take an alert on, tick off a step: whatever changes no score, no place and no owner."""
    RATE = "rate"
    """Whatever a score, a place, an outcome or a decision rests on."""
    ASSIGN = "assign"
    """Give it to another owner or cover."""


class Tie(StrEnum):
    """What makes an account somebody's own; the names are those of `bot.store.access.tied_to`."""

    OWNER = "owner"
    COVER = "cover"
    MANAGER = "manager"
    ASKED = "asked"


@dataclass(frozen=True)
class Standing:
    """What a person is in the workspace: `role` is member, viewer or leader."""

    admin: bool = False
    role: str = "member"


def may(right: Right, rules: AccessSettings, who: Standing, ties: AbstractSet[Tie], *, owned: bool = True) -> bool:
    """The whole rule. `ties` are the person's to this account; an account that nobody owns is anybody's to take on."""
    if who.admin:
        return True
    sees = rules.see == "everyone" or who.role in ("leader", "viewer") or bool(ties)
    if right is Right.SEE or not sees:
        return sees
    if who.role == "viewer":
        return False
    if right is Right.RATE:
        return rules.rate == "everyone" or bool(ties)
    if right is Right.ASSIGN:
        return not owned or not ties.isdisjoint({Tie.OWNER, Tie.MANAGER})
    return True


def get(session: Session, now: datetime, actor: Actor, account_id: int, right: Right = Right.SEE) -> Account:
    """The account. NotFound where there is none that this person may see; NotAllowed says whom to ask."""
    account = accounts.get(session, actor.workspace_id, account_id)
    require(session, now, actor, account, right)
    return account


def lock(session: Session, now: datetime, actor: Actor, account_id: int, right: Right = Right.RATE) -> Account:
    """The same, locked until the transaction ends."""
    account = accounts.lock(session, actor.workspace_id, account_id)
    require(session, now, actor, account, right)
    return account


def lock_episode(session: Session, now: datetime, actor: Actor, episode_id: int, right: Right) -> Episode | None:
    """An episode, locked, with whose account this person may do that; None where there is none. Raises as `get`."""
    episode = session.scalars(
        select(Episode).where(Episode.id == episode_id, Episode.workspace_id == actor.workspace_id).with_for_update()
    ).one_or_none()
    if episode is not None:
        get(session, now, actor, episode.account_id, right)
    return episode


def require(session: Session, now: datetime, actor: Actor, account: Account, right: Right) -> None:
    """Raises as `get` where the person may not do that with this account."""
    settings = workspaces.settings_of(session, actor.workspace_id)
    rules = settings.access
    if right is Right.SEE and rules.see == "everyone":
        return
    who = standing_of(session, actor, settings)
    ties = frozenset[Tie]() if who.admin else _ties(session, now, actor, settings, account)
    if may(right, rules, who, ties, owned=account.owner is not None):
        return
    if not may(Right.SEE, rules, who, ties):
        raise accounts.missing()
    raise NotAllowed(_refusal(right, who, settings, account))


def sight(session: Session, now: datetime, actor: Actor, settings: WorkspaceSettings | None = None) -> Sight:
    """Which accounts a person may see, for narrowing lists; with the workspace's settings where they are at hand."""
    settings = settings or workspaces.settings_of(session, actor.workspace_id)
    today = local_day(settings, now)
    all_of_them = settings.access.see == "everyone" or may(
        Right.SEE, settings.access, standing_of(session, actor, settings), frozenset()
    )
    return Sight(actor.workspace_id, None if all_of_them else actor.user, today)


def standing_of(session: Session, actor: Actor, settings: WorkspaceSettings) -> Standing:
    """What a person is in the workspace."""
    if settings.is_admin(actor.user):
        return Standing(admin=True)
    known = people.find(session, actor.workspace_id, [actor.user]).get(actor.user)
    return Standing(role=known.role if known else "member")


def require_member(session: Session, actor: Actor) -> None:
    """NotAllowed for who may only look: for what concerns no account that is there yet."""
    settings = workspaces.settings_of(session, actor.workspace_id)
    who = standing_of(session, actor, settings)
    if who.role == "viewer":
        raise NotAllowed(f"You may look at everything here, but not change it. {ask_admins(settings)}")


def require_admin(session: Session, actor: Actor) -> WorkspaceSettings:
    """The workspace's settings, for an admin. NotAllowed says who that is."""
    settings = workspaces.settings_of(session, actor.workspace_id)
    if not settings.is_admin(actor.user):
        raise NotAllowed(f"Only admins of CMI Bot may do this. {ask_admins(settings)}")
    return settings


def _ties(
    session: Session, now: datetime, actor: Actor, settings: WorkspaceSettings, account: Account
) -> frozenset[Tie]:
    conditions = access.tied_to(actor.workspace_id, actor.user, local_day(settings, now))
    found = session.execute(select(*conditions.values()).where(Account.id == account.id)).one()
    return frozenset(Tie(name) for name, holds in zip(conditions, found, strict=True) if holds)


def _refusal(right: Right, who: Standing, settings: WorkspaceSettings, account: Account) -> str:
    whom = f"Please ask <@{account.owner}>." if account.owner else ask_admins(settings)
    if who.role == "viewer":
        return f"You may look at {account.name}, but not change it. {whom}"
    if right is Right.ASSIGN:
        return f"Only the owner of {account.name}, their manager and admins may give it to somebody else. {whom}"
    return f"Only the owner of {account.name}, who covers for them, their manager and admins may rate it. {whom}"


def ask_admins(settings: WorkspaceSettings) -> str:
    """Whom somebody who may not do a thing can ask."""
    names = ", ".join(f"<@{admin}>" for admin in settings.admins[:5])
    return f"Please ask {names or 'whoever set up CMI Bot'}."
