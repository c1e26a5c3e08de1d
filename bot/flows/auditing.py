"""Reading the audit log: for admins all of it, and on a card what was changed about that account."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bot.flows import permissions
from bot.flows.actor import Actor
from bot.store import audit
from bot.store.database import Database
from bot.store.tables import Audit
from bot.views import changes
from bot.views.audit_log import PAGE, AuditEntry, AuditPage, Kind
from bot.views.text import inert, mention

# Beyond that nobody pages; an export has everything.
_MOST_PAGES = 500
_SUBJECTS: Mapping[Kind, tuple[str, ...]] = {
    "all": (),
    "settings": ("workspace", "person"),
    "accounts": ("account",),
    "alerts": ("episode", "batch", "message", "messages"),
    "ratings": ("assessment",),
    "imports": ("accounts", "health", "content", "export"),
}


def page(db: Database, actor: Actor, kind: Kind = "all", number: int = 0) -> AuditPage:
    """Page `number` (from 0) of the log, or of one kind of entries. NotAllowed for who isn't an admin."""
    number = max(0, min(number, _MOST_PAGES))
    with db.read() as session:
        zone = ZoneInfo(permissions.require_admin(session, actor).zone)
        rows = audit.page(session, actor.workspace_id, _SUBJECTS[kind], skip=number * PAGE, limit=PAGE + 1)
        shown = rows[:PAGE]
        names = audit.account_names(session, actor.workspace_id, [row.subject for row in shown])
        entries = tuple(entry(row, zone, names) for row in shown)
    return AuditPage(kind=kind, entries=entries, page=number, more=len(rows) > PAGE and number < _MOST_PAGES)


def entry(row: Audit, zone: ZoneInfo, names: Mapping[str, str]) -> AuditEntry:
    """A row in words; `names` are those of accounts by subject."""
    kind, _, rest = row.subject.partition(":")
    about = mention(rest) if kind == "person" else inert(names.get(row.subject, ""))
    return AuditEntry(
        at=row.at.astimezone(zone),
        by=row.actor,
        action=row.action,
        about=about,
        changes=changes.between(row.before, row.after),
        reason=row.reason,
    )
