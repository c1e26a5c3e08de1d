"""Who asks for help: what they have to do with accounts."""

from datetime import datetime

from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.store import helping, workspaces
from bot.store.database import Database
from bot.views.help import Audience


def audience(db: Database, now: datetime, actor: Actor) -> Audience:
    """The person who asks, as help needs to know them."""
    with db.read() as session:
        settings = workspaces.settings_of(session, actor.workspace_id)
        today = local_day(settings, now)
        found = helping.tally(session, actor.workspace_id, actor.user, due_by=today)
        is_admin = actor.user in settings.admins or not settings.admins
        return Audience(
            owned=found.owned,
            due=found.due,
            leads=actor.user in settings.admins or found.leads,
            sets_up=is_admin and bool(settings.gaps()),
            anything_there=found.anything_there,
        )
