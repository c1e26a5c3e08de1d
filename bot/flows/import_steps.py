"""Importing in Slack, step by step: the file, what its columns mean, what would happen, and then it happens, once."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from slack_sdk import WebClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import ImportRefused
from bot.flows import (
    columns,
    content,
    csv_accounts,
    importing,
    permissions,
    slack_people,
    spreadsheets,
    uploads,
    workbooks,
)
from bot.flows.actor import Actor
from bot.flows.csv_accounts import Sheet
from bot.flows.exporting import plain
from bot.flows.importing_rows import How, Taken
from bot.flows.slack_people import Known
from bot.flows.spreadsheets import Grid
from bot.flows.uploads import Handed
from bot.store import workspaces
from bot.store.database import Database
from bot.store.tables import Audit, Upload
from bot.views.import_form import ColumnsForm, FileColumn, Step, What
from bot.views.import_plan import ON_A_PAGE, Outcome, Plan, PlannedRow, Totals

PATIENCE = 30.0
_IMPORTS_LOOKED_AT = 20
_SAMPLES = 3
_PROBLEM = re.compile(r"(?:Row|Line) (\d+)(?:, column (?:“(.+?)”|(\d+)))?: (.*)", re.DOTALL)
Progress = Callable[[int, int], object]


def _quietly(done: int, total: int) -> None:
    """For who doesn't want to hear how far it is."""


def check_admin(db: Database, actor: Actor) -> None:
    """NotAllowed for who isn't an admin."""
    with db.read() as session:
        permissions.require_admin(session, actor)


def template(db: Database, actor: Actor, what: What, kind: str) -> Handed:
    """An empty file with all columns. NotAllowed as above."""
    check_admin(db, actor)
    names = {"accounts": csv_accounts.COLUMNS, "health": columns.HEALTH_FIELDS, "content": content.COLUMNS}[what]
    if kind == "xlsx":
        return Handed(f"{what}.xlsx", workbooks.write([(what, names, ())]))
    return Handed(f"{what}.csv", ("\ufeff" + ",".join(names) + "\r\n").encode())


def receive(
    db: Database, now: datetime, actor: Actor, client: WebClient, *, what: What, file_id: str
) -> ColumnsForm | Plan:
    """Take a file: its columns to be told apart, or for content at once what would happen.

    NotAllowed as above; ImportRefused where it is no table; UserError where Slack doesn't hand it over.
    """
    check_admin(db, actor)
    given = uploads.take(client, file_id)
    spreadsheets.read(given.content)
    upload_id = uploads.keep(db, now, actor, what, given)
    if what == "content":
        return _try(db, now, actor, Step(upload_id=upload_id, what=what), known=Known())
    return columns_of(db, actor, Step(upload_id=upload_id, what=what))


def columns_of(db: Database, actor: Actor, step: Step) -> ColumnsForm:
    """What the columns of a file are taken for: as chosen for it, as the last time, else by their names."""
    with db.read() as session:
        permissions.require_admin(session, actor)
        upload = uploads.kept(session, actor, step.what, step.upload_id)
        grid = spreadsheets.read(upload.content)
        fields = columns.HEALTH_FIELDS if step.what == "health" else tuple(columns.FIELDS)
        chosen = upload.choices.get("columns")
        if chosen is None:
            chosen = columns.guess(grid.header, fields=fields, last=_last_time(session, actor, step.what, grid.header))
    return ColumnsForm(
        upload_id=step.upload_id,
        what=step.what,
        file=upload.name,
        rows=len(grid.rows),
        columns=tuple(
            FileColumn(name=name, samples=_samples(grid, index), field=field)
            for index, (name, field) in enumerate(zip(grid.header, chosen, strict=False))
        ),
        fields={field: columns.FIELDS[field] for field in fields},
    )


def choose(db: Database, now: datetime, actor: Actor, client: WebClient, *, step: Step, chosen: Sequence[str]) -> Plan:
    """Take the columns as chosen, and say what would happen row by row; nothing is changed. Errors as in `receive`."""
    with db.read() as session:
        permissions.require_admin(session, actor)
        upload = uploads.kept(session, actor, step.what, step.upload_id)
        team = workspaces.team_of(session, actor.workspace_id)
    sheet = _sheet(upload.content, [*chosen], now, step.what)
    named = {name for row in sheet.rows for name in row.people.values()}
    known = slack_people.look_up(client, team).only(named) if named else Known()
    with db.write() as session:
        kept = uploads.kept(session, actor, step.what, step.upload_id, lock=True)
        people = {"ids": dict(known.ids), "refused": dict(known.refused)}
        kept.choices = {"columns": list(chosen), "people": people}
    return _try(db, now, actor, step, known=known, sheet=sheet)


def page_of(db: Database, actor: Actor, step: Step, page: int) -> Plan:
    """A page of what was said would happen."""
    with db.read() as session:
        permissions.require_admin(session, actor)
        return _plan(uploads.kept(session, actor, step.what, step.upload_id), step, page)


def problems_file(db: Database, actor: Actor, step: Step) -> Handed:
    """All that is wrong with a file, as CSV: row, column, what to mend."""
    with db.read() as session:
        permissions.require_admin(session, actor)
        upload = uploads.kept(session, actor, step.what, step.upload_id)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("row", "column", "problem"))
    for problem in upload.report.get("problems", ()):
        found = _PROBLEM.fullmatch(problem)
        row, name, number, what = found.groups() if found else ("", "", "", problem)
        writer.writerow((row, plain(name or number or ""), plain(what)))
    return Handed("to-mend.csv", ("\ufeff" + text.getvalue()).encode())


def apply(
    db: Database,
    now: datetime,
    actor: Actor,
    step: Step,
    *,
    silent: bool,
    progress: Progress = _quietly,
) -> Outcome | Plan:
    """Import a file in one transaction; what was done already is not done again. Gives the problems where there are
    any by now. `progress` hears how many rows of how many are done. NotAllowed and NotFound as above.
    """
    _begin(db, now, actor, step, silent=silent)
    try:
        with db.write(PATIENCE) as session:
            permissions.require_admin(session, actor)
            upload = uploads.kept(session, actor, step.what, step.upload_id, lock=True)
            return carry_out(session, now, actor, upload, progress=progress)
    except ImportRefused as error:
        uploads.note(db, step.upload_id, "failed", {"problems": list(error.problems)})
    return page_of(db, actor, step, 0)


def _begin(db: Database, now: datetime, actor: Actor, step: Step, *, silent: bool) -> None:
    """Write down what was asked for: whatever becomes of this process, another one can go on with it."""
    with db.write(PATIENCE) as session:
        permissions.require_admin(session, actor)
        upload = uploads.kept(session, actor, step.what, step.upload_id, lock=True)
        if upload.state != "done":
            upload.state = "running"
            upload.choices = {**upload.choices, "silent": silent, "begun": now.isoformat()}


def carry_out(
    session: Session, now: datetime, actor: Actor, upload: Upload, *, progress: Progress = _quietly
) -> Outcome:
    """Import a locked file as its admin chose, unless that was done already. ImportRefused has what is wrong."""
    if upload.state != "done":
        silent = bool(upload.choices.get("silent"))
        totals, _ = _bring_in(session, now, actor, upload, silent=silent, progress=progress)
        outcome = Outcome(file=upload.name, what=cast("What", upload.purpose), totals=totals, silent=silent)
        upload.state, upload.report = "done", outcome.model_dump(mode="json")
    return Outcome.model_validate(upload.report)


def _try(db: Database, now: datetime, actor: Actor, step: Step, *, known: Known, sheet: Sheet | None = None) -> Plan:
    """Do everything, write down what came of it, and undo it."""
    with db.write(PATIENCE) as session:
        upload = uploads.kept(session, actor, step.what, step.upload_id)
        try:
            totals, rows = _bring_in(session, now, actor, upload, known=known, sheet=sheet)
            report: dict[str, Any] = {
                "totals": totals.model_dump(mode="json"),
                "rows": [(each.number, each.name, each.kind, each.changes) for each in rows],
            }
        except ImportRefused as error:
            report = {"problems": list(error.problems)}
        session.rollback()
    uploads.note(db, step.upload_id, "failed" if "problems" in report else "ready", report)
    return page_of(db, actor, step, 0)


def _bring_in(
    session: Session,
    now: datetime,
    actor: Actor,
    upload: Upload,
    *,
    silent: bool = False,
    progress: Progress = _quietly,
    known: Known | None = None,
    sheet: Sheet | None = None,
) -> tuple[Totals, list[Taken]]:
    if upload.purpose == "content":
        catalogue = content.read(upload.content)
        pieces, before = content.put_in_place(session, now, actor.workspace_id, catalogue, actor=actor.user)
        titles = [Taken(row, title, "new") for row, title, _ in catalogue.pieces.values()]
        return Totals(pieces=pieces, before=before), titles
    chosen = upload.choices["columns"]
    if sheet is None:
        sheet = _sheet(upload.content, chosen, now, upload.purpose)
    total = len(sheet.rows)
    header = spreadsheets.read(upload.content).header
    how = How(
        by=actor.user,
        columns=dict(zip(map(columns.key, header), chosen, strict=False)),
        only_health=upload.purpose == "health",
        silent=silent,
    )
    done, taken = importing.bring_in(
        session,
        now,
        actor.workspace_id,
        sheet,
        known or Known(**upload.choices["people"]),
        how=how,
        progress=lambda number: progress(number, total),
    )
    progress(total, total)
    return Totals.model_validate(done.__dict__), taken


def _sheet(given: bytes, chosen: Sequence[str], now: datetime, what: str) -> Sheet:
    only_health = what == "health"
    sheet = csv_accounts.rows_of(spreadsheets.read(given), chosen, now, only_health=only_health)
    if only_health:
        sheet.rows.sort(key=lambda row: row.health_date or now)
    return sheet


def _plan(upload: Upload, step: Step, page: int) -> Plan:
    report: Mapping[str, Any] = upload.report
    problems = report.get("problems", [])
    order = {"changed": 0, "new": 1, "unchanged": 2}
    rows = sorted(report.get("rows", []), key=lambda row: order[row[2]])
    pages = max(-(-len(problems or rows) // ON_A_PAGE), 1)
    page = min(max(page, 0), pages - 1)
    here = slice(page * ON_A_PAGE, (page + 1) * ON_A_PAGE)
    return Plan(
        upload_id=step.upload_id,
        what=step.what,
        file=upload.name,
        totals=Totals.model_validate(report.get("totals", {})),
        rows=tuple(
            PlannedRow(number=number, name=name, kind=kind, changes=changes)
            for number, name, kind, changes in rows[here]
        ),
        problems=tuple(problems[here]),
        wrong=len(problems),
        page=page,
        pages=pages,
    )


def _last_time(session: Session, actor: Actor, what: What, header: Sequence[str]) -> Mapping[str, str] | None:
    """What was chosen for a file with the same columns, by their keys."""
    wanted = set(map(columns.key, header))
    entries = session.scalars(
        select(Audit)
        .where(Audit.workspace_id == actor.workspace_id, Audit.subject == what, Audit.action == "import")
        .order_by(Audit.id.desc())
        .limit(_IMPORTS_LOOKED_AT)
    )
    for entry in entries:
        chosen: Mapping[str, str] = (entry.after or {}).get("columns") or {}
        if set(chosen) == wanted:
            return chosen
    return None


def _samples(grid: Grid, index: int) -> tuple[str, ...]:
    found: list[str] = []
    for text in grid.column(index):
        if text not in found:
            found.append(text[:100])
        if len(found) == _SAMPLES:
            break
    return tuple(found)
