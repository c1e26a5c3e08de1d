"""`cmi-bot import FILE`: accounts from a CSV or XLSX file, its people looked up in Slack; or the content journey."""

import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from slack_sdk import WebClient
from sqlalchemy import select

from bot import startup
from bot.errors import ImportRefused, StartupError, UserError
from bot.flows import content, csv_accounts, importing, slack_people
from bot.flows.csv_accounts import Sheet
from bot.flows.importing import Imported
from bot.flows.slack_people import Known
from bot.settings import Settings
from bot.slack import make_client
from bot.store.database import Database
from bot.store.tables import Workspace
from bot.views.text import count

_ID = re.compile(r"[UW][A-Z0-9]{2,}")


def import_file(settings: Settings, file: str, *, dry_run: bool) -> str:
    """Import a file into the workspace. Gives a sentence on what was (or would be) done.

    Slack is asked who the people in it are; without a token only ids can be taken, and then unchecked.
    """
    now = datetime.now(UTC)
    sheet = csv_accounts.read(_bytes(file), now)
    named = {name for row in sheet.rows for name in row.people.values()}
    known = Known({name.lower(): name for name in named if _ID.fullmatch(name)})
    with closing(startup.open_database(settings.database_url)) as db:
        if named and (settings.slack_bot_token or any(name.lower() not in known.ids for name in named)):
            known = _look_up(_client(settings))
        workspace_id = _only_workspace(db) or startup.register(db, now, startup.identify(_client(settings)))
        done = _apply(db, now, workspace_id, sheet, known, dry_run=dry_run)
    would = "would be " if dry_run else ""
    held = f" {count(done.alerts, 'alert')} {would}held until an admin has looked, in Slack." if done.held else ""
    old = f" {count(done.history_only, 'health score')} only for the history: too old, or known already."
    return (
        f"{count(done.added, 'account')} {would}added and {done.changed} changed, {done.unchanged} as before, "
        f"{count(done.with_health, 'health score')} {would}taken, "
        f"{count(done.moved, 'account')} {would}moved on the map.{old if done.history_only else ''}{held}"
    )


def _look_up(client: WebClient) -> Known:
    try:
        return slack_people.look_up(client, startup.identify(client).team)
    except UserError as error:
        raise StartupError(error.text) from None


def _apply(db: Database, now: datetime, workspace_id: int, sheet: Sheet, known: Known, *, dry_run: bool) -> Imported:
    try:
        return importing.apply(db, now, workspace_id, sheet, known.ids, refused=known.refused, dry_run=dry_run)
    except ImportRefused as error:
        raise ImportRefused(importing.shortened(error.problems)) from None


def import_content(settings: Settings, file: str, *, dry_run: bool) -> str:
    """Put a file in the place of the workspace's content journey. Gives a sentence on what was (or would be) done."""
    now = datetime.now(UTC)
    catalogue = content.read(_bytes(file))
    with closing(startup.open_database(settings.database_url)) as db:
        workspace_id = _only_workspace(db) or startup.register(db, now, startup.identify(_client(settings)))
        pieces, before = content.replace(db, now, workspace_id, catalogue, dry_run=dry_run)
    would = "would have" if dry_run else "has"
    return f"The content journey {would} {pieces} pieces now; it had {before}."


def _bytes(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise StartupError(f"{file} can't be read: {error.strerror}.") from None


def _client(settings: Settings) -> WebClient:
    settings.require_tokens()
    return make_client(
        settings.slack_bot_token, settings.slack_api_url, timeout=settings.slack_seconds, longest_wait=60.0
    )


def _only_workspace(db: Database) -> int | None:
    with db.read() as session:
        ids = session.scalars(select(Workspace.id).limit(2)).all()
    return ids[0] if len(ids) == 1 else None
