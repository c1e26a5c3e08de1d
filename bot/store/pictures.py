"""What pictures are made of: accounts, where they stood before, a segment's answers; and the files drawn before."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.store.access import Sight
from bot.store.portfolio import Scope
from bot.store.segments import segment
from bot.store.tables import Account, Assessment, Audit, HealthReading, Picture, PlacementRow
from bot.store.upsert import insert_once
from cmi_core.health import Health, Label


class PointRow(NamedTuple):
    """A customer on the map. With a label `chs` is no measure of anything."""

    account_id: int
    name: str
    cell: str
    cmi: Fraction
    chs: Fraction
    chs_label: Label | None
    revenue: Decimal | None
    framework_id: int


def points(session: Session, scope: Scope, limit: int) -> list[PointRow]:
    """Customers on the map, the largest recurring revenue first."""
    columns = (Account.id, Account.name, Account.cell, Account.cmi, Account.chs, Account.chs_label)
    rows = session.execute(
        select(*columns, Account.recurring_revenue, Account.framework_id)
        .where(scope.active(), Account.cell.is_not(None), Account.cmi.is_not(None), Account.framework_id.is_not(None))
        .where(Account.chs.is_not(None))
        .order_by(Account.recurring_revenue.desc().nulls_last(), Account.id)
        .limit(limit)
    )
    return [PointRow._make(row) for row in rows]


def assessed_before(session: Session, ids: Collection[int], instant: datetime) -> Sequence[Assessment]:
    """The assessment that counted for each account at an instant."""
    place = func.row_number().over(
        partition_by=Assessment.account_id, order_by=(Assessment.created_at.desc(), Assessment.id.desc())
    )
    newest = (
        select(Assessment.id, place.label("place"))
        .where(Assessment.account_id.in_(ids), Assessment.created_at <= instant)
        .where(Assessment.blind.is_(False), Assessment.cmi.is_not(None))
        .subquery()
    )
    return session.scalars(
        select(Assessment).join(newest, newest.c.id == Assessment.id).where(newest.c.place == 1)
    ).all()


def health_before(session: Session, ids: Collection[int], instant: datetime, source: str | None) -> dict[int, Health]:
    """The health of each account at an instant, by the source that counts (None: the latest of any)."""
    place = func.row_number().over(
        partition_by=HealthReading.account_id, order_by=(HealthReading.as_of.desc(), HealthReading.id.desc())
    )
    known = (
        select(HealthReading.account_id, HealthReading.value, HealthReading.label, place.label("place"))
        .where(HealthReading.account_id.in_(ids), HealthReading.as_of <= instant)
        .where(*([HealthReading.source == source] if source else []))
        .subquery()
    )
    rows = session.execute(select(known.c.account_id, known.c.value, known.c.label).where(known.c.place == 1))
    return {account_id: label or value for account_id, value, label in rows}


def cells_before(session: Session, ids: Collection[int], instant: datetime) -> dict[int, str | None]:
    """The cell of each account at an instant; those that had no place yet are left out."""
    rows = session.execute(
        select(PlacementRow.account_id, PlacementRow.cell).where(
            PlacementRow.account_id.in_(ids),
            PlacementRow.started_at <= instant,
            PlacementRow.ended_at.is_(None) | (PlacementRow.ended_at > instant),
        )
    )
    return {account_id: cell for account_id, cell in rows}  # noqa: C416 - rows are no pairs to mypy


def answers_like(
    session: Session, sight: Sight, account: Account, key: str | None, limit: int
) -> list[tuple[str, int]]:
    """The answer sheets of other customers rated by the same framework version, with how many share each.

    With a ``key`` only those of the account's value of that segment. At most ``limit`` different sheets.
    """
    alike = [segment(key) == str(account.segments[key])] if key else []
    rows = session.execute(
        select(Account.answers, func.count())
        .where(Account.workspace_id == sight.workspace_id, Account.subject == account.subject, sight.condition())
        .where(Account.lifecycle != "churned", Account.framework_id == account.framework_id, Account.id != account.id)
        .where(Account.answers.is_not(None), Account.cmi.is_not(None), *alike)
        .group_by(Account.answers)
        .limit(limit)
    )
    return [(str(sheet), number) for sheet, number in rows]


def known_file(session: Session, workspace_id: int, digest: str, since: datetime) -> str | None:
    """The file that shows this picture, where it was uploaded after an instant."""
    return session.scalars(
        select(Picture.file_id).where(
            Picture.workspace_id == workspace_id, Picture.digest == digest, Picture.made_at > since
        )
    ).one_or_none()


def remember_file(session: Session, workspace_id: int, digest: str, file_id: str, now: datetime) -> None:
    """Note the file that shows a picture, in place of an earlier one."""
    forget_file(session, workspace_id, digest)
    insert_once(session, Picture, workspace_id=workspace_id, digest=digest, file_id=file_id, made_at=now)


def forget_file(session: Session, workspace_id: int, digest: str) -> None:
    """Slack doesn't show that file any more."""
    session.execute(delete(Picture).where(Picture.workspace_id == workspace_id, Picture.digest == digest))


def forget_older(session: Session, workspace_id: int, instant: datetime) -> None:
    """Drop what is too old to be shown again."""
    session.execute(delete(Picture).where(Picture.workspace_id == workspace_id, Picture.made_at <= instant))


def configured(session: Session, workspace_id: int, start: datetime) -> Sequence[datetime]:
    """When the framework, its weights or the map were changed since an instant, oldest first."""
    return session.scalars(
        select(Audit.at)
        .where(Audit.workspace_id == workspace_id, Audit.at >= start, Audit.action == "configure")
        .order_by(Audit.at)
    ).all()
