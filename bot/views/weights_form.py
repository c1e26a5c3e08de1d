"""The form for the weights of a framework's categories."""

from fractions import Fraction

from pydantic import ValidationError

from bot.errors import UserError
from bot.views import blocks
from bot.views.map_form import number_text
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import inert
from cmi_core import Framework
from cmi_core.values import exact

CALLBACK = "weights_form"
_VALUE = "value"
_PREFIX = "weight:"


class WeightsMeta(Data):
    """Which framework the form is for."""

    framework: str


def build(framework: Framework) -> Block:
    """The form, filled in with the weights in force."""
    body = [blocks.section(f"*{inert(framework.name)}*\nAny numbers will do: only their proportion counts.")]
    body += [
        blocks.field(
            category.name,
            f"{_PREFIX}{category.id}",
            blocks.text_input(_VALUE, number_text(category.weight), longest=20),
        )
        for category in framework.categories
    ]
    meta = WeightsMeta(framework=framework.id).model_dump_json()
    return blocks.modal("Weights", body, callback_id=CALLBACK, submit="Preview", close="Cancel", metadata=meta)


def framework_of(view: Block) -> str:
    """The framework's name. UserError for a window of an earlier version."""
    try:
        return WeightsMeta.model_validate_json(view.get("private_metadata") or "").framework
    except ValidationError as error:
        raise UserError("This window is too old. Please open the settings again.") from error


def parse(view: Block, framework: Framework) -> dict[str, str] | Framework:
    """The framework with the weights entered, or what is wrong by block id."""
    state = State(view)
    weights: dict[str, Fraction] = {}
    errors: dict[str, str] = {}
    for category in framework.categories:
        block = f"{_PREFIX}{category.id}"
        typed = state.text(block, _VALUE).replace(",", ".")
        try:
            weights[category.id] = exact(typed)
        except ValueError:
            errors[block] = "Please enter a number, such as 40."
            continue
        if weights[category.id] < 0:
            errors[block] = "A weight can't be below 0."
    if not errors and not any(weights.values()):
        errors[f"{_PREFIX}{framework.categories[0].id}"] = "At least one weight must be above 0."
    return errors or framework.with_weights(weights)
