"""Who was rated again since a day: what their CMI was then, and how their answers changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import add
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, Text, and_, cast, func, literal, null, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from bot.store.bulk import make_room, values_table
from bot.store.portfolio import Scope, in_onboarding, lasting
from bot.store.segments import SEGMENT_KEYS, segment
from bot.store.tables import Account, Assessment, PlacementRow
from cmi_core.sheets import MARKS, UNKNOWN


class Reassessed(NamedTuple):
    """A customer with a CMI on two days: now, and by the assessment in force at the earlier day.

    Scores are exact fractions as text: few distinct ones exist. `group` is the value of the segment asked for.
    """

    account_id: int
    name: str
    owner: str | None
    onboarding: bool
    group: str | None
    cmi: str
    framework_id: int
    earlier_id: int
    earlier_cmi: str
    earlier_framework_id: int


class MovedCell(NamedTuple):
    """A customer that stands in another cell than at the earlier day."""

    account_id: int
    name: str
    from_cell: str | None
    to_cell: str | None


class CriterionSums(NamedTuple):
    """Of the accounts with these two framework versions: each criterion's summed change, and over how many."""

    framework_id: int
    earlier_framework_id: int
    changes: tuple[tuple[int | None, int], ...]


def reassessed(session: Session, scope: Scope, since: datetime, by: str = "") -> list[Reassessed]:
    """Customers that had a CMI at an instant and were assessed again since. `by` is a segment's key or nothing."""
    earlier = _in_force(scope, since).subquery("earlier")
    make_room(session)
    rows = session.execute(
        select(
            Account.id,
            Account.name,
            Account.owner,
            in_onboarding(),
            segment(by) if by in SEGMENT_KEYS else null(),
            type_coerce(Account.cmi, Text),
            Account.framework_id,
            earlier.c.id,
            earlier.c.cmi,
            earlier.c.framework_id,
        )
        .join(earlier, and_(earlier.c.account_id == Account.id, earlier.c.place == 1))
        .where(scope.active(), Account.cmi.is_not(None), Account.assessment_id != earlier.c.id)
    )
    return list(map(Reassessed._make, rows))


def _in_force(scope: Scope, since: datetime) -> Select[tuple[int, int, int, str, int]]:
    """The assessments up to an instant, numbered for each account from the latest, which was in force."""
    newest = func.row_number().over(
        partition_by=Assessment.account_id, order_by=(Assessment.created_at.desc(), Assessment.id.desc())
    )
    return select(
        Assessment.id,
        Assessment.account_id,
        Assessment.framework_id,
        type_coerce(Assessment.cmi, Text).label("cmi"),
        newest.label("place"),
    ).where(
        Assessment.workspace_id == scope.workspace_id,
        Assessment.created_at <= since,
        Assessment.cmi.is_not(None),
        Assessment.blind.is_(False),
    )


def sheets(session: Session, assessments: Sequence[int], criteria: Sequence[str]) -> Mapping[int, str]:
    """Answers packed as `answers.pack` does, by assessment: one character for each of these criteria."""
    if not assessments:
        return {}
    ids = values_table(session, "wanted", {"id": assessments})
    marks = [func.substr(MARKS, _level(Assessment, criterion) + 1, 1, type_=Text()) for criterion in criteria]
    packed = reduce(add, (func.coalesce(mark, UNKNOWN, type_=Text()) for mark in marks))
    rows = session.execute(select(Assessment.id, packed).join(ids, ids.c.id == Assessment.id))
    return {assessment: sheet for assessment, sheet in rows}  # noqa: C416 - rows are no pairs to the type checker


def criterion_sums(
    session: Session, scope: Scope, since: datetime, framework_ids: Sequence[int], criteria: Sequence[str]
) -> list[CriterionSums]:
    """How the level of each of these criteria changed, over the accounts now scored by one of these versions.

    Only where it is known on both sheets.
    """
    force = _in_force(scope, since).subquery("in_force")
    earlier, latest = aliased(Assessment), aliased(Assessment)
    changes = [(_level(latest, each) - _level(earlier, each)).label(f"change_{n}") for n, each in enumerate(criteria)]
    # Each change is counted and summed: without the offset it would be read out of the documents twice.
    pairs = (
        select(Account.framework_id, force.c.framework_id.label("earlier"), *changes)
        .join(force, and_(force.c.account_id == Account.id, force.c.place == 1))
        .join(earlier, earlier.id == force.c.id)
        .join(latest, latest.id == Account.assessment_id)
        .where(scope.active(), Account.cmi.is_not(None), latest.id != earlier.id)
        .where(Account.framework_id.in_(framework_ids))
        .offset(0)
        .subquery("pairs")
    )
    used, before, *found = pairs.c
    make_room(session)
    sums = [function(each) for each in found for function in (func.sum, func.count)]
    rows = session.execute(select(used, before, *sums).group_by(used, before))
    return [CriterionSums(row[0], row[1], tuple(zip(row[2::2], row[3::2], strict=True))) for row in rows]


def _level(assessment: type[Assessment], criterion: str) -> ColumnElement[int]:
    return cast(assessment.ratings.op("->>", return_type=Text())(literal(criterion, Text())), Integer)


def moved_cells(session: Session, scope: Scope, since: datetime) -> list[MovedCell]:
    """Customers whose cell differs from the one at an instant; those that had none yet are left out."""
    rows = session.execute(
        select(Account.id, Account.name, PlacementRow.cell, Account.cell)
        .join(PlacementRow, PlacementRow.account_id == Account.id)
        .where(
            scope.active(),
            PlacementRow.cell.is_not(None),
            *lasting(since, since),
            or_(Account.cell.is_(None), Account.cell != PlacementRow.cell),
        )
        .order_by(Account.name_key)
    )
    return list(map(MovedCell._make, rows))
