"""Who asks for help: what they have to do with accounts."""

from datetime import datetime

from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.store import accounts, people, workspaces
from bot.store.database import Database
from bot.views.help import Audience


def audience(db: Database, now: datetime, actor: Actor) -> Audience:
    """The person who asks, as help needs to know them."""
    with db.read() as session:
        settings = workspaces.settings_of(session, actor.workspace_id)
        today = local_day(settings, now)
        is_admin = actor.user in settings.admins or not settings.admins
        return Audience(
            owned=accounts.count_owned(session, actor.workspace_id, actor.user),
            due=accounts.count_owned(session, actor.workspace_id, actor.user, due_by=today),
            leads=actor.user in settings.admins or people.leads(session, actor.workspace_id, actor.user),
            sets_up=is_admin and bool(settings.gaps()),
            anything_there=bool(accounts.search(session, actor.workspace_id, "", mine=actor.user, limit=1)),
        )
