"""The settings of rhythm and limits: when ratings are due, how people are asked, how old figures and alerts may get."""

import re
from collections.abc import Mapping
from datetime import time
from typing import Literal

from pydantic import Field

from bot.views import blocks, limits
from bot.views.account_form import SEGMENTS
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import tidy
from cmi_core.cadence import WEEK, Weekday

CALLBACK = "cadence_form"
_VALUE = "value"
_MODES = {"interval": "So many months after the last rating", "calendar_quarter": "With each calendar quarter"}
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*(?:to|–|-)\s*(\d{1,2}):(\d{2})", re.ASCII)
# Label, hint, the least and the most that can be entered.
_NUMBERS: Mapping[str, tuple[str, str, int, int]] = {
    "months": ("Months between ratings", "Counted on the calendar. Used where each account has its own day.", 1, 36),
    "renewal_lead_days": (
        "Days before a renewal",
        "A rating is due at the latest then. 0: renewals don't count.",
        0,
        365,
    ),
    "take_along_days": (
        "Days to take along",
        "A prompt takes along the accounts that are due within these days.",
        0,
        90,
    ),
    "ask_every_days": ("Days between prompts", "An owner is asked at most once in these days.", 1, 90),
    "most_new": (
        "New accounts in one prompt",
        "Those due the longest first; the others come with the next prompts. 0: no limit.",
        0,
        200,
    ),
    "snooze_days": ("Days to put off", "So long a person may put a rating off. 0: not at all.", 0, 365),
    "cmi_grace_days": (
        "Days of grace for a CMI",
        "So long past its due date it is old, and its place provisional.",
        0,
        365,
    ),
    "chs_days": ("Days that health is fresh", "Older, it is old likewise; what arrives older moves nothing.", 1, 730),
    "quiet_days": ("Quiet period in days", "Back in an alert cell within it, the earlier thread goes on.", 0, 90),
    "summary_over": ("One summary for more than", "So many alerts of one import still go out one by one.", 0, 50),
    "breaker_over": ("Hold alerts for more than", "So many accounts of one import, if they are also …", 0, 1000),
    "breaker_percent": ("… more than this percentage", "… of the portfolio, wait until an admin has looked.", 0, 100),
}
_REMINDERS, _HOURS_FIELD, _WORKDAYS, _RULES = "reminders", "hours", "workdays", "rules"
_RULE = re.compile(r"([^=:]+)=([^:]+):\s*(\d{1,3})\s*(?:months?)?", re.ASCII | re.IGNORECASE)


class IntervalLine(Data):
    """Accounts with this value of a segment are rated at an interval of their own."""

    segment: str
    value: str
    months: int


class CadenceForm(Data):
    """What is in force or was entered; days are whole numbers. ``errors`` are by block id."""

    mode: Literal["interval", "calendar_quarter"] = "interval"
    rules: tuple[IntervalLine, ...] = ()
    numbers: dict[str, int] = Field(default_factory=dict)
    reminders: tuple[int, int, int] = (3, 7, 10)
    hours_from: time = time(9)
    hours_to: time = time(17)
    workdays: tuple[Weekday, ...] = WEEK[:5]
    errors: dict[str, str] = Field(default_factory=dict)


def build(form: CadenceForm) -> Block:
    """The form, filled in with what holds."""
    modes = {mode: blocks.option(text, mode) for mode, text in _MODES.items()}
    days = [blocks.option(each, each) for each in WEEK]
    hours = f"{form.hours_from:%H:%M} to {form.hours_to:%H:%M}"
    fields = {key: _number(key, form) for key in _NUMBERS}
    body = [
        blocks.header("When a rating is due"),
        blocks.field("Rhythm", "mode", blocks.choice(_VALUE, list(modes.values()), modes[form.mode])),
        fields["months"],
        _text(
            "Other intervals",
            _RULES,
            "\n".join(f"{rule.segment} = {rule.value}: {rule.months}" for rule in form.rules),
            "In months, for one value of a segment; one a line, such as: size = Enterprise: 6. The first that fits "
            "counts. An account may have its own: on its card, More…, Interval.",
            lines=True,
        ),
        fields["renewal_lead_days"],
        blocks.header("How people are asked"),
        *(fields[key] for key in ("take_along_days", "ask_every_days", "most_new", "snooze_days")),
        _text(
            "Reminders",
            _REMINDERS,
            ", ".join(map(str, form.reminders)),
            "Working days to the first, the second, and the manager's digest.",
        ),
        _text("Working hours", _HOURS_FIELD, hours, "On each person's own clock."),
        blocks.field("Working days", _WORKDAYS, blocks.checkboxes(_VALUE, days, form.workdays)),
        blocks.header("How old figures may get"),
        *(fields[key] for key in ("cmi_grace_days", "chs_days")),
        blocks.header("Alerts"),
        *(fields[key] for key in ("quiet_days", "summary_over", "breaker_over", "breaker_percent")),
    ]
    return blocks.modal("Cadence and limits", body, callback_id=CALLBACK, submit="Save", close="Cancel")


def _number(key: str, form: CadenceForm) -> Block:
    label, hint, _, _ = _NUMBERS[key]
    return _text(label, key, str(form.numbers.get(key, "")), hint)


def _text(label: str, block: str, shown: str, hint: str, *, lines: bool = False) -> Block:
    longest = limits.INPUT if lines else 40
    entered = blocks.text_input(_VALUE, shown, longest=longest, lines=lines)
    return blocks.field(label, block, entered, hint=hint, optional=lines)


def parse(view: Block) -> CadenceForm:
    """What was entered, with what is wrong by block id."""
    state = State(view)
    errors: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for key, (_, _, least, most) in _NUMBERS.items():
        number = _whole(state.text(key, _VALUE))
        if number is None or not least <= number <= most:
            errors[key] = f"Please enter a whole number from {least} to {most}."
        else:
            numbers[key] = number
    reminders, hours = _reminders(state.text(_REMINDERS, _VALUE)), _hours(state.text(_HOURS_FIELD, _VALUE))
    if reminders is None:
        errors[_REMINDERS] = "Please enter three rising numbers of working days, such as 3, 7, 10."
    if hours is None:
        errors[_HOURS_FIELD] = "Please enter the hours of one day, such as 09:00 to 17:00."
    workdays = tuple(each for each in WEEK if each in state.options(_WORKDAYS, _VALUE))
    if not workdays:
        errors[_WORKDAYS] = "Please choose at least one day."
    rules = _rules(state.text(_RULES, _VALUE))
    if isinstance(rules, str):
        errors[_RULES] = rules
    if errors or reminders is None or hours is None or isinstance(rules, str):
        return CadenceForm(errors=errors)
    return CadenceForm(
        mode="calendar_quarter" if state.option("mode", _VALUE) == "calendar_quarter" else "interval",
        rules=rules,
        numbers=numbers,
        reminders=reminders,
        hours_from=hours[0],
        hours_to=hours[1],
        workdays=workdays,
    )


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None


def _reminders(text: str) -> tuple[int, int, int] | None:
    days = [_whole(word) for word in re.split(r"[,;\s]+", text) if word]
    match days:
        case [int(first), int(second), int(digest)] if 1 <= first < second < digest <= 60:
            return first, second, digest
    return None


def _hours(text: str) -> tuple[time, time] | None:
    found = _HOURS.fullmatch(text)
    if found is None:
        return None
    try:
        start, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    except ValueError:
        return None
    return (start, end) if start < end else None


def _rules(text: str) -> tuple[IntervalLine, ...] | str:
    rules = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            rule = _rule(line.strip())
            if isinstance(rule, str):
                return f"Line {number}: {rule}"
            rules.append(rule)
    return tuple(rules)


def _rule(line: str) -> IntervalLine | str:
    found = _RULE.fullmatch(line)
    if found is None:
        return "please write it as: size = Enterprise: 6."
    segment, value, months = found[1].strip().lower().replace(" ", "_"), tidy(found[2]), int(found[3])
    if segment not in SEGMENTS:
        return f"“{segment}” isn't a segment. Choose from: {', '.join(SEGMENTS)}."
    least, most = _NUMBERS["months"][2:]
    if not least <= months <= most:
        return f"please choose {least} to {most} months."
    return IntervalLine(segment=segment, value=value, months=months)


def saved_modal(moved: int) -> Block:
    """What a change of the rhythm did: ``moved`` accounts are due on another day now."""
    due = f" {moved} account{'s are' if moved > 1 else ' is'} due on another day now." if moved else ""
    text = f"Saved. It holds from now on.{due}"
    return blocks.modal("Saved", [blocks.section(text)], callback_id="cadence_saved", close="Done")


def example() -> CadenceForm:
    return CadenceForm(
        rules=(IntervalLine(segment="size", value="Enterprise", months=6),),
        numbers={
            "months": 3,
            "renewal_lead_days": 60,
            "take_along_days": 7,
            "ask_every_days": 7,
            "most_new": 25,
            "snooze_days": 30,
            "cmi_grace_days": 30,
            "chs_days": 90,
            "quiet_days": 7,
            "summary_over": 5,
            "breaker_over": 10,
            "breaker_percent": 20,
        },
    )
