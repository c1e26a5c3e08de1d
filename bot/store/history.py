"""What happened to an account: assessments, health readings, stays in cells, episodes, prompts, drafts."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Select, String, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from bot.store.bulk import plain, table_of
from bot.store.tables import AccountEvent, Assessment, Draft, Episode, HealthReading, PlacementRow, Prompt
from bot.store.types import BigKey

# Ten years of quarters: who owned the account before that explains nothing today.
_OWNERS_LOOK_BACK = 40

# Built once, since each rating asks for them: building a statement takes longer than the database does.
_ACCOUNT, _RATER = bindparam("account", type_=BigKey), bindparam("by", type_=String)
_BY_SUBMISSION = select(Assessment).where(
    Assessment.workspace_id == bindparam("workspace"), Assessment.submission == bindparam("submission")
)
_COUNTING = (
    select(Assessment)
    .where(Assessment.account_id == _ACCOUNT, Assessment.blind.is_(False))
    .order_by(Assessment.created_at.desc(), Assessment.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_OPEN_PLACEMENT = select(PlacementRow).where(PlacementRow.account_id == _ACCOUNT, PlacementRow.ended_at.is_(None))
# On the tables, since no object that was read is used after these: going by the classes takes twice as long.
_STAYS, _DRAFTS = table_of(PlacementRow), table_of(Draft)
_ADD_ASSESSMENT = insert(table_of(Assessment))
_END_PLACEMENT = (
    update(_STAYS).where(_STAYS.c.account_id == _ACCOUNT, _STAYS.c.ended_at.is_(None)).values(ended_at=bindparam("now"))
)
_DROP_DRAFT = delete(_DRAFTS).where(_DRAFTS.c.account_id == _ACCOUNT, _DRAFTS.c.rater == _RATER)
_OPEN_EPISODE = select(Episode).where(Episode.account_id == _ACCOUNT, Episode.ended_at.is_(None))
_DRAFT = select(Draft).where(Draft.account_id == _ACCOUNT, Draft.rater == _RATER)
_OPEN_PROMPTS = (
    select(Prompt)
    .where(Prompt.account_id == _ACCOUNT, Prompt.state == "open")
    .order_by(Prompt.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)


def add_assessment(session: Session, **values: Any) -> Assessment:
    """Store an assessment, all columns given. It never changes, so the object is for reading, not the session's own."""
    made = plain(session).execute(_ADD_ASSESSMENT, values).inserted_primary_key
    return Assessment(id=made[0] if made else None, **values)


def assessment_by_submission(session: Session, workspace_id: int, submission: str) -> Assessment | None:
    return session.scalars(_BY_SUBMISSION, {"workspace": workspace_id, "submission": submission}).one_or_none()


def assessments(session: Session, account_id: int, *, limit: int) -> Sequence[Assessment]:
    """The account's assessments that count, the latest first: no second ratings."""
    return session.scalars(_COUNTING, {"account": account_id, "most": limit}).all()


def second_ratings(session: Session, account_id: int, *, limit: int) -> Sequence[Assessment]:
    """Ratings kept for comparison alone, by colleagues and by the customer, the latest first."""
    return session.scalars(_of(account_id).where(Assessment.blind.is_(True)).limit(limit)).all()


def all_assessments(session: Session, account_id: int, *, limit: int) -> Sequence[Assessment]:
    """Both kinds, the latest first."""
    return session.scalars(_of(account_id).limit(limit)).all()


def not_renewed(session: Session, ids: Collection[int]) -> Sequence[int]:
    """Those of these assessments that aren't renewals."""
    return session.scalars(select(Assessment.id).where(Assessment.id.in_(ids), Assessment.kind != "renewed")).all()


def counted_by(session: Session, account_id: int, moment: datetime) -> Assessment | None:
    """The assessment that counted at a moment."""
    counted = _of(account_id).where(Assessment.blind.is_(False), Assessment.created_at <= moment)
    return session.scalars(counted.limit(1)).one_or_none()


def by_owners(session: Session, account_id: int) -> Sequence[Assessment]:
    """The assessments that whoever owned the account then made, the latest first."""
    counted = _of(account_id).where(Assessment.blind.is_(False), Assessment.source == "owner")
    return session.scalars(counted.limit(_OWNERS_LOOK_BACK)).all()


def _of(account_id: int) -> Select[Assessment]:
    return (
        select(Assessment)
        .where(Assessment.account_id == account_id)
        .order_by(Assessment.created_at.desc(), Assessment.id.desc())
    )


def reading_by_submission(session: Session, workspace_id: int, submission: str) -> HealthReading | None:
    return session.scalars(
        select(HealthReading).where(HealthReading.workspace_id == workspace_id, HealthReading.submission == submission)
    ).one_or_none()


def readings(session: Session, account_id: int, *, limit: int) -> Sequence[HealthReading]:
    """The account's health readings, the latest first."""
    return session.scalars(
        select(HealthReading)
        .where(HealthReading.account_id == account_id)
        .order_by(HealthReading.as_of.desc(), HealthReading.id.desc())
        .limit(limit)
    ).all()


def reading_at(session: Session, account_id: int, source: str, as_of: datetime) -> HealthReading | None:
    """A source's reading for an instant; the last one, where others for it came right after."""
    return session.scalars(
        select(HealthReading)
        .where(
            HealthReading.account_id == account_id,
            HealthReading.source == source,
            HealthReading.as_of >= as_of,
            HealthReading.as_of < as_of + timedelta(seconds=1),
        )
        .order_by(HealthReading.as_of.desc())
        .limit(1)
    ).one_or_none()


def placements(session: Session, account_id: int, *, limit: int) -> Sequence[PlacementRow]:
    """The account's stays in cells, the present one first."""
    return session.scalars(
        select(PlacementRow)
        .where(PlacementRow.account_id == account_id)
        .order_by(PlacementRow.started_at.desc(), PlacementRow.ended_at.is_not(None), PlacementRow.id.desc())
        .limit(limit)
    ).all()


def placement_before(session: Session, account_id: int, moment: datetime) -> PlacementRow | None:
    """The stay that began last before a moment."""
    return session.scalars(
        select(PlacementRow)
        .where(PlacementRow.account_id == account_id, PlacementRow.started_at < moment)
        .order_by(PlacementRow.started_at.desc(), PlacementRow.id.desc())
        .limit(1)
    ).one_or_none()


def open_placement(session: Session, account_id: int) -> PlacementRow | None:
    return session.scalars(_OPEN_PLACEMENT, {"account": account_id}).one_or_none()


def end_placement(session: Session, account_id: int, now: datetime) -> None:
    """End the account's open stay, if there is one; what the session has read of it stays as it was."""
    plain(session).execute(_END_PLACEMENT, {"account": account_id, "now": now})


def open_episode(session: Session, account_id: int) -> Episode | None:
    return session.scalars(_OPEN_EPISODE, {"account": account_id}).one_or_none()


def last_episode(session: Session, account_id: int, cell: str, *, ended_after: datetime) -> Episode | None:
    """The latest episode in a cell that ended after an instant: what reopens within the quiet period."""
    return session.scalars(
        select(Episode)
        .where(Episode.account_id == account_id, Episode.cell == cell, Episode.ended_at >= ended_after)
        .order_by(Episode.ended_at.desc())
        .limit(1)
    ).one_or_none()


def draft(session: Session, account_id: int, rater: str) -> Draft | None:
    return session.scalars(_DRAFT, {"account": account_id, "by": rater}).one_or_none()


def drop_draft(session: Session, account_id: int, rater: str) -> None:
    plain(session).execute(_DROP_DRAFT, {"account": account_id, "by": rater})


def open_prompts(session: Session, account_id: int) -> Sequence[Prompt]:
    """The account's open prompts, locked: a reminder that is being written names another message for them."""
    return session.scalars(_OPEN_PROMPTS, {"account": account_id}).all()


def prompt_of(session: Session, account_id: int, cycle: str) -> Prompt:
    """The account's prompt of a cycle, locked."""
    statement = select(Prompt).where(Prompt.account_id == account_id, Prompt.cycle == cycle)
    return session.scalars(statement.with_for_update().execution_options(populate_existing=True)).one()


def latest_open_prompt(session: Session, account_id: int) -> Prompt | None:
    """The account's open prompt, not locked."""
    statement = select(Prompt).where(Prompt.account_id == account_id, Prompt.state == "open")
    return session.scalars(statement.order_by(Prompt.id.desc()).limit(1)).one_or_none()


def event_by_submission(session: Session, workspace_id: int, submission: str) -> AccountEvent | None:
    return session.scalars(
        select(AccountEvent).where(AccountEvent.workspace_id == workspace_id, AccountEvent.submission == submission)
    ).one_or_none()


def latest_events(session: Session, account_ids: Collection[int]) -> dict[int, AccountEvent]:
    """The last event of each of these accounts that asks for a rating before its time."""
    statement = select(AccountEvent).where(AccountEvent.account_id.in_(account_ids), AccountEvent.early.is_(True))
    return {each.account_id: each for each in session.scalars(statement.order_by(AccountEvent.id))}


def snoozed(session: Session, account_ids: Collection[int]) -> dict[int, date]:
    """Until when ratings are put off, by account; those that never were are left out."""
    statement = select(Prompt.account_id, Prompt.snoozed_until).where(
        Prompt.account_id.in_(account_ids), Prompt.state == "open", Prompt.snoozed_until.is_not(None)
    )
    return {account_id: until for account_id, until in session.execute(statement) if until is not None}
