"""`cmi-bot rescore`: what is derived (present scores and places) rebuilt from what is stored (assessments, readings).

Nothing is paged, and a second run finds nothing to do. An account whose derived values are right is not touched.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.flows import answers
from bot.flows.placing import Before, Case, Change, place_again, placed
from bot.store import audit, workspaces
from bot.store.database import Database
from bot.store.tables import Account, Assessment, HealthReading, Workspace
from bot.workspace_settings import WorkspaceSettings
from cmi_core import Framework, score
from cmi_core.freshness import counts_on_arrival
from cmi_core.health import Label
from cmi_core.movement import Cause


@dataclass(frozen=True)
class Rescored:
    """One account whose derived values were wrong: its name, and each value before and after."""

    name: str
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class _Scores:
    """Everything about an account's scores that is derived."""

    cmi: Fraction | None = None
    cmi_on: datetime | None = None
    assessment_id: int | None = None
    complete: bool = True
    framework_id: int | None = None
    answers: str | None = None
    chs: Fraction | None = None
    chs_label: Label | None = None
    chs_on: datetime | None = None
    chs_source: str = ""
    health_reading_id: int | None = None


def run(db: Database, now: datetime) -> list[Rescored]:
    """Rebuild every workspace, each in one transaction. Gives the accounts that changed."""
    with db.read() as session:
        found = session.scalars(select(Workspace.id).order_by(Workspace.id)).all()
    return [changed for workspace_id in found for changed in _rebuild(db, now, workspace_id)]


def _rebuild(db: Database, now: datetime, workspace_id: int) -> list[Rescored]:
    with db.write(patience=30.0) as session:
        workspaces.lock_settings(session, workspace_id)
        settings = workspaces.settings_of(session, workspace_id)
        versions = workspaces.framework_versions(session, workspace_id)
        scores = _rated(session, workspace_id, versions)
        _add_health(session, workspace_id, settings, scores)
        changed = []
        statement = select(Account).where(Account.workspace_id == workspace_id, Account.lifecycle != "churned")
        for account in session.scalars(statement.order_by(Account.id)):
            right = scores.get(account.id, _Scores())
            scale = versions[right.framework_id].scale if right.framework_id else (1, 5)
            one = _mend(session, now, settings, account, right=right, scale=scale)
            changed += [one] if one else []
        if changed:
            audit.note(
                session,
                workspace_id,
                now,
                actor="rescore",
                action="rescore",
                subject="accounts",
                after={"changed": len(changed)},
            )
        return changed


def _rated(session: Session, workspace_id: int, versions: dict[int, Framework]) -> dict[int, _Scores]:
    """Each account's scores by its latest assessment that counts, with the newest version that asks the same."""
    newest = _newest(versions)
    columns = ("id", "account_id", "framework_id", "ratings", "kind", "created_at")
    rows = session.execute(
        select(*(getattr(Assessment, name) for name in columns))
        .where(Assessment.workspace_id == workspace_id, Assessment.blind.is_(False))
        .order_by(Assessment.created_at, Assessment.id)
        .execution_options(yield_per=5000)
    )
    latest: dict[int, Any] = {}
    seen_on: dict[int, datetime] = {}
    for row in rows:
        latest[row.account_id] = row
        if row.kind != "corrected" or row.account_id not in seen_on:  # a correction is no fresh look at the customer
            seen_on[row.account_id] = row.created_at
    found = {}
    for account_id, row in latest.items():
        row_id = newest[row.framework_id]
        cmi = score(versions[row_id], row.ratings).cmi
        packed = answers.pack(versions[row_id], row.ratings)
        found[account_id] = _Scores(cmi, seen_on[account_id], row.id, cmi is not None, row_id, packed)
    return found


def _newest(versions: dict[int, Framework]) -> dict[int, int]:
    """For every stored version the newest one of its name that asks the same."""
    return {
        row_id: max(
            (other for other, each in versions.items() if each.id == asked.id and each.asks_the_same_as(asked)),
            key=lambda other: versions[other].version,
        )
        for row_id, asked in versions.items()
    }


def _add_health(session: Session, workspace_id: int, settings: WorkspaceSettings, scores: dict[int, _Scores]) -> None:
    """Each account's present health: the newest of those readings that counted when they came."""
    for reading in _readings(session, workspace_id):
        known = scores.get(reading.account_id, _Scores())
        chosen = settings.counting_source
        if chosen is not None and known.chs_source == chosen != reading.source:
            continue
        current = None if chosen is not None and reading.source == chosen != known.chs_source else known.chs_on
        if counts_on_arrival("chs", reading.as_of, reading.created_at, current=current, limits=settings.freshness):
            scores[reading.account_id] = replace(
                known,
                chs=reading.value,
                chs_label=reading.label,
                chs_on=reading.as_of,
                chs_source=reading.source,
                health_reading_id=reading.id,
            )


def _readings(session: Session, workspace_id: int) -> Iterator[Any]:
    columns = ("id", "account_id", "value", "label", "source", "as_of", "created_at")
    yield from session.execute(
        select(*(getattr(HealthReading, name) for name in columns))
        .where(HealthReading.workspace_id == workspace_id)
        .order_by(HealthReading.created_at, HealthReading.id)
        .execution_options(yield_per=5000)
    )


def _mend(
    session: Session,
    now: datetime,
    settings: WorkspaceSettings,
    account: Account,
    *,
    right: _Scores,
    scale: tuple[int, int],
) -> Rescored | None:
    """Give the account its right values, and its place by them; None where all was right."""
    before, cell = Before.of(account), account.cell
    changes = []
    for name, value in vars(right).items():
        if getattr(account, name) != value:
            changes.append((name, str(getattr(account, name)), str(value)))
            setattr(account, name, value)
    # The margins hold to the place in force, so that what is right stays; what moves opens its episode silently.
    case = Case(session, now, settings, scale, account, before, Change(Cause.CORRECTION, None), collected=[])
    right_place, stored = placed(case), before.placement
    if changes or any(getattr(right_place, part) != getattr(stored, part) for part in ("cell", "cmi_band", "chs_band")):
        place_again(case)
    if account.cell != cell:
        changes.append(("cell", str(cell), str(account.cell)))
    return Rescored(account.name, tuple(changes)) if changes else None
