"""The settings of the weekly report: whether leaders and managers get it, on which day and from which hour on."""

from datetime import time

from pydantic import Field

from bot.views import blocks
from bot.views.message import Block, Data
from bot.views.state import State
from cmi_core.cadence import WEEK

CALLBACK = "weekly_form"
_ON, _WEEKDAY, _AT, _VALUE = "on", "weekday", "at", "value"
_SENT = {"yes": "Send it to leaders and managers", "no": "Send it to nobody"}


class WeeklyForm(Data):
    """What is in force or was entered; ``at`` is the hour, 0 to 23. ``errors`` are by block id."""

    on: bool = True
    weekday: str = "Monday"
    at: int = Field(default=10, ge=0, le=23)
    errors: dict[str, str] = Field(default_factory=dict)


def build(form: WeeklyForm) -> Block:
    sent = {key: blocks.option(text, key) for key, text in _SENT.items()}
    days: dict[str, Block] = {each: blocks.option(each, each) for each in WEEK}
    hours = {hour: blocks.option(f"{hour:02}:00", str(hour)) for hour in range(24)}
    body = [
        blocks.section(
            "Coverage, who moved, open alerts, what is overdue and how far the quarter's round is. Leaders get it "
            "about all customers, managers about their team's. Each of them can stop it for themselves."
        ),
        blocks.field(
            "Weekly report", _ON, blocks.choice(_VALUE, list(sent.values()), sent["yes" if form.on else "no"])
        ),
        blocks.field(
            "Day",
            _WEEKDAY,
            blocks.choice(_VALUE, list(days.values()), days.get(form.weekday, days["Monday"])),
            hint="On a day off, or where they got another message that day, it comes on the next working day.",
        ),
        blocks.field(
            "Not before",
            _AT,
            blocks.choice(_VALUE, list(hours.values()), hours[form.at]),
            hint="Where they are, and in working hours. Prompts come as these begin, and go before it.",
        ),
    ]
    return blocks.modal("Weekly report", body, callback_id=CALLBACK, submit="Save", close="Cancel")


def parse(view: Block, hours: tuple[time, time]) -> WeeklyForm:
    """What was entered; ``hours`` are the working hours, in which it has to be."""
    state = State(view)
    weekday, at = state.option(_WEEKDAY, _VALUE), state.option(_AT, _VALUE)
    form = WeeklyForm(
        on=state.option(_ON, _VALUE) != "no",
        weekday=weekday if weekday in WEEK else "Monday",
        at=int(at) if at and at.isdecimal() and int(at) < 24 else 10,
    )
    first, last = hours
    if time(form.at) >= last:
        wrong = f"Working hours are from {first:%H:%M} to {last:%H:%M}. Please choose an hour before their end."
        return form.model_copy(update={"errors": {_AT: wrong}})
    return form


def example() -> WeeklyForm:
    return WeeklyForm()
