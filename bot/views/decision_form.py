"""Let Churn is a question, not an order: the form in which a named person answers it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Literal

from pydantic import Field, ValidationError

from bot.errors import UserError
from bot.views import amounts, blocks, limits
from bot.views.amounts import Figures
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import day, inert, mention

CALLBACK = "decide"
What = Literal["accept", "contest", "figures"]
_WHAT, _DECIDER, _REASON, _REVIEW = "decision", "decider", "reason", "review_on"
_CHOICES: Mapping[What, tuple[str, str]] = {
    "accept": ("Let go", "Stop investing in the account."),
    "contest": ("Contest", "It's worth keeping: the reason says why."),
    "figures": ("Needs lifetime value and margin", "Decide when both are known; they can be entered below."),
}


class Decision(Data):
    """What was decided about an account in a Let Churn cell, and when to look again."""

    what: What
    decider: str
    reason: str
    review_on: date
    by: str
    on: datetime


class DecisionForm(Data):
    """The account in question, and what the form begins with.

    ``last`` is the decision so far; ``overtaken``: another decided while the form was open.
    """

    episode_id: int
    name: str
    decider: str
    review_on: date
    what: What | None = None
    reason: str = ""
    figures: Figures = Field(default_factory=Figures)
    last: Decision | None = None
    overtaken: bool = False


class DecisionEntry(Data):
    """What was entered; the first four are empty only beside ``errors`` by block id.

    ``seen`` is when the decision was made that the form was opened with.
    """

    episode_id: int
    seen: datetime | None = None
    what: What | None = None
    decider: str = ""
    reason: str = ""
    review_on: date | None = None
    figures: Figures = Field(default_factory=Figures)
    errors: dict[str, str] = Field(default_factory=dict)


def entered_again(form: DecisionForm, entry: DecisionEntry) -> DecisionForm:
    """The form as it is now, with what was entered into it before another decided."""
    typed = {"what": entry.what, "decider": entry.decider, "reason": entry.reason, "figures": entry.figures}
    return form.model_copy(update={**typed, "review_on": entry.review_on or form.review_on, "overtaken": True})


def build(form: DecisionForm) -> Block:
    options = {what: blocks.option(text, what, note) for what, (text, note) in _CHOICES.items()}
    initial = options[form.what] if form.what else None
    seen = form.last.on.isoformat() if form.last else ""
    overtaken = [blocks.section(_overtaken(form.last))] if form.last and form.overtaken else []
    body = [
        *overtaken,
        blocks.section(f"Should we let *{inert(form.name)}* go? It is low on both maturity and health."),
        blocks.field("Decision", _WHAT, blocks.choice(_WHAT, list(options.values()), initial)),
        blocks.field("Who decides", _DECIDER, blocks.person_select(_DECIDER, form.decider)),
        blocks.field("Reason", _REASON, blocks.text_input(_REASON, form.reason, longest=limits.NOTE, lines=True)),
        blocks.field(
            "Look again on",
            _REVIEW,
            blocks.date_select(_REVIEW, form.review_on),
            hint="Whoever decides gets a reminder on this day.",
        ),
        *amounts.fields(form.figures),
    ]
    return blocks.modal(
        "Decide", body, callback_id=CALLBACK, submit="Save", close="Cancel", metadata=f"{form.episode_id}:{seen}"
    )


def _overtaken(last: Decision) -> str:
    return f"*{mention(last.by)} entered this meanwhile.* Save puts yours in its place.\n{sentence(last)}"


def parse(view: Block, today: date) -> DecisionEntry:
    """The answers; a review date must lie after today."""
    state = State(view)
    what, decider = state.option(_WHAT, _WHAT), state.user(_DECIDER, _DECIDER)
    reason, review = state.text(_REASON, _REASON), _date(state.date(_REVIEW, _REVIEW))
    figures = amounts.parse(state)
    errors = dict(figures.errors)
    if what not in _CHOICES:
        errors[_WHAT] = "Please choose one."
    if not decider:
        errors[_DECIDER] = "Please name who decides."
    if not reason:
        errors[_REASON] = "Please say why in a few words."
    if review is None or review <= today:
        errors[_REVIEW] = "Please choose a day after today."
    episode_id, _, seen = str(view.get("private_metadata")).partition(":")
    try:
        return DecisionEntry.model_validate(
            {
                "episode_id": episode_id,
                "seen": seen or None,
                "what": what if what in _CHOICES else None,
                "decider": decider or "",
                "reason": reason,
                "review_on": review,
                "figures": figures,
                "errors": errors,
            }
        )
    except ValidationError as error:
        raise UserError("This window is too old to be saved. Please close it and open it again.") from error


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def sentence(decision: Decision) -> str:
    """The decision in mrkdwn, for the alert, the card and the reminder."""
    verb = _CHOICES[decision.what][0]
    return (
        f"*Decision:* {verb}, by {mention(decision.decider)} on {day(decision.on)}. Look again on "
        f"{day(decision.review_on)}.\nReason: {inert(decision.reason, limits.NOTE)}"
    )


def saved_modal(name: str, decision: Decision) -> Block:
    text = f"*{inert(name)}*\n{sentence(decision)}"
    return blocks.modal("Decided", [blocks.section(text)], callback_id="decided", close="Done")


def example() -> Decision:
    return Decision(
        what="contest",
        decider="U02BERT",
        reason="Their new head starts in October.",
        review_on=date(2026, 10, 15),
        by="U01ANNA",
        on=datetime(2026, 8, 13, 9, tzinfo=UTC),
    )
