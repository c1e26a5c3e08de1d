"""Exporting in Slack: what somebody may see, as one file for them."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime

from bot.errors import NotAllowed, UserError
from bot.flows import exporting, permissions
from bot.flows.actor import Actor
from bot.flows.exporting import Export, Table
from bot.flows.uploads import Handed
from bot.flows.workbooks import write
from bot.store import audit, export, workspaces
from bot.store.database import Database
from bot.views.export_form import TABLES, ExportForm, Format

_OF_ADMINS = frozenset({"audit"})


def form(db: Database, actor: Actor) -> ExportForm:
    """What this person may export."""
    with db.read() as session:
        admin = workspaces.settings_of(session, actor.workspace_id).is_admin(actor.user)
    return ExportForm(tables=tuple(name for name in TABLES if admin or name not in _OF_ADMINS))


def make(db: Database, now: datetime, actor: Actor, wanted: Sequence[str], kind: Format) -> Handed:
    """The tables as a file: a workbook, one CSV file, or several zipped, all of one moment.

    Admins get the settings beside several CSV files, as from `cmi-bot export`. NotAllowed for tables that only admins
    see; UserError where there is more than fits.
    """
    with db.read() as session:
        export.one_moment(session)
        admin = workspaces.settings_of(session, actor.workspace_id).is_admin(actor.user)
        if not admin and not _OF_ADMINS.isdisjoint(wanted):
            raise NotAllowed("Only admins of CMI Bot may export the log of changes. Please leave it out.")
        sight = permissions.sight(session, now, actor)
        found = exporting.of_sight(session, now, sight, typed=kind == "xlsx")
        tables = [table for table in found.tables if table.name in wanted]
        if not tables:
            raise UserError("Please choose at least one table.")
        file = _file(found, tables, kind, now, admin=admin)
    with db.write() as session:
        after = {"tables": [table.name for table in tables], "format": kind}
        audit.note(session, actor.workspace_id, now, actor=actor.user, action="export", subject="export", after=after)
    return file


def _file(found: Export, tables: Sequence[Table], kind: Format, now: datetime, *, admin: bool) -> Handed:
    day = f"{now:%Y-%m-%d}"
    if kind == "xlsx":
        return Handed(f"cmi-{day}.xlsx", write((table.name, table.columns, table.rows) for table in tables))
    if len(tables) == 1:
        return Handed(f"{tables[0].name}-{day}.csv", _csv(tables[0]))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            archive.writestr(f"{table.name}.csv", _csv(table))
        if admin:
            archive.writestr("settings.json", json.dumps(found.settings, ensure_ascii=False, indent=2) + "\n")
    return Handed(f"cmi-{day}.zip", packed.getvalue())


def _csv(table: Table) -> bytes:
    """With a mark at its beginning, by which spreadsheets see that it is UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    return ("\ufeff" + text.getvalue()).encode()
