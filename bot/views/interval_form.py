"""The form for an account's own interval, in place of its segment's or the workspace's."""

from pydantic import Field

from bot.errors import UserError
from bot.views import account_select, blocks
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import inert

CALLBACK = "interval"
_MONTHS = "months"


class Interval(Data):
    """How often an account is rated: ``own`` months, or without them as ``usual`` says. ``errors`` are by block id."""

    account_id: int
    name: str = ""
    own: int | None = None
    usual: str = ""
    errors: dict[str, str] = Field(default_factory=dict)


def build(interval: Interval) -> Block:
    shown = "" if interval.own is None else str(interval.own)
    entered = blocks.text_input(_MONTHS, shown, longest=4)
    hint = f"Months from one rating to the next. Empty: {interval.usual}."
    body = [
        blocks.section(f"*{inert(interval.name)}*"),
        blocks.field("Interval in months", _MONTHS, entered, hint=hint, optional=True),
    ]
    return blocks.modal(
        "Interval", body, callback_id=CALLBACK, submit="Save", close="Cancel", metadata=str(interval.account_id)
    )


def parse(view: Block, longest: int) -> Interval:
    """What was entered, of 1 to ``longest`` months. UserError for a window of an earlier version."""
    account_id = account_select.account_id(str(view.get("private_metadata")))
    if account_id is None:
        raise UserError("This window is too old to be saved. Please close it and open it again.")
    text = State(view).text(_MONTHS, _MONTHS)
    if not text:
        return Interval(account_id=account_id)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= longest):
        wrong = f"Please enter a whole number from 1 to {longest}, or nothing."
        return Interval(account_id=account_id, errors={_MONTHS: wrong})
    return Interval(account_id=account_id, own=int(text))


def example() -> Interval:
    return Interval(account_id=7, name="Acme, Inc.", own=6, usual="every 3 months")
