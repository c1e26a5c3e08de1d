"""Importing, the first two windows: which file, and what each of its columns means."""

import json
from collections.abc import Mapping, Sequence
from typing import Literal

from bot.views import blocks, buttons
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import inert

What = Literal["accounts", "health", "content"]
UPLOAD = "import_file"
COLUMNS = "import_columns"
_FILE, _WHAT, _FIELD = "import_upload", "import_what", "field"
_IGNORE = "-"
_MOST_COLUMNS = 90
_KINDS: Mapping[What, tuple[str, str]] = {
    "accounts": ("Accounts", "New ones are added, others are brought up to date"),
    "health": ("Health scores", "Of accounts that are here already, one or more for each"),
    "content": ("Content journey", "Takes the place of all content there is now"),
}


class FileColumn(Data):
    """A column of the file: its header, a few of its values, and the field it is taken for; "" for none."""

    name: str
    samples: tuple[str, ...] = ()
    field: str = ""


class ColumnsForm(Data):
    """The columns of a file, and all fields that they can be, with their names. ``what`` is accounts or health."""

    upload_id: int
    what: What
    file: str
    rows: int
    columns: tuple[FileColumn, ...]
    fields: dict[str, str]


class Step(Data):
    """What the later windows carry unseen: the file, and what it holds."""

    upload_id: int
    what: What


def form(trouble: Sequence[str] = (), attempt: int = 0, what: What = "accounts") -> Block:
    """The first window; after a file that can't be read with what is wrong. ``attempt`` empties its field."""
    kinds = [blocks.option(label, key, about) for key, (label, about) in _KINDS.items()]
    chosen = next(each for each in kinds if each["value"] == what)
    body = [blocks.section("\n".join(f"• {inert(each, 350)}" for each in trouble[:8]))] if trouble else []
    body += [
        blocks.field("What is in the file", _WHAT, blocks.choice(_WHAT, kinds, chosen)),
        blocks.field(
            "File",
            f"{_FILE}:{attempt}",
            blocks.file_input(_FILE, ("csv", "xlsx", "tsv", "txt")),
            hint="CSV or Excel (.xlsx), at most 10 MB. You see what would happen before anything is changed.",
        ),
        blocks.section("No file yet? Begin with a template, which comes to your direct messages."),
        blocks.actions(*(buttons.import_template(kind) for kind in ("csv", "xlsx"))),
    ]
    return blocks.modal(
        "Import", body, callback_id=UPLOAD, submit="Next", close="Cancel", metadata=json.dumps({"attempt": attempt})
    )


def reading_modal() -> Block:
    return blocks.modal("Import", [blocks.section("Reading the file…")], callback_id="import_reading")


def attempt_of(view: Block) -> int:
    """Which attempt a form is, from 0."""
    try:
        attempt = json.loads(view.get("private_metadata") or "{}")["attempt"]
    except (ValueError, KeyError, TypeError):
        return 0
    return attempt if isinstance(attempt, int) else 0


def what_of(view: Block) -> What:
    chosen = State(view).option(_WHAT, _WHAT)
    return next((each for each in _KINDS if each == chosen), "accounts")


def file_of(view: Block) -> str | None:
    """Slack's id of the file given."""
    given = State(view).files(block_of(view), _FILE)
    return given[0] if given else None


def block_of(view: Block) -> str:
    """The block under which an error about the file is shown."""
    return f"{_FILE}:{attempt_of(view)}"


def columns_modal(shown: ColumnsForm) -> Block:
    """A menu for each column, with what it was guessed to be."""
    needed = "name, or the id in another system" if shown.what == "health" else "name"
    body = [
        blocks.section(
            f"*{inert(shown.file)}*: {shown.rows:,} rows. What does each column hold? "
            f"An account's *{needed}* is needed."
        )
    ]
    options = [blocks.option("Leave it out", _IGNORE)]
    options += [
        blocks.option(f"{label} (needed)" if key == "name" and shown.what == "accounts" else label, key)
        for key, label in shown.fields.items()
    ]
    for index, column in enumerate(shown.columns[:_MOST_COLUMNS]):
        initial = next((each for each in options if each["value"] == column.field), options[0])
        menu: Block = {
            "type": "static_select",
            "action_id": _FIELD,
            "options": options,
            "initial_option": initial,
        }
        samples = ", ".join(f"“{inert(each, 40)}”" for each in column.samples) or "no values"
        label = inert(column.name, 100) or f"Column {index + 1}, without a name"
        body.append(blocks.field(label, f"column:{index}", menu, hint=samples))
    if len(shown.columns) > _MOST_COLUMNS:
        body.append(blocks.context(f"The columns after the {_MOST_COLUMNS}th are left out."))
    step = Step(upload_id=shown.upload_id, what=shown.what)
    return blocks.modal(
        "Import: columns", body, callback_id=COLUMNS, submit="Next", close="Cancel", metadata=step.model_dump_json()
    )


def parse_columns(view: Block) -> tuple[str, ...] | dict[str, str]:
    """The field of each column, "" for none; or what is wrong, by block id."""
    state = State(view)
    inputs = [block for block in view.get("blocks", []) if str(block.get("block_id")).startswith("column:")]
    chosen = [state.option(str(block["block_id"]), _FIELD) or _IGNORE for block in inputs]
    fields = tuple("" if each == _IGNORE else each for each in chosen)
    errors = {
        f"column:{index}": "Another column is taken for this already. Please choose one of the two."
        for index, field in enumerate(fields)
        if field and fields.index(field) != index
    }
    step = Step.model_validate_json(view.get("private_metadata") or "")
    wanted = {"name", "external_id"} if step.what == "health" else {"name"}
    if inputs and not errors and wanted.isdisjoint(fields):
        errors["column:0"] = "Please choose the column that holds the account's name."
    elif inputs and not errors and step.what == "health" and "health" not in fields:
        errors["column:0"] = "Please choose the column that holds the health score."
    return errors or fields
