"""Importing accounts: a file in one transaction, or nothing of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.errors import ImportRefused
from bot.flows import batches, sources
from bot.flows.csv_accounts import Row, Sheet
from bot.flows.importing_existing import Existing, Updates
from bot.flows.importing_new import Additions
from bot.flows.importing_rows import How, Taken
from bot.flows.slack_people import Known
from bot.garbage import uncollected
from bot.store import audit, workspaces
from bot.store.database import Database
from bot.workspace_settings import WorkspaceSettings
from cmi_core.health import HealthError
from cmi_core.movement import Announcement

MOST_PROBLEMS = 200
_TOLD_EVERY = 100


@dataclass(frozen=True)
class Imported:
    """What an import did, in numbers of accounts. `held`: its alerts wait until an admin has looked.

    `history_only` health scores move nothing: known already, past their limit, or older than the present one.
    """

    added: int
    changed: int
    with_health: int
    moved: int
    history_only: int = 0
    alerts: int = 0
    held: bool = False
    unchanged: int = 0


def apply(
    db: Database,
    now: datetime,
    workspace_id: int,
    sheet: Sheet,
    known: Mapping[str, str],
    *,
    refused: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> Imported:
    """Store a sheet. ImportRefused, with the problems by row and column, if anything is wrong with it.

    `known` gives Slack ids by what a file may call people: id, e-mail address or name, in lower case; `refused` says by
    Slack id why somebody can't own or cover accounts ("has left Slack"). An import is a baseline: an account's first
    placement pages nobody, a later movement does.
    """
    with db.write(patience=30.0) as session:
        result, _ = bring_in(session, now, workspace_id, sheet, Known(known, refused or {}))
        if dry_run:
            session.rollback()
        return result


@uncollected()
def bring_in(
    session: Session,
    now: datetime,
    workspace_id: int,
    sheet: Sheet,
    known: Known,
    *,
    how: How | None = None,
    progress: Callable[[int], object] = lambda done: None,
) -> tuple[Imported, list[Taken]]:
    """The same inside a transaction of the caller's, with what becomes of each row, in the order of the file.

    ImportRefused has all problems. `progress` hears how many rows are done.
    """
    how = how or How()
    workspaces.hold_settings(session, workspace_id)
    settings = workspaces.settings_of(session, workspace_id)
    existing = Existing(session, workspace_id, sheet.rows)
    problems = [*sheet.problems, *_unknown_people(sheet.rows, known), *_unfit_people(sheet.rows, known)]
    problems += _understand(settings, sheet.rows)
    problems += _unknown_accounts(existing, sheet.rows) if how.only_health else existing.clashes(sheet.rows)
    if problems:
        raise ImportRefused(tuple(problems))
    updates = Updates(session, now, workspace_id, existing, how)
    additions = Additions(session, now, workspace_id, how)
    taken = []
    for done, row in enumerate(sheet.rows, start=1):
        users = {column: known.ids[name.lower()] for column, name in row.people.items()}
        account = existing.of(row)
        taken.append(additions.take(row, users) if account is None else updates.take(account, row, users))
        if done % _TOLD_EVERY == 0:
            progress(done)
    additions.store()
    updates.give_managers(additions.managers)
    quiet = how.silent or not updates.alerting
    said = None if quiet else batches.announce(session, now, workspace_id, updates.alerting, source="import")
    result = Imported(
        added=sum(each.kind == "new" for each in taken),
        changed=sum(each.kind == "changed" for each in taken),
        unchanged=sum(each.kind == "unchanged" for each in taken),
        with_health=updates.with_health + additions.with_health,
        moved=updates.moved,
        history_only=updates.history_only + additions.history_only,
        alerts=len(updates.alerting),
        held=said is Announcement.HELD,
    )
    after = {**result.__dict__, **({"columns": dict(how.columns)} if how.columns else {})}
    subject = "health" if how.only_health else "accounts"
    audit.note(session, workspace_id, now, actor=how.by or "import", action="import", subject=subject, after=after)
    return result, taken


def shortened(problems: Sequence[str]) -> tuple[str, ...]:
    """As many problems as somebody reads in a terminal."""
    if len(problems) <= MOST_PROBLEMS:
        return tuple(problems)
    return (*problems[:MOST_PROBLEMS], f"… and {len(problems) - MOST_PROBLEMS} more.")


def _understand(settings: WorkspaceSettings, rows: Iterable[Row]) -> list[str]:
    """Understand what health sources say, in place; gives what can't be."""
    problems = []
    for row in rows:
        if row.health_source and row.health_text:
            try:
                row.health_source, row.health = sources.value_of(settings, row.health_source, row.health_text)
            except HealthError as error:
                problems.append(f"Row {row.number}, column “health”: {error}")
    return problems


def _unknown_people(rows: Iterable[Row], known: Known) -> list[str]:
    return [
        f"Row {row.number}, column “{column}”: nobody in Slack is called “{name[:60]}”. "
        "Use a Slack id (U…), an e-mail address or the exact name."
        for row in rows
        for column, name in row.people.items()
        if name.lower() not in known.ids
    ]


def _unfit_people(rows: Iterable[Row], known: Known) -> list[str]:
    return [
        f"Row {row.number}, column “{column}”: “{name[:60]}” {why}. Please name somebody else, or leave it empty."
        for row in rows
        for column, name in row.people.items()
        if (why := known.refused.get(known.ids.get(name.lower(), "")))
    ]


def _unknown_accounts(existing: Existing, rows: Iterable[Row]) -> list[str]:
    return [
        f"Row {row.number}, column “name”: there is no account of this name or id. Please import accounts first."
        for row in rows
        if existing.of(row) is None
    ]
