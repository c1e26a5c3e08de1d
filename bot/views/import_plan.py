"""Importing, the last windows: what would happen row by row, what is wrong, how far it is, and what was done."""

from typing import Literal

from pydantic import Field

from bot.views import blocks, buttons
from bot.views.import_form import Step, What
from bot.views.message import Block, Data, Message, message
from bot.views.state import State
from bot.views.text import count, inert, without_bold

APPLY = "import_apply"
PLAN = "import_plan"
_ALERTS = "import_alerts"
ON_A_PAGE = 30
_A_SECTION = 10
Kind = Literal["new", "changed", "unchanged"]
_KINDS: tuple[Kind, ...] = ("new", "changed", "unchanged")


class PlannedRow(Data):
    """What becomes of a row; ``changes`` are field, before and after."""

    number: int
    name: str
    kind: Kind
    changes: tuple[tuple[str, str, str], ...] = ()


class Totals(Data):
    """What an import does, in numbers; ``pieces`` and ``before`` are of the content journey."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    with_health: int = 0
    history_only: int = 0
    moved: int = 0
    alerts: int = 0
    held: bool = False
    pieces: int = 0
    before: int = 0


class Plan(Data):
    """One page of what would happen: ``rows`` or, where anything is wrong, ``problems``. ``page`` counts from 0."""

    upload_id: int
    what: What
    file: str
    totals: Totals = Field(default_factory=Totals)
    rows: tuple[PlannedRow, ...] = ()
    problems: tuple[str, ...] = ()
    wrong: int = 0
    page: int = 0
    pages: int = 1


class Outcome(Data):
    """What an import did. ``silent``: nobody was alerted. ``wrong``: so much is to mend, and nothing was done."""

    file: str
    what: What
    totals: Totals = Field(default_factory=Totals)
    silent: bool = False
    wrong: int = 0


def build(plan: Plan) -> Block:
    """The dry run. It can be applied where nothing is wrong."""
    step = Step(upload_id=plan.upload_id, what=plan.what)
    body = [blocks.section(_head(plan))]
    lines = [f"• {inert(each, 300)}" for each in plan.problems] or [_row(each) for each in plan.rows]
    body += [blocks.section("\n".join(lines[start : start + _A_SECTION])) for start in range(0, len(lines), _A_SECTION)]
    if plan.pages > 1:
        body.append(blocks.context(f"Page {plan.page + 1} of {plan.pages}"))
    more = []
    if plan.page:
        more.append(buttons.import_page("Back", plan.upload_id, plan.what, plan.page - 1))
    if plan.page + 1 < plan.pages:
        more.append(buttons.import_page("More", plan.upload_id, plan.what, plan.page + 1))
    if plan.wrong:
        more.append(buttons.import_problems(plan.upload_id, plan.what))
    if plan.what != "content":
        more.append(buttons.import_columns(plan.upload_id, plan.what))
    more.append(buttons.import_again("Another file"))
    body.append(blocks.actions(*more))
    if plan.wrong:
        return blocks.modal("Import: to mend", body, callback_id=PLAN, metadata=step.model_dump_json())
    if plan.totals.alerts:
        body.append(_alerts(plan.totals))
    submit = f"Apply {count(plan.totals.pieces, 'piece')}" if plan.what == "content" else "Apply"
    return blocks.modal(
        "Import: what happens", body, callback_id=APPLY, submit=submit, close="Cancel", metadata=step.model_dump_json()
    )


def step_of(view: Block) -> Step:
    return Step.model_validate_json(view.get("private_metadata") or "")


def silent_of(view: Block) -> bool:
    """Whether nobody is to be alerted."""
    return State(view).option(_ALERTS, _ALERTS) == "none"


def running_modal(file: str, done: int, total: int) -> Block:
    """While it runs; it goes on where the window is closed."""
    text = f"Importing *{inert(file)}* …"
    if total:
        text += f" row {done:,} of {total:,}" if done < total else " all rows are read, storing them"
    more = "You may close this window: you'll get a message when it is done."
    return blocks.modal("Import", [blocks.section(text), blocks.context(more)], callback_id="import_running")


def done_modal(outcome: Outcome) -> Block:
    return blocks.modal("Imported", told(outcome).blocks, callback_id="import_done", close="Done")


def told(outcome: Outcome) -> Message:
    """The outcome as a message, for who closed the window."""
    if outcome.wrong:
        text = f"{_unfit(outcome.file, outcome.wrong)} Please begin again with `/cmi import`."
        return message(without_bold(text), [blocks.section(text)])
    text = f"*{inert(outcome.file)}* is imported: {_numbers(outcome.what, outcome.totals, done=True)}."
    if outcome.totals.alerts and outcome.silent:
        text += " Nobody was alerted."
    elif outcome.totals.held:
        text += " The alerts wait until an admin has looked at them."
    return message(without_bold(text), [blocks.section(text)])


def _head(plan: Plan) -> str:
    if plan.wrong:
        return f"{_unfit(plan.file, plan.wrong)} Mend them and upload it again."
    numbers = _numbers(plan.what, plan.totals, done=False)
    return f"*{inert(plan.file)}*: {numbers}. Nothing is changed before you press Apply."


def _unfit(file: str, wrong: int) -> str:
    return f"*{inert(file)}* can't be imported yet: {count(wrong, 'thing')} to mend. Nothing was changed."


def _numbers(what: What, totals: Totals, *, done: bool) -> str:
    would = "" if done else "would be "
    if what == "content":
        return f"the content journey {'has' if done else 'would have'} {totals.pieces} pieces; it had {totals.before}"
    parts = [f"{count(totals.added, 'account')} {would}added"] if what == "accounts" else []
    parts += [f"{count(totals.changed, 'row')} {would}changed", f"{totals.unchanged} as before"]
    if totals.with_health:
        parts.append(f"{count(totals.with_health, 'health score')} {would}taken")
    if totals.history_only:
        parts.append(f"{count(totals.history_only, 'health score')} only for the history")
    if totals.moved:
        parts.append(f"{count(totals.moved, 'account')} {would}moved on the map")
    return ", ".join(parts)


def _row(row: PlannedRow) -> str:
    name = f"{row.number}  *{inert(row.name, 60)}*"
    if row.kind == "new":
        return f"{name}: new"
    if row.kind == "unchanged":
        return f"{name}: as before"
    changes = [
        f"{inert(field.replace('_', ' '), 20)} {inert(before, 40) or 'empty'} → {inert(after, 40) or 'empty'}"
        for field, before, after in row.changes[:5]
    ]
    more = f", {len(row.changes) - 5} more" if len(row.changes) > 5 else ""
    return f"{name}: {', '.join(changes)}{more}"


def _alerts(totals: Totals) -> Block:
    moved = count(totals.alerts, "account")
    how = "They wait until an admin has looked." if totals.held else "As for any move; many are told in one summary."
    options = [
        blocks.option("Alert as usual", "usual", how),
        blocks.option("Alert nobody", "none", "It was so already: the file only catches up"),
    ]
    return blocks.field(f"{moved} would move into an alert cell", _ALERTS, blocks.choice(_ALERTS, options, options[0]))
