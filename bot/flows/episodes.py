"""What all work on an episode shares: finding it open, showing its state on the alert, and telling it in the thread.

Each kind of work is one transaction: the episode is locked, the alert gets a new revision, the thread a line.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.flows import permissions
from bot.flows.actor import Actor
from bot.flows.permissions import Right
from bot.store import accounts, messages
from bot.store.messages import Priority
from bot.store.tables import Episode, Message
from bot.views.alert import Alert
from bot.views.cells import cell_name
from bot.views.decision_form import Decision
from bot.views.episode_note import EpisodeNote, What
from bot.views.text import day


def get_open(session: Session, now: datetime, actor: Actor, episode_id: int, undone: str) -> Episode:
    """An open episode on which this person may work. NotFound says that there is nothing ``undone`` any more.

    Raises as `permissions.get` too.
    """
    episode = session.scalars(
        select(Episode).where(Episode.id == episode_id, Episode.workspace_id == actor.workspace_id)
    ).one_or_none()
    if episode is not None:
        permissions.get(session, now, actor, episode.account_id, Right.WORK)
    return _require_open(episode, undone)


def lock_open(session: Session, now: datetime, actor: Actor, episode_id: int, undone: str) -> Episode:
    """The same, locked until the transaction ends."""
    return _require_open(permissions.lock_episode(session, now, actor, episode_id, Right.WORK), undone)


def _require_open(episode: Episode | None, undone: str) -> Episode:
    if episode is None:
        raise NotFound("This alert isn't there any more.")
    if episode.ended_at is not None:
        where = f": now {cell_name(episode.ended_in)}" if episode.ended_in else ""
        raise NotFound(
            f"The account has left this cell since, on {day(episode.ended_at)}{where}. "
            f"So there is nothing to {undone} any more."
        )
    return episode


def state(episode: Episode) -> dict[str, Any]:
    """What an alert shows of the work on its episode, as fields of `Alert`."""
    return {
        "claimed_by": episode.claimed_by,
        "claimed_on": episode.claimed_at,
        "decision": Decision.model_validate(episode.decision) if episode.decision else None,
        "snoozed_until": episode.snoozed_until,
        "snoozed_by": episode.snoozed_by,
        "escalated_to": episode.escalated_to,
        "escalated_on": episode.escalated_at,
    }


def show(session: Session, episode: Episode) -> Message | None:
    """Bring the alert up to date, and give its message; None where the episode has none."""
    if episode.message_id is None:
        return None
    row = messages.lock(session, episode.message_id)
    messages.revise(session, row, Alert.model_validate(row.data).model_copy(update=state(episode)))
    return row


def tell(session: Session, now: datetime, episode: Episode, what: What, **more: Any) -> None:
    """Show what was done on the alert, and owe its thread a line; ``more`` are further fields of `EpisodeNote`."""
    row = show(session, episode)
    if row is None:
        return
    name = accounts.get(session, episode.workspace_id, episode.account_id).name
    note = EpisodeNote(
        what=what, name=name, cell=episode.cell, now_in=episode.cell, opened_on=episode.opened_at, on=now, **more
    )
    messages.owe(
        session,
        workspace_id=episode.workspace_id,
        key=f"episode:{episode.id}:{row.revision}",
        kind="episode_note",
        recipient=row.recipient,
        thread_of=row.id,
        data=note,
        now=now,
        priority=Priority.ALERT,
    )
