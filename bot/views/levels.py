"""What the levels mean: a window on top of the survey, so that nothing that was chosen is lost."""

from bot.views import blocks
from bot.views.message import Block
from bot.views.survey import Part
from bot.views.text import escape, inert
from cmi_core import Level

CALLBACK = "levels"


def build(parts: tuple[Part, ...]) -> Block:
    """Each question of a page with all its levels, in the longer wording where there is one."""
    body: list[Block] = []
    for category, criteria in parts:
        body.append(blocks.header(category.name))
        for criterion in criteria:
            lines = [f"*{inert(criterion.name)}*: {escape(criterion.question)}"]
            if criterion.direction == "descending":
                lines.append("Here the lowest level is the best.")
            body.append(blocks.section("\n".join([*lines, *map(_line, criterion.levels)])))
    body.append(blocks.context("Close this window to go on: what you chose is still there."))
    return blocks.modal("What the levels mean", body, callback_id=CALLBACK, close="Back")


def _line(level: Level) -> str:
    name = f" {inert(level.name)}" if level.name else ""
    return f"*{level.value}*{name}: {escape(level.detail or level.text)}"
