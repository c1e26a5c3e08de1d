"""Answering what is written to the bot: each message once, and nobody more often than once a minute."""

from datetime import datetime

from bot.flows import once
from bot.flows.actor import Actor
from bot.store import inbox
from bot.store.database import Database


def is_first(db: Database, now: datetime, actor: Actor, event_id: str) -> bool:
    """Whether this message is to be answered: Slack hasn't sent it before, and the person wasn't answered just now."""
    with db.write() as session:
        if not once.take(session, now, event_id):
            return False
        return inbox.take(session, f"greeted:{actor.workspace_id}:{actor.user}:{now:%Y%m%d%H%M}", now)
