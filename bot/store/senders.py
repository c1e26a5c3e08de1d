"""Which process sends a workspace's messages, and what became of its calls."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.store.tables import Sender


def find(session: Session, workspace_id: int) -> Sender | None:
    """Who sends; None where nobody ever did."""
    return session.get(Sender, workspace_id)


def hold(session: Session, workspace_id: int, name: str, now: datetime, until: datetime) -> Sender | None:
    """Become or stay the one who sends until then; None where somebody else is. Times are real."""
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    first = insert(Sender).values(workspace_id=workspace_id, holder=name, until=until, counts={})
    mine = or_(Sender.holder == name, Sender.until <= now)
    held = first.on_conflict_do_update(
        index_elements=[Sender.workspace_id], set_={"holder": name, "until": until}, where=mine
    )
    return session.scalars(held.returning(Sender), execution_options={"populate_existing": True}).one_or_none()


def add(sender: Sender, counted: Counter[str]) -> None:
    """Add to the counts."""
    if counted:
        sender.counts = dict(Counter(sender.counts) + counted)


def pause(session: Session, workspace_id: int, until: datetime) -> None:
    """Slack said "too fast" to the whole workspace: whoever sends next has to know."""
    shorter = or_(Sender.paused_until.is_(None), Sender.paused_until < until)
    session.execute(update(Sender).where(Sender.workspace_id == workspace_id, shorter).values(paused_until=until))


def release(session: Session, workspace_id: int, name: str, now: datetime) -> None:
    """Leave it to the next, at once."""
    session.execute(update(Sender).where(Sender.workspace_id == workspace_id, Sender.holder == name).values(until=now))


def counts(session: Session) -> Counter[str]:
    """What became of all calls, over all workspaces."""
    rows: Sequence[dict[str, int]] = session.scalars(select(Sender.counts)).all()
    return sum((Counter(row) for row in rows), Counter())
