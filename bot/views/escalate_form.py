"""The form that calls somebody else to an alert."""

from datetime import UTC, datetime

from pydantic import Field, ValidationError

from bot.errors import UserError
from bot.views import blocks, limits
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import day, inert, mention, owner_text

CALLBACK = "escalate_alert"
_TO, _WHY = "to", "why"


class EscalateMeta(Data):
    """Which episode the form is about, and to whom it had been escalated as the form was opened."""

    episode_id: int
    seen: str | None = None


class EscalateForm(Data):
    """The episode as it is now, and what the form begins with. ``overtaken``: another was quicker to escalate it."""

    episode_id: int
    name: str
    owner: str | None = None
    escalated_to: str | None = None
    escalated_on: datetime | None = None
    to: str | None = None
    why: str = ""
    overtaken: bool = False


class EscalateEntry(Data):
    """What was entered; ``errors`` are by block id."""

    episode_id: int
    seen: str | None = None
    to: str | None = None
    why: str = ""
    errors: dict[str, str] = Field(default_factory=dict)


def build(form: EscalateForm) -> Block:
    intro = f"The alert about *{inert(form.name)}*, owner: {owner_text(form.owner)}."
    if form.escalated_to:
        now = f"was escalated to {mention(form.escalated_to)} on {day(form.escalated_on)}"
        intro += f"\n*Meanwhile it {now}.* Escalate calls whom you name as well." if form.overtaken else f"\nIt {now}."
    body = [
        blocks.section(intro),
        blocks.field(
            "To whom", _TO, blocks.person_select(_TO, form.to), hint="They are told in the thread and directly."
        ),
        blocks.field("Why", _WHY, blocks.text_input(_WHY, form.why, longest=limits.REASON, lines=True)),
    ]
    meta = EscalateMeta(episode_id=form.episode_id, seen=form.escalated_to).model_dump_json()
    return blocks.modal("Escalate", body, callback_id=CALLBACK, submit="Escalate", close="Cancel", metadata=meta)


def parse(view: Block) -> EscalateEntry:
    """What was entered. UserError for a window of an earlier version."""
    try:
        meta = EscalateMeta.model_validate_json(view.get("private_metadata") or "")
    except ValidationError as error:
        raise UserError("This window is too old to be saved. Please close it and open it again.") from error
    state = State(view)
    to, why = state.user(_TO, _TO), state.text(_WHY, _WHY)
    errors = {}
    if not to:
        errors[_TO] = "Please choose who shall look at it."
    if not why:
        errors[_WHY] = "Please say why in a few words."
    return EscalateEntry(episode_id=meta.episode_id, seen=meta.seen, to=to, why=why, errors=errors)


def block_of(field: str) -> str:
    """The block under which an error of a field is shown."""
    return field if field in (_TO, _WHY) else _TO


def example() -> EscalateForm:
    return EscalateForm(
        episode_id=3,
        name="Acme, Inc.",
        owner="U01ANNA",
        to="U03CARL",
        escalated_to="U02BERT",
        escalated_on=datetime(2026, 8, 14, 9, tzinfo=UTC),
    )
