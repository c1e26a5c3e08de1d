"""On which days nobody is asked: the public holidays of some countries, and the workspace's own days."""

from collections.abc import Mapping, Sequence
from datetime import date

from pydantic import Field

from bot.views import blocks, limits
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import day, inert

CALLBACK = "holidays_form"
SEARCH = "search_calendar"
_CALENDARS, _OWN, _VALUE = "calendars", "own", "value"
MOST_CALENDARS = 20


class Holiday(Data):
    """A day, and what it is called; a workspace's own has no name."""

    on: date
    name: str = ""


class HolidaysForm(Data):
    """``calendars`` are names by code such as DE-BY. ``errors`` are by block id."""

    calendars: Mapping[str, str] = Field(default_factory=dict)
    own: tuple[date, ...] = ()
    errors: dict[str, str] = Field(default_factory=dict)


def build(form: HolidaysForm) -> Block:
    """The form, filled in with what holds."""
    chosen = options(form.calendars)
    search: Block = {
        "type": "multi_external_select",
        "action_id": SEARCH,
        "placeholder": blocks.plain("Type a country", limits.PLACEHOLDER),
        "min_query_length": 0,
        "max_selected_items": MOST_CALENDARS,
    }
    if chosen:
        search["initial_options"] = chosen
    days = blocks.text_input(_VALUE, "\n".join(map(str, form.own)), longest=limits.INPUT, lines=True)
    body = [
        blocks.field(
            "Public holidays of", _CALENDARS, search, hint="Countries, or parts of them such as Bavaria.", optional=True
        ),
        blocks.field("Your own days", _OWN, days, hint="One day a line, such as 2026-12-24.", optional=True),
        blocks.context("On these days and on those without work nobody is asked to rate, and no reminder is sent."),
    ]
    return blocks.modal("Holidays", body, callback_id=CALLBACK, submit="Save", close="Cancel")


def parse(view: Block, known: Mapping[str, str]) -> HolidaysForm:
    """What was entered, with what is wrong by block id; ``known`` are all calendars there are."""
    state = State(view)
    codes = state.options(_CALENDARS, SEARCH)
    own: set[date] = set()
    errors = {}
    for number, line in enumerate(state.text(_OWN, _VALUE).splitlines(), 1):
        if line.strip():
            try:
                own.add(date.fromisoformat(line.strip()))
            except ValueError:
                errors[_OWN] = f"Line {number}: please write the day as 2026-12-24."
                break
    calendars = {code: known[code] for code in codes if code in known}
    return HolidaysForm(calendars=calendars, own=tuple(sorted(own)), errors=errors)


def options(calendars: Mapping[str, str]) -> list[Block]:
    return [blocks.option(name, code) for code, name in list(calendars.items())[: limits.OPTIONS]]


def saved_modal(coming: Sequence[Holiday], moved: int) -> Block:
    """What holds now: the next days off; ``moved`` accounts are due on another day."""
    lines = [f"• {day(each.on)}" + (f": {inert(each.name)}" if each.name else "") for each in coming]
    body = [
        blocks.section("Saved." + (" The next days on which nobody is asked:" if lines else " No holidays are set."))
    ]
    if lines:
        body.append(blocks.section("\n".join(lines)))
    if moved:
        body.append(blocks.context(f"{moved} account{'s are' if moved > 1 else ' is'} due on another day now."))
    return blocks.modal("Saved", body, callback_id="holidays_saved", close="Done")


def example() -> HolidaysForm:
    return HolidaysForm(calendars={"DE-BY": "Germany: Bayern", "US": "United States"}, own=(date(2026, 12, 24),))
