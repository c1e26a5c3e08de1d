"""Pause asking: which pauses hold, with a button that ends each, and a form that begins another."""

from datetime import date

from pydantic import Field

from bot.views import blocks, buttons
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import count, day, inert, mention

CALLBACK = "pause_form"
_MANAGER, _UNTIL, _REASON, _VALUE = "pause_team", "pause_until", "pause_reason", "value"
LONGEST_REASON = 150


class PauseLine(Data):
    """A pause that holds; ``manager`` None: for everybody. ``until`` is the first day on which people are asked."""

    manager: str | None = None
    until: date
    reason: str = ""
    by: str = ""


class Pauses(Data):
    """The pauses that hold. ``note`` says what has just been done."""

    lines: tuple[PauseLine, ...] = ()
    note: str = ""


class PauseEntry(Data):
    """What was entered; ``errors`` are by block id."""

    manager: str | None = None
    until: date | None = None
    reason: str = ""
    errors: dict[str, str] = Field(default_factory=dict)


def build(pauses: Pauses) -> Block:
    """The window: what holds, then the form."""
    body = [blocks.section(pauses.note)] if pauses.note else []
    for line in pauses.lines:
        body.append(blocks.section(line_text(line), buttons.resume_asking(line.manager)))
    if pauses.lines:
        body.append(blocks.divider())
    body += [
        blocks.section(
            "While asking is paused there are no prompts, no reminders and no digests of overdue ratings. "
            "Afterwards each person gets one message about all that waits. Ratings, alerts and reports go on."
        ),
        blocks.field(
            "Only the team of",
            _MANAGER,
            blocks.person_select(_VALUE),
            hint="This manager and who reports to them. Empty: everybody.",
            optional=True,
        ),
        blocks.field("Ask again from", _UNTIL, blocks.date_select(_VALUE)),
        blocks.field("Reason", _REASON, blocks.text_input(_VALUE, longest=LONGEST_REASON), hint="People are shown it."),
    ]
    return blocks.modal("Pause asking", body, callback_id=CALLBACK, submit="Pause", close="Done")


def parse(view: Block) -> PauseEntry:
    """What was entered, with what is missing by block id."""
    state = State(view)
    errors = {}
    until = _date(state.date(_UNTIL, _VALUE))
    reason = state.text(_REASON, _VALUE).strip()[:LONGEST_REASON]
    if until is None:
        errors[_UNTIL] = "Please choose the day from which people are asked again."
    if not reason:
        errors[_REASON] = "Please say why, so that nobody wonders."
    return PauseEntry(manager=state.user(_MANAGER, _VALUE), until=until, reason=reason, errors=errors)


def block_of(field: str) -> str:
    """The block under which an error that a flow finds is shown."""
    return _MANAGER if field == "manager" else _UNTIL


def line_text(line: PauseLine) -> str:
    """A pause as mrkdwn: for whom and until when, then why and by whom."""
    who = f"Nobody in the team of {mention(line.manager)} is asked" if line.manager else "Nobody is asked"
    why = f"“{inert(line.reason)}”" if line.reason else ""
    by = f"paused by {mention(line.by)}" if line.by else ""
    second = ", ".join(filter(None, (why, by)))
    return f"*{who} before {day(line.until)}.*" + (f"\n{second}" if second else "")


def paused_note(waiting: int) -> str:
    """What a new pause does; ``waiting`` accounts are being asked about now."""
    asked = f" {count(waiting, 'account')} that people were asked about before can still be rated." if waiting else ""
    return f"Paused.{asked}"


def resumed_note() -> str:
    return "Asking goes on: whoever has something to rate gets one message, in their working hours."


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def example() -> Pauses:
    lines = (
        PauseLine(until=date(2027, 1, 7), reason="Year-end freeze", by="U01ANNA"),
        PauseLine(manager="U02BERT", until=date(2026, 12, 1), reason="Moving to a new region", by="U01ANNA"),
    )
    return Pauses(lines=lines, note=paused_note(4))
