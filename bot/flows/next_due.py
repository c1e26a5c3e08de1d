"""What comes after a rating: the person's next account that is due, so that a queue is gone through in one window."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.store import queue
from bot.store.tables import Account
from bot.views.result import NextDue
from bot.workspace_settings import WorkspaceSettings


def after(
    session: Session, now: datetime, settings: WorkspaceSettings, actor: Actor, account: Account
) -> NextDue | None:
    """The longest overdue of this person's other accounts, and how many wait behind it; None where nothing is due."""
    today = local_day(settings, now)
    by = today + timedelta(days=settings.cadence.take_along_days)
    waiting = queue.due(session, actor.workspace_id, actor.user, by, but=account.id)
    if not waiting:
        return None
    first = waiting[0]
    return NextDue(account_id=first.id, name=first.name, due=first.next_due, today=today, left=len(waiting) - 1)
