"""`cmi-bot export`: a folder of CSV files with everything the bot knows, and the settings as JSON."""

import csv
import json
import shutil
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot import startup
from bot.errors import StartupError
from bot.flows import exporting, workspaces
from bot.flows.exporting import Table
from bot.settings import Settings


def export(settings: Settings, folder: str | None, *, now: datetime | None = None) -> str:
    """Write a new folder, complete or not at all. Gives a sentence on what is in it.

    StartupError where the folder is there already or can't be written. `now` is the moment that freshness is judged by.
    """
    now = now or datetime.now(UTC)
    target = Path(folder or f"cmi-export-{now:%Y-%m-%d}")
    if target.exists():
        raise StartupError(f"{target} exists already: choose another folder with --out.")
    with closing(startup.open_database(settings.database_url)) as db:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            made = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        except OSError as error:
            raise StartupError(f"{target} can't be written: {error.strerror}.") from None
        try:
            with exporting.read(db, now, workspaces.only(db)) as found:
                text = json.dumps(found.settings, ensure_ascii=False, indent=2)
                (made / "settings.json").write_text(text + "\n", encoding="utf-8")
                numbers = [f"{_write(made, table)} {table.name.replace('_', ' ')}" for table in found.tables]
            made.rename(target)
        except OSError as error:
            raise StartupError(f"{target} can't be written: {error.strerror}.") from None
        finally:
            shutil.rmtree(made, ignore_errors=True)
    return f"{target} holds {', '.join(numbers)}, and the settings."


def _write(folder: Path, table: Table) -> int:
    number = 0
    with (folder / f"{table.name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(table.columns)
        for row in table.rows:
            writer.writerow(row)
            number += 1
    return number
