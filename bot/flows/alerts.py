"""Taking an alert on, and handing it back."""

from datetime import datetime

from bot.errors import AlreadyClaimed, NotAllowed
from bot.flows import episodes
from bot.flows.actor import Actor
from bot.store import accounts, audit, workspaces
from bot.store.database import Database
from bot.views.text import day


def claim(db: Database, now: datetime, actor: Actor, episode_id: int) -> int:
    """Take an alert on; gives the account's id. Claiming one's own again changes nothing.

    AlreadyClaimed when somebody was quicker.
    """
    with db.write() as session:
        episode = episodes.lock_open(session, now, actor, episode_id, "take on")
        if episode.claimed_by == actor.user:
            return episode.account_id
        if episode.claimed_by is not None and episode.claimed_at is not None:
            when = f"{day(episode.claimed_at)}, {episode.claimed_at:%H:%M} UTC"
            raise AlreadyClaimed(f"<@{episode.claimed_by}> is on it already, since {when}.")
        episode.claimed_by, episode.claimed_at = actor.user, now
        episodes.tell(session, now, episode, "claimed", by=actor.user)
        audit.note(session, actor.workspace_id, now, actor=actor.user, action="claim", subject=f"episode:{episode.id}")
        return episode.account_id


def hand_back(db: Database, now: datetime, actor: Actor, episode_id: int) -> tuple[int, str | None]:
    """Let somebody else take it on; gives the account's id and who was on it. Nothing changes where nobody is.

    Whoever took it on may do it, and for them the account's owner and admins; NotAllowed says so to others.
    """
    with db.write() as session:
        episode = episodes.lock_open(session, now, actor, episode_id, "hand back")
        before = episode.claimed_by
        if before is None:
            return episode.account_id, None
        owner = accounts.get(session, episode.workspace_id, episode.account_id).owner
        is_admin = workspaces.settings_of(session, actor.workspace_id).is_admin(actor.user)
        if actor.user not in (before, owner) and not is_admin:
            raise NotAllowed(f"<@{before}> is on it. They can hand it back, or the account's owner or an admin can.")
        episode.claimed_by = episode.claimed_at = None
        episodes.tell(session, now, episode, "handed_back", by=actor.user, whom=before)
        audit.note(
            session,
            actor.workspace_id,
            now,
            actor=actor.user,
            action="hand back",
            subject=f"episode:{episode.id}",
            before={"claimed_by": before},
        )
        return episode.account_id, before
