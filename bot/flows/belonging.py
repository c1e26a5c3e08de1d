"""Whether somebody belongs here: only full members of the workspace see its customers' scores."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.flows.actor import Actor
from bot.store import people, workspaces
from bot.store.database import Database
from bot.workspace_settings import WorkspaceSettings

_KEEP = timedelta(hours=12)
# Slack tells of changes by itself, so that asking again at once is only for a change that was missed.
_KEEP_REFUSED = timedelta(minutes=1)


@dataclass(frozen=True)
class Known:
    """What is known of a person without asking Slack, and their workspace's settings.

    `state` is that of `bot.store.tables.Person`, or empty for somebody never read; `stale` says to read it anew.
    """

    state: str
    stale: bool
    settings: WorkspaceSettings

    @property
    def belongs(self) -> bool:
        return self.state == "active"


def look(db: Database, now: datetime, actor: Actor) -> Known:
    """What is stored of the person. NotFound where their workspace isn't known any more."""
    with db.read_plain() as connection:
        found = people.look(connection, actor.workspace_id, actor.user)
    if found is None:
        raise workspaces.missing()
    if found.state is None or found.read_at is None:
        return Known("", stale=True, settings=found.settings)
    keep = _KEEP if found.state == "active" else _KEEP_REFUSED
    return Known(found.state, stale=found.read_at < now - keep, settings=found.settings)
