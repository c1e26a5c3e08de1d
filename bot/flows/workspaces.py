"""Knowing the Slack team that a request comes from."""

from datetime import datetime

from bot.errors import NotFound, UserError
from bot.flows.actor import Actor
from bot.store import workspaces
from bot.store.database import Database

# Ids never change once given, so a team is looked up once per process and database.
_known: dict[tuple[str, str], int] = {}


def register(db: Database, now: datetime, team: str, name: str) -> int:
    """Make the team's row if it is new. Gives our id of the workspace."""
    with db.write() as session:
        return workspaces.register(session, now, team, name).id


def actor(db: Database, team: str | None, enterprise: str | None, user: str) -> Actor:
    """The person behind a request. NotFound for a team or enterprise that never installed the bot."""
    for name in filter(None, (team, enterprise)):
        key = (str(db.url), name)
        if key not in _known:
            with db.read() as session:
                row = workspaces.by_team(session, name)
            if row is None:
                continue
            _known[key] = row.id
        return Actor(_known[key], user)
    raise NotFound("CMI Bot isn't installed in your workspace. Please ask an admin of this workspace to add it.")


def only(db: Database) -> int:
    """The workspace that this database is for. NotFound where there is none yet; UserError where there are several."""
    with db.read() as session:
        ids = workspaces.some_ids(session)
    if not ids:
        raise NotFound("There is nothing in this database yet: start the bot once first.")
    if len(ids) > 1:
        raise UserError("This database holds several workspaces, so it isn't clear which one is meant.")
    return ids[0]
