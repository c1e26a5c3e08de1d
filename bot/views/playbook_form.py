"""Editing playbooks: choosing one, and the form with its title, summary and steps."""

from collections.abc import Sequence

from pydantic import Field

from bot.views import blocks, limits
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import inert

PICK_CALLBACK = "pick_playbook"
CALLBACK = "edit_playbook"
_WHICH, _TITLE, _SUMMARY, _STEPS = "playbook", "title", "summary", "steps"
_LONGEST_TITLE, _LONGEST_SUMMARY, _MOST_STEPS = 75, 300, 10


class PlaybookName(Data):
    """A playbook to choose: of a cell, or of a weak criterion."""

    id: str
    name: str
    of_cell: bool


class PlaybookForm(Data):
    """A playbook as it is or shall be. Without steps the default comes back."""

    id: str
    name: str = ""
    title: str = ""
    summary: str = ""
    steps: tuple[str, ...] = ()
    errors: dict[str, str] = Field(default_factory=dict)


def pick(names: Sequence[PlaybookName]) -> Block:
    """The window that asks which playbook is meant: the cells' first, then those for weak criteria."""
    groups = [
        {
            "label": blocks.plain(label, limits.OPTION),
            "options": [blocks.option(each.name, each.id) for each in names if each.of_cell == of_cell][:100],
        }
        for label, of_cell in (("Cells", True), ("Weak criteria", False))
    ]
    menu = {
        "type": "static_select",
        "action_id": _WHICH,
        "option_groups": [group for group in groups if group["options"]],
    }
    body = [blocks.field("Playbook", _WHICH, menu, hint="For a cell of the map, or for a criterion that is rated low.")]
    return blocks.modal("Playbooks", body, callback_id=PICK_CALLBACK, submit="Continue", close="Cancel")


def parse_pick(view: Block) -> str | None:
    return State(view).option(_WHICH, _WHICH)


def error_of_pick() -> dict[str, str]:
    return {_WHICH: "Please choose a playbook."}


def build(form: PlaybookForm) -> Block:
    steps = blocks.text_input(_STEPS, "\n".join(form.steps), longest=limits.INPUT, lines=True)
    hint = f"One a line, at most {_MOST_STEPS}, each up to {limits.OPTION} characters. Leave empty for the default."
    body = [
        blocks.section(f"*{inert(form.name or form.id)}*"),
        blocks.field("Title", _TITLE, blocks.text_input(_TITLE, form.title, longest=_LONGEST_TITLE), optional=True),
        blocks.field(
            "Summary", _SUMMARY, blocks.text_input(_SUMMARY, form.summary, longest=_LONGEST_SUMMARY), optional=True
        ),
        blocks.field("Steps", _STEPS, steps, hint=hint, optional=True),
    ]
    return blocks.modal("Edit playbook", body, callback_id=CALLBACK, submit="Save", close="Cancel", metadata=form.id)


def parse(view: Block) -> PlaybookForm:
    """What was entered, with what is wrong by block id."""
    state = State(view)
    steps = tuple(line for raw in state.text(_STEPS, _STEPS).splitlines() if (line := " ".join(raw.split())))
    title = " ".join(state.text(_TITLE, _TITLE).split())
    errors = {}
    if steps and not title:
        errors[_TITLE] = "Please give the playbook a title."
    if trouble := _trouble(steps):
        errors[_STEPS] = trouble
    return PlaybookForm(
        id=str(view.get("private_metadata") or ""),
        title=title,
        summary=" ".join(state.text(_SUMMARY, _SUMMARY).split()),
        steps=steps,
        errors=errors,
    )


def _trouble(steps: tuple[str, ...]) -> str:
    """What is wrong with the steps; empty where nothing is."""
    if len(steps) > _MOST_STEPS:
        return f"Please keep to {_MOST_STEPS} steps: these are {len(steps)}."
    for number, step in enumerate(steps, 1):
        if len(step) > limits.OPTION:
            return f"Step {number} has {len(step)} characters: please shorten it to {limits.OPTION}."
        if step in steps[: number - 1]:
            return f"Step {number} stands twice: please keep one."
    return ""


def saved_modal(form: PlaybookForm) -> Block:
    text = "The playbook is saved and holds from now on." if form.steps else "The default playbook is back."
    return blocks.modal("Saved", [blocks.section(text)], callback_id="playbook_saved", close="Done")


def example() -> PlaybookForm:
    return PlaybookForm(id="save", name="Save", title="Save", summary="Worth saving.", steps=("Call.", "Train."))
