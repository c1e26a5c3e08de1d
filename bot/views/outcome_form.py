"""What became of a customer: the form that records it, the question before a churn, and the way back."""

from datetime import date
from typing import Literal

from pydantic import Field, ValidationError

from bot.errors import UserError
from bot.views import blocks, limits
from bot.views.message import Block, Data
from bot.views.standing import Standing
from bot.views.state import State
from bot.views.text import day

CALLBACK = "outcome"
CONFIRM = "outcome_confirm"
REOPEN = "reopen"
_KIND, _ON, _NOTE, _RENEWAL, _WHY = "outcome_kind", "outcome_on", "outcome_note", "outcome_renewal", "reopen_why"

Kind = Literal["renewed", "expanded", "churned"]
_KINDS: dict[Kind, tuple[str, str]] = {
    "renewed": ("Renewed", "The contract goes on."),
    "expanded": ("Expanded", "It bought more."),
    "churned": ("Churned", "It left. Its scores and its place are frozen."),
}


class Outcome(Data):
    """One event in a customer's life, on a day; ``renewal_date`` is the next one, where it renewed."""

    account_id: int
    kind: Kind
    on: date
    note: str = ""
    renewal_date: date | None = None


class Entry(Data):
    """What was entered: an outcome, or the ``errors`` by block id."""

    outcome: Outcome | None = None
    errors: dict[str, str] = Field(default_factory=dict)


def build(standing: Standing, today: date) -> Block:
    """The form, with today filled in."""
    options = [blocks.option(text, kind, does) for kind, (text, does) in _KINDS.items()]
    note = blocks.text_input(_NOTE, longest=limits.NOTE, lines=True)
    hint = "Only where it renewed: the day on which the contract ends next."
    body = [
        blocks.section(f"*{standing.title}*"),
        blocks.field("What happened", _KIND, blocks.choice(_KIND, options)),
        blocks.field("On", _ON, blocks.date_select(_ON, today)),
        blocks.field("Next renewal", _RENEWAL, blocks.date_select(_RENEWAL), hint=hint, optional=True),
        blocks.field("Note", _NOTE, note, optional=True),
    ]
    return blocks.modal(
        "Outcome", body, callback_id=CALLBACK, submit="Save", close="Cancel", metadata=str(standing.account_id)
    )


def parse(view: Block) -> Entry:
    """The outcome; what is missing becomes an error under its field."""
    state = State(view)
    values = {
        "account_id": _account_id(view),
        "kind": state.option(_KIND, _KIND),
        "on": state.date(_ON, _ON),
        "note": state.text(_NOTE, _NOTE),
        "renewal_date": state.date(_RENEWAL, _RENEWAL) if state.option(_KIND, _KIND) == "renewed" else None,
    }
    try:
        return Entry(outcome=Outcome.model_validate(values))
    except ValidationError as error:
        fields = {"kind": (_KIND, "Please choose one."), "on": (_ON, "Please choose the day.")}
        found = (fields.get(str(each["loc"][0]), (_RENEWAL, "Please choose another day.")) for each in error.errors())
        return Entry(errors=dict(found))


def confirm(outcome: Outcome, standing: Standing) -> Block:
    """Asked before a churn is stored; the outcome waits in the window's metadata."""
    text = (
        f"*{standing.title}* left on {day(outcome.on)}?\n"
        "Nobody will be asked about it any more, an open alert ends, and it leaves the portfolio. "
        "Its history stays, and you can reopen it."
    )
    kept = outcome.model_copy(update={"note": outcome.note[: limits.METADATA // 2]})
    return blocks.modal(
        "Churned?",
        [blocks.section(text)],
        callback_id=CONFIRM,
        submit="Yes, it churned",
        close="Cancel",
        metadata=kept.model_dump_json(),
    )


def confirmed(view: Block) -> Outcome:
    try:
        return Outcome.model_validate_json(view.get("private_metadata") or "")
    except ValidationError as error:
        raise _too_old() from error


def reopen(standing: Standing) -> Block:
    """The form that brings a churned customer back."""
    options = [
        blocks.option("The customer came back", "back", "Its churn stays in the outcome table."),
        blocks.option("It was recorded by mistake", "mistake", "It never churned: the outcome table forgets it."),
    ]
    body = [
        blocks.section(f"*{standing.title}*"),
        blocks.field("Why", _WHY, blocks.choice(_WHY, options, options[0])),
    ]
    return blocks.modal(
        "Reopen", body, callback_id=REOPEN, submit="Reopen", close="Cancel", metadata=str(standing.account_id)
    )


def parse_reopen(view: Block) -> tuple[int, bool]:
    """The account's id, and whether its churn was a mistake."""
    return _account_id(view), State(view).option(_WHY, _WHY) == "mistake"


def saved(outcome: Outcome, standing: Standing) -> Block:
    text = f"*{standing.title}*: {_KINDS[outcome.kind][0].lower()} on {day(outcome.on)}. Saved."
    return blocks.modal("Saved", [blocks.section(text)], callback_id="outcome_saved", close="Done")


def reopened(standing: Standing) -> Block:
    text = f"*{standing.title}* is open again. If its scores are old, please rate it and enter its health."
    return blocks.modal("Reopened", [blocks.section(text)], callback_id="outcome_saved", close="Done")


def block_of(field: str) -> str:
    """The block under which an error that a flow finds is shown."""
    return _ON if field == "on" else _KIND


def _account_id(view: Block) -> int:
    written = str(view.get("private_metadata") or "")
    if not (written.isascii() and written.isdigit()):
        raise _too_old()
    return int(written)


def _too_old() -> UserError:
    return UserError("This window is too old to be saved. Please close it and open it again.")
