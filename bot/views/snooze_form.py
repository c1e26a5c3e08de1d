"""The form that puts an alert off until a day."""

from datetime import date

from pydantic import Field, ValidationError

from bot.errors import UserError
from bot.views import blocks, limits
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import day, inert, mention

CALLBACK = "snooze_alert"
_UNTIL, _REASON = "until", "reason"


class SnoozeMeta(Data):
    """Which episode the form is about, and until when it was snoozed as the form was opened."""

    episode_id: int
    seen: date | None = None


class SnoozeForm(Data):
    """The episode as it is now, and what the form begins with. ``overtaken``: another was quicker to snooze it."""

    episode_id: int
    name: str
    latest: date
    snoozed_until: date | None = None
    snoozed_by: str | None = None
    until: date | None = None
    reason: str = ""
    overtaken: bool = False


class SnoozeEntry(Data):
    """What was entered; ``errors`` are by block id."""

    episode_id: int
    seen: date | None = None
    until: date | None = None
    reason: str = ""
    errors: dict[str, str] = Field(default_factory=dict)


def build(form: SnoozeForm) -> Block:
    intro = f"The alert about *{inert(form.name)}* comes back by itself on the day you choose."
    if form.snoozed_until:
        who = f" by {mention(form.snoozed_by)}" if form.snoozed_by else ""
        now = f"snoozed until {day(form.snoozed_until)}{who}"
        intro += (
            f"\n*Meanwhile it was {now}.* Snooze puts your day in its place."
            if form.overtaken
            else f"\nIt is {now} so far."
        )
    body = [
        blocks.section(intro),
        blocks.field(
            "Until", _UNTIL, blocks.date_select(_UNTIL, form.until), hint=f"At the latest {day(form.latest)}."
        ),
        blocks.field(
            "Reason",
            _REASON,
            blocks.text_input(_REASON, form.reason, longest=limits.REASON, lines=True),
            hint="It is told in the alert's thread.",
            optional=True,
        ),
    ]
    meta = SnoozeMeta(episode_id=form.episode_id, seen=form.snoozed_until).model_dump_json()
    return blocks.modal("Snooze", body, callback_id=CALLBACK, submit="Snooze", close="Cancel", metadata=meta)


def parse(view: Block) -> SnoozeEntry:
    """What was entered. UserError for a window of an earlier version."""
    try:
        meta = SnoozeMeta.model_validate_json(view.get("private_metadata") or "")
    except ValidationError as error:
        raise UserError("This window is too old to be saved. Please close it and open it again.") from error
    state = State(view)
    until = _date(state.date(_UNTIL, _UNTIL))
    return SnoozeEntry(
        episode_id=meta.episode_id,
        seen=meta.seen,
        until=until,
        reason=state.text(_REASON, _REASON),
        errors={} if until else {_UNTIL: "Please choose the day on which it shall come back."},
    )


def block_of(field: str) -> str:
    """The block under which an error of a field is shown."""
    return field if field in (_UNTIL, _REASON) else _UNTIL


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def example() -> SnoozeForm:
    return SnoozeForm(episode_id=3, name="Acme, Inc.", latest=date(2026, 11, 30))
