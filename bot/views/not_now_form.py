"""Not now: put a rating off, ask a colleague this once, or say that the account isn't one's own any more."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field

from bot.errors import UserError
from bot.views import account_select, blocks
from bot.views.message import Block, Data, Message, message
from bot.views.prompt import told
from bot.views.standing import Standing
from bot.views.state import State
from bot.views.text import day, inert, mention, owner_text, without_bold

CALLBACK = "not_now"
What = Literal["snooze", "delegate", "disown"]
_WHAT, _UNTIL, _TO = "what", "until", "to"
_CHOICES: Mapping[What, tuple[str, str]] = {
    "snooze": ("Put it off", "Until the day below; then it comes back."),
    "delegate": ("Ask a colleague this once", "The person below rates it; next time you are asked again."),
    "disown": ("It isn't mine any more", "A manager or an admin hears of it and gives it to somebody."),
}


class NotNow(Data):
    """The account, and until when its rating can be put off at the latest; None: not any longer."""

    account_id: int
    name: str
    owner: str | None = None
    today: date
    latest: date | None = None
    snoozed_until: date | None = None


class NotNowEntry(Data):
    """What was chosen; ``errors`` are by block id."""

    account_id: int
    what: What | None = None
    until: date | None = None
    to: str | None = None
    errors: dict[str, str] = Field(default_factory=dict)


def build(form: NotNow) -> Block:
    options = {what: blocks.option(text, what, note) for what, (text, note) in _CHOICES.items()}
    so_far = f" It is put off until {day(form.snoozed_until)}." if form.snoozed_until else ""
    latest = f"At the latest {day(form.latest)}." if form.latest else "It was put off as long as it can be."
    until = blocks.date_select(_UNTIL)
    body = [
        blocks.section(f"*{inert(form.name)}*, owner: {owner_text(form.owner)}.{so_far}"),
        blocks.field(
            "What shall happen", _WHAT, blocks.choice(_WHAT, list(options.values()), options["snooze"]), optional=False
        ),
        blocks.field("Until", _UNTIL, until, hint=latest, optional=True),
        blocks.field("Colleague", _TO, blocks.person_select(_TO), optional=True),
    ]
    return blocks.modal(
        "Not now", body, callback_id=CALLBACK, submit="Save", close="Cancel", metadata=str(form.account_id)
    )


def parse(view: Block) -> NotNowEntry:
    """What was chosen. UserError for a window of an earlier version."""
    account_id = account_select.account_id(str(view.get("private_metadata")))
    if account_id is None:
        raise UserError("This window is too old to be saved. Please close it and open it again.")
    state = State(view)
    what = next((each for each in _CHOICES if each == state.option(_WHAT, _WHAT)), None)
    until, to = _date(state.date(_UNTIL, _UNTIL)), state.user(_TO, _TO)
    errors = {}
    if what is None:
        errors[_WHAT] = "Please choose one."
    if what == "snooze" and until is None:
        errors[_UNTIL] = "Please choose the day on which it shall come back."
    if what == "delegate" and to is None:
        errors[_TO] = "Please choose a colleague."
    return NotNowEntry(account_id=account_id, what=what, until=until, to=to, errors=errors)


def block_of(field: str) -> str:
    """The block under which an error of a field is shown."""
    return field if field in (_UNTIL, _TO) else _WHAT


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def snoozed(standing: Standing) -> Message:
    return _said(f"*{standing.title}* is put off until {day(standing.snoozed_until)}. It comes back on that day.")


def delegated(standing: Standing, to: str) -> Message:
    """Also where a delegate or a cover gives it back to the owner."""
    if to == standing.owner:
        return _said(f"{mention(to)} is asked to rate *{standing.title}*, in their working hours.")
    return _said(
        f"{mention(to)} is asked to rate *{standing.title}* this once, in their working hours. "
        f"Its owner stays {owner_text(standing.owner)}."
    )


def disowned(standing: Standing, to: str) -> Message:
    if to == standing.owner:
        return _said(f"*{standing.title}* goes back to {mention(to)}, who is asked in their working hours.")
    return _said(f"Thank you: {told(to)} hears that *{standing.title}* isn't yours any more.")


def done_modal(answer: Message) -> Block:
    return blocks.modal("Not now", answer.blocks, callback_id="not_now_done", close="Done")


def _said(text: str) -> Message:
    return message(without_bold(text), [blocks.section(text)])


def example() -> NotNow:
    return NotNow(account_id=7, name="Acme, Inc.", owner="U01ANNA", today=date(2026, 11, 22), latest=date(2026, 12, 22))
