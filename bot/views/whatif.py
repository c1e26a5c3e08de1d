"""What if: other answers for one account, other weights or another map for all. Nothing here is stored."""

from collections.abc import Mapping
from fractions import Fraction

from pydantic import Field, ValidationError

from bot.errors import UserError
from bot.views import blocks, buttons, map_form, weights_form
from bot.views.cells import cell_name
from bot.views.config_summary import ConfigSummary, sentence
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import cmi_change, health_change, health_plain, inert
from cmi_core import Framework
from cmi_core.cells import GRIDS
from cmi_core.health import Health, HealthError, Label, parse_health
from cmi_core.matrix import MapSettings

ACCOUNT, CUTS, WEIGHTS = "whatif_account", "whatif_cuts", "whatif_weights"
OPEN_CUTS, OPEN_WEIGHTS = "open_whatif_cuts", "open_whatif_weights"
_LEVEL, _HEALTH, _UNKNOWN = "level", "whatif_health", "-"
_NOTHING_STORED = "Only a look: nothing is stored, nobody is told."


class AccountForm(Data):
    """One account as it is, to be tried with other answers; ``health`` is asked of customers only."""

    account_id: int
    name: str
    framework: Framework
    answers: dict[str, int | None] = Field(default_factory=dict)
    chs: Health | None = None
    health: bool = True


class Tried(Data):
    """Where other answers would put the account; `held` says which margin keeps it where it is."""

    cmi_before: Fraction | None = None
    cmi: Fraction | None = None
    chs_before: Health | None = None
    chs: Health | None = None
    cell_before: str | None = None
    cell: str | None = None
    held: tuple[str, ...] = ()


class Entered(Data):
    """What was chosen, or the ``errors`` by block id."""

    answers: dict[str, int | None] = Field(default_factory=dict)
    chs: Fraction | None = None
    errors: dict[str, str] = Field(default_factory=dict)


class Counts(Data):
    """Customers per cell before and after a change, by the map in force and by the map tried."""

    effect: ConfigSummary
    kind_before: str
    kind: str
    before: dict[str, int]
    after: dict[str, int]


class _Meta(Data):
    account_id: int
    framework: str
    version: int


def menu() -> Block:
    """What can be tried."""
    body = [
        blocks.section("*One account*: other answers or another health score.", buttons.pick("whatif")),
        blocks.section("*Weights*: what counts more, for all.", weights_button()),
        blocks.section("*The map*: its kind and its cuts, for all.", cuts_button()),
        blocks.context(_NOTHING_STORED),
    ]
    return blocks.modal("What if", body, callback_id="whatif")


def weights_button() -> Block:
    return blocks.button("Try weights", OPEN_WEIGHTS)


def cuts_button() -> Block:
    return blocks.button("Try cuts", OPEN_CUTS)


def account(form: AccountForm, tried: Tried | None = None) -> Block:
    """The form, with what the answers chosen last would do on top."""
    body = [blocks.section("\n".join([f"*{inert(form.name)}*", *(_outcome(tried) if tried else [_NOTHING_STORED])]))]
    for criterion in form.framework.criteria:
        options = [blocks.option(f"{level.value}: {level.text}", str(level.value)) for level in criterion.levels]
        options.append(blocks.option("Not known", _UNKNOWN))
        chosen = form.answers.get(criterion.id)
        initial = next((option for option in options if option["value"] == str(chosen)), options[-1])
        element: Block = {"type": "static_select", "action_id": _LEVEL, "options": options, "initial_option": initial}
        body.append(blocks.field(criterion.name, f"{_LEVEL}:{criterion.id}", element))
    if form.health:
        shown = map_form.number_text(form.chs) if isinstance(form.chs, Fraction) else ""
        entered = blocks.text_input(_HEALTH, shown, longest=40, placeholder="0 to 100")
        hint = f"Empty: {health_plain(form.chs)}, as it is." if isinstance(form.chs, Label) else ""
        body.append(blocks.field("Health", _HEALTH, entered, hint=hint, optional=True))
    meta = _Meta(account_id=form.account_id, framework=form.framework.id, version=form.framework.version)
    return blocks.modal(
        "What if", body, callback_id=ACCOUNT, submit="Show", close="Close", metadata=meta.model_dump_json()
    )


def _outcome(tried: Tried) -> list[str]:
    lines = [f"CMI would be {cmi_change(tried.cmi, tried.cmi_before)}."]
    if tried.chs is not None:
        lines[0] = f"CMI would be {cmi_change(tried.cmi, tried.cmi_before)}, health {_health(tried)}."
    if tried.cell == tried.cell_before:
        lines.append(f"It would stay: {cell_name(tried.cell)}.")
    else:
        lines.append(f"It would move from {cell_name(tried.cell_before)} to *{cell_name(tried.cell)}*.")
    return [*lines, *(inert(held) for held in tried.held)]


def _health(tried: Tried) -> str:
    return health_change(tried.chs, tried.chs_before)


def account_of(view: Block) -> int:
    """The account that a window is about. UserError for a window of an earlier version."""
    try:
        return _Meta.model_validate_json(view.get("private_metadata") or "").account_id
    except ValidationError as error:
        raise UserError("This window is too old. Please type /cmi whatif again.") from error


def parse_account(view: Block, framework: Framework) -> Entered:
    """The levels chosen, and the health score; one that can't be read becomes an error under its field."""
    state = State(view)
    answers: dict[str, int | None] = {}
    for criterion in framework.criteria:
        chosen = state.option(f"{_LEVEL}:{criterion.id}", _LEVEL) or _UNKNOWN
        known = {str(level.value): level.value for level in criterion.levels}
        answers[criterion.id] = known.get(chosen)
    typed = state.text(_HEALTH, _HEALTH)
    try:
        return Entered(answers=answers, chs=parse_health(typed) if typed else None)
    except HealthError as error:
        return Entered(answers=answers, errors={_HEALTH: str(error)})


def cuts(settings: MapSettings, counts: Counts | None = None) -> Block:
    """The map's form, with what the map tried last would do on top."""
    return _trying(map_form.build(settings), CUTS, counts)


def weights(framework: Framework, counts: Counts | None = None) -> Block:
    """The form of the weights, likewise."""
    return _trying(weights_form.build(framework), WEIGHTS, counts)


def _trying(form: Block, callback_id: str, counts: Counts | None) -> Block:
    top = blocks.section(_NOTHING_STORED) if counts is None else blocks.section(_counts(counts))
    return {
        **form,
        "blocks": [top, *form["blocks"]],
        "callback_id": callback_id,
        "title": blocks.plain("What if"),
        "submit": blocks.plain("Show"),
        "close": blocks.plain("Close"),
    }


def _counts(counts: Counts) -> str:
    lines = [f"*{sentence(counts.effect, done=False)}*", "```"]
    if counts.kind == counts.kind_before:
        lines += [_row(cell, counts.before, counts.after) for cell in _order(counts.kind)]
    else:
        lines += ["now", *(_row(cell, counts.before) for cell in _order(counts.kind_before))]
        lines += ["then", *(_row(cell, counts.after) for cell in _order(counts.kind))]
    return "\n".join(lines) + "```"


def _row(cell: str, *counts: Mapping[str, int]) -> str:
    return cell_name(cell).ljust(22) + " → ".join(str(each.get(cell, 0)).rjust(6) for each in counts)


def _order(kind: str) -> list[str]:
    return [cell for row in GRIDS[kind].values() for cell in row]
