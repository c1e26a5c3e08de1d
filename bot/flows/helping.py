"""Who asks for help: what they have to do with accounts."""

from datetime import datetime

from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.store import helping
from bot.store.database import Database
from bot.views.help import Audience
from bot.workspace_settings import WorkspaceSettings


def audience(db: Database, now: datetime, actor: Actor, settings: WorkspaceSettings) -> Audience:
    """The person who asks, as help needs to know them."""
    with db.read_plain() as connection:
        found = helping.tally(connection, actor.workspace_id, actor.user, due_by=local_day(settings, now))
    is_admin = actor.user in settings.admins or not settings.admins
    return Audience(
        owned=found.owned,
        due=found.due,
        leads=actor.user in settings.admins or found.leads,
        sets_up=is_admin and bool(settings.gaps()),
        anything_there=found.anything_there,
    )
