"""What was changed, by whom and when: the audit log, as admins read it in Slack."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, get_args

from bot.views import blocks, changes
from bot.views.changes import Change
from bot.views.message import Block, Data
from bot.views.text import clip_markup, day, inert, mention

CALLBACK = "audit_log"
KIND, NEWER, OLDER = "audit_kind", "newer_audit", "older_audit"
PAGE = 12
_SHOWN = 8
_ENTRY = 2800
Kind = Literal["all", "settings", "accounts", "alerts", "ratings", "imports"]
_KINDS: Mapping[Kind, str] = {
    "all": "Everything",
    "settings": "Settings and people",
    "accounts": "Accounts",
    "alerts": "Alerts and decisions",
    "ratings": "Corrected ratings",
    "imports": "Imports, exports, recomputing",
}
_ACTIONS: Mapping[str, str] = {
    "settings": "Settings changed",
    "configure": "Map or framework changed",
    "person": "Role or manager changed",
    "create": "Account added",
    "assign": "New owner",
    "cover": "Cover changed",
    "ask again": "Asked again",
    "override": "Placed by hand",
    "figures": "Figures changed",
    "interval": "Interval changed",
    "event": "Something changed at the customer",
    "qualify": "Qualification changed",
    "turn into customer": "Became a customer",
    "churned": "Left",
    "renewed": "Renewed",
    "expanded": "Expanded",
    "reopen": "Reopened",
    "claim": "Alert taken on",
    "hand back": "Alert handed back",
    "snooze": "Alert snoozed",
    "wake": "Snooze ended",
    "escalate": "Alert escalated",
    "share": "Figures posted in a channel",
    "open alert": "Alert opened",
    "decide": "Decision",
    "released": "Held alerts released",
    "dropped": "Held alerts dropped",
    "correct": "Rating corrected",
    "import": "Import",
    "export": "Export",
    "rescore": "All scores recomputed",
    "send again": "Sent again",
    "drop message": "Message dropped",
    "step done": "Step done",
    "step not done": "Step not done after all",
    "content sent": "Content sent",
}


class AuditEntry(Data):
    """One entry; ``at`` is in the workspace's zone, ``about`` an account's name or a person's mention, as mrkdwn."""

    at: datetime
    by: str
    action: str
    about: str = ""
    changes: tuple[Change, ...] = ()
    reason: str = ""


class AuditPage(Data):
    """One page, from 0; ``more`` says that older entries follow."""

    kind: Kind = "all"
    entries: tuple[AuditEntry, ...] = ()
    page: int = 0
    more: bool = False


def build(page: AuditPage) -> Block:
    """The window: an entry a section, a menu of kinds above, turning pages below."""
    options = {kind: blocks.option(name, kind) for kind, name in _KINDS.items()}
    menu: Block = {
        "type": "static_select",
        "action_id": KIND,
        "options": list(options.values()),
        "initial_option": options[page.kind],
    }
    number = f" Page {page.page + 1}." if page.page or page.more else ""
    body = [blocks.section(f"*What was changed*, the newest first.{number}", menu), blocks.divider()]
    if not page.entries:
        body.append(blocks.section("Nothing of this kind was changed yet. Choose another kind above."))
    body += [blocks.section(clip_markup(entry_text(entry), _ENTRY)) for entry in page.entries]
    turns = []
    if page.page:
        turns.append(blocks.button("Newer", NEWER, f"{page.kind}:{page.page - 1}", label="Newer changes"))
    if page.more:
        turns.append(blocks.button("Older", OLDER, f"{page.kind}:{page.page + 1}", label="Older changes"))
    if turns:
        body.append(blocks.actions(*turns))
    return blocks.modal("What was changed", body, callback_id=CALLBACK)


def entry_text(entry: AuditEntry) -> str:
    """One entry as mrkdwn: what, of what, when and by whom, then from what to what, and why."""
    title = action_text(entry.action)
    about = f": {entry.about}" if entry.about else ""
    lines = [f"*{title}{about}*", f"{day(entry.at)}, {entry.at:%H:%M} · {_who(entry.by)}"]
    lines += [f"• {each.markup}" for each in entry.changes[:_SHOWN]]
    if len(entry.changes) > _SHOWN:
        lines.append(f"• and {len(entry.changes) - _SHOWN} more")
    if entry.reason:
        lines.append(f"“{inert(entry.reason, 300)}”")
    return "\n".join(lines)


def line(entry: AuditEntry) -> str:
    """The same within an account's own history, where what it is about need not be said again."""
    what = f"*{day(entry.at)} · {action_text(entry.action)}*"
    lines = [what, _who(entry.by), *(each.markup for each in entry.changes[:_SHOWN])]
    return "\n".join([*lines, *([f"“{inert(entry.reason, 300)}”"] if entry.reason else [])])


def action_text(action: str) -> str:
    return _ACTIONS.get(action) or inert(action.capitalize())


def _who(by: str) -> str:
    return {"import": "by an import", "clock": "by itself, when its time was over"}.get(by) or f"by {mention(by)}"


def read(value: object) -> tuple[Kind, int]:
    """The kind and the page that a button or the menu names; the first page of everything for what can't be read."""
    kind, _, number = str(value).partition(":")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
    return next((each for each in get_args(Kind) if each == kind), "all"), page


def example() -> AuditPage:
    moment = datetime(2026, 8, 12, 14, 5, tzinfo=UTC)
    return AuditPage(
        kind="settings",
        entries=(
            AuditEntry(
                at=moment,
                by="U01ANNA",
                action="settings",
                changes=changes.between(
                    {"alert_channel": None, "quiet_days": 7, "map": {"cmi_cuts": ["3"], "chs_margin": "3"}},
                    {"alert_channel": "C01ALERTS", "quiet_days": 14, "map": {"cmi_cuts": ["5/2"], "chs_margin": "3"}},
                ),
            ),
            AuditEntry(
                at=moment,
                by="U02BERT",
                action="assign",
                about="Acme, Inc.",
                changes=changes.between({"owner": "U01ANNA"}, {"owner": "U02BERT"}),
                reason="Anna is on leave.",
            ),
            AuditEntry(at=moment, by="import", action="import", changes=changes.between({}, {"created": 12})),
        ),
        page=1,
        more=True,
    )
