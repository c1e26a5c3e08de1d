"""An account's history, a page at a time."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.flows import auditing, evidence, permissions, results
from bot.flows.actor import Actor
from bot.store import audit, history, workspaces
from bot.store import evidence as attached
from bot.store.database import Database
from bot.store.tables import Account, Assessment, Evidence, HealthReading, PlacementRow
from bot.views.history import Changed, Entry, History, Rating, Reading, Stay

PAGE = 15
# Beyond that many pages nobody reads; an export has everything.
_MOST_PAGES = 40
# What of the audit log about an account its history leaves out: that it was added, and the small steps of plays.
_TOLD_OTHERWISE = ("create", "step done", "step not done", "content sent")


def page(db: Database, now: datetime, actor: Actor, account_id: int, number: int = 0) -> History:
    """Page `number` (from 0) of an account's ratings, health scores, moves and changes, the newest first."""
    number = max(0, min(number, _MOST_PAGES))
    wanted = (number + 1) * PAGE + 1
    with db.read() as session:
        account = permissions.get(session, now, actor, account_id)
        # One more of each than can be shown, so that each entry finds the one before it.
        rated = history.all_assessments(session, account.id, limit=wanted + 1)
        entries = [
            *_ratings(session, rated),
            *_readings(history.readings(session, account.id, limit=wanted + 1)),
            *_stays(history.placements(session, account.id, limit=wanted + 1)),
            *_changes(session, account, wanted + 1),
        ]
        last = next(iter(history.assessments(session, account.id, limit=1)), None)
        entries.sort(key=_newest_first, reverse=True)
        return History(
            account_id=account.id,
            name=account.name,
            entries=tuple(entries[number * PAGE : wanted - 1]),
            page=number,
            more=len(entries) >= wanted and number < _MOST_PAGES,
            mine=last is not None and last.rater == actor.user,
        )


def _changes(session: Session, account: Account, limit: int) -> list[Entry]:
    zone = ZoneInfo(workspaces.settings_of(session, account.workspace_id).zone)
    rows = audit.of_account(session, account.workspace_id, account.id, _TOLD_OTHERWISE, limit=limit)
    return [Changed(on=row.at, entry=auditing.entry(row, zone, {})) for row in rows]


def _newest_first(entry: Entry) -> tuple[datetime, bool]:
    """A move stands above the rating or health score of the same moment, which caused it."""
    return entry.on, isinstance(entry, Stay)


def _ratings(session: Session, rows: Sequence[Assessment]) -> list[Entry]:
    seen: dict[int, list[Evidence]] = {}
    for each in attached.of_assessments(session, rows[0].account_id if rows else 0, [row.id for row in rows]):
        seen.setdefault(each.assessment_id or 0, []).append(each)
    counted = {each.id: before for each, before in pairwise([each for each in rows if not each.blind])}
    return [
        Rating(
            on=each.created_at,
            cmi=each.cmi,
            before=counted[each.id].cmi if each.id in counted else None,
            by=each.rater,
            kind=each.kind,
            source=each.source,
            second=each.id if each.blind else None,
            note=each.note,
            category_notes=_category_notes(session, each),
            evidence=evidence.shown(seen.get(each.id, ())),
        )
        for each in rows
    ]


def _category_notes(session: Session, row: Assessment) -> tuple[tuple[str, str], ...]:
    if not row.category_notes:
        return ()
    return results.category_notes(workspaces.framework_by_id(session, row.framework_id), row)


def _readings(rows: Sequence[HealthReading]) -> list[Entry]:
    before = {each.id: older.health for each, older in pairwise(rows)}
    return [
        Reading(
            on=each.as_of,
            value=each.health,
            before=before.get(each.id),
            source=each.source,
            by=each.by,
            note=each.note,
        )
        for each in rows
    ]


def _stays(rows: Sequence[PlacementRow]) -> list[Entry]:
    before = {each.id: older.cell for each, older in pairwise(rows)}
    return [
        Stay(on=each.started_at, cell=each.cell, before=before.get(each.id), cause=each.cause, by=each.by)
        for each in rows
    ]
