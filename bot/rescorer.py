"""`cmi-bot rescore`: rebuild what is derived, and say what changed."""

from datetime import UTC, datetime

from bot import startup
from bot.flows import rescoring
from bot.settings import Settings
from bot.views.text import count

_LISTED = 20


def rescore(settings: Settings) -> str:
    """Rebuild present scores and places from the stored assessments and readings. Gives what was done, line by line."""
    db = startup.open_database(settings.database_url)
    try:
        changed = rescoring.run(db, datetime.now(UTC))
    finally:
        db.close()
    lines = [
        f"{count(len(changed), 'account')} changed." if changed else "All derived values were right; nothing changed."
    ]
    for each in changed[:_LISTED]:
        told = ", ".join(f"{name} {before} → {after}" for name, before, after in each.changes)
        lines.append(f"  {each.name}: {told}")
    if len(changed) > _LISTED:
        lines.append(f"  … and {len(changed) - _LISTED} more.")
    return "\n".join(lines)
