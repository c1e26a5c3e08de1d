"""Messages in Slack that were attached to accounts."""

from collections.abc import Collection, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.store.tables import Evidence


def waiting(session: Session, account_id: int) -> Sequence[Evidence]:
    """What no rating has taken into account yet, the latest first."""
    statement = select(Evidence).where(Evidence.account_id == account_id, Evidence.assessment_id.is_(None))
    return session.scalars(statement.order_by(Evidence.id.desc())).all()


def of_assessments(session: Session, account_id: int, ids: Collection[int]) -> Sequence[Evidence]:
    """What these ratings of an account took into account, the latest first."""
    statement = select(Evidence).where(Evidence.account_id == account_id, Evidence.assessment_id.in_(ids))
    return session.scalars(statement.order_by(Evidence.id.desc())).all()


def of_message(session: Session, account_id: int, channel: str, ts: str) -> Evidence:
    """The row of a message that is attached to this account."""
    statement = select(Evidence).where(
        Evidence.account_id == account_id, Evidence.channel == channel, Evidence.ts == ts
    )
    return session.scalars(statement).one()


def take(session: Session, account_id: int, assessment_id: int, *, upto: int) -> None:
    """Let a rating have taken into account what waited, up to the id of the last that its rater saw."""
    waited = (Evidence.account_id == account_id, Evidence.assessment_id.is_(None), Evidence.id <= upto)
    session.execute(update(Evidence).where(*waited).values(assessment_id=assessment_id))
