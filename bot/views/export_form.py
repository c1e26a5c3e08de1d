"""The form for an export: which tables, and as what."""

from collections.abc import Mapping
from typing import Literal

from bot.views import blocks
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import inert

CALLBACK = "export_form"
Format = Literal["xlsx", "csv"]
TABLES: Mapping[str, tuple[str, str]] = {
    "accounts": ("Accounts", "With scores, cells, owners and dates"),
    "assessments": ("Ratings", "Every one, with its answers"),
    "health_readings": ("Health scores", "Every one, with its source"),
    "placements": ("Placements", "Who stood in which cell, from when to when, and why"),
    "outcomes": ("Outcomes", "Renewals, churn and the like"),
    "events": ("Changes at customers", "What was noted, by whom, and whether it asked early"),
    "requests": ("Requests to rate", "Who was asked when, and what became of it"),
    "audit": ("Log of changes", "Who changed what, and when"),
}
_TABLES, _FORMAT = "export_tables", "export_format"
_FORMATS: Mapping[Format, tuple[str, str]] = {
    "xlsx": ("Excel", "One workbook, a sheet for each"),
    "csv": ("CSV", "One file, or several in a zip"),
}


class ExportForm(Data):
    """What this person may export, by the keys of `TABLES`."""

    tables: tuple[str, ...]


def build(form: ExportForm) -> Block:
    tables = [blocks.option(TABLES[name][0], name, TABLES[name][1]) for name in form.tables]
    formats = [blocks.option(label, key, about) for key, (label, about) in _FORMATS.items()]
    body = [
        blocks.section("What you may see here, as a file in your direct messages with CMI Bot."),
        blocks.field("What", _TABLES, blocks.checkboxes(_TABLES, tables, ["accounts"])),
        blocks.field("As", _FORMAT, blocks.choice(_FORMAT, formats, formats[0])),
    ]
    return blocks.modal("Export", body, callback_id=CALLBACK, submit="Export", close="Cancel")


def parse(view: Block) -> tuple[tuple[str, ...], Format] | dict[str, str]:
    """The tables and the format, or what is wrong by block id."""
    state = State(view)
    chosen = tuple(each for each in state.options(_TABLES, _TABLES) if each in TABLES)
    kind: Format = "csv" if state.option(_FORMAT, _FORMAT) == "csv" else "xlsx"
    return (chosen, kind) if chosen else {_TABLES: "Please choose at least one."}


def making_modal() -> Block:
    return blocks.modal("Export", [blocks.section("Writing the file…")], callback_id="export_making")


def on_its_way_modal() -> Block:
    """For a second click, which makes no second file."""
    text = "The file is on its way to your direct messages with CMI Bot."
    return blocks.modal("Exported", [blocks.section(text)], callback_id="export_sent", close="Done")


def sent_modal(name: str) -> Block:
    text = f"“{inert(name)}” is in your direct messages with CMI Bot."
    return blocks.modal("Exported", [blocks.section(text)], callback_id="export_sent", close="Done")
