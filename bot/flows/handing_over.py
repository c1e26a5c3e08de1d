"""Giving accounts to another owner, one, several or all of somebody's, and naming who covers for an owner."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.errors import FieldError, NotAllowed, UserError
from bot.flows import noting, people, permissions, prompts
from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.flows.permissions import Right
from bot.flows.standings import Reader
from bot.store import audit, messages, workspaces
from bot.store import handing_over as store
from bot.store import people as people_store
from bot.store.database import Database
from bot.store.messages import Priority
from bot.store.tables import Account
from bot.views.cover_form import Covered
from bot.views.hand_over import HandedOver, HandOver
from bot.views.standing import Standing

_PATIENCE = 20.0
_NAMED = 5


def assign(db: Database, now: datetime, actor: Actor, account_id: int, owner: str) -> Standing:
    """Give an account to another owner; what it is asked about follows. FieldError for who can't be one."""
    with db.write() as session:
        _require_fit(session, actor, owner, "owner")
        account = permissions.lock(session, now, actor, account_id, Right.ASSIGN)
        _give(session, now, actor, account, owner)
        return Reader(session, actor.workspace_id, now).standing(account)


def assign_some(db: Database, now: datetime, actor: Actor, ids: Sequence[int], owner: str) -> HandOver:
    """Give several accounts to one owner, or none of them. FieldError and NotAllowed as `assign`."""
    with db.write(_PATIENCE) as session:
        _require_fit(session, actor, owner, "owner")
        locked = [permissions.lock(session, now, actor, each, Right.ASSIGN) for each in sorted(set(ids))]
        before = tuple(sorted({account.owner for account in locked if account.owner}))
        moved = sum(_give(session, now, actor, account, owner) for account in locked)
        names = tuple(account.name for account in locked[:_NAMED])
        return HandOver(new=owner, accounts=len(locked), prompts=moved, names=names, before=before)


def _give(session: Session, now: datetime, actor: Actor, account: Account, owner: str) -> int:
    """Gives the number of open requests that went along."""
    if account.owner == owner:
        return 0
    before, account.owner = account.owner, owner
    if account.cover == owner:
        account.cover = account.cover_until = None
    today = local_day(workspaces.settings_of(session, actor.workspace_id), now)
    noting.on_account(
        session, now, actor, account.id, action="assign", before={"owner": before}, after={"owner": owner}
    )
    return prompts.hand_over(session, today, account, owner)


def owned(db: Database, actor: Actor, old: str) -> HandOver:
    """What somebody has, for a form that asks who gets it. UserError where that is nothing, NotAllowed as `cover`."""
    with db.read() as session:
        return _owned(session, actor, old)


def preview(db: Database, actor: Actor, old: str, new: str) -> HandOver:
    """What would go from one person to another. FieldError for who can't be an owner, UserError where nothing would."""
    with db.read() as session:
        return _of_all(session, actor, old, new)


def hand_over(db: Database, now: datetime, actor: Actor, old: str, new: str) -> HandOver:
    """Give all accounts of one person to another, with what is being asked about them. Raises as `preview`.

    Whoever does it and the admins get a report.
    """
    with db.write(_PATIENCE) as session:
        shown = _of_all(session, actor, old, new)
        today = local_day(workspaces.settings_of(session, actor.workspace_id), now)
        asked = store.lock_asked(session, actor.workspace_id, old)
        moved = sum(prompts.hand_over(session, today, account, new) for account in asked)
        given = store.give_all(session, actor.workspace_id, old, new)
        for account_id in given:
            noting.on_account(
                session, now, actor, account_id, action="assign", before={"owner": old}, after={"owner": new}
            )
        done = shown.model_copy(update={"accounts": len(given), "prompts": moved})
        if given:  # none where the form came twice at once
            _report(session, now, actor, done)
        return done


def _report(session: Session, now: datetime, actor: Actor, done: HandOver) -> None:
    for to in {actor.user, *workspaces.settings_of(session, actor.workspace_id).admins}:
        messages.owe(
            session,
            workspace_id=actor.workspace_id,
            key=f"handed over:{done.old}:{now.isoformat()}:{to}",
            kind="handed_over",
            recipient=to,
            data=HandedOver(given=done, by=actor.user),
            now=now,
            priority=Priority.ANSWER,
        )


def _of_all(session: Session, actor: Actor, old: str, new: str) -> HandOver:
    found = _owned(session, actor, old)
    _require_fit(session, actor, new, "owner")
    if old == new:
        raise FieldError("owner", "That is the same person twice. Please name whose accounts go, then who gets them.")
    return found.model_copy(update={"new": new})


def _owned(session: Session, actor: Actor, old: str) -> HandOver:
    _require_may_decide(session, actor, old)
    number = store.count_owned(session, actor.workspace_id, old)
    if not number:
        raise UserError(f"<@{old}> owns no accounts, so there is nothing to hand over.")
    asked = store.count_open_prompts(session, actor.workspace_id, old)
    alerts = store.count_alerts(session, actor.workspace_id, old)
    return HandOver(old=old, new="", accounts=number, prompts=asked, alerts=alerts)


def cover(
    db: Database, now: datetime, actor: Actor, account_id: int, *, who: str | None, until: date | None
) -> Covered:
    """Let somebody be asked about an account while its owner is away, through a day; `who` None ends it.

    FieldError for a day that is over and for who can't, NotAllowed for who may not decide it.
    """
    with db.write() as session:
        account = permissions.lock(session, now, actor, account_id, Right.ASSIGN)
        _require_cover(session, now, actor, who, until, owner=account.owner)
        before = {"cover": account.cover, "until": _iso(account.cover_until)}
        account.cover, account.cover_until = who, until if who else None
        after = {"cover": who, "until": _iso(account.cover_until)}
        noting.on_account(session, now, actor, account.id, action="cover", before=before, after=after)
        return Covered(name=account.name, owner=account.owner, cover=who, until=account.cover_until)


def cover_all(db: Database, now: datetime, actor: Actor, owner: str, *, who: str | None, until: date | None) -> Covered:
    """The same for all accounts of one owner. Where it is so already, as after a second click, nothing is noted."""
    last = until if who else None
    with db.write(_PATIENCE) as session:
        _require_may_decide(session, actor, owner)
        _require_cover(session, now, actor, who, until, owner=owner)
        number = store.count_open(session, actor.workspace_id, owner)
        if not number:
            raise UserError(f"<@{owner}> owns no accounts, so there is nothing to cover.")
        if changed := store.cover_all(session, actor.workspace_id, owner, who, last):
            after = {"cover": who, "until": _iso(last), "accounts": changed}
            about = f"person:{owner}"
            audit.note(session, actor.workspace_id, now, actor=actor.user, action="cover", subject=about, after=after)
        return Covered(accounts=number, owner=owner, cover=who, until=last)


def today(db: Database, now: datetime, actor: Actor) -> date:
    """The workspace's day."""
    with db.read() as session:
        return local_day(workspaces.settings_of(session, actor.workspace_id), now)


def _require_cover(
    session: Session, now: datetime, actor: Actor, who: str | None, until: date | None, *, owner: str | None
) -> None:
    if until is not None and until < local_day(workspaces.settings_of(session, actor.workspace_id), now):
        raise FieldError("until", "That day is over. Please choose the last day of the cover.")
    if who is None:
        return
    if who == owner:
        raise FieldError("cover", "Nobody covers for themselves. Please choose somebody else.")
    _require_fit(session, actor, who, "cover")


def _require_fit(session: Session, actor: Actor, user: str, field: str) -> None:
    """FieldError where somebody is known not to be a member who can be asked."""
    person = people_store.find(session, actor.workspace_id, [user]).get(user)
    why = people.trouble_of(person)
    if why:
        raise FieldError(field, why)


def _require_may_decide(session: Session, actor: Actor, owner: str) -> None:
    if not people.speaks_for(session, workspaces.settings_of(session, actor.workspace_id), actor, owner):
        raise NotAllowed("Only they themselves, their manager or an admin may decide about all of somebody's accounts.")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
