"""The form that puts an account into another cell by hand, until a day and for a reason."""

from collections.abc import Sequence
from datetime import date

from pydantic import Field, ValidationError

from bot.errors import UserError
from bot.views import blocks, limits
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import inert
from cmi_core.cells import DECIDE_CELLS, Cell

CALLBACK = "override"
_VALUE = "value"


class OverrideMeta(Data):
    """Whose cell the form is about."""

    account_id: int


class OverrideEntry(Data):
    """What was entered: the cell holds through the day ``until``. ``errors`` are by block id."""

    account_id: int
    cell: str = ""
    until: date = date.min
    reason: str = ""
    errors: dict[str, str] = Field(default_factory=dict)


def build(account_id: int, name: str, cells: Sequence[Cell]) -> Block:
    """The form, with the cells of the workspace's map."""
    options = [blocks.option(cell_label(cell), cell.id, cell.advice) for cell in cells]
    body = [
        blocks.section(f"*{inert(name)}*\nIts scores stay as they are; only its cell is yours until that day."),
        blocks.field("Cell", "cell", blocks.choice(_VALUE, options)),
        blocks.field(
            "Until", "until", blocks.date_select(_VALUE), hint="From the next day on its scores decide again."
        ),
        blocks.field("Reason", "reason", blocks.text_input(_VALUE, longest=limits.REASON, lines=True)),
    ]
    meta = OverrideMeta(account_id=account_id).model_dump_json()
    return blocks.modal("Override", body, callback_id=CALLBACK, submit="Override", close="Cancel", metadata=meta)


def cell_label(cell: Cell) -> str:
    """The cell's name; the two that share one are told apart."""
    if cell.id not in DECIDE_CELLS:
        return cell.name
    return f"{cell.name}: {'low maturity' if cell.id == 'decide_low_maturity' else 'low health'}"


def parse(view: Block) -> OverrideEntry:
    """What was entered. UserError for a window of an earlier version."""
    try:
        account_id = OverrideMeta.model_validate_json(view.get("private_metadata") or "").account_id
    except ValidationError as error:
        raise UserError("This window is too old. Please open the account again.") from error
    state = State(view)
    cell, day, reason = state.option("cell", _VALUE), state.date("until", _VALUE), state.text("reason", _VALUE)
    errors = {}
    if not cell:
        errors["cell"] = "Please choose a cell."
    if not reason:
        errors["reason"] = "Please say why."
    try:
        until = date.fromisoformat(day or "")
    except ValueError:
        until, errors["until"] = date.min, "Please choose a day."
    return OverrideEntry(account_id=account_id, cell=cell or "", until=until, reason=reason, errors=errors)


def block_of(field: str) -> str:
    """The block under which an error of a field is shown."""
    return field if field in {"cell", "until", "reason"} else "cell"
