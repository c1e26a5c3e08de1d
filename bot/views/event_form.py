"""Something changed at a customer: the form that notes it, so that the account is rated before its time."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field

from bot.errors import UserError
from bot.views import account_select, blocks, buttons
from bot.views.message import Block, Data
from bot.views.standing import Standing
from bot.views.standing import example as standing_example
from bot.views.state import State
from bot.views.text import day, owner_text

CALLBACK = "event_form"
_KIND, _ON, _NOTE = "event_kind", "event_on", "event_note"
LONGEST_NOTE = 150
Kind = Literal["executive", "reorganisation", "acquisition", "other"]
KINDS: Mapping[Kind, tuple[str, str, str]] = {
    "executive": ("New executive", "new executive", "Somebody new leads the function, or the company."),
    "reorganisation": ("Reorganisation", "reorganisation", "Teams or responsibilities were put together anew."),
    "acquisition": ("Acquisition", "acquisition", "It bought a company, or was bought."),
    "other": ("Something else", "a change", "Say in the note what it is."),
}


class Event(Data):
    """What changed and when. ``submission`` is the form's token: sent twice, it notes one event."""

    account_id: int
    submission: str
    kind: Kind
    on: date
    note: str = ""


class Entry(Data):
    """What was entered: an event, or the ``errors`` by block id."""

    event: Event | None = None
    errors: dict[str, str] = Field(default_factory=dict)


class Noted(Data):
    """What follows: ``asked`` says who is asked to rate the account, and on which day at the earliest.

    ``rated_on``: it was rated after the change, so nobody is asked. Neither: nobody is asked about it at all.
    ``already``: they are being asked for it already.
    """

    standing: Standing
    event: Event
    asked: bool = False
    already: bool = False
    not_before: date | None = None
    rated_on: date | None = None


def words(kind: str) -> str:
    """An event in the middle of a sentence; one of a later version is a change."""
    return next((text for key, (_, text, _) in KINDS.items() if key == kind), KINDS["other"][1])


def build(standing: Standing, submission: str, today: date) -> Block:
    options = [blocks.option(name, kind, about) for kind, (name, _, about) in KINDS.items()]
    body = [
        blocks.section(
            f"*{standing.title}*\nWhat makes you think that it has to be rated again? "
            "Its owner is asked with their next prompt, which says why."
        ),
        blocks.field("What changed", _KIND, blocks.choice(_KIND, options)),
        blocks.field("Since", _ON, blocks.date_select(_ON, today)),
        blocks.field("Note", _NOTE, blocks.text_input(_NOTE, longest=LONGEST_NOTE), optional=True),
    ]
    return blocks.modal(
        "Something changed",
        body,
        callback_id=CALLBACK,
        submit="Save",
        close="Cancel",
        metadata=f"{standing.account_id}:{submission}",
    )


def parse(view: Block) -> Entry:
    """What was entered. UserError for a window of an earlier version."""
    written, _, submission = str(view.get("private_metadata")).partition(":")
    account_id = account_select.account_id(written)
    if account_id is None or not submission:
        raise UserError("This window is too old to be saved. Please close it and open it again.")
    state = State(view)
    kind = next((each for each in KINDS if each == state.option(_KIND, _KIND)), None)
    on = _date(state.date(_ON, _ON))
    if kind is None or on is None:
        missing = {_KIND: "Please choose one."} if kind is None else {}
        return Entry(errors={**missing, **({_ON: "Please choose the day."} if on is None else {})})
    note = state.text(_NOTE, _NOTE)[:LONGEST_NOTE]
    return Entry(event=Event(account_id=account_id, submission=submission, kind=kind, on=on, note=note))


def block_of(field: str) -> str:
    """The block under which an error that a flow finds is shown."""
    return _ON if field == "on" else _KIND


def noted_modal(noted: Noted) -> Block:
    """What follows from it, with a way to rate it at once."""
    standing = noted.standing
    first = f"Noted: *{standing.title}*, {words(noted.event.kind)} on {day(noted.event.on)}."
    body = [blocks.section(f"{first} {_follows(noted)}")]
    if noted.asked:
        body.append(blocks.actions(buttons.rate(standing.account_id, standing.name)))
    return blocks.modal("Something changed", body, callback_id="event_noted", close="Done")


def _follows(noted: Noted) -> str:
    who = owner_text(noted.standing.owner) if noted.standing.owner else "Whoever is responsible"
    if noted.asked and noted.already:
        return f"{who} is being asked to rate it already; the request says now why it matters."
    if noted.asked:
        first = f" The next one comes on {day(noted.not_before)} at the earliest." if noted.not_before else ""
        return f"{who} is asked to rate it with their next prompt, in their working hours.{first} Or rate it now:"
    if noted.rated_on:
        return f"It was rated on {day(noted.rated_on)}, after the change, so nobody is asked again."
    return "It is kept in the history. Nobody is asked to rate it."


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def example() -> Noted:
    event = Event(account_id=7, submission="s", kind="executive", on=date(2026, 11, 9), note="A new COO")
    return Noted(standing=standing_example(), event=event, asked=True, not_before=date(2026, 11, 18))
