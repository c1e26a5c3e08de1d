"""Working on an alert."""

from datetime import datetime

from bot.errors import AlreadyClaimed, NotFound
from bot.flows import permissions
from bot.flows.actor import Actor
from bot.flows.permissions import Right
from bot.store import audit, messages
from bot.store.database import Database
from bot.views.alert import Alert
from bot.views.text import day


def claim(db: Database, now: datetime, actor: Actor, episode_id: int) -> Alert:
    """Take an alert on. Claiming one's own again changes nothing; AlreadyClaimed when somebody was quicker."""
    with db.write() as session:
        episode = permissions.lock_episode(session, now, actor, episode_id, Right.WORK)
        if episode is None or episode.message_id is None:
            raise NotFound("This alert isn't there any more.")
        row = messages.lock(session, episode.message_id)
        alert = Alert.model_validate(row.data)
        if episode.claimed_by == actor.user:
            return alert
        if episode.claimed_by is not None and episode.claimed_at is not None:
            when = f"{day(episode.claimed_at)}, {episode.claimed_at:%H:%M} UTC"
            raise AlreadyClaimed(f"<@{episode.claimed_by}> is on it already, since {when}.")
        if episode.ended_at is not None:
            raise NotFound("The account has left this cell since, so there is nothing to take on any more.")
        episode.claimed_by, episode.claimed_at = actor.user, now
        alert = alert.model_copy(update={"claimed_by": actor.user, "claimed_on": now})
        messages.revise(session, row, alert)
        audit.note(session, actor.workspace_id, now, actor=actor.user, action="claim", subject=f"episode:{episode.id}")
        return alert
