"""Answering what is written to the bot: each message once, and nobody more often than once a minute."""

from datetime import datetime, timedelta

from bot.flows.actor import Actor
from bot.store import inbox
from bot.store.database import Database

_KEPT = timedelta(days=2)  # Slack repeats an event for an hour, or for a day where the app asks for it


def is_first(db: Database, now: datetime, actor: Actor, event_id: str) -> bool:
    """Whether this message is to be answered: Slack hasn't sent it before, and the person wasn't answered just now."""
    with db.write() as session:
        inbox.forget(session, before=now - _KEPT)
        if not inbox.take(session, event_id, now):
            return False
        return inbox.take(session, f"greeted:{actor.workspace_id}:{actor.user}:{now:%Y%m%d%H%M}", now)
