"""Slack events that were taken already."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.store.tables import Inbox
from bot.store.upsert import insert_once


def take(session: Session, event_id: str, now: datetime) -> bool:
    """Remember an event. False where it was taken before."""
    return insert_once(session, Inbox, event_id=event_id, received_at=now) is not None


def forget(session: Session, *, before: datetime) -> None:
    """Drop what Slack will not repeat any more."""
    session.execute(delete(Inbox).where(Inbox.received_at < before))
