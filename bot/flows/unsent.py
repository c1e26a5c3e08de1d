"""Messages that could not be sent: what an admin sees of them, and sending or dropping them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.flows import permissions
from bot.flows.actor import Actor
from bot.store import audit, messages
from bot.store.database import Database
from bot.store.tables import Message
from bot.views.unsent import PAGE, Unsent, UnsentPage


def page(db: Database, actor: Actor, number: int = 0) -> UnsentPage:
    """A page (from 0; the last where it is past that), the newest first. NotAllowed for who isn't an admin."""
    with db.read() as session:
        zone = ZoneInfo(permissions.require_admin(session, actor).zone)
        total = messages.count_failed(session, actor.workspace_id)
        number = max(0, min(number, (total - 1) // PAGE))
        rows = messages.failed(session, actor.workspace_id, skip=number * PAGE, limit=PAGE)
        shown = tuple(
            Unsent(id=row.id, kind=row.kind, to=row.recipient, since=row.created_at.astimezone(zone), error=row.error)
            for row in rows
        )
    return UnsentPage(messages=shown, page=number, total=total)


def send_again(db: Database, now: datetime, actor: Actor, message_id: int) -> None:
    """Let it be sent as if it were owed anew. What isn't set aside any more stays as it is."""
    with db.write() as session:
        permissions.require_admin(session, actor)
        for message in messages.lock_failed(session, actor.workspace_id, message_id):
            messages.owe_again(message)
            _note(session, now, actor, "send again", message)


def send_all_again(db: Database, now: datetime, actor: Actor) -> int:
    """The same with all of them. Gives their number."""
    with db.write() as session:
        permissions.require_admin(session, actor)
        found = messages.lock_failed(session, actor.workspace_id)
        for message in found:
            messages.owe_again(message)
        if found:
            audit.note(
                session,
                actor.workspace_id,
                now,
                actor=actor.user,
                action="send again",
                subject="messages",
                after={"messages": len(found)},
            )
    return len(found)


def drop(db: Database, now: datetime, actor: Actor, message_id: int) -> None:
    """Never send it, nor what should have followed in its thread."""
    with db.write() as session:
        permissions.require_admin(session, actor)
        for message in messages.lock_failed(session, actor.workspace_id, message_id):
            messages.withdraw(session, message)
            _note(session, now, actor, "drop message", message)


def _note(session: Session, now: datetime, actor: Actor, action: str, message: Message) -> None:
    to = "user" if messages.is_person(message.recipient) else "channel"
    audit.note(
        session,
        actor.workspace_id,
        now,
        actor=actor.user,
        action=action,
        subject=f"message:{message.id}",
        after={"kind": message.kind, to: message.recipient},
        reason=message.error,
    )
