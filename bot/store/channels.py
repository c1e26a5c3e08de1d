"""When Slack said last that a channel has changed: what a process knew of it before that no longer counts."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from bot.clock import real_now
from bot.store import workspaces
from bot.store.tables import Message, Workspace

_KEY: Final = "channels"
_MOST = 50
_OF_THE_CHANNEL: Final = ("is_archived", "channel_not_found", "not_in_channel")


def changed(session: Session, workspace_id: int, channel: str, at: datetime) -> None:
    """Note that a channel was shared, archived, left or the like, `at` an instant of real time."""
    row = workspaces.lock_settings(session, workspace_id)
    known = {**(row.abilities.get(_KEY) or {}), channel: at.isoformat()}
    newest = sorted(known.items(), key=lambda item: item[1])[-_MOST:]
    row.abilities = {**row.abilities, _KEY: dict(newest)}


def changed_at(session: Session, workspace_id: int, channel: str) -> datetime | None:
    """When that was, in real time; None where nothing is known of a change."""
    known: dict[str, Any] = session.execute(
        select(Workspace.abilities).where(Workspace.id == workspace_id)
    ).scalar_one()
    at = (known.get(_KEY) or {}).get(channel)
    return datetime.fromisoformat(at) if at else None


def try_again(session: Session, workspace_id: int, channel: str) -> None:
    """Let what could not be posted to a channel so far be tried at once, also what was set aside for it."""
    session.execute(
        update(Message)
        .where(
            Message.workspace_id == workspace_id,
            or_(Message.state == "owed", and_(Message.state == "failed", Message.error.in_(_OF_THE_CHANNEL))),
            Message.error != "",
            or_(Message.channel == channel, Message.recipient == channel),
        )
        .values(state="owed", ready_at=real_now(), attempts=0)
        .execution_options(synchronize_session=False)
    )


def renamed(session: Session, workspace_id: int, old: str, new: str) -> None:
    """Slack gave a channel another id: messages in it are found and changed under that."""
    mine = Message.workspace_id == workspace_id
    for column in (Message.channel, Message.recipient):
        session.execute(
            update(Message)
            .where(mine, column == old)
            .values({column: new})
            .execution_options(synchronize_session=False)
        )
