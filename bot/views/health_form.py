"""The form in which a health score is typed by hand."""

from datetime import date, datetime
from fractions import Fraction

from pydantic import Field, ValidationError

from bot.errors import UserError
from bot.views import blocks, buttons, limits
from bot.views.message import Block, Data
from bot.views.standing import Standing
from bot.views.state import State
from bot.views.text import ago, health_plain
from cmi_core.health import HealthError, parse_health

CALLBACK = "health"
_VALUE = "health_value"
_NOTE = "health_note"
_ON = "health_on"


class HealthMeta(Data):
    """What the form carries unseen. ``submission`` makes saving twice harmless."""

    submission: str
    account_id: int


class HealthEntry(Data):
    """What was entered: ``value`` is 0-100, or None beside the ``errors`` by block id; ``on`` is None for now."""

    meta: HealthMeta
    value: Fraction | None = None
    on: date | None = None
    note: str = ""
    errors: dict[str, str] = Field(default_factory=dict)


def build(standing: Standing, submission: str, now: datetime, typed: str = "") -> Block:
    """The form, with the last score and its age in sight, and what was typed in a command filled in."""
    number = blocks.text_input(_VALUE, typed, longest=20, placeholder="0 to 100")
    body = [
        blocks.section(f"*{standing.title}*"),
        blocks.field("Health score, 0 to 100", _VALUE, number, hint=_last(standing, now)),
        blocks.field("As of", _ON, blocks.date_select(_ON), hint="Empty: today.", optional=True),
        blocks.field("Note", _NOTE, blocks.text_input(_NOTE, longest=limits.NOTE, lines=True), optional=True),
        blocks.section("No number at hand?", buttons.health_questions(standing.account_id, standing.name)),
    ]
    meta = HealthMeta(submission=submission, account_id=standing.account_id)
    return blocks.modal(
        "Health score", body, callback_id=CALLBACK, submit="Save", close="Cancel", metadata=meta.model_dump_json()
    )


def _last(standing: Standing, now: datetime) -> str:
    if standing.chs is None:
        return "There is none yet. 0 is about to leave, 100 could not be better."
    when = f", {ago(standing.chs_on, now)}" if standing.chs_on else ""
    source = f", {standing.chs_source}" if standing.chs_source else ""
    return f"Last: {health_plain(standing.chs)}{when}{source}."


def parse(view: Block) -> HealthEntry:
    """The score and the note; a score that can't be read becomes an error under its field."""
    try:
        meta = HealthMeta.model_validate_json(view.get("private_metadata") or "")
    except ValidationError as error:
        raise UserError("This window is too old to be saved. Please close it and open it again.") from error
    state = State(view)
    note, chosen = state.text(_NOTE, _NOTE), state.date(_ON, _ON)
    try:
        on = date.fromisoformat(chosen) if chosen else None
    except ValueError:
        return HealthEntry(meta=meta, note=note, errors={_ON: "Please choose a day."})
    try:
        return HealthEntry(meta=meta, value=parse_health(state.text(_VALUE, _VALUE)), on=on, note=note)
    except HealthError as error:
        return HealthEntry(meta=meta, note=note, errors={_VALUE: str(error)})


def block_of(field: str) -> str:
    """The block under which an error that a flow finds is shown."""
    return _ON if field == "on" else _VALUE
