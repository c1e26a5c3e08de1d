"""Calling somebody else to an alert: the owner's manager, a leader, or whoever is chosen."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.errors import FieldError, NotFound, Overtaken
from bot.flows import episodes, permissions
from bot.flows.actor import Actor
from bot.store import accounts, audit, messages, people, roles, workspaces
from bot.store.database import Database
from bot.store.messages import Priority
from bot.store.tables import Account, Episode
from bot.views.escalate_form import EscalateEntry, EscalateForm
from bot.views.escalation import Escalation
from bot.views.text import day


def open_form(db: Database, now: datetime, actor: Actor, episode_id: int) -> EscalateForm:
    """The form, beginning with the owner's manager, else a leader, else an admin. NotFound where it is over."""
    with db.read() as session:
        episode = episodes.get_open(session, now, actor, episode_id, "escalate")
        account = accounts.get(session, episode.workspace_id, episode.account_id)
        return EscalateForm(
            episode_id=episode.id,
            name=account.name,
            owner=account.owner,
            escalated_to=episode.escalated_to,
            escalated_on=episode.escalated_at,
            to=_proposed(session, actor, account, episode),
        )


def escalate(db: Database, now: datetime, actor: Actor, entry: EscalateEntry) -> tuple[int, str]:
    """Tell somebody, in the thread and directly; gives the account's id and whom. Sent twice it is done once.

    FieldError for somebody who can't be called, Overtaken where another escalated it since the form was opened.
    """
    with db.write() as session:
        episode = episodes.lock_open(session, now, actor, entry.episode_id, "escalate")
        if entry.to is None or entry.to == actor.user:
            raise FieldError("to", "Please choose somebody else than yourself.")
        if episode.escalated_to == entry.to:
            return episode.account_id, entry.to
        if episode.escalated_to != entry.seen:
            when = day(episode.escalated_at)
            raise Overtaken(f"It was escalated to <@{episode.escalated_to}> meanwhile, on {when}.")
        account = accounts.get(session, episode.workspace_id, episode.account_id)
        _require_sight(session, now, Actor(actor.workspace_id, entry.to), account)
        before = episode.escalated_to
        episode.escalated_to, episode.escalated_at = entry.to, now
        episodes.tell(session, now, episode, "escalated", by=actor.user, whom=entry.to, reason=entry.why)
        _owe(session, now, actor, account=account, episode=episode, entry=entry)
        audit.note(
            session,
            actor.workspace_id,
            now,
            actor=actor.user,
            action="escalate",
            subject=f"episode:{episode.id}",
            before={"user": before},
            after={"user": entry.to},
            reason=entry.why,
        )
        return account.id, entry.to


def _proposed(session: Session, actor: Actor, account: Account, episode: Episode) -> str | None:
    settings = workspaces.settings_of(session, actor.workspace_id)
    owner = people.find(session, actor.workspace_id, [account.owner] if account.owner else [])
    manager = owner[account.owner].manager if account.owner in owner else None
    leaders = roles.by_role(session, actor.workspace_id).get("leader", ())
    taken = (actor.user, episode.escalated_to)
    found = (user for user in (manager, *leaders, *settings.admins) if user and user not in taken)
    return next(found, None)


def _require_sight(session: Session, now: datetime, called: Actor, account: Account) -> None:
    """Nobody learns of an account by being called to it."""
    try:
        permissions.get(session, now, called, account.id)
    except NotFound:
        raise FieldError(
            "to", "This person may not see the account. Please choose the owner's manager, a leader or an admin."
        ) from None


def _owe(
    session: Session, now: datetime, actor: Actor, *, account: Account, episode: Episode, entry: EscalateEntry
) -> None:
    messages.owe(
        session,
        workspace_id=actor.workspace_id,
        key=f"escalation:{episode.id}:{entry.to}:{now.isoformat()}",
        kind="escalation",
        recipient=entry.to or "",
        data=Escalation(
            episode_id=episode.id,
            account_id=account.id,
            name=account.name,
            owner=account.owner,
            cell=episode.cell,
            since=episode.opened_at,
            by=actor.user,
            why=entry.why,
        ),
        now=now,
        priority=Priority.ALERT,
    )
